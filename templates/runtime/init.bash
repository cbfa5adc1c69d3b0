# ── init: the same bytes in every script that has a service with init: true ─────────────────────
# container_init COMMAND…: process 1 stays, reaps what is orphaned, and passes signals on. Ends as the command does.
# shellcheck disable=SC2094 # both ends of a pipe, by two names
container_init() {
  local PIPE READY SAYS signal signalled status ready='' early=()
  for signal in HUP INT QUIT TERM USR1 USR2; do
    trap 'container_pass '"$signal" "$signal"
  done
  container_pipe
  exec {READY}</proc/self/fd/"$PIPE" {SAYS}>/proc/self/fd/"$PIPE" {PIPE}<&-
  (
    trap - HUP INT TERM USR1 USR2
    trap 'exit 131' QUIT      # Bash would ignore it for itself
    exec {SAYS}>&- {READY}<&- # what was sent to it before, it may have lost
    container_exec "$@"
  ) <&0 &
  exec {SAYS}>&-
  read -r _ <&"$READY" || : # its end
  exec {READY}<&-
  ready=yes signalled=yes
  for signal in "${early[@]}"; do container_pass "$signal"; done
  while [[ -n $signalled ]]; do # a signal ends the waiting, not the command; how that ended, can be asked for again
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
  else
    kill -s "$1" "$!" 2>/dev/null || : # it may have ended by itself
  fi
}
