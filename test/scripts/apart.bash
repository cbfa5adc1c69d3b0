# A host of its own for a bats file that looks at all of it: own network, own /run, own mounts, a pool in memory (syncing a disk
# takes most of the time otherwise); the kernel and its cgroups are the machine's.
#   `load helper`, `load apart`; in setup_file apart_begin after `begin`, in teardown_file apart_end in place of finish.
# shellcheck shell=bash disable=SC2034,SC2154,SC2312 # variables of helper.bash, of bats, of tests; sed and sort do not fail

# apart_begin: starts the process that holds the namespaces; APART is its pid.
apart_begin() {
  mkdir -p "${ROOT%/*}"
  # shellcheck disable=SC2016 # for the other bash
  setsid unshare --mount --net --propagation private bash -c '
    mount -t tmpfs -o mode=755 run /run && mkdir /run/cgroup && mount --rbind /sys/fs/cgroup /run/cgroup &&
      mount -t sysfs sysfs /sys && mount --rbind /run/cgroup /sys/fs/cgroup && umount --lazy /run/cgroup && rmdir /run/cgroup &&
      mount -t tmpfs disk "$1" && ip link set lo up && echo 0 >/proc/sys/net/ipv4/ip_forward &&
      touch /run/.apart && exec sleep infinity' apart "${ROOT%/*}" 3>&- &
  export APART=$!
  eventually 5 test -e "/proc/${APART}/root/run/.apart"
}

# apart COMMAND…: on that host. bats waits for whoever holds its descriptor 3.
apart() { nsenter --target "${APART}" --mount --net --wd="${PWD}" -- "$@" 3>&-; }
cash() { apart "${SCRIPT}" "$@"; }

# started FILE COMMAND…: COMMAND there, in the background, as a process group of its own that no signal is ignored in; its output
# to FILE. PID is that of the command itself.
started() {
  local end=$((SECONDS + 90))
  rm -f "$1" "$1.started" # of the one before
  # shellcheck disable=SC2016 # for the other shell
  setsid nsenter --target "${APART}" --mount --net --wd="${PWD}" -- env --default-signal sh -c ': >"$0" && exec "$@"' "$1.started" "${@:2}" </dev/null >"$1" 2>&1 3>&- 4>&- &
  PID=$!
  # Until env is through: before, signals are ignored, as in all that a shell without job control puts in the background.
  until [[ -e $1.started ]]; do ((SECONDS < end)) || fail "not started in time: ${*:2}" || return; done
}
# ended: waits for it; sets CODE, its exit status.
ended() {
  CODE=0
  wait "${PID}" || CODE=$?
}

apart_end() {
  local file left=''
  for file in "${SCRIPTS}"/*.sh; do
    [[ ! -e ${file} ]] || apart "${file}" down -v --images >&2 || fail "${file##*/} down: status $?"
  done
  left=$(apart ls -A /run/cash 2>/dev/null) || true # it is not there: as it should be
  slain "${APART}"
  [[ -z ${left} ]] || fail "left in /run/cash: ${left}"
  eventually 10 left || fail 'that is left on the host'
  remove_root
}

# state [PROJECT…]: all that cash makes on that host, a line a thing, in the pool at ROOT, too. Interfaces' digits, and what names a
# process or holds the environment of one, apart.
state() {
  # shellcheck disable=SC2016 # for the other bash
  apart bash -c '
    for _ in {1..500}; do # the kernel takes the interface of an ended container away in its own time: until there are as many as leases
      ports=(/sys/class/net/ve[0-9a-f]*) leases=(/run/cash/*/networks/*/[0-9]*)
      [[ -e ${ports[0]} ]] && { [[ ! -e ${leases[0]} ]] || ((${#ports[@]} > ${#leases[@]})); } || break
      sleep 0.05
    done
    echo "forward $(</proc/sys/net/ipv4/ip_forward)"
    [[ ! -d /run/cash ]] || find /run/cash ! -name "audit*" ! -path "/run/cash/*/script" -printf "run %P %y %m\n" -type f \
      ! -name pid ! -name owner ! -name supervisor ! -name settings -exec sed "s|^|run  |" "{}" ";"
    ip -o link show | sed -E "s/^[0-9]+: ([^:@]*).*(link\/[a-z]*).*/link \1 \2/"
    ip -o -4 address show | sed -E "s/^[0-9]+: /address /"
    nft --stateless list ruleset | sed -E "s/^/nft /; s/elements = \{//" | grep -vE " [.] 02:42(:[0-9a-f]{2}){4} [.] " # who was ever on the bridge stays a member of it until down
    ls -d "$0".* 2>/dev/null | sed "s/^/disk /"
    [[ ! -d $0 ]] || find "$0" -printf "pool %P %y %m %U:%G %i %l\n" | sed -E "s/ (256) / subvolume /; s/ [0-9]+ ([^ ]*)$/ \1/"
    find "$0" -name ".*.meta" -exec sed "s|^created .*|created|; s|^|known {} |" "{}" ";" 2>/dev/null # seconds apart
    find "$0" -type f ! -path "*/cache/*" ! -name ".*.meta" ! -path "$0/containers/*/ended" -exec md5sum "{}" + 2>/dev/null | sed "s/^/file /"
    find "$0" -inum 256 -exec sh -c "btrfs property get \"\$1\" ro | sed \"s|^|property \$1 |\"" - "{}" ";" 2>/dev/null
    grep -F "$0" /proc/self/mountinfo | cut -d" " -f 5- | sed -E "s|loop[0-9]+|loop|; s/(master|shared):[0-9]+ //; s/^/mount /"
    for project in "${@:1}"; do
      find /sys/fs/cgroup -path "*/cash/$project*" -type d -printf "cgroup %p\n" 2>/dev/null # others make and remove theirs
      find /sys/fs/cgroup -path "*/cash/$project/*" -name cgroup.procs -exec sh -c "grep -sL perl /dev/null \$(sed \"s|.*|/proc/&/cmdline|\" \"\$1\") | grep -c /proc/ | sed \"s|^|processes \$1 |\"" - "{}" ";" 2>/dev/null # less what fails for them
    done' "${ROOT}" "$@" | sed -E 's/ve([0-9a-f]{12})[0-9]/ve\1N/' | LC_ALL=C sort
}
