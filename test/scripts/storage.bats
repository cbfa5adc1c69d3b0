#!/usr/bin/env bats
# x-cash.storage: where the pool is: a device, formatted only when blank and allowed; a btrfs that is there.
load helper

setup_file() {
  begin
  compile formatted <<'YAML'
name: formatted
services: {one: {image: "tar:${TINY}", network_mode: none, command: echo works}}
x-cash: {root: "${ROOT}", storage: {type: device, device: /dev/loop90, format: true}}
YAML
  compile unformatted <<'YAML'
name: unformatted
services: {one: {image: "tar:${TINY}", network_mode: none, command: echo works}}
x-cash: {root: "${ROOT}", storage: {type: device, device: /dev/loop90}}
YAML
  compile existing <<'YAML'
name: existing
services: {one: {image: "tar:${TINY}", network_mode: none, command: echo works}}
x-cash: {root: "${ROOT}", storage: {type: btrfs}}
YAML
}
teardown_file() { finish; }

setup() {
  truncate -s 300M "${BATS_TEST_TMPDIR}/disk"
  [[ -b /dev/loop90 ]] || mknod /dev/loop90 b 7 90
  losetup /dev/loop90 "${BATS_TEST_TMPDIR}/disk"
}
teardown() {
  mountpoint -q "${ROOT}" && umount "${ROOT}"
  losetup -d /dev/loop90
  rm -f /dev/loop90
}

@test 'a blank device is formatted where that is allowed, and used' {
  script formatted
  run cash run one
  assert_status 0
  assert_output -p works
  assert_equal "$(stat -f -c %T "${ROOT}")" btrfs
  run cash plan pull
  assert_status 0
  run cash down -v --images
  assert_status 0
  assert_equal "$(blkid -p -o value -s TYPE /dev/loop90)" btrfs
}

@test 'a blank device is refused otherwise, and stays blank' {
  script unformatted
  run cash run one
  assert_status 125
  assert_output -p 'x-cash.storage.format: true'
  assert_equal "$(blkid -p -o value -s TYPE /dev/loop90)" ''
}

@test 'a device with something else on it is never formatted' {
  mke2fs -q -t ext4 /dev/loop90
  script formatted
  run cash run one
  assert_status 125
  assert_equal "$(blkid -p -o value -s TYPE /dev/loop90)" ext4
}

@test 'a btrfs that is mounted at x-cash.root is used, and left mounted' {
  mkfs.btrfs -q /dev/loop90
  mkdir -p "${ROOT}"
  mount /dev/loop90 "${ROOT}"
  script existing
  run cash run one
  assert_status 0
  assert_output -p works
  run cash down -v --images
  assert_status 0
  assert_equal "$(find "${ROOT}" -mindepth 1)" ''
  mountpoint -q "${ROOT}"
}

@test 'what is not btrfs is refused' {
  script existing
  run cash run one
  assert_status 125
  assert_output -p 'not on btrfs'
}
