# ── supervisors: the same bytes in every script but those of x-cash.supervisor: systemd ──────────
# A detached container has one process of ours, its supervisor: Bash, executing STATE/supervisor. It waits, without polling, for the end of
# the container; starts it again where `restart` says so; removes its runtime files.

KEEPER_FUNCTIONS=(last_read supervise_start supervise_adopt supervise_terminal supervise_started supervise_failed supervise_unwatch supervise_again log_open log_close container_ended)
# Read when its container has ended, or is adopted:
KEEPER_LAST=(words planned ran there stays gone empty told audit_change run run_aside join aside_pid unlock supervise_adopt supervise_terminal supervise_unwatch supervise_again container_ended
  cgroup_kill cgroup_end cgroup_killed cgroup_delete container_alive container_abandon container_remove container_clear ports_close secrets_remove pool_mounted
  subvolume_delete names_part names_others names_read names_hosts names_turn names_where names_byte)
KEEPER_VALUES=(LOG_SIZE LOG_FILES LOG_PROGRAM LOG_FOLLOWS)

# The log: lines of SECONDS and what the container wrote; LOG_FILES files of at most LOG_SIZE bytes. By blocks, so that neither a flood
# nor a line without an end costs memory; what cannot be written is lost, and the container goes on.
LOG_PROGRAM='
my ($file, $most, $files) = @ARGV;
open(my $log, ">>", $file) or exit 1;
my ($size, $inside) = (-s $log, 0);
while (sysread(STDIN, my $block, 65536)) {
  if ($size + length $block > $most) {
    close $log;
    rename "$file." . ($_ - 1), "$file.$_" for reverse 2 .. $files - 1;
    $files > 1 ? rename $file, "$file.1" : unlink $file;
    open($log, ">>", $file) or exit 1;
    ($size, $inside) = (0, 0);
  }
  my $now = time . " ";
  $block =~ s/\n(?=.)/\n$now/gs;
  $block = $now . $block unless $inside;
  $inside = substr($block, -1) ne "\n";
  $size += syswrite($log, $block) // 0;
}'

LOG_FOLLOWS='' # not empty: the keeper of its terminal has no log, and says to a supervisor what belongs into it
# container_leave COUNT VARIABLE… COMMAND…: who ran it in the foreground has left it, by the keys: it runs on, with a supervisor.
container_leave() {
  trap - HUP INT QUIT TERM USR1 USR2 # what is ignored, a supervisor could not take
  UNDO=() LOG_FOLLOWS=yes
  run 'they have left' rm "$STATE/detached"
  audit_write "/run/cash/$PROJECT"
  supervisor_needs
  supervisor_write "$ID" "$@"
  READY='' supervisor_start adopt || fail 125 "$CONTAINER has no supervisor; $0 stop $CONTAINER ends it all the same"
  unlock
  say "$CONTAINER runs on; $0 attach $CONTAINER"
}

supervisor_planned() {
  planned "$(declare -f container_pipe supervisor_start)" 'supervisor_start start  # its namespaces, its command'
}

# container_owned: somebody waits for its end, or is about to start it again.
container_owned() { container_lives owner; }
# container_awaited: the same; a plan has it, too.
container_awaited() { container_lives owner; }
supervisor_stop() { run_on "/proc/$LIVING" 'its supervisor: it is to stop' kill -s TERM "$LIVING" || :; } # it has just ended
# container_unlocked [OWNER]: that one's end, or of whoever waits for it now.
container_unlocked() {
  local FD NOW BEFORE=${1-}
  { exec {FD}<"$STATE"; } 2>/dev/null || return 0
  until flock --timeout 1 "$FD"; do
    (($? == 1)) || return 1 # not the time: flock itself failed
    [[ /proc/self/fd/$FD -ef $STATE ]] || continue
    NOW=''
    { read -r NOW <"$STATE/owner"; } 2>/dev/null || : # it is only being made
    BEFORE=${BEFORE:-$NOW}
    [[ $NOW == "$BEFORE" ]] || break
  done
  exec {FD}<&-
}

# container_adopt: under its lock, so that only one does.
container_adopt() {
  container_idle || return 0
  say "the supervisor of $CONTAINER was killed: it gets another one"
  READY='' supervisor_start adopt || say "$CONTAINER has no supervisor; $0 stop $CONTAINER ends it all the same"
  unlock
}

# supervisor_start start|adopt: in a session of its own, with our lock. True when its container runs; else its status says why it does not.
# shellcheck disable=SC2094 # both ends of a pipe, by two names
supervisor_start() {
  local PIPE END SAID='' STATUS=125
  container_pipe
  exec {END}</proc/self/fd/"$PIPE" {READY}>/proc/self/fd/"$PIPE" {PIPE}>&-
  PROCESSES=$(ulimit -Su)
  export READY PROCESSES LOCK=${LOCK-} # a plan holds none
  (
    ulimit -Su 512 2>/dev/null || : # the hard limit is lower; else Bash makes a table of 32768 processes, half a megabyte
    exec setsid bash "$STATE/supervisor" "$1" </dev/null >/dev/null {END}<&-
  ) &
  FIRST=$!
  exec {READY}>&-
  read -r SAID <&"$END" || wait "$FIRST" || STATUS=$? # it has said why
  exec {END}<&-
  [[ $SAID == started ]] || return "$STATUS"
  FIRST=''
}

