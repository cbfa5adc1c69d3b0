# ── run: the same bytes in every script ──────────────────────────────────────────────────────────
command_run() {
  run_options "$@"
  [[ -n $SIGNED ]] || parameters_need
  service_id "$SERVICE"
  "${ID}_settings"
  pool_create
  "${ID}_pull"
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
  run_ended
}

# run_options WORD…: sets SERVICE, RUN_COMMAND and what the options say.
run_options() {
  OPENED=() CLOSED=() # what a service needs beside its container, see its settings
  run_words "$@"
  DETACH='' REPLACE='' REMOVE='' PUBLISH=''
  KEEP='' RUN_ENVIRONMENT=() RUN_DIRECTORY='' RUN_USER='' RUN_NAME='' RUN_COMMAND=() RUN_COMMANDED=''
  while (($#)); do
    case $1 in
    --rm) KEEP='' REMOVE=yes ;;
    --keep) KEEP=yes ;;
    -d | --detach) DETACH=yes ;;
    --replace) REPLACE=yes ;;
    --service-ports) PUBLISH=yes ;;
    -e | -w | -u | --env | --workdir | --user | --name)
      (($# > 1)) || fail 2 "$1 needs a value"
      case $1 in
      -e | --env)
        [[ $2 =~ ^[^=]+= ]] || fail 2 "$1 $2: NAME=VALUE is wanted"
        RUN_ENVIRONMENT+=("$2")
        ;;
      -w | --workdir) RUN_DIRECTORY=$2 ;;
      -u | --user) RUN_USER=$2 ;;
      *)
        [[ $2 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$ ]] || fail 2 "$1 $2: letters, digits, _ . -, at most 64"
        RUN_NAME=$2
        ;;
      esac
      shift
      ;;
    -*) fail 2 "run has no option $1; see: $0 help" ;;
    *) break ;;
    esac
    shift
  done
  [[ -z $DETACH || -n $REMOVE ]] || KEEP=yes
  (($#)) || fail 2 "run which service? There are: ${SERVICES[*]}"
  SERVICE=$1
  shift
  [[ ${1-} != -- ]] || shift
  RUN_COMMAND=("$@") RUN_COMMANDED=$#
  ((RUN_COMMANDED > 0)) && [[ -z $DETACH ]] || PUBLISH=yes # a command beside the service does not want its ports
}

# run_words WORD…: sets RUN_WORDS, by which it can be run again: a count, so many NAME=VALUE of parameters, the words.
run_words() {
  local PARAMETER
  RUN_WORDS=("${#PARAMETERS[@]}")
  for PARAMETER in "${PARAMETERS[@]}"; do
    if [[ -v $PARAMETER ]]; then RUN_WORDS+=("$PARAMETER=${!PARAMETER}"); else RUN_WORDS[0]=$((RUN_WORDS[0] - 1)); fi
  done
  while [[ ${1-} == -* ]]; do
    [[ $1 == --replace ]] || RUN_WORDS+=("$1")
    shift
  done
  RUN_WORDS+=("$@")
}

run_overrides() {
  ((RUN_COMMANDED == 0)) || COMMAND=("${RUN_COMMAND[@]}")
  CONTAINER=${RUN_NAME:-$CONTAINER}
  USER_SPEC=${RUN_USER:-$USER_SPEC}
  WORKING_DIRECTORY=${RUN_DIRECTORY:-$WORKING_DIRECTORY}
}

# run_ended: says what killed it; the exit status is the container's.
run_ended() {
  [[ $MODE == apply ]] || return 0
  cgroup_killed
  ((KILLED == 0)) || say "$CONTAINER went over its memory limit: the kernel killed $KILLED of its processes (mem_limit)"
  exit "$STATUS"
}
