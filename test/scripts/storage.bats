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
  compile looped <<'YAML'
name: looped
services:
  one: {image: "tar:${TINY}", network_mode: none, command: echo works, volumes: ["data:/data"]}
volumes: {data: }
x-cash: {root: "${ROOT}", storage: {size: 512m}}
YAML
  compile larger <<'YAML'
name: looped
services:
  one: {image: "tar:${TINY}", network_mode: none, command: echo works, volumes: ["data:/data"]}
volumes: {data: }
x-cash: {root: "${ROOT}", storage: {size: "${size}"}, parameters: {size: {type: bytes, min: 134217728, max: 1073741824, default: 700m}}}
YAML
  compile named <<'YAML'
name: named
services: {one: {image: "tar:${TINY}", network_mode: none, command: echo works}}
x-cash: {root: "${root}", storage: {size: 512m}, parameters: {root: {type: path, default: "${ROOT}.default"}}}
YAML
  compile unnamed <<'YAML'
name: unnamed
services: {one: {image: "tar:${TINY}", network_mode: none, command: echo works}}
x-cash: {root: "${root}", parameters: {root: {type: path}}}
YAML
}
teardown_file() { finish; }

setup() {
  truncate -s 300M "${BATS_TEST_TMPDIR}/disk"
  [[ -b /dev/loop90 ]] || mknod /dev/loop90 b 7 90
  eventually 10 losetup /dev/loop90 "${BATS_TEST_TMPDIR}/disk" # the kernel may hold the one before for a moment still
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

# restart: what the host is after a reboot.
restart() {
  umount "${ROOT}"
  rm -rf /run/cash/looped /run/cash/formatted
}

@test 'after a reboot all is there again, for every command; a plan says first what to mount' {
  script looped
  cash run --keep one -- sh -c 'echo precious >/data/f; echo kept >/kept'
  restart
  run cash images
  assert_output -p tar:tiny
  restart
  run cash ps -a
  assert_output -p one
  restart
  run cash volume ls
  assert_output -p data
  restart
  run --separate-stderr cash plan down
  assert_status 1
  assert_output ''
  assert_equal "${stderr}" "cash: the pool is not mounted, and what is in it no plan can know; first: mount -o loop,noatime ${ROOT}.btrfs ${ROOT}"
  run cash diff one
  assert_output -p 'A /kept'
  restart
  run cash down
  assert_status 0
  run cash run one -- cat /data/f
  assert_output precious
  restart
  run cash down -v --images
  assert_status 0
  refute_exists "${ROOT}.btrfs"
}

@test 'the same with a device' {
  script formatted
  cash run --keep one -- touch /kept
  restart
  run cash plan rm one
  assert_status 1
  assert_output -p "first: mount -o noatime /dev/loop90 ${ROOT}"
  run cash diff one
  assert_output -p 'A /kept'
  restart
  run cash down -v --images
  assert_status 0
  mount /dev/loop90 "${ROOT}" 2>/dev/null || { mkdir -p "${ROOT}" && mount /dev/loop90 "${ROOT}"; }
  assert_equal "$(find "${ROOT}" -mindepth 1)" ''
}

# sizes: of the loop file, and of the file system in it.
sizes() { echo "$(stat -c %s "${ROOT}.btrfs") $(($(stat -f -c '%b * %S' "${ROOT}")))"; }

@test 'a larger x-cash.storage.size: the pool grows, as planned, and is never made smaller' {
  local mib=$((1 << 20)) plan
  script looped
  cash run one -- sh -c 'echo precious >/data/f'
  assert_equal "$(sizes)" "$((512 * mib)) $((512 * mib))"
  script larger
  run --separate-stderr cash plan pull
  assert_status 2
  plan=${output}
  run --separate-stderr cash -v run one -- cat /data/f
  assert_output precious
  assert_equal "$(sizes)" "$((700 * mib)) $((700 * mib))"
  assert_equal "$(grep -E '^(touch|truncate|losetup|btrfs .*resize|rm) ' <<<"${plan}")" "$(sed -n 's/^cash: //p' <<<"${stderr}" | head -n 5)"
  run cash plan pull
  assert_status 0
  assert_output ''
  # killed in the midst, and after a reboot
  touch "${ROOT}.btrfs.part"
  truncate -s 800M "${ROOT}.btrfs"
  restart
  run --separate-stderr cash --set size=800000001 run one -- cat /data/f
  assert_output precious
  assert_equal "$(sizes)" "$((800 * mib)) $((800 * mib))"
  refute_exists "${ROOT}.btrfs.part"
  script looped
  run cash pull
  assert_status 0
  assert_output "cash: the pool at ${ROOT} has 800 MiB, more than the 512 MiB of x-cash.storage: it is never made smaller"
  assert_equal "$(sizes)" "$((800 * mib)) $((800 * mib))"
  run cash down -v --images
  assert_status 0
  refute_exists "${ROOT}.btrfs"
}

@test 'a pool that is full takes more when it has grown' {
  script looped
  cash run one -- sh -c 'cat /dev/zero >/data/zeros' || true # no space left
  script larger
  run --separate-stderr cash run one -- sh -c 'head -c 150m /dev/zero >/data/more && echo more'
  assert_status 0
  assert_output more
  cash down -v --images
}

@test 'how a container ended is known where the pool is full' {
  script looped
  cash run -d one -- sh -c 'cat /dev/zero >/data/zeros; exit 7'
  run cash wait one
  assert_output 7
  run cash ps -a
  assert_output -p 'exited (7)'
  [[ -L ${ROOT}/containers/looped/one/ended ]] || fail 'it was not full'
  run cash start one # its /etc/hosts and the like need room
  assert_status 125
  assert_output -p 'No space left on device'
  run cash ps -a
  assert_output -p 'exited (7)'
  run cash down -v --images
  assert_status 0
  refute_exists "${ROOT}.btrfs"
}

@test 'the pool is where a parameter says: all of it; without one no command knows where' {
  script unnamed
  run cash run one
  assert_status 2
  assert_output -p 'the pool is named by the parameter root: '
  run cash help
  assert_status 0
  rm "${SCRIPT}"
  script named
  run cash --set "root=${ROOT}" run --keep one
  assert_status 0
  assert_output -p works
  assert_exists "${ROOT}/containers/named/one/rootfs"
  run cash --set "root=${ROOT}" images
  assert_output -p tar:tiny
  run cash --set "root=${ROOT}" check
  assert_status 0
  run cash --set "root=${ROOT}" down -v --images
  assert_status 0
  refute_exists "${ROOT}.btrfs"
  refute_exists "${ROOT}.default"
}

@test 'behind a symbolic link: the same pool, and it goes whole' {
  script looped
  mkdir "${BATS_TEST_TMPDIR}/real"
  ln -s "${BATS_TEST_TMPDIR}/real" "${ROOT}"
  run cash run one
  assert_status 0
  run cash down -v --images
  assert_status 0
  refute_exists "${ROOT}.btrfs"
  run ! mountpoint -q "${BATS_TEST_TMPDIR}/real"
  rm "${ROOT}"
}

@test 'what is not of cash keeps the pool' {
  script looped
  cash run one
  echo mine >"${ROOT}/backup"
  run cash down -v --images
  assert_status 0
  assert_output -p "${ROOT} stays: backup in it is not of cash"
  assert_equal "$(cat "${ROOT}/backup")" mine
  rm "${ROOT}/backup"
  run cash down -v --images
  assert_status 0
  refute_exists "${ROOT}.btrfs"
}

@test 'what is not btrfs is refused' {
  script existing
  run cash run one
  assert_status 125
  assert_output -p 'not on btrfs'
}
