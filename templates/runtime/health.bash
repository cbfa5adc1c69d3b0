# ── healthcheck and hooks: the same bytes in every script that has some ──────────────────────────
# Both are commands in the container, entered as by exec; of detached containers, by their supervisor.
HEALTH_FUNCTIONS=(hook health_ask health_probe health_failed health_say exec_enter exec_become exec_settings container_lives) # for a supervisor
HEALTH_VALUES=(EXEC_PROGRAM)

# hook USER DIRECTORY COUNT VARIABLE… COMMAND…: executed to its end; what it says is in the log.
hook() {
  local RUN_USER=$1 RUN_DIRECTORY=$2 RUN_ENVIRONMENT=("${@:4:$3}") USER_ID GROUP_IDS DIRECTORY ENVIRONMENT HOME_DIRECTORY GROUP_ID STATUS=0
  shift "$(($3 + 3))"
  ( # it may have ended: that ends the hook, and not its supervisor
    exec_settings && exec_enter '' "$@" 3< <(printf '%s\0' "${ENVIRONMENT[@]}")
  ) >&"$OUTPUT" 2>&1 </dev/null || STATUS=$?
  ((STATUS == 0)) || log_line "the hook ${*@Q} ended with status $STATUS"
}

# health_ask: sets HEALTH and FAILURES by the answer; STATE/health says them.
health_ask() {
  if health_probe; then
    [[ $HEALTH == healthy ]] || happened healthy
    FAILURES=0 HEALTH=healthy
  else
    { container_lives pid && ! flock --shared --timeout 1 "$STATE/alive" true; } || return 0 # it was ending: that is no answer
    printf -v NOW '%(%s)T' -1
    [[ $HEALTH == starting ]] && ((NOW - BEGAN < HEALTH_START_PERIOD)) || FAILURES=$((FAILURES + 1))
    ((FAILURES < HEALTH_RETRIES)) || health_failed
  fi
  health_say
}
# health_say: starting, healthy or unhealthy; how often it has failed; when it was asked; when it began.
health_say() {
  printf -v NOW '%(%s)T' -1
  echo "$HEALTH $FAILURES $NOW $BEGAN" >"$STATE/health"
}

# health_probe: true where the test ends with status 0 in its time.
health_probe() {
  local RUN_USER='' RUN_DIRECTORY='' RUN_ENVIRONMENT=() USER_ID GROUP_IDS DIRECTORY ENVIRONMENT EXEC_BEFORE
  EXEC_BEFORE=(timeout --signal=KILL "$HEALTH_TIMEOUT")
  exec_settings
  exec_enter '' "${HEALTH_TEST[@]}" 3< <(printf '%s\0' "${ENVIRONMENT[@]}") >/dev/null 2>&1 </dev/null
}

# health_failed: what x-cash.on_unhealthy says.
health_failed() {
  [[ $HEALTH != unhealthy ]] || return 0
  HEALTH=unhealthy
  happened unhealthy
  health_say
  log_line "it is unhealthy: its healthcheck failed $FAILURES times"
  case $ON_UNHEALTHY in
  restart)
    : >"$STATE/unhealthy"
    health_end restart
    ;;
  stop) health_end stop ;;
  kill)
    : >"$STATE/stopped"
    container_signal KILL
    ;;
  *) ;;
  esac
}

command_healthcheck() {
  local RUN_USER='' RUN_DIRECTORY='' RUN_ENVIRONMENT=() USER_ID GROUP_IDS DIRECTORY ENVIRONMENT
  [[ ${1-} == run && $# == 2 ]] || fail 2 "usage: $0 healthcheck run NAME"
  container_pick "$2"
  container_need
  [[ ! -e $STATE/paused ]] || fail 125 "$CONTAINER is paused; first: $0 unpause $CONTAINER"
  exec_settings
  declare -F "${ID}_health" >/dev/null || fail 125 "$CONTAINER has no healthcheck"
  [[ $MODE == apply ]] || fail 2 'healthcheck has no plan: it makes nothing on the host'
  "${ID}_health" health_once
}
# health_once …: as for a supervisor, once, and its output is seen. Exit status 1: it failed, or took too long.
health_once() {
  local HEALTH_TEST=("${@:7}") EXEC_BEFORE=(timeout --signal=KILL "$2")
  exec_relayed "${HEALTH_TEST[@]}" </dev/null || exit 1
}
