# ── namespaces of other containers: the same bytes in every script that has some ────────────────
SHARED_FDS=() # hold them, so that they are what was looked at, until it has entered them

# container_share KEY STATE NAME SPACE: before each start: it gets this namespace of the container, which has to run. Adds to SHARING, by
# which it enters.
container_share() {
  local THEIR_STATE=$2 FD # not STATE: who fails in here takes back what STATE names
  STATE=$THEIR_STATE container_lives pid || container_unshared "$1: $3 does not run; first: start $3" || return 1
  exec {FD}<"/proc/$LIVING/ns/$4"
  SHARED_FDS+=("$FD")
  ((${#SHARING[@]})) || SHARING=(nsenter --no-fork) # flock(1) does: its child is in there, it is not
  SHARING+=("--$4=/proc/$$/fd/$FD")
  [[ ! /proc/self/fd/$FD -ef /proc/self/ns/$4 ]] || container_unshared "$1: what $3 has is the host's: write $1: host" || return 1
  case $4 in
  net)
    [[ -e ${ROOTFS%/*/*}/${THEIR_STATE##*/}/etc/hosts ]] || container_unshared "$1: $3 has joined another one itself: name that" || return 1
    container_ports_shared "$FD" || container_unshared "$1: what leads to the network of $3 is not known" || return 1
    ;;
  pid)
    [[ ! /proc/$LIVING/ns/user -ef /proc/self/ns/user ]] || container_unshared "$1: $3 would see it start, with the root of the host still: give $3 userns_mode: auto" || return 1
    container_first_in || container_unshared "$1: $3 has joined another one itself: name that" || return 1
    ;;
  *)
    [[ -e $THEIR_STATE/shareable ]] || container_unshared "$1: the ipc namespace of $3 is its own: give it ipc: shareable" || return 1
    exec {FD}<"/proc/$LIVING/ns/mnt"
    SHARED_FDS+=("$FD") MEMORY_OF=/proc/$$/fd/$FD
    ;;
  esac
  STATE=$THEIR_STATE container_lives pid || container_unshared "$1: $3 has just ended"
}
# container_unshared WHY: it does not start. Its supervisor tries again where `restart` says so.
container_unshared() {
  container_shared
  [[ -n ${HOW-} ]] || fail 125 "$1"
  say "$1"
  return 1
}
# container_shared: it has entered them.
container_shared() {
  local FD
  for FD in "${SHARED_FDS[@]}"; do exec {FD}<&-; done
  SHARED_FDS=()
}

# container_first_in: what lives is process 1 of a pid namespace.
container_first_in() {
  local KEY VALUE PIDS=''
  while read -r KEY VALUE; do
    [[ $KEY != NSpid: ]] || PIDS=$VALUE         # and on, to its end: see stats_value
  done 2>/dev/null <"/proc/$LIVING/status" || : # it has ended
  [[ $PIDS == *[[:space:]]1 ]]
}

# container_ports_shared FD: STATE/shared names what leads from the network to bridges, for container_part.
container_ports_shared() {
  local LINKS LINE NUMBER PORT LEADING=()
  LINKS=$(nsenter --net="/proc/self/fd/$1" ip -o link show type veth) || return 1
  while read -r LINE; do
    [[ $LINE =~ @if([0-9]+): ]] || continue
    for PORT in /sys/class/net/*; do
      { read -r NUMBER <"$PORT/ifindex"; } 2>/dev/null || continue # it has gone
      [[ $NUMBER != "${BASH_REMATCH[1]}" ]] || LEADING+=("${PORT##*/}")
    done
  done <<<"$LINKS"
  printf '%s\n' "${LEADING[@]}" >"$THEIR_STATE/shared"
}
# container_part: a network that others share does not end with its container: what leads to it does, for its address is another's soon.
container_part() {
  local PORT
  { [[ -f $STATE/shared ]] && stays "$STATE" && there "$STATE/shared"; } || return 0
  while read -r PORT; do
    [[ -n $PORT && -e /sys/class/net/$PORT ]] || continue
    told 'its port, which others share' '' ip link delete "$PORT" || ip link delete "$PORT" 2>/dev/null || : # it has gone meanwhile
  done <"$STATE/shared"
}

# container_memory FILE: by SERVICE_setup: /dev/shm here is that of the mount namespace FILE, from now on: open_tree(2), move_mount(2).
container_memory() {
  local PROGRAM='
    use Config;
    my ($setns, $file) = ($Config{archname} =~ /^x86_64/ ? 308 : 268, @ARGV);
    open(my $here, "<", "/proc/self/ns/mnt") or die "$!\n";
    open(my $there, "<", $file) or die "$!\n";
    syscall($setns, fileno $there, 0) < 0 and die "setns: $!\n";
    my $tree = syscall(428, -100, my $from = "/dev/shm", 0x80101);    # of its own, closed by exec, follows no link
    my $why = $!;
    syscall($setns, fileno $here, 0) < 0 and die "setns: $!\n";
    $tree < 0 and die "open_tree: $why\n";
    syscall(429, $tree, my $none = "", -100, my $to = "/dev/shm", 4) < 0 and die "move_mount: $!\n";'
  perl -e "$PROGRAM" "$1" >&2 || {
    say 'ipc: its /dev/shm cannot be had: Linux 5.2 or newer is needed'
    return 1
  }
}

PARTING=(container_part)
CONTAINER_FUNCTIONS+=(container_lives container_share container_unshared container_shared container_first_in container_ports_shared container_part)
