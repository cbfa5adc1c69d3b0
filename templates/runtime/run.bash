# ── run: the same bytes in every script ──────────────────────────────────────────────────────────
command_run() {
  run_options "$@"
  [[ -n $SIGNED ]] || parameters_need
  service_id "$SERVICE"
  "${ID}_settings"
  pool_create
  "${ID}_pull" "$RUN_PULL"
  image_configuration
  run_overrides
  ((${#ENTRYPOINT[@]} + ${#COMMAND[@]})) || fail 2 "$SERVICE has no command; give one: $0 run $SERVICE -- COMMAND…"
  "${ID}_host"
  container_names
  [[ -z $REPLACE ]] || container_replace
  container_create
  [[ -z $DETACH ]] || {
    container_detach "${#RUN_ENVIRONMENT[@]}" "${RUN_ENVIRONMENT[@]}" "${ENTRYPOINT[@]}" "${COMMAND[@]}"
    return 0
  }
  container_run "${#RUN_ENVIRONMENT[@]}" "${RUN_ENVIRONMENT[@]}" "${ENTRYPOINT[@]}" "${COMMAND[@]}"
  [[ -z $TTY || ! -e $STATE/detached ]] || {
    container_leave "${#RUN_ENVIRONMENT[@]}" "${RUN_ENVIRONMENT[@]}" "${ENTRYPOINT[@]}" "${COMMAND[@]}"
    return 0
  }
  run_ended
}

# run_options WORD…: sets SERVICE, RUN_COMMAND, what the options say, and RUN_WORDS, by which it can be run again: a count, so many
# NAME=VALUE of parameters, the words.
run_options() {
  OPENED=() CLOSED=() # what a service needs beside its container, see its settings
  DETACH='' REPLACE='' REMOVE='' PUBLISH='' KEEP=''
  RUN_ENVIRONMENT=() RUN_DIRECTORY='' RUN_USER='' RUN_NAME='' RUN_PULL='' RUN_LABELS=() RUN_ENTRYPOINT=() RUN_TERMINAL='' RUN_STDIN=''
  run_parameters
  [[ ${1-} != -* ]] || {
    run_reads "$@"
    set -- "${RUN_REST[@]}"
  }
  [[ -z $DETACH || -n $REMOVE ]] || KEEP=yes
  (($#)) || fail 2 "run which service? There are: ${SERVICES[*]}"
  RUN_WORDS+=("$@")
  SERVICE=$1
  shift
  [[ ${1-} != -- ]] || shift
  RUN_COMMAND=("$@") RUN_COMMANDED=$#
  ((RUN_COMMANDED > 0)) && [[ -z $DETACH ]] || PUBLISH=yes # a command beside the service does not want its ports
}
run_parameters() {
  local PARAMETER
  RUN_WORDS=(0)
  for PARAMETER in "${PARAMETERS[@]}"; do
    [[ ! -v $PARAMETER ]] || RUN_WORDS+=("$PARAMETER=${!PARAMETER}")
  done
  RUN_WORDS[0]=$((${#RUN_WORDS[@]} - 1))
}

run_overrides() {
  ((${#RUN_ENTRYPOINT[@]} == 0)) || {
    ENTRYPOINT=("${RUN_ENTRYPOINT[@]}") COMMAND=()
    [[ -n ${ENTRYPOINT[0]} ]] || ENTRYPOINT=() # none at all
  }
  ((RUN_COMMANDED == 0)) || COMMAND=("${RUN_COMMAND[@]}")
  CONTAINER=${RUN_NAME:-$CONTAINER}
  USER_SPEC=${RUN_USER:-$USER_SPEC}
  WORKING_DIRECTORY=${RUN_DIRECTORY:-$WORKING_DIRECTORY}
  LABELS+=("${RUN_LABELS[@]}")
  STDIN_OPEN=${RUN_STDIN:-$STDIN_OPEN} TERMINAL=${RUN_TERMINAL:-$TERMINAL}
}

# run_ended: says what killed it; the exit status is the container's.
run_ended() {
  [[ $MODE == apply ]] || return 0
  cgroup_killed
  ((KILLED == 0)) || happened oom "$KILLED processes"
  ((KILLED == 0)) || say "$CONTAINER went over its memory limit: the kernel killed $KILLED of its processes (mem_limit)"
  exit "$STATUS"
}
