#!/usr/bin/env bats
# userns_mode: auto: root of the container is a subordinate id of the host.
load helper

setup_file() {
  begin
  compile userns <<'YAML'
name: userns
services:
  root:
    image: tar:${TINY}
    userns_mode: auto
    network_mode: none
    command: sh -c 'id -u; cat /proc/self/uid_map; touch /root/made /data/made'
    volumes: ["data:/data"]
  user:
    image: tar:${TINY}
    userns_mode: auto
    user: app
    command: id
volumes: {data: }
x-cash: {root: "${ROOT}", userns: {start: 300000, count: 65536}}
YAML
}
teardown_file() { finish; }

# bats test_tags=vm
@test 'root inside is a user without rights outside' {
  run cash run root
  assert_status 0
  assert_output -p '300000      65536'
  run cash run root -- sh -c 'exec sleep 1000' &
  eventually 3 pkill -KILL -x sleep -u 300000
  wait "$!"
}

# bats test_tags=vm
@test 'its files belong to root inside, and the image stays as it is' {
  run cash run root -- stat -c '%u %g %a' /bin /root
  assert_output "0 0 755
0 0 700"
  run find "$ROOT/images" -path '*@*' -prune -o -uid 300000 -print
  assert_output ''
}

# bats test_tags=vm
@test 'a named volume belongs to root inside' {
  run cash run root -- sh -c 'stat -c %u /data; touch /data/again && echo written'
  assert_output "0
written"
}

# bats test_tags=vm
@test 'a user of the image, with its groups' {
  run cash run user
  assert_output -p 'uid=1000(app) gid=1000(app)'
  assert_output -p '2000(extra)'
}

@test 'no file of the host is writable, or readable where only its root may read' {
  run cash run root -- sh -c 'cat /proc/1/environ >/dev/null && echo own; echo x >/proc/sys/kernel/hostname || echo refused'
  assert_output -p refused
}

# bats test_tags=vm
@test 'detached, and exec in it: in its user namespace, with its rights there' {
  cash run -d root sleep 100
  run cash exec root sh -c 'id -u; cat /proc/self/uid_map; readlink /proc/self/ns/user; touch /root/mine; grep CapBnd /proc/self/status'
  assert_output -p '300000      65536'
  pid=$(cut -d' ' -f1 /run/cash/userns/containers/root/pid)
  assert_output -p "$(readlink "/proc/${pid}/ns/user")"
  assert_output -p "$(grep CapBnd "/proc/${pid}/status")"
  run cash exec -u app root id -u
  assert_output 1000
  cash stop -t 0 root
  cash rm root
}

@test 'ids that another user has, too: refused' {
  local file=${BATS_TEST_TMPDIR}/ids
  others() { run unshare --mount bash -c 'mount --bind "$0" /etc/subgid && exec "$@"' "${file}" "${SCRIPT}" run root -- true; }
  printf '%s\n' alice:100000:200000 root:300000:65536 cash:300000:65536 bob:365536:65536 nonsense >"${file}"
  others
  assert_status 0
  printf '%s\n' alice:100000:200001 >"${file}"
  others
  assert_status 125
  assert_output -p 'of the ids 300000 to 365535 some are those of alice (/etc/subgid): choose another x-cash.userns.start'
  echo bob:365535:1 >"${file}"
  others
  assert_status 125
}
