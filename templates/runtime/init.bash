# ── init: the same bytes in every script that has a service with init: true ─────────────────────
# container_init COMMAND…: process 1 stays, reaps what is orphaned, and passes signals on. Ends as the command does.
container_init() {
  local child signal status=0
  for signal in HUP INT QUIT TERM USR1 USR2; do
    trap 'kill -s '"$signal"' "$child"' "$signal"
  done
  (
    trap - HUP INT QUIT TERM USR1 USR2
    container_exec "$@"
  ) <&0 &
  child=$!
  while [[ -e /proc/$child ]]; do
    status=0
    wait "$child" || status=$?
  done
  exit "$status"
}
