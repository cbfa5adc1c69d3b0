# What an image, or a container before it is started again, does against the host.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load running

setup_file() {
  begin
  export FILES=${CACHE}/hostile
  rm -rf "${FILES}"
  mkdir -p "${FILES}"/{victim,image/etc}
  truncate -s 1T "${FILES}"/image/etc/{passwd,group}
  printf 'root:x:0:0::/:/bin/sh' | dd of="${FILES}/image/etc/passwd" conv=notrunc status=none
  tar --sparse --create --directory "${FILES}/image" --file "${FILES}/endless.tar" .
  compile hostile <<'YAML'
name: hostile
x-cash: {root: "${ROOT}", storage: {size: 512m}}
services:
  again:
    image: "tar:${TINY}"
    network_mode: none
    restart: on-failure:1
    volumes: ["data:/srv/app/data"]
    command:
      - sh
      - -c
      - |
        [ ! -e /srv/app.old ] || exit 0
        mv /srv/app /srv/app.old; mkdir /srv/app; ln -s ${FILES}/victim /srv/app/data
        exit 1
  box: {image: "tar:${TINY}", network_mode: none, command: [sh], init: true}
  named: {image: "tar:${TINY}", network_mode: none, command: [sh, -c, 'printf "a) S 1\nb" >/proc/1/comm; echo named; sleep 999 & wait']}
  other: {image: "tar:${TINY}", network_mode: none, command: [sleep, "999"]}
  endless: {image: "tar:${FILES}/endless.tar", network_mode: none, user: app, command: [sh]}
volumes: {data: }
YAML
}
teardown() { end_all; }
teardown_file() {
  finish
  rm -rf "${FILES}"
}

@test 'a link where a volume was: it is not started again, and nothing is mounted there' {
  run cash run -d again
  assert_status 0
  eventually 10 test -e "${ROOT}/containers/hostile/again/ended"
  run cash logs again
  assert_output -p '/srv/app/data in the container is a symbolic link now'
  run cash wait again
  assert_output 125
  cash rm again
}

@test 'a link where /etc/hosts was, in kept files and in an image that was committed of them' {
  cash run --keep box -- sh -c 'cp -a /etc /etc.new; rm /etc.new/hosts; ln -s /etc/ld.so.cache /etc.new/hosts; mv /etc /etc.old; mv /etc.new /etc'
  run cash run --keep box -- true
  assert_status 125
  assert_output -p '/etc/hosts in the container is a symbolic link now'
  run cash commit box forged
  assert_status 125
  assert_output -p '/etc/hosts of the container is a symbolic link'
  cash rm box
}

@test 'cp of what was a link the last time, and is a directory now: the host is not written to behind it' {
  cd "${BATS_TEST_TMPDIR}" || return
  cash run --keep box -- sh -c "mkdir /data; ln -s ${FILES}/victim /data/d"
  cash cp box:/data dst
  cash cp box:/data dst
  cash run --keep box -- sh -c 'rm /data/d; mkdir /data/d; echo owned >/data/d/cron'
  run cash cp box:/data/. dst/data
  refute_exists "${FILES}/victim/cron"
  cash rm box
}

@test 'where process 1 stays ours, its environment has nothing of the caller' {
  SECRET=mine run env 'odd.name=x' "${SCRIPT}" run box -- sh -c 'tr "\0" "\n" </proc/1/environ'
  assert_status 0
  refute_output -p SECRET
  refute_output -p odd.name
  assert_output -p ROOTFS=
}

@test 'a process 1 whose name has line breaks, and looks like /proc/PID/stat: it is seen, stopped and removed' {
  cash run -d named
  cash run -d other
  eventually 10 grep -q named "${ROOT}/containers/hostile/named/log"
  run cash ps
  assert_status 0
  assert_output -p named
  run cash exec named true
  assert_status 0
  run cash stop -t 1 named other
  assert_status 0
  run cash rm named other
  assert_status 0
}

@test 'an /etc/passwd without an end: refused at once' {
  run timeout 60 "${SCRIPT}" run endless
  assert_status 125
  assert_output -p '/etc/passwd of the image is no text, or longer than 1 MiB'
}
