#!/bin/bash
# Inside the VM.  As PID 1 ("guest.sh init"): a tiny init - mounts, cgroup, lo - then the job.  "guest.sh job": the job
# alone (started by systemd).  Ports: 1 stdout, 2 stderr, 3 exit code; /dev/vdb: tar of /job; /dev/vdc: tar of /out.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8
unset vminit

if [[ $1 == init ]]; then
  mount -t proc -o nosuid,nodev,noexec proc /proc
  mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
  mount -t securityfs -o nosuid,nodev,noexec securityfs /sys/kernel/security
  mount -t devtmpfs -o nosuid dev /dev
  [[ ! -d /sys/fs/selinux ]] || { load_policy -i && restorecon -R /dev; } # mounts selinuxfs, too
  mkdir -p /dev/pts /dev/shm
  mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
  mount -t tmpfs -o nosuid,nodev tmpfs /dev/shm
  mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs /run
  ln -sfn /proc/self/fd /dev/fd
  for i in 0:stdin 1:stdout 2:stderr; do ln -sfn "/proc/self/fd/${i%:*}" "/dev/${i#*:}"; done
  if [[ ${vmcgroup:-2} == 2 ]]; then
    mount -t cgroup2 -o nosuid,nodev,noexec,nsdelegate cgroup2 /sys/fs/cgroup
    for i in $(</sys/fs/cgroup/cgroup.controllers); do echo "+$i" >/sys/fs/cgroup/cgroup.subtree_control; done
  else
    mount -t tmpfs -o nosuid,nodev,noexec,mode=755 tmpfs /sys/fs/cgroup
    while read -r i _; do
      [[ $i == \#* ]] || { mkdir "/sys/fs/cgroup/$i" && mount -t cgroup -o "$i" "$i" "/sys/fs/cgroup/$i"; }
    done </proc/cgroups
  fi
  hostname vmhost
  ip link set lo up
  modprobe -a loop virtio_console tun
fi
unset vmcgroup

for ((i = 0; i < 100; i++)); do
  [[ -c /dev/vport0p3 ]] && break
  sleep 0.1
done
tar -xf /dev/vdb -C /job
mkfifo /run/vm-1 /run/vm-2
cat /run/vm-1 >/dev/vport0p1 &
pids=$!
cat /run/vm-2 >/dev/vport0p2 &
pids+=" $!"
become=()
[[ ! -e /sys/fs/selinux/enforce ]] || become=(runcon -- unconfined_u:unconfined_r:unconfined_t:s0) # Debian's policy looks at the level of a pipe
(cd /job && exec "${become[@]}" bash /job/.job) </dev/null >/run/vm-1 2>/run/vm-2
rc=$?
for ((i = 0; i < 30; i++)); do # what is still written; something left running may hold the pipes open
  # shellcheck disable=SC2086
  kill -0 $pids 2>/dev/null || break
  sleep 0.1
done
[[ ! -b /dev/vdc ]] || { tar -cf /dev/vdc -C /out . && blockdev --flushbufs /dev/vdc; }
echo "$rc" >/dev/vport0p3
echo o >/proc/sysrq-trigger # off: a reboot may be wanted before
sleep 10
