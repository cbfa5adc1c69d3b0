# ── init: the same bytes in every script that has a service with init: true ─────────────────────
# container_init COMMAND…: process 1 stays, reaps what is orphaned, and passes signals on. Ends as the command does.
container_init() {
  local signal signalled status
  for signal in HUP INT QUIT TERM USR1 USR2; do
    trap 'signalled=yes; kill -s '"$signal"' "${!-}" 2>/dev/null || signalled=late' "$signal" # late: it has ended by itself
  done
  (
    trap - HUP INT QUIT TERM USR1 USR2
    container_exec "$@"
  ) <&0 &
  signalled=yes
  while [[ -n $signalled ]]; do # a signal ends the waiting, not the command; how that ended, can be asked for again
    signalled='' status=0
    wait "$!" || status=$?
  done
  exit "$status"
}
