#!/bin/bash
# For test/property/plan.test.ts: on a host of its own, for each script FOLDER/N.sh and each line `HOST COMMAND…` of FOLDER/N.tries:
# the plan changes nothing; the command does what the plan says; once done, there is nothing more to do, where that holds for the
# command. Prints what is wrong. unshare --mount --net … plan.bash FOLDER
set -uo pipefail
export LC_ALL=C
mount --make-rprivate /
mount --rbind /sys/fs/cgroup "$1/cgroup"
mount -t sysfs sysfs /sys
mount --rbind "$1/cgroup" /sys/fs/cgroup
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs disk "$1/disk"
ip link set lo up
cd "$1" || exit

wrong() { printf '%s, on a host that is %s: %s: %s\n' "$file" "$host" "${command[*]@Q}" "$*"; }
# facts: all of the host that a script can change.
facts() {
  ip -o link show | sed -E 's/^[0-9]+: ([^:@]*).*/link \1/'
  ip -o -4 address show
  nft --stateless list ruleset
  grep -F "$1/" /proc/self/mountinfo
  cat /proc/sys/net/ipv4/ip_forward
  find /run "$1/disk" -printf '%p %y %m %U:%G %l %T@\n' | grep -v '^/run d' # /run itself: what Bash keeps here-documents in
  find /sys/fs/cgroup -path '*/cash/*' -path "*/$project*" -type d
}
# told FILE: commands and their reasons, sorted; what the plan has as functions, and what a pipe adds, apart.
told() { grep '  # ' "$1" | sed -E 's/^cash: //; s/ & ASIDE=\$!(  # )/\1/' | grep -vE "^(    |container_|supervisor_|cgroup_end|wait \"|ASIDE=|[[]{2} |#)" | sort; }

host_fresh() { :; }
host_pulled() { "./$file" pull; }
host_kept() { "./$file" run --keep a -- /bin/true; }
host_up() { "./$file" run -d a; }
host_stopped() { host_up && "./$file" stop a; }
host_killed() {
  local pid
  host_up
  read -r pid _ <"/run/cash/$project/containers/a/owner" && kill -KILL "$pid"
  read -r pid _ <"/run/cash/$project/containers/a/pid" && kill -KILL "$pid"
}

for file in *.sh; do
  project=${file%.sh}
  while read -ra command; do
    host=${command[0]} command=("${command[@]:1}")
    "./$file" down -v --images >/dev/null 2>&1 || wrong 'down fails'
    "host_$host" >made 2>&1 </dev/null || wrong "the host cannot be made: $(<made)"
    until facts "$1" >before && sleep 0.1 && facts "$1" >after && cmp -s before after; do :; done # the kernel removes some things later
    status=0
    "./$file" plan "${command[@]}" >plan 2>said || status=$?
    ((status == 0 || status == 2)) || wrong "the plan fails: $(<said)"
    facts "$1" >after
    cmp -s before after || wrong "the plan has changed $(diff before after)"
    "./$file" --verbose "${command[@]}" >/dev/null 2>said </dev/null || wrong "fails: $(<said)"
    difference=$(diff <(told plan) <(told said)) || wrong "the plan (<) and what was done (>) differ: $difference"
    [[ ${command[0]} == run ]] || {
      again=$("./$file" plan "${command[@]}" 2>&1) || wrong "done, there is still something to do: $again"
    }
  done <"${file%.sh}.tries"
  "./$file" down -v --images >/dev/null 2>&1 || wrong 'down fails'
done
