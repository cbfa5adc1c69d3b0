#!/usr/bin/env bats
# Which system calls a container may make: by default, with another profile, with none; its first process and all that enters it.
# shellcheck disable=SC2016,SC2312 # sh in the container expands; what these read does not fail
load helper
load calls

setup_file() {
  begin
  probed_tar
  compile seccomp <<'YAML'
name: seccomp
x-cash: {root: "${ROOT}"}
x-box: &box
  image: tar:${CACHE}/seccomp/probes.tar
  network_mode: none
  command: sleep 1000
  stop_signal: SIGKILL
  volumes: ["said:/said"]
services:
  box:
    <<: *box
    healthcheck: {test: [CMD, sh, -c, "grep ^Seccomp: /proc/self/status >/said/health; sh /probe/all >>/said/health"], interval: 1h}
    post_start: [{command: [sh, -c, "grep ^Seccomp: /proc/self/status >/said/hook; sh /probe/all >>/said/hook"]}]
  rights: {<<: *box, security_opt: ["no-new-privileges:false"], user: app}
  mapped: {<<: *box, userns_mode: auto, volumes: []}
  mappedrights: {<<: *box, userns_mode: auto, security_opt: ["no-new-privileges:false"], volumes: []}
  admin: {<<: *box, cap_add: [SYS_ADMIN]}
  open: {<<: *box, security_opt: ["seccomp=unconfined"]}
volumes: {said: }
YAML
  compile profile test/fixtures/seccomp/compose.yaml
  script seccomp
  cash pull
}
teardown_file() {
  finish
  rm -rf "${CACHE}/seccomp"
}
teardown() { script seccomp; }

# probed_tar: /probe/NAME makes a system call; /probe/all says for each of them NAME ERRNO.
probed_tar() {
  local root=${BATS_FILE_TMPDIR}/probes
  mkdir -p "${root}/probe" "${CACHE}/seccomp"
  tar -xf "${TINY}" -C "${root}"
  printf 'for one in /probe/*_*; do "$one" </; echo "${one##*/} $?"; done\n' >"${root}/probe/all"
  probe "${root}/probe/unshare_user" 272 0x10000000
  probe "${root}/probe/clone_user" 56 0x10000011
  probe "${root}/probe/clone3_any" 435
  probe "${root}/probe/io_uring" 425
  probe "${root}/probe/socket_alg" 41 38 5
  probe "${root}/probe/socket_unix" 41 1 1
  probe "${root}/probe/socket_upper" 41 0x100000001 1
  probe "${root}/probe/socket_vsock" 41 40 1
  probe "${root}/probe/personality_ask" 135 0xffffffff
  probe "${root}/probe/personality_fixed" 135 0x40000
  probe "${root}/probe/ioctl_subvolume" 16 0 0x5000940e
  probe "${root}/probe/ioctl_upper" 16 0 0x15000940e
  probe "${root}/probe/ioctl_snapshot2" 16 0 0x50009417
  probe "${root}/probe/ioctl_info" 16 0 0x8400941f
  probe "${root}/probe/key_ctl" 250
  probe "${root}/probe/userfault_fd" 323
  probe "${root}/probe/b_pf" 321
  probe "${root}/probe/perf_event" 298
  probe "${root}/probe/new_call" 500
  probe "${root}/probe/get_sid" 124
  probe "${root}/probe/u_name" 63
  probe "${root}/probe/i386_getpid" 20 0 0 int80
  probe "${root}/probe/x32_getpid" 0x40000027
  tar --numeric-owner --sort=name --mtime=@0 -C "${root}" -cf "${CACHE}/seccomp/probes.tar" .
}

# By default: EPERM is 1, ENOTTY 25, ENOSYS 38; EFAULT (14) comes from the kernel behind the filter.
REFUSED='b_pf 1
clone3_any 38
clone_user 1
get_sid 0
i386_getpid 38
io_uring 1
ioctl_info 14
ioctl_snapshot2 25
ioctl_subvolume 25
ioctl_upper 25
key_ctl 1
new_call 38
perf_event 1
personality_ask 0
personality_fixed 1
socket_alg 1
socket_unix 0
socket_upper 1
socket_vsock 1
u_name 14
unshare_user 1
userfault_fd 1
x32_getpid 38'

filtered='grep -E "^(NoNewPrivs|Seccomp):" /proc/self/status; sh /probe/all'

