#!/bin/bash
# prototype.sh [--pivot] IMAGE COMMAND…: the whole job by as few processes as Bash allows, with nothing that makes it safe: no
# right dropped, no device node, no lock, no check, no trap. What a script can at best come near.
# --pivot: by pivot_root(8), as a container must have it, in place of chroot(2). BRIDGE_IF: index of the bridge.
pivot=''
[[ $1 != --pivot ]] || {
  pivot=yes
  shift
}
image=$1 id=$$ root=$1-$$ cpu=/sys/fs/cgroup/cpu/benchpeers_$$ memory=/sys/fs/cgroup/memory/benchpeers_$$
shift
btrfs subvolume snapshot "${image}" "${root}" >/dev/null &
snapshot=$!
# a pipe of Bash's own: the container waits on it for its root
# shellcheck disable=SC2312 # it does nothing
exec 3<> <(:)
mkdir "${cpu}" "${memory}"
echo 512 >"${cpu}/cpu.shares"
echo 512000000 >"${memory}/memory.limit_in_bytes"
export id root host=$$ BRIDGE_IF
# One ip process makes both ends: from inside the new namespace the outer one too, on the bridge (ifN: by its index).
# shellcheck disable=SC2016 # dash expands it
inside='ip -batch - <<X
link add v$id netns $host master if$BRIDGE_IF up type veth peer name eth0
link set lo up
addr add 10.251.$((id / 250 % 250)).$((id % 250 + 2))/16 dev eth0
link set eth0 up
route add default via 10.251.0.1
X
read _ <&3; exec 3<&-
'
enter='exec unshare -fpium -R "$root" --mount-proc "$@"'
# shellcheck disable=SC2016 # the same
[[ -z ${pivot} ]] || enter='exec unshare -fpium dash -c '\''mount --bind "$root" "$root" && cd "$root" && mount -t proc proc proc &&
  pivot_root . mnt && umount -l /mnt && exec "$@"'\'' - "$@"'
(
  echo 0 >"${cpu}/tasks"
  echo 0 >"${memory}/tasks"
  exec unshare -n dash -c "${inside}${enter}" - "$@"
) &
container=$!
wait "${snapshot}"
echo >&3
wait "${container}"
status=$?
# The last process of the network namespace is gone: the kernel removes it and both ends of the veth by itself.
btrfs subvolume delete "${root}" >/dev/null &
rmdir "${cpu}" "${memory}"
wait $!
exit "${status}"
