# What a container can and cannot do: at least as confined as with Docker and Podman.
# shellcheck disable=SC2016,SC2153,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper

setup_file() {
  begin
  hostile_tars
  compile confine <<'YAML'
name: confine
x-cash: {root: "${ROOT}"}
services:
  box: {image: "tar:${TINY}"}
  fixed: {image: "tar:${TINY}", network_mode: none, read_only: true, tmpfs: /tmp}
  nodes: {image: "tar:${CACHE}/confine/nodes.tar", network_mode: none}
  etc: {image: "tar:${CACHE}/confine/etc.tar", network_mode: none, command: "true"}
  dev: {image: "tar:${CACHE}/confine/dev.tar", network_mode: none, command: "true"}
  passwd: {image: "tar:${CACHE}/confine/passwd.tar", network_mode: none, user: hosty}
  files: {image: "tar:${CACHE}/confine/files.tar", network_mode: none}
  data: {image: "tar:${CACHE}/confine/data.tar", network_mode: none, command: "true", tmpfs: /data/inside}
  volume: {image: "tar:${CACHE}/confine/data.tar", network_mode: none, command: "true", volumes: ["store:/data"]}
  work: {image: "tar:${CACHE}/confine/data.tar", network_mode: none, working_dir: /data/made}
  bin: {image: "tar:${CACHE}/confine/bin.tar", network_mode: none, command: "true"}
volumes: {store: }
YAML
}
teardown_file() {
  finish
  rm -rf "${CACHE}/confine"
}

# Images that try to get out when they are unpacked, looked into, mounted on, or started.
hostile_tars() {
  local root=${BATS_FILE_TMPDIR}/hostile kind
  export TRAP=/tmp/confine-trap
  rm -rf "${TRAP}"
  mkdir -p "${CACHE}/confine" "${TRAP}"
  for kind in nodes etc dev passwd files data bin; do
    rm -rf "${root}"
    mkdir -p "${root}"
    tar -xf "${TINY}" -C "${root}"
    "hostile_${kind}" "${root}"
    tar --numeric-owner --sort=name --mtime=@0 -C "${root}" -cf "${CACHE}/confine/${kind}.tar" .
  done
}
hostile_nodes() {
  mknod "$1/disk" b 7 0
  mknod "$1/home/mem" c 1 1
  mknod "$1/dev/kmsg" c 1 11
  cp "$1/bin/busybox" "$1/home/id"
  chmod 4755 "$1/home/id"
}
hostile_etc() { rm -rf "${1:?}/etc" && ln -s "${TRAP}" "$1/etc"; }
hostile_dev() { rm -rf "${1:?}/dev" && ln -s "${TRAP}" "$1/dev"; }
hostile_passwd() { ln -sf /etc/shadow "$1/etc/passwd" && ln -sf "${TRAP}/group" "$1/etc/group"; }
hostile_files() {
  ln -sf "${TRAP}/hosts" "$1/etc/hosts"
  ln -sf "${TRAP}/resolv.conf" "$1/etc/resolv.conf"
  mkdir -p "$1/etc/hostname"
  rm -rf "$1/tmp" && ln -s "${TRAP}" "$1/tmp"
}
hostile_data() { ln -s "${TRAP}" "$1/data"; }
# Programs that must not run before the container is closed.
hostile_bin() {
  local name
  printf '#!/bin/busybox sh\ntouch %s/ran\n' "${TRAP}" >"$1/usr/trap"
  chmod 755 "$1/usr/trap"
  for name in bash mount umount setpriv unshare ip env; do ln -sf /usr/trap "$1/bin/${name}"; done
}

box() { cash run box -- "$@"; }
status_of() { cash run "$@" -- grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; }
# nothing_got_out: neither by a link nor by a program of the image.
nothing_got_out() {
  run ls -A "${TRAP}"
  assert_output ''
  assert_equal "$(stat -c %a "${TRAP}")" 755
}

@test 'namespaces of its own' {
  local kind kinds
  kinds=(mnt pid uts ipc net cgroup)
  run box sh -c 'for kind in mnt pid uts ipc net cgroup; do readlink /proc/self/ns/$kind; done'
  assert_status 0
  for kind in "${kinds[@]}"; do
    assert_output -p "${kind}:["
    refute_output -p "$(readlink "/proc/self/ns/${kind}")"
  done
  run box sh -c 'echo /proc/[0-9]*'
  assert_output /proc/1
}

@test 'capabilities of root: the eleven of Podman, no more can be had' {
  run --separate-stderr status_of box
  assert_output -p $'CapInh:\t0000000000000000\nCapPrm:\t00000000800405fb\nCapEff:\t00000000800405fb\nCapBnd:\t00000000800405fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1'
}

