# Devices of the host: nodes, the device cgroup, privileged.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper

setup_file() {
  begin
  compile devices <<'YAML'
name: devices
x-cash: {root: "${ROOT}"}
x-tiny: &tiny {image: "tar:${TINY}", network_mode: none, command: sh}
services:
  some: {<<: *tiny, devices: [/dev/loop-control, "/dev/kmsg:/srv/log/messages", "/dev/net:/dev/more"]}
  less: {<<: *tiny, devices: ["/dev/loop-control:r", "/dev/kmsg:/dev/kmsg:w"]}
  maker: {<<: *tiny, cap_add: [MKNOD], device_cgroup_rules: ["c 10:237 rwm"]}
  dir: {<<: *tiny, devices: [/proc/self/task]}
  none: {<<: *tiny, devices: [/dev/cash-has-none]}
  all: {<<: *tiny, privileged: true, devices: [/dev/loop-control]}
YAML
}
teardown_file() { finish; }

opens() { printf '%s && echo %s; ' "(: $1 $2) 2>/dev/null" "$3"; }

@test 'devices: the nodes, by their names, and no other; those of the host stay as they are' {
  local before
  before=$(stat -c '%a %u %g' /dev/loop-control /dev/kmsg)
  run --separate-stderr cash run some -- sh -c "$(opens '<>' /dev/loop-control control)$(opens '>' /srv/log/messages kmsg)"'stat -c "%n %t:%T" /dev/loop-control /srv/log/messages /dev/more/*
    chmod 777 /dev/loop-control; chown 5 /srv/log/messages; rm /dev/loop-control; mknod /dev/own c 1 3; echo end'
  assert_output $'control\nkmsg\n/dev/loop-control a:ed\n/srv/log/messages 1:b\n/dev/more/tun a:c8\nend'
  assert_output --stderr -p 'Read-only file system'
  assert_output --stderr -p 'Operation not permitted'
  assert_equal "$(stat -c '%a %u %g' /dev/loop-control /dev/kmsg)" "${before}"
  run cash run some -- true
  assert_status 0
}

# bats test_tags=vm
@test 'access bits: the kernel looks at each access, of exec too' {
  local tests
  tests="$(opens '<' /dev/loop-control r)$(opens '<>' /dev/loop-control rw)$(opens '>' /dev/kmsg w)$(opens '<' /dev/kmsg r)echo >/dev/null; head -c 2 /dev/urandom | wc -c"
  run --separate-stderr cash run less -- sh -c "${tests}"
  assert_output $'r\nw\n2'
  cash run -d less -- sleep 300
  run --separate-stderr cash exec less sh -c "${tests}"
  assert_output $'r\nw\n2'
  cash rm -f less
}

# bats test_tags=vm
@test 'cap_add MKNOD: nodes of what the rules name, where nodes count' {
  run --separate-stderr cash run maker -- sh -c "mknod /dev/mine c 10 237; $(opens '<' /dev/mine rule)mknod /dev/zip c 1 5; $(opens '<' /dev/zip standard)mknod /dev/disk b 7 0; mknod /there c 10 237; $(opens '<' /there elsewhere)echo end"
  assert_output $'rule\nstandard\nend'
  assert_output --stderr -p 'mknod: /dev/disk: Operation not permitted'
}

# bats test_tags=vm
@test 'the program of cgroup v2 lets through what the rules do' {
  local group=${CACHE}/unified/cash-devices-test mounted=''
  grep -q ' /sys/fs/cgroup cgroup2 ' /proc/self/mounts || {
    mkdir -p "${CACHE}/unified"
    mount -t cgroup2 cgroup2 "${CACHE}/unified"
    mounted=yes
  }
  [[ -n ${mounted} ]] || group=/sys/fs/cgroup/cash-devices-test
  mkdir "${group}"
  # shellcheck source=/dev/null
  source <(sed -n "/^DEVICE_PROGRAM='/,/^'/p" "${SCRIPT}")
  perl -e "${DEVICE_PROGRAM}" "${group}" 'c 1:3 rwm' 'c 10:237 r' 'c 1:11 w' 'a 7:* m' 'c 5:* rw'
  run sh -c "echo 0 >${group}/cgroup.procs; exec 2>/dev/null; $(opens '<>' /dev/null null)$(opens '<' /dev/zero zero)$(opens '<' /dev/loop-control r)$(opens '<>' /dev/loop-control rw)$(opens '>' /dev/kmsg w)$(opens '<' /dev/kmsg r)$(opens '<' /dev/ptmx minor)
    mknod ${BATS_TEST_TMPDIR}/disk b 7 9 && echo made; mknod ${BATS_TEST_TMPDIR}/other b 8 9 || echo refused; $(opens '<' "${BATS_TEST_TMPDIR}/disk" disk)echo end"
  rmdir "${group}"
  [[ -z ${mounted} ]] || umount "${CACHE}/unified"
  assert_output $'null\nr\nw\nminor\nmade\nrefused\nend'
  run perl -e "${DEVICE_PROGRAM}" "${BATS_TEST_TMPDIR}" 'c 1:3 rwm'
  assert_output -p 'cash: devices: the cgroup takes no program'
}

@test 'no device, or none in a directory: said, and nothing is left' {
  run cash run none
  assert_status 125
  assert_output -p 'devices: /dev/cash-has-none is no device of this host'
  run cash run dir
  assert_status 125
  assert_output -p 'devices: no device is in /proc/self/task'
  run ls /run/cash/devices/containers
  assert_output ''
}

# bats test_tags=vm
@test 'privileged: said first; all capabilities, all devices, nothing covered; /dev of the host stays as it is' {
  run grep loosens "${SCRIPT}"
  assert_output -p 'EVERYTHING: privileged, all capabilities, all devices, /proc and /sys open: root in it is root of the host (all)'
  run --separate-stderr cash run all -- sh -c "$(opens '<>' /dev/loop-control control)"'[ "$(ls /dev | wc -l)" -gt 20 ] && echo many; echo 1 >/proc/sys/net/ipv4/ip_forward && echo proc; awk "\$5 == \"/sys\" { print \$6 }" /proc/self/mountinfo; mount -t tmpfs none /tmp && echo mounted
    awk "\$5 ~ \"^/(proc|sys)/\"" /proc/self/mountinfo; touch /dev/cash || echo stays; echo x >/dev/shm/x && echo shm'
  assert_status 0
  assert_output $'control\nmany\nproc\nrw,nosuid,nodev,noexec,relatime\nmounted\nstays\nshm'
  run --separate-stderr cash run all -- grep -E 'CapEff|CapBnd' /proc/self/status
  assert_output "$(grep -E 'CapEff|CapBnd' /proc/self/status)"
  run --separate-stderr cash run -u app all -- grep CapEff /proc/self/status
  assert_output $'CapEff:\t0000000000000000'
  cash run -d all -- sleep 300
  run --separate-stderr cash check all
  assert_output 'ok       all is as defined'
  cash rm -f all
}
