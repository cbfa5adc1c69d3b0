# ── containers, from their start to their end: the same bytes in every script ────────────────────
# How a container starts, by whom:
#   the script      cgroups, addresses, then: unshare … flock … bash -c SERVICE_first
#   flock           stays, the parent of process 1: its exit status is that of process 1, and while it lives STATE/alive is locked
#   SERVICE_first   process 1: starts SERVICE_setup; drops all rights but the container's, becomes SERVICE_last, says so, waits
#   the script      a snapshot of the image, beside what follows: files; waits for it; says to the walls of its networks who it is
#   SERVICE_setup   hostname and network; when the snapshot is there, mounts what the container sees; when process 1 is loaded,
#                   pivot_root moves all processes of these namespaces into the new root, and so process 1; detaches the old one; ends
#   the script      lets process 1 go on
#   SERVICE_last    environment, working directory, exec of the command
# Before its last step no program of the image is executed, after pivot_root none of the host.

# container_root: by SERVICE_setup. When the script says that the snapshot is there: its mounts, those that LATE makes, too;
# when it says that process 1 is loaded: its root; which is the root of process 1, and ours, from then on: only what is loaded follows.
container_root() {
  local TRIES=0 PIVOT
  exec {PIVOT}> >(container_pivot)
  read -r _ <&"$MOUNT_GATE"
  container_straight
  until mount --internal-only --no-canonicalize --all --fstab "$STATE/fstab" >&2 2>/dev/null; do
    # a program of the host that had just been executed in here was given its time of access: what is written to becomes read-only then
    ((TRIES++ < 10)) || {
      mount --internal-only --no-canonicalize --all --fstab "$STATE/fstab" >&2
      break
    }
    sleep 0.1
  done
  "${LATE[@]}"
  container_console
  [[ -z $NETWORK ]] || wait "$NETWORK"
  read -r _ <&"$MOUNT_GATE"
  echo pivot >&"$PIVOT"
}

# container_pivot: a Perl that is loaded before: when the new root is the root, no program of the host can be found any more to detach the
# old one, which lies over it.
container_pivot() {
  local CALLS=(41 39) # their numbers on this machine
  [[ $HOSTTYPE != x86_64* ]] || CALLS=(155 166)
  exec perl -e '
    my ($pivot_root, $umount2, $here) = (@ARGV, ".");
    readline(STDIN) // exit;
    chdir $ENV{ROOTFS} or die "cash: $ENV{ROOTFS}: $!\n";
    syscall($pivot_root, $here, $here) == 0 or die "cash: pivot_root: $!\n";
    syscall($umount2, $here, 2) == 0 or die "cash: umount --lazy of the old root: $!\n"; # MNT_DETACH
    open my $messages, ">&=", $ENV{MESSAGES};
    print $messages "pivoted\n"; print "pivoted\n"' "${CALLS[@]}"
}