@test 'capabilities of another user: none' {
  run --separate-stderr status_of -u app box
  assert_output -p $'CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t00000000800405fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1'
}

@test 'nothing of the host in its mounts' {
  run --separate-stderr box cat /proc/self/mountinfo
  assert_status 0
  refute_output -p /sys/fs/cgroup
  assert_equal "$(grep -v -e ' /etc/hosts ' -e ' /etc/hostname ' -e ' /etc/resolv.conf ' <<<"${output}" | grep -c -e ' - ext4 ' -e /run/)" 0
  refute_output -p shared:
  refute_output -p master:
  assert_equal "$(awk '$5 == "/"' <<<"${output}" | wc -l)" 1
}

@test 'what is mounted, and how' {
  local line
  run --separate-stderr box awk '{ print $5, $6 }' /proc/self/mountinfo
  for line in '/proc rw,nosuid,nodev,noexec' '/sys ro,nosuid,nodev,noexec' '/dev rw,nosuid,noexec' '/dev/pts rw,nosuid,noexec' \
    '/dev/shm rw,nosuid,nodev,noexec' '/dev/mqueue rw,nosuid,nodev,noexec' '/proc/sys ro,nosuid,nodev,noexec' \
    '/etc/hosts rw,nosuid,nodev,noexec' '/etc/resolv.conf rw,nosuid,nodev,noexec'; do
    assert_output -p "${line}"
  done
  run --separate-stderr box awk '$5 == "/" { print $6 }' /proc/self/mountinfo
  assert_output -p nodev
}

@test 'chroot in chroot does not get out' {
  run --separate-stderr box sh -c 'mkdir /jail && chroot /jail /bin/true; cd /; for n in 1 2 3 4 5 6 7 8 9; do cd ..; done; pwd; ls -d home/app; ls var/tmp; ls -d work lib64'
  assert_output $'/\nhome/app'
  run --separate-stderr box nsenter -t 1 -m true
  [[ ${status} != 0 ]]
}

@test '/proc/sys, /sys and the like cannot be written' {
  local file
  for file in /proc/sys/kernel/hostname /proc/sys/net/ipv4/ip_forward /proc/sysrq-trigger /sys/kernel/mm/transparent_hugepage/enabled /proc/irq/default_smp_affinity; do
    run --separate-stderr box sh -c "! [ -e ${file} ] || echo 1 >${file}"
    [[ ! -e ${file} ]] || assert_status 1
  done
  run --separate-stderr box mount -o remount,rw /sys
  [[ ${status} != 0 ]]
  run --separate-stderr box umount /proc/sys
  [[ ${status} != 0 ]]
}

@test 'masked paths are empty' {
  run --separate-stderr box sh -c 'for f in /proc/kcore /proc/keys /proc/latency_stats /proc/sched_debug /proc/timer_list /proc/timer_stats /proc/interrupts; do
    ! [ -e $f ] || wc -c <$f; done | sort -u; for d in /proc/acpi /proc/asound /proc/scsi /sys/firmware /sys/fs/selinux /sys/dev/block /sys/devices/virtual/powercap; do ! [ -d $d ] || ls -A $d; done'
  assert_output 0
}

@test '/dev has the standard nodes, and nothing else' {
  run --separate-stderr box sh -c 'cd /dev && ls -A | tr "\n" " "'
  assert_output 'console fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero '
  run --separate-stderr box sh -c 'cd /dev && find . -xdev -type c -exec stat -c "%n %t:%T %a" {} + | sort'
  assert_output $'./full 1:7 666\n./null 1:3 666\n./random 1:8 666\n./tty 5:0 666\n./urandom 1:9 666\n./zero 1:5 666'
  run --separate-stderr box sh -c 'echo hi >/dev/null; head -c 3 /dev/zero | wc -c; test -c /dev/pts/ptmx; readlink /dev/ptmx; stat -c %a /dev/shm; echo x >/dev/full'
  assert_output $'3\npts/ptmx\n1777'
  assert_status 1
}

@test 'no device node can be made or opened' {
  run --separate-stderr box mknod /tmp/disk b 7 0
  assert_status 1
  run --separate-stderr cash run nodes -- find / -xdev '!' -path '/dev/*' '(' -type b -o -type c ')'
  assert_status 0
  assert_output ''
}

@test 'set-user-ID gives nothing' {
  run --separate-stderr cash run -u app nodes -- /home/id -u
  assert_output 1000
}

