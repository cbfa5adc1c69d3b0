# ── systemd, in place of a supervisor: the same bytes in every script with x-cash.supervisor: systemd ─
# A detached container is a transient unit, cash-PROJECT.CONTAINER.service; no process of ours stands beside it. Its main process is the
# parent of process 1, in the cgroups of the container, not in that of the unit. systemd executes STATE/supervisor to start it, to stop it,
# and when it has ended; which then removes what it had, but where systemd starts it again: as `restart` says, after a delay, while
# STATE/supervisor is there.

KEEPER_FUNCTIONS=(unit_start unit_started unit_stop unit_ended unit_again container_ended)
KEEPER_LAST=()
KEEPER_VALUES=()

supervise() {
  local LOCK='' READY=''
  "unit_$1" "${@:2}"
}

# unit_start SERVICE COUNT VARIABLE… COMMAND…: to its last step, which is let go when systemd knows whose end to wait for. From then on
# this process is no Bash: that would ask for the status of its child before systemd, the parent when we have ended, can.
unit_start() {
  local NAME GATE
  OUTPUT=1 # the journal, which cannot be opened by a name
  rm -f "${ROOTFS%/*}/ended"
  ! declare -F "${ID}_health" >/dev/null || health_begin
  [[ $STDIN_OPEN == false || -n $TTY ]] || { # its input has no end
    [[ -p $STATE/stdin ]] || mkfifo -m 600 "$STATE/stdin"
    exec <>"$STATE/stdin"
  }
  "${PARTING[@]}"
  for NAME in "${EXPORTS[@]}"; do
    [[ $NAME == VETH_* ]] || continue
    while [[ -e /sys/class/net/${!NAME} ]]; do sleep 0.02; done # of the last run: the kernel is removing it
  done
  container_start "$@" || exit 125
  exec {GATE}>&"$START" {START}>/dev/null
  container_enter || {
    exec {GATE}>&-
    wait "$FIRST" || exit "$?" # it has said why
    exit 125
  }
  container_birth "$FIRST" && echo "$FIRST $BIRTH" >"$STATE/owner"
  happened start "pid $PID"
  audit_write "/run/cash/$PROJECT"
  systemd-notify --ready MAINPID="$FIRST"
  exec env echo start >&"$GATE"
}
unit_started() {
  ! container_lives pid || PID=$LIVING OUTPUT=1 "${ID}_post_start"
}

# unit_stop …: where it has not ended by itself. What is left of it when this returns is killed.
unit_stop() {
  [[ -n ${MAINPID-} ]] && container_lives pid || return 0
  PID=$LIVING OUTPUT=1
  [[ -e $STATE/unhealthy ]] || : >"$STATE/stopped" # else it is started again
  ! declare -F "${ID}_pre_stop" >/dev/null || "${ID}_pre_stop"
  container_signal "$STOP_SIGNAL"
  [[ ! -f $STATE/grace ]] || read -r STOP_GRACE_PERIOD <"$STATE/grace"   # of stop --time
  flock --shared --timeout "$STOP_GRACE_PERIOD" "$STATE/alive" true || : # until its end
}

# unit_ended …: its main process has ended, or what was to start it has.
unit_ended() {
  local STATUS=125 RESTARTS=0 NOW HOW=''
  ! declare -F "${ID}_health" >/dev/null || health_forget
  cgroup_kill
  [[ -f $STATE/owner ]] || { # it never ran: who wanted it cleans up
    rm -f "$STATE/supervisor"
    return 0
  }
  case ${EXIT_CODE-} in
  exited) STATUS=$EXIT_STATUS ;;
  killed | dumped) STATUS=$((128 + $(kill -l "$EXIT_STATUS"))) ;;
  *) [[ ! -e $STATE/stopped ]] || STATUS=137 ;; # it was killed, and systemd has not waited; else it did not start again
  esac
  happened die "status $STATUS"
  cgroup_killed
  ((KILLED == 0)) || happened oom "$KILLED processes"
  ((KILLED == 0)) || say "it went over its memory limit: the kernel killed $KILLED of its processes (mem_limit)"
  [[ ! -f $STATE/restarts ]] || read -r RESTARTS <"$STATE/restarts"
  [[ ! -e $STATE/stopped ]] || HOW=stopped
  printf -v NOW '%(%s)T' -1
  container_ended "$STATUS" "$NOW" "$RESTARTS" "$HOW"
  if unit_again; then
    echo "$((RESTARTS + 1))" >"$STATE/restarts"
    say "it ended with status $STATUS, and is started again: number $((RESTARTS + 1))"
  else
    UNDOING=yes # what cannot be removed is left to the next command
    container_remove
    [[ $RESTART == no ]] || systemctl --no-block stop "cash-$PROJECT.$CONTAINER.service" || : # or it waits for its delay first
  fi
  audit_write "/run/cash/$PROJECT"
}
unit_again() {
  [[ -z $HOW ]] || return 1
  [[ -e $STATE/unhealthy ]] || case $RESTART in
  always | unless-stopped) ;;
  on-failure) [[ $SERVICE_RESULT != success ]] || return 1 ;;
  *) return 1 ;;
  esac
  ((RESTART_MAX == 0 || RESTARTS < RESTART_MAX))
}

