# ── up, and the order of services: the same bytes in every script ────────────────────────────────
# A container that `up` makes is a `run -d` with a label that names its definition. The words of that lie beside its files: where they are
# not those that `up` would say now, or its image is a newer one, it is made anew.

command_up() {
  local WAIT='' ALONE='' ANEW='' ORPHANS='' PULL='' SELECTED=' ' RENEWED=' ' NAMES=' ' FOLDER=$ROOT/containers/$PROJECT EACH DEPENDS UP_WORDS HAS NEXT
  up_options "$@"
  parameters_need
  pool_create
  until { there "$FOLDER" || run 'a folder for its containers' mkdir -p "$FOLDER"; } && lock "$FOLDER" 'it is on its way up'; do :; done
  made "$FOLDER"
  LOCK='' # it stays ours to the end
  for EACH in "${SERVICES[@]}"; do ! up_selects "$EACH" || up_image; done
  up_surplus
  for EACH in "${SERVICES[@]}"; do
    if up_selects "$EACH" || up_drags; then up_service; fi
  done
  [[ -z $WAIT ]] || for EACH in "${SERVICES[@]}"; do ! up_selects "$EACH" || up_waits; done
}
up_selects() { [[ $SELECTED == *" $1 "* ]]; }

up_options() {
  local LIST=()
  while (($#)); do
    [[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
    -d | --detach) ;; # it always does
    --wait) WAIT=yes ;;
    --no-deps) ALONE=yes ;;
    --force-recreate) ANEW=yes ;;
    --remove-orphans) ORPHANS=yes ;;
    --profile | --pull)
      (($# > 1)) || fail 2 "$1 needs a value"
      [[ $1 == --pull || -z $2 ]] || profile "$2"
      [[ $1 == --profile ]] || PULL=$2
      shift
      ;;
    -*) fail 2 "usage: $0 up [--wait] [--profile NAME] [--pull always|missing|never] [--force-recreate] [--no-deps] [--remove-orphans] [SERVICE…]" ;;
    *) LIST+=("$1") ;;
    esac
    shift
  done
  [[ $PULL =~ ^(always|missing|never|)$ ]] || fail 2 "--pull $PULL: always, missing or never is wanted"
  ((${#LIST[@]})) || LIST=("${ACTIVE[@]}")
  [[ -z $ANEW ]] || ANEW=" ${LIST[*]} "
  for EACH in "${LIST[@]}"; do up_select "$EACH"; done
}

# up_select SERVICE: and those it depends on. One that is not required comes along where it is active.
up_select() {
  local DEPENDS DEPENDENCY ID
  ! up_selects "$1" || return 0
  service_id "$1"
  SELECTED+="$1 "
  [[ -z $ALONE ]] || return 0
  depends_on "$1"
  for DEPENDENCY in "${DEPENDS[@]}"; do
    [[ $DEPENDENCY == *:optional && " ${ACTIVE[*]} " != *" ${DEPENDENCY%%:*} "* ]] || up_select "${DEPENDENCY%%:*}"
  done
}

# up_image: of the service EACH; and NAMES, what its containers are called.
up_image() {
  containers_given "$EACH"
  NAMES+="${CONTAINERS[*]} "
  { [[ $PULL != always ]] && there "$IMAGE"; } || "${ID}_pull" "$PULL"
}

# up_words NAME SERVICE: sets UP_WORDS, by which it is run, as run_options keeps them.
up_words() {
  local RUN_WORDS
  run_parameters
  UP_WORDS=("${RUN_WORDS[@]}" -d --name "$1" -l "cash.definition=$DIGEST" "$2")
}
# up_has: sets HAS, the words by which the container was run. True where they are of `up`.
up_has() {
  HAS=()
  { mapfile -d '' -t HAS <"${ROOTFS%/*}/words"; } 2>/dev/null || : # it is not there, or not of run -d
  [[ " ${HAS[*]@Q} " == *" '-l' 'cash.definition="* ]]
}

# up_surplus: containers that `up` has made, and the definition has no more.
up_surplus() {
  local NAME
  containers_all
  for NAME in "${CONTAINERS[@]}"; do
    [[ $NAMES != *" $NAME "* ]] || continue
    container_found "$NAME"
    up_has || continue
    if up_selects "${HAS[-1]}" || [[ -n $ORPHANS && " ${SERVICES[*]} " != *" ${HAS[-1]} "* ]]; then
      up_removes 'is not in the definition any more'
    elif [[ " ${SERVICES[*]} " != *" ${HAS[-1]} "* ]]; then
      say "$NAME is of a service that there is no more; up --remove-orphans takes it away"
    fi
  done
}

# up_service: the containers of the service EACH are as it says.
up_service() {
  local NAME COUNT READY_FOR=''
  containers_given "$EACH"
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    container_settled
    up_words "$NAME" "$EACH"
    up_judge
    [[ -n $NEXT ]] || continue
    [[ -n $READY_FOR ]] || up_depends
    READY_FOR=yes
    container_found "$NAME"
    case $NEXT in
    renew)
      service_id "$EACH"
      ! declare -F "${ID}_given" >/dev/null || ASKING=yes "${ID}_given"
      up_removes 'is made anew'
      ;;
    again) container_end_gently ;;
    *) ;;
    esac
    COUNT=${UP_WORDS[0]}
    command_run --pull missing "${UP_WORDS[@]:COUNT+1}"
  done
}

