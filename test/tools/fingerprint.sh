#!/bin/bash
# Prints all of the host that a leak would change, a fact a line: "KIND fact", sorted. Compare with diff.
set -euo pipefail
export LC_ALL=C

# facts KIND: prefixes each line of standard input.
facts() {
  local line
  while IFS= read -r line; do printf '%s %s\n' "$1" "${line}"; done
}

mounts() { awk '{ for (i = 7; $i != "-"; i++); print $5, $(i + 1), $(i + 2) }' /proc/self/mountinfo; }
loops() { losetup --list --noheadings --output NAME,BACK-FILE; }

# Those with a name in /run/netns, and those that hold processes.
namespaces() {
  ls -A /run/netns 2>/dev/null || true # there may be none
  lsns --noheadings --output TYPE,NS,COMMAND | awk '!/kdevtmpfs/ { print substr($0, 1, 120) }'
}

interfaces() { ip -json link show | jq -r '.[] | [.ifname, .link_type, (.master // "-"), (.flags | index("UP") != null)] | join(" ")'; }
addresses() { ip -json address show | jq -r '.[] | .ifname as $i | .addr_info[] | "\($i) \(.local)/\(.prefixlen)"'; }
routes() { ip -4 route show table all && ip -6 route show table all | sed 's/ expires [0-9]*sec//'; }
rules() { ip rule show; }
packet_filter() { nft --stateless list ruleset; }

settings() {
  grep -s '' /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/*/{forwarding,route_localnet,rp_filter} \
    /proc/sys/kernel/{core_pattern,keys/maxkeys} /proc/sys/user/max_user_namespaces || true # not every kernel has all
}

# Without the siblings of our own: whatever started this session makes and removes those.
cgroups() {
  local siblings
  siblings=$(awk -F: '{ sub("/[^/]*$", "", $3) } $3 != "" { print $3 "/" }' /proc/self/cgroup | sort -u)
  { find /sys/fs/cgroup -mindepth 1 -type d 2>/dev/null || true; } | grep -vF "${siblings:-//}" || true # one has just gone; none
}
controllers() { find /sys/fs/cgroup -name cgroup.subtree_control -printf '%p ' -exec cat {} ';' 2>/dev/null || true; } # one has just gone

# In namespaces other than ours, or in a cgroup of cash; systemd's other services apart, which have such namespaces too.
# One find for all of /proc: a process for each of them takes minutes in an emulated machine.
processes() {
  local own pid words
  own=$(readlink /proc/self/ns/{net,mnt,pid,user,cgroup})
  {
    find /proc/[0-9]*/ns -regex '.*/\(net\|mnt\|pid\|user\|cgroup\)' -printf '%p %l\n' 2>/dev/null | grep -vF "${own}" || true # none
    grep -s '/cash' /proc/[0-9]*/cgroup || true
  } | pids | grep -vxFf <(other_services) | while read -r pid; do
    words=()
    { mapfile -d '' words <"/proc/${pid}/cmdline"; } 2>/dev/null || continue # gone since
    ((${#words[@]} == 0)) || printf '%.100s\n' "${words[*]@Q}"
  done || true # none
}
other_services() {
  local own
  own=$(grep -E '^(0:|[0-9]+:name=systemd):.*[.]service' /proc/self/cgroup) || own='no service'
  { grep -sE '^(0:|[0-9]+:name=systemd):.*[.]service' /proc/[0-9]*/cgroup || true; } | grep -vF "${own}" | pids
}
pids() { sed -n 's|^/proc/\([0-9]*\)/.*|\1|p' | sort -u; }

files() {
  local place
  for place in /tmp/cash.* /run/cash /var/lib/cash /var/lib/cash.btrfs /var/work /var/log/cash /run/lock/cash; do
    [[ ! -e ${place} ]] || find "${place}" -xdev 2>/dev/null || true # one has just gone
  done
  md5sum /etc/sub{u,g}id /etc/{passwd,group,hosts,resolv.conf,fstab} 2>/dev/null || true # not every host has all of them
}

kinds=(mounts loops namespaces interfaces addresses routes rules packet_filter settings cgroups controllers processes files)
for kind in "${kinds[@]}"; do "${kind}" | facts "${kind}"; done | sort