# supervise start|adopt SERVICE COUNT VARIABLE… COMMAND…: a container, from its first start to its last end. adopt: it runs
# already, and its supervisor was killed.
supervise() {
  local HOW=$1 RESTARTS=0 DELAY=${RESTART_DELAY:-100} BEGAN ENDED FD
  shift
  ulimit -Su "$PROCESSES"
  [[ -n $LOCK ]] || {
    exec {LOCK}<"$STATE"
    flock --nonblock "$LOCK"
  }
  for FD in /proc/self/fd/*; do # whatever the caller has left open
    FD=${FD##*/}
    ((FD < 3 || FD == LOCK || FD == READY || FD == 255)) || exec {FD}<&-
  done
  [[ $STDIN_OPEN == false || -n $TTY ]] || { # its input has no end
    [[ -p $STATE/stdin ]] || mkfifo -m 600 "$STATE/stdin"
    exec <>"$STATE/stdin"
  }
  STARTED=(supervise_started) STOPPING=() WATCH=''
  ! declare -F "${ID}_pre_stop" >/dev/null || STOPPING=("${ID}_pre_stop")
  log_open
  trap supervise_failed EXIT
  [[ $HOW == start ]] || last_read
  while :; do
    printf -v BEGAN '%(%s)T' -1
    STATUS=0
    "supervise_$HOW" "$@" || STATUS=$?
    last_read
    cgroup_kill                       # whom the end of its process 1 did not end: with pid: host
    [[ -z $READY ]] || exit "$STATUS" # it never started: who wanted it cleans up
    HOW=start
    supervise_unwatch
    cgroup_killed
    ((KILLED == 0)) || happened oom "$KILLED processes"
    ((KILLED == 0)) || log_line "it went over its memory limit: the kernel killed $KILLED of its processes (mem_limit)"
    supervise_again || break
  done
  log_close
  printf -v ENDED '%(%s)T' -1
  container_ended "$STATUS" "$ENDED" "$RESTARTS" "${STOPPED:+stopped}"
  UNDOING=yes # what cannot be removed is left to the next command
  container_remove
  audit_write "/run/cash/$PROJECT"
}
# last_read: those of KEEPER_LAST, as supervisor_write has written them, for root alone.
last_read() {
  # shellcheck source=/dev/null
  source "$STATE/last"
}
supervise_start() {
  local NAME
  "${PARTING[@]}"
  for NAME in "${EXPORTS[@]}"; do
    [[ $NAME == VETH_* ]] || continue
    while [[ -e /sys/class/net/${!NAME} ]]; do sleep 0.02; done # of the last run: the kernel is removing it
  done
  container_start "$@" || return 125
  container_live
}
supervise_adopt() {
  local KILLER='' STATUS=0
  container_lives pid || return 1
  PID=$LIVING
  if [[ -S $STATE/attach ]]; then
    supervise_terminal {LOCK}<&- {READY}>&- 2>/dev/null &
  else
    flock --shared "$STATE/alive" true {LOCK}<&- {READY}>&- 2>/dev/null & # until its end
  fi
  FIRST=$!
  container_signals
  container_births && container_known
  supervise_started
  container_end || STATUS=$?
  [[ -n $TTY ]] || STATUS=255 # that was the status of flock: how it ended, nobody knows
  return "$STATUS"
}
# supervise_terminal: until its end; the keeper of its terminal knows how it ended.
supervise_terminal() {
  local STATUS=0
  trap - ERR EXIT HUP INT QUIT TERM
  [[ -n $LOG_FOLLOWS ]] || OUTPUT=/dev/null
  perl -e "$TERMINAL_PROGRAM" log "$STATE" </dev/null >"$OUTPUT" || STATUS=$?
  flock --shared "$STATE/alive" true || : # it was killed before its time
  exit "$STATUS"
}
supervise_started() {
  [[ -z $STOPPED ]] || container_stop TERM # while it was being started again
  rm -f "$STATE/health" "$STATE/unhealthy"
  [[ $HOW == adopt ]] || ! declare -F "${ID}_post_start" >/dev/null || "${ID}_post_start"
  ! declare -F "${ID}_health" >/dev/null || {
    (
      trap - HUP INT QUIT TERM USR1 USR2
      exec {LOCK}<&-
      [[ -z ${LOG_END-} ]] || exec {LOG_END}>&- # or the log would end when we do
      [[ -z $READY ]] || exec {READY}>&-
      set +e # a test that fails is an answer
      "${ID}_health" health_watch
    ) </dev/null >/dev/null 2>&1 &
    WATCH=$!
  }
  [[ -n $READY ]] || return 0
  echo started >&"$READY"
  exec {READY}>&- 2>/dev/null
  READY=''
}

