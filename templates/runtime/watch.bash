# ── healthchecks, by a supervisor of ours: the same bytes in every script that has some ──────────
HEALTH_FUNCTIONS+=(health_watch health_end)

# health_watch INTERVAL TIMEOUT RETRIES START_PERIOD START_INTERVAL ON_UNHEALTHY TEST…: beside the container, until its end.
health_watch() {
  local HEALTH_INTERVAL=$1 HEALTH_TIMEOUT=$2 HEALTH_RETRIES=$3 HEALTH_START_PERIOD=$4 HEALTH_START_INTERVAL=$5 ON_UNHEALTHY=$6 HEALTH_TEST=("${@:7}")
  local BEGAN NOW FAILURES=0 HEALTH=starting PIPE TIMER
  container_pipe
  exec {TIMER}<>"/proc/self/fd/$PIPE" {PIPE}<&- # nothing is ever in it: read sleeps, and is no process that could outlive us
  printf -v BEGAN '%(%s)T' -1
  health_say
  while :; do
    printf -v NOW '%(%s)T' -1
    if [[ $HEALTH == starting ]] && ((NOW - BEGAN < HEALTH_START_PERIOD)); then
      read -r -t "$HEALTH_START_INTERVAL" <&"$TIMER" || : # the time is over
    else
      read -r -t "$HEALTH_INTERVAL" <&"$TIMER" || : # the time is over
    fi
    { container_lives owner && ((LIVING == $$)); } || return 0 # our supervisor was killed
    [[ ! -e $STATE/paused ]] || continue
    health_ask
  done
}
# health_end restart|stop: its supervisor, $$, gets the signal.
health_end() { kill -s TERM "$$"; }