@test 'mounts, module loading, clock, raw sockets, reboot are refused' {
  local command
  for command in 'mount -t tmpfs none /tmp' 'mount --bind /tmp /home' 'umount /etc/hosts' 'hostname other' 'ping -c 1 -w 1 127.0.0.1' \
    'ip link set lo down' 'ip link add dummy0 type dummy' 'dmesg -c' 'chroot /proc/1/root/../.. test -d /work/main' 'swapoff -a' 'insmod /etc/passwd'; do
    run --separate-stderr box sh -c "${command} >/dev/null 2>&1"
    [[ ${status} != 0 ]] || fail "${command} succeeded"
  done
  run --separate-stderr box date -s 2000-01-01
  assert_output --stderr -p "can't set date"
}

@test 'the host sees none of its mounts, during and after' {
  local seen='' file=${BATS_TEST_TMPDIR}/out
  cash run box -- sh -c 'echo ready; until [ -e /end ]; do sleep 0.1; done' >"${file}" &
  until grep -q ready "${file}"; do # while it starts, too
    [[ -d /proc/$! ]]
    seen+=$(grep "${ROOT}/" /proc/self/mountinfo || true) # none
  done
  seen+=$(grep "${ROOT}/" /proc/self/mountinfo || true)
  cash exec box touch /end
  wait "$!"
  seen+=$(grep "${ROOT}/" /proc/self/mountinfo || true)
  assert_equal "${seen}" ''
}

@test 'a process of the container dies with it' {
  run timeout 60 "${SCRIPT}" run box -- sh -c 'setsid sleep 300.3 & exit 0'
  assert_status 0
  run pgrep -fx 'sleep 300.3'
  assert_status 1
}

@test '/etc or /dev as a link: refused, nothing written' {
  local service
  for service in etc dev; do
    run cash run "${service}"
    assert_status 125
    assert_output -p "/${service} of the image is a symbolic link"
  done
  nothing_got_out
  run find "${ROOT}/images" -name '*.part'
  assert_output ''
}

@test '/etc/passwd as a link to the host: not followed' {
  run cash run passwd -- id
  assert_status 125
  run cash run -u 1000 passwd -- id -u
  assert_status 0
  assert_output 1000
  nothing_got_out
}

@test 'links where files are written or mounted: replaced, not followed' {
  run cash run files -- sh -c 'cat /etc/hostname; ls -ld /etc/hosts /etc/resolv.conf'
  assert_status 0
  assert_output -p files
  refute_output -p '->'
  nothing_got_out
}

@test 'a link as the target of a mount or as working directory: refused' {
  local service
  for service in data volume; do
    run cash run "${service}"
    assert_status 125
    assert_output -p 'passes through a symbolic link in the image'
  done
  run cash run work -- pwd
  [[ ${status} != 0 ]]
  nothing_got_out
}

@test 'no program of the image runs with more rights than the command' {
  run cash run bin
  assert_status 0
  nothing_got_out
  run --separate-stderr cash run -e UID=1 bin -- sh -c 'ls -d /tmp/confine-trap'
  nothing_got_out
}

@test 'subvolumes made inside do not stop the removal' {
  cash run --keep box -- true
  btrfs -q subvolume create "${ROOT}/containers/confine/box/rootfs/home/nested"
  btrfs -q subvolume create "${ROOT}/containers/confine/box/rootfs/home/nested/deeper"
  btrfs property set "${ROOT}/containers/confine/box/rootfs/home/nested/deeper" ro true
  btrfs property set "${ROOT}/containers/confine/box/rootfs/home/nested" ro true
  cash rm box
  refute_exists "${ROOT}/containers/confine/box"
}

@test 'read_only: nothing can be written but what is mounted' {
  run --separate-stderr cash run fixed -- touch /new
  assert_status 1
  run --separate-stderr cash run fixed -- sh -c 'mount -o remount,rw /; touch /home/new'
  assert_status 1
  run --separate-stderr cash run fixed -- sh -c 'touch /tmp/new /dev/shm/new && echo ok'
  assert_output ok
}

@test 'the image cannot be changed from a container' {
  cash run box -- sh -c 'echo changed >/etc/passwd; rm -rf /home /bin/cat'
  run cash run box -- cat /etc/passwd
  assert_output -p 'app:x:1000'
}

@test 'the keyring, the groups and the capabilities of the caller stay outside' {
  run --separate-stderr setpriv --groups 4,27 --inh-caps +chown,+net_raw --ambient-caps +chown,+net_raw "${SCRIPT}" run box -- sh -c 'id -G; grep -E "Cap(Inh|Amb)" /proc/self/status'
  assert_output $'0\nCapInh:\t0000000000000000\nCapAmb:\t0000000000000000'
}