# supervise_failed: before it ever started: what it has said. A terminal obeys nothing of it.
supervise_failed() {
  local SAID
  [[ -n $READY ]] || return 0
  log_close
  [[ ! -f ${ROOTFS%/*}/log ]] || while IFS= read -r SAID; do
    SAID=${SAID#* } # its time
    printf '%s\n' "${SAID//[^[:print:]]/?}" >&2
  done < <(tail -n 3 "${ROOTFS%/*}/log")
}

# supervise_unwatch: its healthcheck ends with it.
supervise_unwatch() {
  [[ -n $WATCH ]] || return 0
  kill -s KILL "$WATCH" 2>/dev/null || : # it may have ended by itself
  await "$WATCH" 2>/dev/null             # Bash need not say so
  WATCH=''
}

# supervise_again: it is started again, and its delay is over.
supervise_again() {
  local NOW PIPE TIMER REST
  [[ $STATE -ef /proc/self/fd/$LOCK ]] || exit 0 # it was removed behind our back
  rm -f "$STATE/paused"
  [[ ! -e $STATE/unhealthy ]] || STOPPED='' # it was told to end by its healthcheck, to be started again
  [[ -z $STOPPED && ! -e $STATE/stopped ]] || STOPPED=yes
  [[ -z $STOPPED ]] || return 1
  [[ -e $STATE/unhealthy ]] || case $RESTART in
  always | unless-stopped) ;;
  on-failure) ((STATUS != 0)) || return 1 ;;
  *) return 1 ;;
  esac
  printf -v NOW '%(%s)T' -1
  ((NOW - BEGAN < RESTART_WINDOW)) || DELAY=${RESTART_DELAY:-100} # it was well for a while
  ((RESTART_MAX == 0 || RESTARTS < RESTART_MAX)) || return 1
  RESTARTS=$((RESTARTS + 1))
  echo "$RESTARTS" >"$STATE/restarts"
  log_line "it ended with status $STATUS, and is started again in $DELAY ms: number $RESTARTS"
  container_pipe
  exec {TIMER}<>"/proc/self/fd/$PIPE" {PIPE}<&- # only a signal puts anything in it: read sleeps, and is no process that could outlive us
  trap 'STOPPED=yes; echo >&"$TIMER"' HUP INT TERM
  printf -v REST '%d.%03d' "$((DELAY / 1000))" "$((DELAY % 1000))"
  read -r -t "$REST" <&"$TIMER" || : # the time is over
  trap 'STOPPED=yes' HUP INT TERM
  exec {TIMER}<&-
  [[ -n $RESTART_DELAY ]] || DELAY=$((DELAY < 30000 ? DELAY * 2 : 60000))
  [[ $STATE -ef /proc/self/fd/$LOCK ]] || exit 0
  [[ -z $STOPPED ]]
}

# log_possible: there is what its logging driver needs.
log_possible() {
  [[ $LOG_DRIVER == journald ]] || return 0
  type -P systemd-cat >/dev/null || fail 125 'logging: journald: needs systemd-cat (of systemd); use another driver'
  [[ -S /run/systemd/journal/stdout ]] || fail 125 'logging: journald: this host has no journal (/run/systemd/journal/stdout); use another driver'
}

# log_open: sets OUTPUT, where its output goes; LOGGER, who reads it.
log_open() {
  local PIPE
  if [[ $LOG_DRIVER == none ]]; then
    OUTPUT=/dev/null LOGGER=''
    return 0
  fi
  [[ -n ${LOG_PIPE-} ]] || {
    container_pipe
    LOG_PIPE=$PIPE                           # its end for reading, which we keep: if the logger is killed, the container need not be
    exec {LOG_END}>"/proc/self/fd/$LOG_PIPE" # and one for writing: between two starts, it has not ended
  }
  OUTPUT=/proc/self/fd/$LOG_PIPE
  if [[ $LOG_DRIVER == journald ]]; then
    set -- systemd-cat --identifier="cash/$PROJECT/$CONTAINER" cat
  else
    set -- perl -e "$LOG_PROGRAM" "${ROOTFS%/*}/log" "$LOG_SIZE" "$LOG_FILES"
  fi
  (
    trap - ERR EXIT HUP INT QUIT TERM
    exec {LOCK}<&-
    [[ -z $READY ]] || exec {READY}>&-
    exec "$@"
  ) <&"$LOG_PIPE" >/dev/null 2>&1 {LOG_PIPE}<&- {LOG_END}>&- &
  LOGGER=$!
}
log_line() { [[ -z $LOGGER ]] || printf 'cash: %s\n' "$*" >"$OUTPUT"; }
# log_close: all that write have ended, so it reads to the end.
log_close() {
  [[ -z ${LOG_END-} ]] || exec {LOG_END}>&-
  LOG_END=''
  [[ -z $LOGGER ]] || await "$LOGGER"
  LOGGER=''
}
