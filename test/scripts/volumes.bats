# Bind mounts, named volumes, tmpfs.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load running

setup_file() {
  begin
  export DATA=/tmp/vols-data
  rm -rf "${DATA}"
  mkdir -p "${DATA}/nested" "${DATA}/with space"
  echo one >"${DATA}/file"
  echo spaced >"${DATA}/with space/file"
  compile vols <<'YAML'
name: vols
x-cash: {root: "${ROOT}"}
services:
  bind: {image: "tar:${TINY}", network_mode: none, volumes: ["/tmp/vols-data:/data", "/tmp/vols-data/file:/etc/one:ro"]}
  fixed: {image: "tar:${TINY}", network_mode: none, volumes: ["/tmp/vols-data:/data:ro"]}
  made: {image: "tar:${TINY}", network_mode: none, volumes: ["/tmp/vols-data/made/here:/data"]}
  missing:
    image: tar:${TINY}
    network_mode: none
    command: "true"
    volumes: [{type: bind, source: /tmp/vols-data/missing, target: /data, bind: {create_host_path: false}}]
  spaced: {image: "tar:${TINY}", network_mode: none, volumes: ["/tmp/vols-data/with space:/with space/of # its own"]}
  named: {image: "tar:${TINY}", network_mode: none, volumes: ["store:/store"]}
  reader: {image: "tar:${TINY}", network_mode: none, volumes: ["store:/elsewhere:ro"]}
  filled: {image: "tar:${TINY}", network_mode: none, volumes: ["home:/home"]}
  own: {image: "tar:${TINY}", network_mode: none, user: app, volumes: ["mine:/home/app"]}
  memory:
    image: tar:${TINY}
    network_mode: none
    tmpfs: ["/plain", "/small:size=1m,mode=700,noexec"]
    volumes: [{type: tmpfs, target: /long, tmpfs: {size: 2m, mode: 0750}}]
  nested:
    image: tar:${TINY}
    network_mode: none
    volumes: ["store:/a/b", "/tmp/vols-data:/a/b/c/d:ro"]
    tmpfs: /a
  root: {image: "tar:${TINY}", network_mode: none, read_only: true, volumes: ["store:/store"], tmpfs: /tmp}
  outside: {image: "tar:${TINY}", network_mode: none, volumes: ["kept:/kept"]}
volumes:
  store: {name: vols-given-name}
  home:
  mine:
  kept: {external: true, name: vols_external}
YAML
}
teardown() { end_all; }
teardown_file() {
  rm -rf "${ROOT}/volumes/vols_external"
  [[ ! -d ${ROOT}/volumes/vols_external ]] || btrfs -q subvolume delete "${ROOT}/volumes/vols_external"
  finish
  rm -rf "${DATA}"
}

@test 'bind: the files of the host, both ways' {
  run --separate-stderr cash run bind -- sh -c 'cat /data/file /etc/one; echo two >/data/two; echo no >/etc/one'
  assert_output $'one\none'
  assert_status 1
  assert_equal "$(<"${DATA}/two")" two
  assert_equal "$(<"${DATA}/file")" one
}

@test 'bind, ro: can be read, not written' {
  run --separate-stderr cash run fixed -- sh -c 'cat /data/file; touch /data/new /data/nested/new'
  assert_output one
  assert_status 1
  run --separate-stderr cash run fixed -- mount -o remount,rw /data
  [[ ${status} != 0 ]]
}

@test 'bind: what is mounted below it comes along' {
  mount -t tmpfs none "${DATA}/nested"
  touch "${DATA}/nested/below"
  run --separate-stderr cash run fixed -- ls /data/nested
  umount "${DATA}/nested"
  assert_output below
}

@test 'bind: nothing set-user-ID or device of the host works there' {
  run --separate-stderr cash run bind -- awk '$5 == "/data" { print $6 }' /proc/self/mountinfo
  assert_output -p nosuid
  assert_output -p nodev
}