# up_judge: sets NEXT, what to do with the container NAME: nothing, start, renew, again.
up_judge() {
  NEXT=start
  if up_has; then
    if [[ $ANEW == *" $EACH "* || ${HAS[*]@Q} != "${UP_WORDS[*]@Q}" ]] || up_outdated; then
      NEXT=renew
    elif container_busy; then
      NEXT=''
      ! up_follows || NEXT=again
    elif up_completed; then
      NEXT=''
    fi
  elif container_busy && { [[ -f $STATE/supervisor ]] || container_lives owner; }; then # else it is what a killed run has left
    fail 125 "$NAME runs, but not by up: end it first: $0 rm -f $NAME"
  fi
  [[ -z $NEXT ]] || RENEWED+="$EACH "
}
# up_outdated: its image has been pulled anew since.
up_outdated() {
  local META=${IMAGE%/*}/.${IMAGE##*/}.meta
  [[ ${THERE[$META]-} == yes || $META -nt ${ROOTFS%/*}/keep ]]
}
# up_completed: it has done its work, and ended by itself.
up_completed() {
  local ENDING
  [[ $RESTART != always && $RESTART != unless-stopped ]] || return 1
  stays "${ROOTFS%/*}/ended" && container_ending || return 1
  [[ ${ENDING[0]} == 0 && ${ENDING[3]-} != stopped ]]
}
# up_follows: a service it depends on, with `restart: true`, has been started, or made anew.
up_follows() {
  local DEPENDENCY
  depends_on "$EACH"
  for DEPENDENCY in "${DEPENDS[@]}"; do
    [[ $DEPENDENCY != *:restart* || $RENEWED != *" ${DEPENDENCY%%:*} "* ]] || return 0
  done
  return 1
}

# up_drags: a container of the service EACH runs, and it follows.
up_drags() {
  local NAME
  up_follows || return 1
  containers_given "$EACH"
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    ! container_running || ! up_has || return 0
  done
  return 1
}

# up_removes WHY: the container that was found.
up_removes() {
  say "$CONTAINER $1"
  container_end_gently
  container_forget
}
# container_end_gently: as by stop, where it runs.
container_end_gently() {
  container_busy || return 0
  container_end_by TERM
  container_gone
}

# up_depends: until what the service EACH depends on is as it wants it.
up_depends() {
  local DEPENDENCY NAME
  depends_on "$EACH"
  for DEPENDENCY in "${DEPENDS[@]}"; do
    { up_selects "${DEPENDENCY%%:*}" && [[ -z $ALONE ]]; } || continue
    containers_given "${DEPENDENCY%%:*}"
    for NAME in "${CONTAINERS[@]}"; do
      container_found "$NAME"
      case $DEPENDENCY in
      *:service_healthy*) up_await up_await_health "$DEPENDENCY" ;;
      *:service_completed_successfully*) up_await up_await_end "$DEPENDENCY" ;;
      *) ;;
      esac
    done
  done
  containers_given "$EACH"
}

# up_waits: until the containers of the service EACH run, or are healthy, or have done their work.
up_waits() {
  local NAME CHECK=up_await_start
  containers_given "$EACH"
  ! declare -F "${ID}_health" >/dev/null || CHECK=up_await_health
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    up_await "$CHECK" ''
  done
}

# up_await CHECK DEPENDENCY: of the container that was found.
up_await() {
  if [[ $MODE == apply ]]; then
    up_awaited "$@"
  elif ! up_is "$1"; then
    planned "$(declare -p CONTAINER STATE ROOTFS)" "$(declare -f say fail container_pipe container_birth container_lives container_owner container_awaited container_unlocked container_ending up_await_end "$1" up_awaited)"
    words up_awaited "$@"
    planned "$WORDS  # until it is as it has to be"
  fi
}
# up_is CHECK: it is so already, and nothing is planned that changes it.
up_is() {
  local HEALTH=''
  case $1 in
  up_await_health) container_running && { read -r HEALTH _ <"$STATE/health"; } 2>/dev/null && [[ $HEALTH == healthy ]] ;;
  up_await_start) container_running || up_completed ;;
  *) up_completed ;;
  esac
}
up_awaited() {
  local WHY=''
  "$1" && return 0
  [[ $2 == *:optional ]] || fail 125 "$CONTAINER $WHY: logs $CONTAINER says more"
  say "$CONTAINER $WHY; it is not required"
}
# up_await_health: true where it is healthy; sets WHY where it will not be.
up_await_health() {
  local HEALTH PIPE TIMER
  container_pipe
  exec {TIMER}<>"/proc/self/fd/$PIPE" {PIPE}<&- # nothing is ever in it: read sleeps
  while :; do
    HEALTH=''
    { read -r HEALTH _ <"$STATE/health"; } 2>/dev/null || : # it is being started
    [[ $HEALTH != healthy ]] || return 0
    WHY='is unhealthy'
    [[ $HEALTH != unhealthy ]] || return 1
    WHY='has ended'
    container_awaited || return 1
    read -r -t 0.1 <&"$TIMER" || : # the time is over
  done
}
# up_await_end: true where it has ended with status 0.
up_await_end() {
  local ENDING
  container_owner
  container_unlocked
  container_ending || ENDING=(unknown) # it was removed
  WHY="has ended with status ${ENDING[0]}"
  [[ ${ENDING[0]} == 0 ]]
}
# up_await_start: true where it runs, or has done its work.
up_await_start() {
  local CODE=''
  ! container_lives pid || return 0
  up_await_end
}

# backwards NAME…: sets BACKWARDS, these containers in lines: who depends on others before those.
backwards() {
  local WAVE LIST NAME LINE LEFT=" $* " ID SCALE CONTAINERS
  BACKWARDS=()
  if ((${#WAVES[@]} > 1)) && parameters_known; then
    for WAVE in "${WAVES[@]}"; do
      LINE=''
      read -ra LIST <<<"$WAVE"
      containers_given "${LIST[@]}"
      for NAME in "${CONTAINERS[@]}"; do
        [[ $LEFT != *" $NAME "* ]] || LINE+="$NAME " LEFT=${LEFT/ $NAME / }
      done
      BACKWARDS=("$LINE" "${BACKWARDS[@]}")
    done
  fi
  BACKWARDS=("$LEFT" "${BACKWARDS[@]}") # those of no service
}