# unit_words: sets RUN_UNIT, by which systemd gets it.
unit_words() {
  RUN_UNIT=(systemd-run --quiet --collect --unit="cash-$PROJECT.$CONTAINER.service" --description="Container $CONTAINER of $PROJECT"
    -p Type=notify -p NotifyAccess=all -p ConditionPathExists="$STATE/supervisor" -p StartLimitIntervalSec=0
    -p ExecStop="/bin/bash $STATE/supervisor stop" -p ExecStopPost="/bin/bash $STATE/supervisor ended"
    -p KillSignal=SIGKILL -p TimeoutStartSec=infinity -p TimeoutStopSec=infinity -p IgnoreSIGPIPE=no
    -p SyslogIdentifier="cash/$PROJECT/$CONTAINER" -p SyslogLevelPrefix=no)
  ! declare -F "${ID}_post_start" >/dev/null || RUN_UNIT+=(-p ExecStartPost="/bin/bash $STATE/supervisor started")
  ! declare -F "${ID}_health" >/dev/null || "${ID}_health" health_timer
  [[ $LOG_DRIVER != none ]] || RUN_UNIT+=(-p StandardOutput=null -p StandardError=null)
  case $RESTART in
  always | unless-stopped) RUN_UNIT+=(-p Restart=always) ;;
  on-failure) RUN_UNIT+=(-p Restart=on-failure) ;;
  *) ;;
  esac
  if [[ -n $RESTART_DELAY ]]; then
    RUN_UNIT+=(-p RestartSec="${RESTART_DELAY}ms")
  elif [[ $RESTART != no ]]; then
    unit_backoff
  fi
  RUN_UNIT+=(/bin/bash "$STATE/supervisor" start)
}
# unit_backoff: as Docker's: twice as long each time. systemd before 254 has none.
unit_backoff() {
  if [[ $(systemd-run --version) =~ ^systemd\ ([0-9]+) ]] && ((BASH_REMATCH[1] >= 254)); then
    RUN_UNIT+=(-p RestartSec=100ms -p RestartSteps=9 -p RestartMaxDelaySec=60s)
  else
    RUN_UNIT+=(-p RestartSec=1s)
  fi
}

# supervisor_start start: it is systemd's. True when its container runs.
supervisor_start() {
  local SINCE
  UNDO=(unit_forget "${UNDO[@]}")
  unit_forget
  unit_words
  printf -v SINCE '%(%s)T' -1
  told 'systemd starts it, and has it from now on' '' "${RUN_UNIT[@]}" || "${RUN_UNIT[@]}" >&2 || {
    unit_forget
    journalctl --sync
    journalctl --quiet --no-pager --output=cat --identifier="cash/$PROJECT/$CONTAINER" --since="@$SINCE" --lines=5 >&2
    return 125
  }
}
supervisor_planned() { supervisor_start start || :; } # it does not fail where it is only planned

# unit_forget: what systemd still has of that name ends, and is not started again.
unit_forget() {
  local UNIT=cash-$PROJECT.$CONTAINER.service
  there "/run/systemd/transient/$UNIT" || return 0
  told 'systemd forgets it' '' systemctl stop "$UNIT" || systemctl --quiet stop "$UNIT" || : # it just has
  gone "/run/systemd/transient/$UNIT"
}

container_owned() { container_lives owner || unit_there; }
# container_awaited: the same, in a plan.
container_awaited() {
  local UNIT=${STATE#/run/cash/}
  container_lives owner || [[ -e $STATE/supervisor && -e /run/systemd/transient/cash-${UNIT/\/containers\//.}.service ]]
}
# supervisor_stop: where it waits to be started again, nobody else removes it.
supervisor_stop() {
  if ! unit_there; then
    run 'its process: it is to stop' kill -s TERM "$LIVING"
  elif container_lives pid; then
    run 'systemd stops it' systemctl --no-block stop "cash-$PROJECT.$CONTAINER.service"
    gone "/run/systemd/transient/cash-$PROJECT.$CONTAINER.service"
  else
    unit_forget
    there "$STATE" || return 0
    container_lock
    container_remove
    unlock
  fi
}

# What supervisors have, and units need not.
container_adopt() { :; }
container_leave() { :; }
log_open() { :; }

# container_unlocked [OWNER]: until a process that holds its lock has ended, and systemd is done with it.
container_unlocked() {
  local FD UNIT=${STATE#/run/cash/}
  UNIT=/run/systemd/transient/cash-${UNIT/\/containers\//.}.service
  { exec {FD}<"$STATE"; } 2>/dev/null || return 0
  until flock --timeout 1 "$FD"; do
    (($? == 1)) || return 1 # not the time: flock itself failed
    [[ /proc/self/fd/$FD -ef $STATE ]] || break
  done
  flock --unlock "$FD"
  while [[ -e $UNIT && (! -e $STATE || /proc/self/fd/$FD -ef $STATE) ]]; do
    [[ ! -f $STATE/alive ]] || flock --shared --timeout 1 "$STATE/alive" true 2>/dev/null || : # it lives, or has just gone
    sleep 0.1                                                                                  # it may be started again
  done
  exec {FD}<&-
}

# log_possible: systemd runs.
log_possible() {
  [[ -d /run/systemd/system ]] ||
    fail 125 "x-cash.supervisor: systemd does not run on this host; run $SERVICE in the foreground, or make the script without that key"
}
log_line() { say "$*"; }

check_systemd() { checked "$([[ ! -d /run/systemd/system ]] || echo 1)" 'systemd runs here, for x-cash.supervisor' 'boot with systemd, or make the script without that key'; }