# bats test_tags=vm
@test 'what is refused, and how; programs run as before' {
  run cash run box -- sh -c "${filtered}"
  assert_output $'NoNewPrivs:\t1\nSeccomp:\t2\n'"${REFUSED}"
  run cash run -u app box -- sh -c "${filtered}"
  assert_output $'NoNewPrivs:\t1\nSeccomp:\t2\n'"${REFUSED}"
  run cash run box -- sh -c 'ls /proc/self/fd; env; mkdir /d && mount -t tmpfs none /d'
  assert_output -p $'0\n1\n2\n3\nH'
  refute_output -p SECCOMP
  assert_output -p 'mount: permission denied'
}

@test 'exec, healthcheck and hooks are filtered too; check sees it' {
  cash run -d box
  run cash exec box sh -c "${filtered}"
  assert_output $'NoNewPrivs:\t1\nSeccomp:\t2\n'"${REFUSED}"
  run cash exec -u app box sh -c "${filtered}"
  assert_output $'NoNewPrivs:\t1\nSeccomp:\t2\n'"${REFUSED}"
  cash healthcheck run box
  run cash exec box cat /said/hook /said/health
  assert_output $'Seccomp:\t2\n'"${REFUSED}"$'\nSeccomp:\t2\n'"${REFUSED}"
  run cash check box
  assert_status 0
  cash restart box
  run cash exec box grep '^Seccomp:' /proc/self/status
  assert_output $'Seccomp:\t2'
  cash rm -f box
}

@test 'without no_new_privs, in user namespaces: the same' {
  local service flag
  for service in rights mapped mappedrights; do
    [[ ${service} == mapped ]] && flag=1 || flag=0
    cash run -d "${service}"
    run cash exec "${service}" sh -c "${filtered}"
    assert_output $'NoNewPrivs:\t'"${flag}"$'\nSeccomp:\t2\n'"${REFUSED}"
    run cash exec "${service}" grep '^Seccomp:' /proc/1/status
    assert_output $'Seccomp:\t2'
    cash rm -f "${service}"
    run cash run "${service}" -- sh -c "${filtered}"
    assert_output $'NoNewPrivs:\t'"${flag}"$'\nSeccomp:\t2\n'"${REFUSED}"
  done
}

@test 'a capability opens what it stands for' {
  run cash run admin -- sh /probe/all
  assert_output -p 'unshare_user 0'
  assert_output -p 'clone3_any 22'
  assert_output -p 'io_uring 1'
  assert_output -p 'i386_getpid 38'
}

@test 'unconfined: no filter, and that is said' {
  run cash run open -- sh -c "${filtered}"
  assert_output -p $'Seccomp:\t0'
  assert_output -p 'unshare_user 0'
  assert_output -p 'clone3_any 22'
  assert_output -p 'ioctl_subvolume 14'
  run head -12 "${SCRIPT}"
  assert_output -p 'loosens  every system call is allowed (seccomp:unconfined) (open)'
  refute_output -p '(box)'
  cash run -d open
  run cash exec open grep '^Seccomp:' /proc/self/status
  assert_output $'Seccomp:\t0'
  cash rm -f open
}

@test 'a profile of its own' {
  script profile
  run cash run mine -- sh /probe/all
  assert_output -p 'get_sid 13'
  assert_output -p 'socket_unix 97'
  assert_output -p 'socket_vsock 0'
  assert_output -p 'unshare_user 0'
  assert_output -p 'i386_getpid 38'
  run head -12 "${SCRIPT}"
  assert_output -p 'loosens  seccomp by profile.json, which also allows _sysctl, acct, add_key, '
}

# without_perl COMMAND…: where /usr/bin is without it.
without_perl() {
  unshare --mount bash -c '
    mount -t tmpfs upper "$0" && mkdir "$0"/{upper,work} && mount -t overlay -o "lowerdir=/usr/bin,upperdir=$0/upper,workdir=$0/work" bin /usr/bin &&
      rm /usr/bin/perl* && "$@"' "${BATS_TEST_TMPDIR}" "$@" 3>&-
}

@test 'without Perl nothing starts' {
  run without_perl "${SCRIPT}" run box -- sh -c "${filtered}"
  assert_status 125
  assert_output -p 'needs Perl: apt-get install perl-base'
  refute_output -p Seccomp:
}
