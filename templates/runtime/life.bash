# ── commands for containers: the same bytes in every script ──────────────────────────────────────
# container_pick NAME: names for it: a container, as it is called here or as Compose would (PROJECT-NAME), else a service: its first; or one of a service
# that is not there yet.
container_pick() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$ ]] || fail 2 "$1: the name of a service or of a container is wanted"
  if container_is "$1"; then
    container_found "$1"
  elif [[ $1 == "$PROJECT"-?* ]] && container_is "${1#"$PROJECT-"}"; then
    container_found "${1#"$PROJECT-"}"
  elif [[ " ${SERVICES[*]} " != *" $1 "* ]] && service_of "$1"; then
    CONTAINER=$1
    container_names
  else
    service_id "$1"
    "${ID}_settings"
    ((SCALE <= 1)) || CONTAINER+=-1
    container_names
  fi
}
# service_of NAME: sets SERVICE_OF and ID, the service of which a container is called so by the definition; false where there is none.
service_of() {
  parameters_known || return 1
  for SERVICE_OF in "${SERVICES[@]}"; do
    service_id "$SERVICE_OF"
    "${ID}_settings"
    if ((SCALE <= 1)); then
      [[ $1 != "$CONTAINER" ]] || return 0
    elif [[ $1 == "$CONTAINER"-* && ${1#"$CONTAINER-"} =~ ^[1-9][0-9]{0,8}$ ]]; then
      ((${1#"$CONTAINER-"} > SCALE)) || return 0
    fi
  done
  return 1
}
container_is() { [[ -d /run/cash/$PROJECT/containers/$1 || -d $ROOT/containers/$PROJECT/$1 ]]; }

# container_running: it runs; sets PID. Where its supervisor was killed, it gets another one.
container_running() {
  { stays "$STATE" && container_lives pid; } || return 1
  PID=$LIVING
  container_lives owner || [[ ! -f $STATE/supervisor || $MODE == plan ]] || container_adopt
}
# container_settled: a command that was killed may have left one that is just being started: until somebody waits for it, or nobody holds it.
container_settled() {
  local FD
  { [[ $MODE == apply && -d $STATE ]] && ! container_lives owner && exec {FD}<"$STATE"; } 2>/dev/null || return 0
  until flock --timeout 1 "$FD"; do
    (($? == 1)) || return 1 # not the time: flock itself failed
    ! container_lives owner || break
  done
  exec {FD}<&-
}
# container_supervised: somebody waits for its end, where anybody can. That two commands look at it at once may keep both from giving it a supervisor.
container_supervised() {
  local TRIES
  for ((TRIES = 0; TRIES < 100; TRIES++)); do
    container_settled
    { ! container_lives owner && [[ -f $STATE/supervisor ]] && container_running; } || return 0
    sleep 0.1
  done
}
# container_busy: it runs, or its supervisor is about to start it again.
container_busy() { container_running || { stays "$STATE" && container_owned; }; }
container_need() { container_running || fail 125 "$CONTAINER does not run; $0 start $CONTAINER"; }

# containers_known NAME…: each is a service or a container: before anything is done to one of them.
containers_known() {
  local NAME
  for NAME; do container_pick "$NAME"; done
}

# containers_all: sets CONTAINERS, the names of those that there are, running or not.
containers_all() {
  local path
  declare -A seen=()
  CONTAINERS=()
  for path in "/run/cash/$PROJECT/containers"/* "$ROOT/containers/$PROJECT"/*; do
    [[ -d $path && -z ${seen[${path##*/}]-} ]] || continue
    seen[${path##*/}]=yes
    CONTAINERS+=("${path##*/}")
  done
}

# containers_given NAME…: sets CONTAINERS, these, or all where none is given. A service with `scale: N` is N containers. What is neither is an error
# before anything is done to another one.
containers_given() {
  local NAME NUMBER
  CONTAINERS=()
  (($#)) || containers_all
  for NAME; do
    if [[ " ${SERVICES[*]} " == *" $NAME "* ]]; then
      service_id "$NAME"
      "${ID}_settings"
    else
      container_pick "$NAME"
      SCALE=1
    fi
    NAME=$CONTAINER
    if ((SCALE == 1)); then CONTAINERS+=("$NAME"); else for ((NUMBER = 1; NUMBER <= SCALE; NUMBER++)); do CONTAINERS+=("$NAME-$NUMBER"); done; fi
  done
}

command_start() {
  local NAME
  (($#)) || for NAME in "${SERVICES[@]}"; do
    [[ " ${ACTIVE[*]} " != *" $NAME "* ]] || set -- "$@" "$NAME"
  done
  (($# == 0)) || containers_given "$@"
  for NAME; do
    containers_given "$NAME"
    start_all
  done
}

# start_all: CONTAINERS.
start_all() {
  local NEW UP_WORDS COUNT
  for NEW in "${CONTAINERS[@]}"; do
    container_found "$NEW"
    container_settled
    if container_busy; then
      say "$NEW runs already"
    elif [[ -f ${ROOTFS%/*}/words ]]; then
      run_again
    else
      parameters_need
      service_of "$NEW" || start_refused "$NEW"
      up_words "$NEW" "$SERVICE_OF"
      COUNT=${UP_WORDS[0]}
      command_run "${UP_WORDS[@]:COUNT+1}"
    fi
  done
}
# start_refused CONTAINER: it has been run in the foreground alone, under a name of its own.
start_refused() {
  local KNOWN=()
  container_found "$1"
  { mapfile -t KNOWN <"${ROOTFS%/*}/keep"; } 2>/dev/null || : # it is not kept
  fail 125 "$CONTAINER was run in the foreground: that is not repeated detached; go on with its files: $0 run --keep --name $CONTAINER ${KNOWN[1]:-SERVICE}"
}

# run_again: as it was run.
run_again() {
  local AGAIN COUNT NAME
  { mapfile -d '' -t AGAIN <"${ROOTFS%/*}/words"; } 2>/dev/null || fail 125 "$CONTAINER was just removed"
  COUNT=${AGAIN[0]}
  for NAME in "${AGAIN[@]:1:COUNT}"; do parameter_set "$NAME"; done
  parameters_check
  command_run "${AGAIN[@]:COUNT+1}"
}

command_stop() {
  local NAME TIME='' LINE BACKWARDS
  [[ ${1-} != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case ${1-} in
  -t | --time | --timeout)
    seconds_wanted "$@"
    TIME=$2
    shift 2
    ;;
  -*) fail 2 "usage: $0 stop [-t SECONDS] [NAME…]" ;;
  *) ;;
  esac
  containers_given "$@"
  for NAME; do # a service of several may have one without a number, by `run`
    [[ " ${CONTAINERS[*]} " == *" $NAME "* || " ${SERVICES[*]} " != *" $NAME "* ]] || ! container_is "$NAME" || CONTAINERS+=("$NAME")
  done
  backwards "${CONTAINERS[@]}"
  for LINE in "${BACKWARDS[@]}"; do
    read -ra CONTAINERS <<<"$LINE"
    stop_all
  done
}
seconds_wanted() { [[ ${2-} =~ ^[0-9]{1,6}$ ]] || fail 2 "$1 ${2-}: seconds are wanted"; }
# stop_all: CONTAINERS, all at once.
stop_all() {
  local WAITED=()
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    container_owner
    container_lives owner || OWNER=''
    WAITED+=("$OWNER")
    container_busy || continue
    [[ -z $TIME ]] || lines 'its grace period' "$STATE/grace" "$TIME"
    container_end_by TERM
  done
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    OWNER=${WAITED[0]} WAITED=("${WAITED[@]:1}")
    [[ -n $OWNER ]] || continue # nobody waits for it, or it is only being made
    container_gone
    stop_insists
  done
}
# stop_insists: the supervisor of the container that was found was killed when it had been told to stop it: the next one is told, too.
stop_insists() {
  [[ $MODE == apply ]] || return 0
  while [[ -e $STATE/stopped ]] && container_lives pid && container_running; do
    container_owner
    container_end_by TERM
    container_gone
  done
}
# container_owner: sets OWNER, the process that waits for it; empty: none yet.
container_owner() {
  OWNER=''
  { read -r OWNER <"$STATE/owner"; } 2>/dev/null || : # there is none
}

# container_end_by TERM|KILL: by whoever waits for it, who will not start it again.
container_end_by() {
  [[ $1 != TERM || $MODE == plan ]] || container_supervised # or it would be killed
  container_owner
  [[ ! -e $STATE/paused ]] || container_unpause
  run_on "$STATE" 'it is not started again' touch "$STATE/stopped" || return 0 # it was just removed
  if { [[ $1 == TERM ]] || ! container_lives pid; } && container_owned; then
    supervisor_stop
  else
    ! container_lives pid || run_on "/proc/$LIVING" 'it ends' kill -s KILL "$LIVING" || : # the same
  fi
}

# container_gone: waits for its end, and until its OWNER has cleaned up; not for another one of that name.
container_gone() {
  { stays "$STATE" && [[ -d $STATE ]]; } || return 0
  if [[ $MODE == plan ]]; then
    words container_unlocked "$OWNER"
    planned "$(declare -p STATE)" "$(declare -f container_unlocked)" "$WORDS  # until it is gone"
    container_foreseen
  else
    container_unlocked "$OWNER"
  fi
}
# container_foreseen: in a plan, what whoever waits for it will have removed by then, and written.
container_foreseen() {
  local path owner
  for path in "/run/cash/$PROJECT"/{networks/*,ports}/* /run/cash/_/networks/*/*; do
    [[ ! -f $path ]] || ! read -r owner <"$path" || [[ $owner != "$STATE" ]] || gone "$path"
  done
  FORESEEN=yes names_part
  gone "$STATE" "$ETC" "$ETC"/* "${CGROUPS[@]}"
  if ! there "${ROOTFS%/*}/keep"; then
    gone "$ROOTFS" "${ROOTFS%/*}" "${ROOTFS%/*}"/*
  elif [[ -f $STATE/supervisor ]]; then
    made "${ROOTFS%/*}/ended"
  fi
}

command_restart() {
  local NAME LINE BACKWARDS CONTAINERS TIME='' LIST=() KEPT_FOR=()
  [[ ${1-} != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case ${1-} in
  -t | --time | --timeout)
    seconds_wanted "$@"
    TIME=$2
    shift 2
    ;;
  -*) fail 2 "usage: $0 restart [-t SECONDS] [NAME…]" ;;
  *) ;;
  esac
  containers_given "$@"
  restart_possible "$#"
  restart_followers
  restart_keep
  backwards "${CONTAINERS[@]}"
  for LINE in "${BACKWARDS[@]}"; do
    read -ra CONTAINERS <<<"$LINE"
    LIST=("${CONTAINERS[@]}" "${LIST[@]}")
    stop_all
  done
  CONTAINERS=("${LIST[@]}")
  start_all
  for NAME in "${KEPT_FOR[@]}"; do
    container_found "$NAME"
    container_unkeep
  done
}
# restart_keep: what goes when it ends (--rm), stays until it is started again. Sets KEPT_FOR, those.
restart_keep() {
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    [[ -f ${ROOTFS%/*}/words && ! -e ${ROOTFS%/*}/keep ]] || continue
    run_on "$STATE/image" 'kept until it is started again' cp "$STATE/image" "${ROOTFS%/*}/keep" || continue # it has just ended
    made "${ROOTFS%/*}/keep"
    KEPT_FOR+=("$NAME")
  done
}
# restart_possible COUNT: CONTAINERS are those that can be started again; where names were given, it fails for others, before anything is stopped.
restart_possible() {
  local NAME LIST=()
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    if [[ -f ${ROOTFS%/*}/words ]]; then
      LIST+=("$NAME")
    elif service_of "$NAME"; then
      LIST+=("$NAME")
    elif (($1)); then
      parameters_need
      start_refused "$NAME"
    fi
  done
  CONTAINERS=("${LIST[@]}")
}
# restart_followers: adds to CONTAINERS those that run and depend on one of them with `restart: true`.
restart_followers() {
  local ALL=" ${CONTAINERS[*]} " SERVICE NAME DEPENDS DEPENDENCY
  ((${#WAVES[@]} > 1)) && parameters_known || return 0
  for SERVICE in "${SERVICES[@]}"; do
    depends_on "$SERVICE"
    for DEPENDENCY in "${DEPENDS[@]}"; do
      [[ $DEPENDENCY == *:restart* ]] || continue
      containers_given "${DEPENDENCY%%:*}"
      for NAME in "${CONTAINERS[@]}"; do [[ $ALL != *" $NAME "* ]] || restart_follows; done
    done
  done
  read -ra CONTAINERS <<<"$ALL"
}
restart_follows() {
  local NAME
  containers_given "$SERVICE"
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    [[ $ALL == *" $NAME "* ]] || ! container_running || ALL+="$NAME "
  done
}

command_kill() {
  local NAME SIGNAL=KILL
  [[ ${1-} != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case ${1-} in
  -s | --signal)
    (($# > 1)) || fail 2 "$1 needs a value"
    SIGNAL=${2^^} SIGNAL=${SIGNAL#SIG}
    [[ ! $SIGNAL =~ ^[0-9]{1,2}$ ]] || SIGNAL=$(kill -l "$SIGNAL" 2>/dev/null) || SIGNAL=''
    { [[ $SIGNAL =~ ^[A-Z] ]] && kill -l "$SIGNAL" >/dev/null 2>&1; } || fail 2 "$2 is no signal; kill -l lists them"
    shift 2
    ;;
  *) ;;
  esac
  (($#)) || fail 2 "usage: $0 kill [-s SIGNAL] NAME…"
  containers_known "$@"
  for NAME; do
    container_pick "$NAME"
    container_need
    container_owner
    case $SIGNAL in
    KILL | TERM | INT | QUIT) run_on "$STATE" 'it is not started again' touch "$STATE/stopped" || fail 125 "$CONTAINER was just removed" ;;
    *) ;;
    esac
    { container_target "$SIGNAL" && run_on "/proc/$PID" 'its process 1' kill -s "$SIGNAL" -- "$TARGET"; } || fail 125 "$CONTAINER has just ended"
    [[ $SIGNAL != KILL ]] || container_gone
  done
}

command_wait() {
  local NAME ENDING
  (($#)) || fail 2 "usage: $0 wait NAME…"
  containers_known "$@"
  for NAME; do
    container_pick "$NAME"
    container_owner
    container_gone
    container_ending || fail 125 "$CONTAINER is not known: it was removed, or never ran detached"
    printf '%s\n' "${ENDING[0]}"
  done
}

command_pause() {
  local NAME
  (($#)) || fail 2 "usage: $0 pause NAME…"
  containers_known "$@"
  for NAME; do
    container_pick "$NAME"
    container_need
    ! there "$STATE/paused" || continue
    container_pause
    run_on "$STATE" 'for ps, and exec' touch "$STATE/paused" || fail 125 "$CONTAINER has just ended"
  done
}

command_unpause() {
  local NAME
  (($#)) || fail 2 "usage: $0 unpause NAME…"
  containers_known "$@"
  for NAME; do
    container_pick "$NAME"
    container_need
    container_unpause
    run 'for ps, and exec' rm -f "$STATE/paused"
  done
}
