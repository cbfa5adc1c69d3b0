# ── init: the same bytes in every script that has a service with init: true ─────────────────────
# container_init COMMAND…: process 1 stays, reaps what is orphaned, and passes signals on. Ends as the command does.
# shellcheck disable=SC2094 # both ends of a pipe, by two names
container_init() {
  local PIPE READY SAYS signal signalled status ready='' early=() passed=()
  for signal in HUP INT QUIT USR1 USR2 PIPE ALRM TERM CONT TSTP URG XCPU XFSZ VTALRM PROF WINCH IO PWR \
    34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64; do # not those of faults, and of children
    trap 'container_pass '"$signal" "$signal"
    passed+=("$signal")
  done
  container_pipe
  exec {READY}</proc/self/fd/"$PIPE" {SAYS}>/proc/self/fd/"$PIPE" {PIPE}<&-
  (
    trap - "${passed[@]}"
    trap 'exit 131' QUIT      # Bash would ignore it for itself
    exec {SAYS}>&- {READY}<&- # what was sent to it before, it may have lost
    container_exec "$@"
  ) <&0 &
  exec {SAYS}>&- 2>/dev/null # Bash would name what a signal ended
  read -r _ <&"$READY" || :  # its end
  exec {READY}<&-
  ready=yes signalled=yes
  for signal in "${early[@]}"; do kill -s "$signal" "$!" 2>/dev/null || :; done # it may have ended by one of them
  while [[ -n $signalled ]]; do                                                 # a signal ends the waiting, not the command; how that ended, can be asked for again
    signalled='' status=0
    if lost "$!"; then status=255; else wait "$!" || status=$?; fi
  done
  exit "$status"
}

# container_pass SIGNAL: to the command, when that is ready for it.
container_pass() {
  signalled=yes
  if [[ -z $ready ]]; then
    early+=("$1")
  elif ! container_told "$1"; then
    kill -s "$1" "$!" 2>/dev/null || : # it may have ended by itself
  fi
}

# container_told SIGNAL: a terminal sends it to a whole process group: to ours, which it leads in its session, and to the command where that is in it still.
container_told() {
  local TEXT='' GROUP SESSION
  [[ $1 == @(INT|QUIT|TSTP) && -t 0 ]] || return 1
  { IFS= read -r -d '' TEXT <"/proc/$!/stat" || [[ -n $TEXT ]]; } 2>/dev/null || return 1
  read -r _ _ GROUP SESSION _ <<<"${TEXT##*) }"
  [[ $GROUP == "$SESSION" ]]
}