# container_straight: no place where something is mounted is elsewhere, by a symbolic link: mount(8) would follow it, out of the container.
# An earlier run of it may have put one there, or the container that its image was committed of; none runs now.
container_straight() {
  local TARGET REST PLACE
  while read -r _ TARGET _; do
    [[ $TARGET == "$ROOTFS"/* && $TARGET != "$ROOTFS"/proc/* && $TARGET != "$ROOTFS"/sys/* ]] || continue # those are in what is mounted there
    printf -v REST '%b/' "${TARGET#"$ROOTFS"/}"
    PLACE=$ROOTFS
    while [[ -n $REST ]]; do
      PLACE+=/${REST%%/*} REST=${REST#*/}
      [[ ! -L $PLACE ]] || {
        echo "cash: ${PLACE#"$ROOTFS"} in the container is a symbolic link now, and something is to be mounted there: it is not started" >&2
        exit 125
      }
    done
  done <"$STATE/fstab"
}

# container_console: the terminal that its keeper has made for it, by a name it can find.
container_console() {
  [[ -z $TTY ]] || { [[ ! -L $ROOTFS/dev/console ]] && mount -o bind,nosuid,noexec "$(tty)" "$ROOTFS/dev/console"; }
}

# container_wait DIRECTORY COMMAND…: by process 1, without its rights already: forgets all that was ours, looks whether its command is there, and waits
# until it is let go.
container_wait() {
  local pid name entry inherited messages=$MESSAGES setup=$SETUP gate=$START_GATE stop=$STOP_SIGNAL status
  read -r pid _ </proc/self/stat # the host's /proc still: our pid there
  mapfile -d '' -t inherited </proc/self/environ
  exec {MOUNT_GATE}<&-
  echo "$pid" >&"$messages"
  for name in "${inherited[@]%%=*}" PWD OLDPWD SHLVL; do
    case $name in
    BASH_FUNC_*) export -fn "${name:10:-2}" ;;
    *) unset -v "$name" ;;
    esac
  done
  declare -gA SHLVL   # or exec would export it
  trap 'exit 130' INT # as process 1 would ignore them
  trap 'exit 131' QUIT
  trap 'exit 143' TERM
  case $stop in
  INT | QUIT | TERM) ;;
  *)
    status=$((128 + $(kill -l "$stop")))
    trap 'exit "$status"' "$stop"
    ;;
  esac
  read -r _ <&"$setup" || exit 125 # it has ended before its time
  read -r _ <&"$setup" || :        # its end: it has all rights
  exec {setup}<&-
  for entry in "${ENVIRONMENT[@]}"; do
    [[ $entry != PATH=* ]] || PATH=${entry#*=}
  done
  cd -- "$1" || exit 126
  type -P -- "$2" >/dev/null || {
    echo "cash: ${2@Q}: there is no such command that can be executed" >&2
    [[ $2 != */* || ! -e $2 ]] || exit 126
    exit 127
  }
  echo ready >&"$messages"
  exec {messages}>&-
  read -r _ <&"$gate"
  exec {gate}<&-
}

# container_exec COMMAND…: becomes it, with the variables in ENVIRONMENT. Names that Bash keeps for itself go by env.
container_exec() {
  local entry
  for entry in "${ENVIRONMENT[@]}"; do
    case ${entry%%=*} in
    '' | [0-9]* | *[!A-Za-z0-9_]* | _ | BASH* | COMP_* | DIRSTACK | ENVIRONMENT | EPOCH* | EUID | EXECIGNORE | FUNCNAME | GROUPS | HISTCMD | LINENO | PIPESTATUS | PPID | RANDOM | SECONDS | SHELLOPTS | SHLVL | SRANDOM | UID)
      exec -c env -- "${ENVIRONMENT[@]}" "$@"
      ;;
    *) ;;
    esac
  done
  export "${ENVIRONMENT[@]}" 2>/dev/null # Bash says that it has no such locale; the command may
  exec -- "$@"
}

# container_stdio USER: its command, which is this user of the host, may open its output again by name (/dev/stdout).
container_stdio() {
  local FD SELF MINE=()
  read -r SELF _ </proc/self/stat # the host's /proc still
  for FD in 0 1 2; do
    [[ -z $TTY && ! -p /proc/self/fd/$FD ]] || [[ ! -O /proc/self/fd/$FD ]] || MINE+=("/proc/$SELF/fd/$FD")
  done
  ((${#MINE[@]})) || return 0
  # not one that has a name on the host
  find "${MINE[@]}" -maxdepth 0 '(' -lname 'pipe:*' -o -lname '/dev/pts/*' ')' -exec chown "$1" '{}' + 2>/dev/null || : # its group may not be in this user namespace
}

# container_whose: its user is of the image; where that was removed while it ran (rmi -f), the user it was.
container_whose() {
  local SETTINGS NAME
  if [[ -d $IMAGE || ! -f $STATE/settings ]]; then
    container_user "$USER_SPEC"
  else
    mapfile -d '' -t SETTINGS <"$STATE/settings"
    USER_ID=${SETTINGS[2]} GROUP_IDS=${SETTINGS[3]} GROUP_ID=${SETTINGS[3]%%,*} HOME_DIRECTORY=/
    for NAME in "${SETTINGS[@]:6}"; do [[ $NAME != HOME=* ]] || HOME_DIRECTORY=${NAME#HOME=}; done
  fi
}

# container_start SERVICE COUNT VARIABLE… COMMAND…: its processes, which wait for container_enter.
# shellcheck disable=SC2094 # both ends of a pipe, by two names
container_start() {
  local FD PIPE INHERITED SHARING=() STDIO
  ID=$1
  type -P perl >/dev/null || fail 125 'needs Perl: apt-get install perl-base'
  container_whose
  HOST_NETNS=/proc/$$/ns/net
  "${OPENED[@]}" || return 125
  container_pipe
  exec {UP}</proc/self/fd/"$PIPE" {MESSAGES}>/proc/self/fd/"$PIPE" {PIPE}>&-
  container_pipe
  exec {MOUNT_GATE}</proc/self/fd/"$PIPE" {MOUNT}>/proc/self/fd/"$PIPE" {PIPE}>&-
  container_pipe
  exec {START_GATE}</proc/self/fd/"$PIPE" {START}>/proc/self/fd/"$PIPE" {PIPE}>&-
  STDIO=(0 1 2) RELAYS=() RELAY_END=''
  [[ -n $TTY || -n $OUTPUT ]] || container_relays out
  container_room
  [[ -n $TTY ]] || set -m # a process group of its own: what the terminal sends to ours does not reach it
  STARTING=" ${!-}"       # whatever was started last
  (
    trap - ERR EXIT HUP INT QUIT TERM
    cgroup_enter || exit 125
    exec <&"${STDIO[0]}" >&"${STDIO[1]}" 2>&"${STDIO[2]}"
    [[ -z $OUTPUT ]] || exec >&"$OUTPUT" 2>&1
    for FD in /proc/self/fd/*; do
      FD=${FD##*/}
      ((FD < 3 || FD == MESSAGES || FD == MOUNT_GATE || FD == START_GATE)) || exec {FD}<&-
    done
    "${READS[@]}"
    set -- "${ENTER[@]}" "${SHARING[@]}" unshare "${NAMESPACES[@]}" flock --close "$STATE/alive" bash -c '"$@"' cash "$1_first" "${@:2}"
    mapfile -d '' -t INHERITED </proc/self/environ # of our caller: where process 1 stays a Bash, /proc/1/environ would show it
    # of names that are none it says so, and goes on
    export -n SHLVL "${INHERITED[@]%%=*}" 2>/dev/null || for FD in "${INHERITED[@]%%=*}"; do
      case $FD in
      BASH_FUNC_*) export -fn "${FD:10:-2}" 2>/dev/null || : ;; # Bash may not have taken it
      [0-9]* | *[!A-Za-z0-9_]*) set -- env -u "$FD" -- "$@" ;;  # no name for Bash, which hands it on
      *) ;;
      esac
    done
    export -f container_stdio container_root container_pivot container_straight container_console container_wait container_exec "${FUNCTIONS[@]}"
    export PATH LC_ALL MESSAGES MOUNT_GATE START_GATE STOP_SIGNAL STATE ROOTFS HOST_NETNS USER_ID GROUP_ID GROUP_IDS HOME_DIRECTORY WORKING_DIRECTORY TTY ${USERNS_HOLDER+USERNS_HOLDER} "${EXPORTS[@]}"
    trap : QUIT                              # Bash ignores it for itself; what is still ignored then, our caller ignores
    read -r -d '' FD </proc/self/status || : # all of it, to its end
    [[ $FD =~ SigIgn:[[:space:]]0+[[:space:]] ]] || set -- env --default-signal "$@"
    [[ -z $TTY ]] || container_on_terminal "$@"
    exec "$@"
  ) <&0 &
  FIRST=$! STARTING=''
  set +m
  exec {MESSAGES}>&- {MOUNT_GATE}<&- {START_GATE}<&-
  for FD in "${STDIO[@]}"; do ((FD < 3)) || exec {FD}>&-; done
  "${1}_environment" "${@:3:$2}"
  printf '%s\0' "$1" "$IMAGE" "$USER_ID" "$GROUP_IDS" "$WORKING_DIRECTORY" "${#LABELS[@]}" "${LABELS[@]}" "${ENVIRONMENT[@]}" >"$STATE/settings" # for exec
  echo "$SECCOMP" >"$STATE/seccomp"
}