@test 'bind: a directory that is not there is made, or demanded' {
  run --separate-stderr cash run made -- touch /data/file
  assert_status 0
  assert_exists "${DATA}/made/here/file"
  assert_equal "$(stat -c %a "${DATA}/made" "${DATA}/made/here")" $'755\n755'
  run cash run missing
  assert_status 125
  assert_output -p /tmp/vols-data/missing
  refute_exists "${DATA}/missing"
  refute_exists /run/cash/vols/containers/missing
}

@test 'spaces and signs in paths' {
  run --separate-stderr cash run spaced -- cat '/with space/of # its own/file'
  assert_output spaced
}

@test 'a named volume outlives its containers, and is shared' {
  cash run named -- sh -c 'echo kept >/store/file; [ "$(stat -c %a /store)" = 755 ]'
  run --separate-stderr cash run named -- cat /store/file
  assert_output kept
  run --separate-stderr cash run reader -- sh -c 'cat /elsewhere/file; touch /elsewhere/new'
  assert_output kept
  assert_status 1
  assert_exists "${ROOT}/volumes/vols-given-name"
}

@test 'a new volume has what the image has there: files, owners, modes' {
  run --separate-stderr cash run filled -- stat -c '%n %u:%g %a' /home/app
  assert_output '/home/app 1000:1000 755'
  run --separate-stderr cash run own -- sh -c 'touch /home/app/new && stat -c %u:%a /home/app'
  assert_output 1000:755
  assert_exists "${ROOT}/volumes/vols_home/app"
}

@test 'tmpfs: size, mode, options' {
  run --separate-stderr cash run memory -- awk '$5 ~ /^.(plain|small|long)$/ { print $5, $6, $NF }' /proc/self/mountinfo
  assert_output -p '/plain rw,nosuid,nodev,noexec'
  assert_output -e '/small rw,nosuid,nodev,noexec[^ ]* [^ ]*size=1024k,mode=700'
  assert_output -e '/long rw,[^ ]* [^ ]*size=2048k,mode=750'
  run --separate-stderr cash run memory -- sh -c 'stat -c %a /plain /small /long; dd if=/dev/zero of=/small/file bs=64k count=32 2>/dev/null'
  assert_output $'1777\n700\n750'
  assert_status 1
}

@test 'targets in one another, in whatever order they are given' {
  run --separate-stderr cash run nested -- sh -c 'cat /a/b/c/d/file; touch /a/x /a/b/y; touch /a/b/c/d/z'
  assert_output one
  assert_status 1
  assert_exists "${ROOT}/volumes/vols-given-name/y"
}

@test 'read_only: volumes and tmpfs can be written all the same' {
  run --separate-stderr cash run root -- sh -c 'touch /store/root /tmp/file && ! touch /file && echo ok'
  assert_output ok
}

@test 'an external volume is neither made nor removed' {
  run cash run outside -- true
  assert_status 125
  assert_output -p vols_external
  btrfs -q subvolume create "${ROOT}/volumes/vols_external"
  run --separate-stderr cash run outside -- sh -c 'echo here >/kept/file'
  assert_status 0
  cash down -v
  assert_equal "$(<"${ROOT}/volumes/vols_external/file")" here
}

@test 'down keeps volumes, down -v removes them' {
  cash run named -- touch /store/file
  cash down
  assert_exists "${ROOT}/volumes/vols-given-name/file"
  cash run own -- true
  cash down -v
  refute_exists "${ROOT}/volumes/vols-given-name"
  refute_exists "${ROOT}/volumes/vols_mine"
  run --separate-stderr cash run named -- ls /store
  assert_output ''
}

@test 'subvolumes made in a volume do not stop its removal' {
  cash run named -- true
  btrfs -q subvolume create "${ROOT}/volumes/vols-given-name/inside"
  cash down -v
  refute_exists "${ROOT}/volumes/vols-given-name"
}