# container_room: sets ROOM, a limit of processes that is lower than what those need that start the container, and its file: until they are
# done, it is 16. container_narrow: it is what it was.
container_room() {
  local DIRECTORY MOST
  ROOM=()
  for DIRECTORY in "${CGROUPS[@]}"; do
    [[ -f $DIRECTORY/pids.max ]] || continue
    read -r MOST <"$DIRECTORY/pids.max"
    [[ $MOST == max ]] || ((MOST >= 16)) || {
      echo 16 >"$DIRECTORY/pids.max"
      ROOM=("$MOST" "$DIRECTORY/pids.max")
    }
  done
}
container_narrow() { ((${#ROOM[@]} == 0)) || echo "${ROOM[0]}" >"${ROOM[1]}"; }

# container_pipe: sets PIPE, an empty one. Since Bash 5.1 a here-string is a pipe, and needs no process.
container_pipe() {
  exec {PIPE}<<<''
  if [[ -p /proc/self/fd/$PIPE ]]; then
    read -r _ <&"$PIPE"
  else
    exec {PIPE}<&-
    exec {PIPE}<> <(:)
  fi
}

# container_on_terminal COMMAND…: executes it on a terminal of its own. Becomes who looks at that; of a supervisor, who keeps it.
container_on_terminal() {
  local ROLE=run
  [[ -z $OUTPUT ]] || ROLE=serve
  exec perl -e "$TERMINAL_PROGRAM" "$ROLE" "$STATE" "$DETACH_KEYS" "$@"
}

# container_enter: when its files are there, process 1 gets its root, and is let go.
container_enter() {
  local SAID
  trap : PIPE # they may have failed, and said so: then we do too, and are not killed by our echo
  { { [[ -z $ASIDE ]] || wait "$ASIDE"; } &&
    echo mount >&"$MOUNT" &&
    { ! declare -F "${ID}_admit" >/dev/null || "${ID}_admit"; } && # not sooner: there is more to do until then
    read -r PID <&"$UP" &&                                         # or it has ended before its time
    echo pivot >&"$MOUNT" &&
    { [[ -z $ADMITTED ]] || wait "$ADMITTED"; } &&
    container_births &&
    read -r SAID <&"$UP" && [[ $SAID == pivoted ]] &&
    read -r SAID <&"$UP" && [[ $SAID == ready ]] &&
    container_signals && container_known && container_narrow &&
    echo start >&"$START"; } || FAILED=yes
  [[ -z $FAILED ]] || container_narrow 2>/dev/null || : # its cgroup may be gone
  ASIDE=''
  exec {UP}<&- {MOUNT}>&- {START}>&- # where it failed, they wake, and end
  "${CLOSED[@]}"
  trap - PIPE
  [[ -z $FAILED ]]
}

# container_births: sets BIRTHS, "PID BIRTH" of process 1, and of the process that waits for it. container_known: STATE/pid names the one,
# STATE/owner the other.
container_births() { container_birth "$PID" && BIRTHS=("$PID $BIRTH") && container_birth "$$" && BIRTHS+=("$$ $BIRTH"); }
container_known() { echo "${BIRTHS[0]}" >"$STATE/pid" && echo "${BIRTHS[1]}" >"$STATE/owner"; }

# container_signals: from now on they are for its command.
container_signals() {
  local signal
  for signal in QUIT USR1 USR2; do
    trap 'container_signal '"$signal" "$signal"
  done
  for signal in HUP INT TERM; do
    trap 'container_stop '"$signal" "$signal"
  done
}

container_signal() { ! container_target "$1" || kill -s "$1" -- "$TARGET" 2>/dev/null || :; } # it may have just ended

# container_target SIGNAL: sets TARGET, who gets it: process 1, and where that is our init on a terminal its group, as of what the terminal sends: it does
# not pass those on to a command in its group.
container_target() {
  local TEXT='' CALL
  TARGET=$PID
  [[ $1 == @(INT|QUIT|TSTP) ]] || return 0
  { mapfile -d '' -t CALL <"/proc/$PID/cmdline"; } 2>/dev/null || return 1
  [[ ${CALL[0]-} == bash && ${CALL[3]-} == cash && ${CALL[4]-} == *_last ]] || return 0
  { IFS= read -r -d '' TEXT <"/proc/$PID/stat" || [[ -n $TEXT ]]; } 2>/dev/null || return 1
  read -r _ _ _ _ TEXT _ <<<"${TEXT##*) }" # the number of its terminal
  [[ $TEXT == 0 ]] || TARGET=-$PID
}

# container_end: waits for the end of the container. Returns its exit status; 255 where nobody knows.
container_end() {
  local status=0 interrupted=''
  {
    while [[ -d /proc/$FIRST ]]; do
      wait -n || (($? < 128)) || interrupted=yes
      [[ -z $LOGGER || -d /proc/$LOGGER ]] || log_open # it was killed
      [[ -z $KILLER || -d /proc/$KILLER ]] || {
        container_signal KILL
        KILLER=''
      }
    done
    trap '' HUP INT QUIT TERM USR1 USR2
    [[ ! -d /proc/${KILLER:-none} ]] || {
      kill -s KILL "$KILLER" # a forked Bash loses TERM, as long as it is not sleep yet
      await "$KILLER"
    }
    if [[ -n $interrupted ]] && lost "$FIRST"; then status=255; else wait "$FIRST" || status=$?; fi
  } 2>/dev/null # Bash names those that a signal ended
  FIRST=''
  [[ -e $STATE/detached ]] || happened die "status $status"
  return "$status"
}

# container_stop SIGNAL: the command gets it (stop_signal in place of TERM), and stop_grace_period to end. In the foreground a second one kills; a
# supervisor gets it of a further `stop`, whose period counts from then on.
container_stop() {
  STOPPED=yes
  if [[ -n $KILLER && -z $OUTPUT ]]; then
    container_signal KILL
  else
    [[ ! -f $STATE/grace ]] || read -r STOP_GRACE_PERIOD <"$STATE/grace" # of stop --time
    if [[ -n $KILLER ]]; then
      kill -s KILL "$KILLER" 2>/dev/null || : # it may have just ended: then so will the container
    else
      local EXEC_BEFORE=(timeout --signal=KILL "$STOP_GRACE_PERIOD") # for hooks
      "${STOPPING[@]}"
      container_signal "${1/TERM/$STOP_SIGNAL}"
    fi
    (
      [[ -z $LOCK ]] || exec {LOCK}<&-
      [[ -z $RELAY_END ]] || exec {RELAY_END}>&-
      [[ -z ${LOG_END-} ]] || exec {LOG_END}>&- # or its log would not end with us, where we are killed
      exec sleep "$STOP_GRACE_PERIOD"
    ) &
    KILLER=$!
  fi
}

# container_live: its root, its command, its end. Returns its exit status.
container_live() {
  local status=0 KILLER='' # for a signal, which may come before container_end
  if container_enter; then
    happened start "pid $PID"
    "${STARTED[@]}"
    container_end
  else
    wait "$FIRST" || status=$?
    FIRST=''
    [[ -n ${STOPPED-} ]] || ((status == 126 || status == 127)) || return 125 # a signal may end it just before its command
    return "$status"
  fi
}

# container_run COUNT VARIABLE… COMMAND…: sets STATUS, its exit status.
container_run() {
  local STANDING=(RELAY_PROGRAM) # what stands between
  [[ -z $TTY ]] || STANDING=(TERMINAL_PROGRAM DETACH_KEYS)
  STATUS=0
  if [[ $MODE == plan ]]; then
    planned "$(declare -p IMAGE STATE ROOTFS CGROUPS CGROUP_NAME CONTROLLERS NAMESPACES FUNCTIONS OPENED CLOSED ADMITTED EXPORTS "${EXPORTS[@]}" USER_SPEC WORKING_DIRECTORY STOP_SIGNAL STOP_GRACE_PERIOD STDIN_OPEN TTY "${STANDING[@]}" LABELS FAILED STARTED STOPPING LOGGER OUTPUT LOCK READS AUDIT AUDIT_MOST)" \
      "$(declare -f say fail "${CGROUP_FUNCTIONS[@]}" "${CONTAINER_FUNCTIONS[@]}" "${FUNCTIONS[@]}")"
    words container_start "$ID" "$@"
    planned "$WORDS  # its namespaces; its process 1 waits"
    container_furnish
    planned 'container_live || STATUS=$?  # its root, its command, its end'
    [[ -n $TTY ]] || RELAYS=(planned)
  else
    container_start "$ID" "$@"
    container_furnish
    container_live || STATUS=$?
    [[ -z $FAILED ]] || say "$CONTAINER did not start"
  fi
}
CONTAINER_FUNCTIONS=(await lost container_user container_whose container_relays relayed relayed_fifo relay container_relayed relays_kill container_stdio container_start container_room container_narrow container_pipe container_on_terminal container_enter container_birth container_births container_known
  container_signals container_signal container_target container_end container_stop container_live container_root container_pivot container_straight container_console container_wait container_exec
  audit audit_write happened) # for a plan

# container_furnish: its root, and what it finds when it is let in.
container_furnish() {
  there "$ROOTFS" || run_aside 'its own copy of the image' "${STORE_COPY[@]}" "$IMAGE" "$ROOTFS"
  made "$ROOTFS"
  container_masks
  "${ID}_files"
  container_workdir
}
