# ── commit: the same bytes in every script ───────────────────────────────────────────────────────
# commit [OPTION…] NAME TAG: a read-only snapshot of its files, and what is known of it.
command_commit() {
  local PAUSE=yes PARENT LINES=() NAME TAG
  commit_options "$@"
  [[ $COMMIT_TAG =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || fail 2 "${COMMIT_TAG@Q} is no tag: letters, digits, _ . -, at most 128"
  container_pick "$SERVICE"
  commit_of "$CONTAINER"
  container_names
  container_image
  [[ -d $ROOTFS ]] || fail 125 "$CONTAINER has no files to commit; keep them: $0 run --keep $SERVICE"
  [[ $IMAGE != *@* ]] || fail 125 "the files of $CONTAINER are a mapped copy, no image for others: mount of util-linux 2.39 needs none"
  ! image_renewed || say "$CONTAINER is made of an image that was pulled anew since: what history says of that is of the new one"
  NAME=$COMMIT_NAME TAG=$COMMIT_TAG PARENT=${IMAGE#"$ROOT/images/"}
  commit_known
  image_begin_copy
  functions_planned image_remember
  run 'what is known of it' image_remember "$ROOT/images/$NAME/.$TAG.meta" "${IMAGE%/*}/.${IMAGE##*/}.meta" "${PARENT/\//:}" "${LINES[@]}"
  made "$ROOT/images/$NAME/.$TAG.meta"
  commit_snapshot
  commit_check
  image_end_copy
}

commit_options() {
  COMMIT_AUTHOR='' COMMIT_MESSAGE='' COMMIT_CHANGES=() COMMIT_TAG=''
  local WORDS_LEFT=()
  while (($#)); do
    case $1 in
    --no-pause) PAUSE='' ;;
    -m | -a | -c | --message | --author | --change)
      (($# > 1)) || fail 2 "$1 needs a value"
      case $1 in
      -m | --message) COMMIT_MESSAGE=$2 ;;
      -a | --author) COMMIT_AUTHOR=$2 ;;
      *) COMMIT_CHANGES+=("$2") ;;
      esac
      shift
      ;;
    -*) fail 2 "commit has no option $1; see: $0 help" ;;
    *) WORDS_LEFT+=("$1") ;;
    esac
    shift
  done
  ((${#WORDS_LEFT[@]} == 2)) || fail 2 "usage: $0 commit [-m MESSAGE] [-a AUTHOR] [-c CHANGE]… [--no-pause] NAME TAG"
  SERVICE=${WORDS_LEFT[0]} COMMIT_TAG=${WORDS_LEFT[1]}
}

# commit_of CONTAINER: sets CONTAINER, and COMMIT_NAME, that of its service, which stands behind what it is made of.
commit_of() {
  local FILE KNOWN=() SERVICE_OF
  for FILE in "$STATE/image" "${ROOTFS%/*}/keep"; do
    [[ ! -f $FILE ]] || { mapfile -t KNOWN <"$FILE"; } 2>/dev/null || : # it was just removed
  done
  SERVICE_OF=${KNOWN[1]-}
  [[ -n $SERVICE_OF ]] || service_of "$1" || SERVICE_OF=$SERVICE # made by a script of before
  service_id "$SERVICE_OF"
  "${ID}_settings"
  CONTAINER=$1
}

# commit_known: sets LINES, what will be known of the image: its parent's configuration, with the changes.
commit_known() {
  local CHANGE WORD KEY
  image_known "$IMAGE"
  for CHANGE in "${COMMIT_CHANGES[@]}"; do commit_change "$CHANGE"; done
  LINES=()
  known_line container "$PROJECT/$CONTAINER"
  known_line parent "${PARENT/\//:}"
  for KEY in author message user directory; do
    case $KEY in
    author) WORD=$COMMIT_AUTHOR ;;
    message) WORD=$COMMIT_MESSAGE ;;
    *) WORD=${KNOWN[$KEY]-} ;;
    esac
    [[ -z $WORD ]] || known_line "$KEY" "$WORD"
  done
  for WORD in "${ENTRYPOINT[@]}"; do known_line entrypoint "$WORD"; done
  for WORD in "${COMMAND[@]}"; do known_line command "$WORD"; done
  for WORD in "${ENVIRONMENT[@]}"; do known_line environment "$WORD"; done
}
known_line() {
  local VALUE=${2//\\/\\\\}
  VALUE=${VALUE//$'\n'/\\n}
  VALUE=${VALUE//$'\t'/\\t}
  [[ $VALUE != *[[:cntrl:]]* ]] || fail 2 "$1 ${2@Q}: text is wanted, without control characters"
  LINES+=("$1 $VALUE")
}

# commit_change TEXT: as in a Dockerfile: CMD, ENTRYPOINT, ENV, USER, WORKDIR.
commit_change() {
  local VALUE=${1#* } LIST=()
  [[ $1 == *' '* && -n ${VALUE// /} ]] || fail 2 "-c ${1@Q}: one of CMD, ENTRYPOINT, ENV, USER, WORKDIR is wanted, and its value"
  case ${1%% *} in
  CMD)
    commit_words "$VALUE"
    COMMAND=("${LIST[@]}")
    ;;
  ENTRYPOINT)
    commit_words "$VALUE"
    ENTRYPOINT=("${LIST[@]}") COMMAND=() # that of the parent was meant for another one
    ;;
  ENV) commit_variable "$VALUE" ;;
  USER)
    [[ $VALUE != *[[:space:]]* ]] || fail 2 "-c ${1@Q}: USER[:GROUP] is wanted"
    KNOWN[user]=$VALUE
    ;;
  WORKDIR)
    [[ $VALUE == /* && $VALUE/ != */../* ]] || fail 2 "-c ${1@Q}: an absolute path without .. is wanted"
    KNOWN[directory]=$VALUE
    ;;
  *) fail 2 "-c ${1@Q}: only CMD, ENTRYPOINT, ENV, USER and WORKDIR can be changed" ;;
  esac
}

# commit_variable NAME=VALUE: the value may stand in double quotes; more than one word must.
commit_variable() {
  local EACH VARIABLES=() VALUE=${1#*=}
  [[ $1 =~ ^[^=[:space:]]+= ]] || fail 2 "-c ENV ${1@Q}: NAME=VALUE is wanted"
  if [[ $VALUE == \"*\" && ${#VALUE} -gt 1 ]]; then
    VALUE=${VALUE:1:-1}
  elif [[ $VALUE == *[[:space:]]* ]]; then
    fail 2 "-c ENV ${1@Q}: one variable a -c; a value of several words stands in double quotes"
  fi
  for EACH in "${ENVIRONMENT[@]}"; do
    [[ ${EACH%%=*} == "${1%%=*}" ]] || VARIABLES+=("$EACH")
  done
  ENVIRONMENT=("${VARIABLES[@]}" "${1%%=*}=$VALUE")
}

# commit_words TEXT: sets LIST, the strings of a JSON list; else the words with which the container's shell reads the text.
commit_words() {
  local REST=$1 WORD STRING='^[[:space:]]*"(([^"\\]|\\["\\/bfnrt])*)"[[:space:]]*([],])(.*)$'
  [[ $REST == \[* ]] || {
    LIST=(/bin/sh -c "$REST")
    return 0
  }
  [[ ! $REST =~ ^\[[[:space:]]*\][[:space:]]*$ ]] || return 0
  REST=${REST#[}
  while [[ $REST =~ $STRING ]]; do
    WORD=${BASH_REMATCH[1]//\\\//\/} REST=${BASH_REMATCH[4]}
    printf -v WORD %b "${WORD//\\\"/\"}"
    LIST+=("$WORD")
    [[ ${BASH_REMATCH[3]} == , ]] || {
      [[ -n ${REST// /} ]] || return 0
      break
    }
  done
  fail 2 "-c … ${1@Q}: a list of strings is wanted, such as [\"sleep\", \"1\"]; a character by its number (\\u…) is not understood"
}

# image_remember FILE PARENTS PARENT LINE…: what is known of an image, and behind it what is known of its parent.
image_remember() {
  local created
  printf '%s\n' "${@:4}" >"$1" || return 1
  [[ -f $2 ]] || return 0
  created=$(stat --format=%Y "$2") || return 1
  printf '%s\n' '' "image $3" "created $created" >>"$1" && cat "$2" >>"$1"
}

# commit_snapshot: nothing changes meanwhile. A container that stood still before stands still afterwards.
commit_snapshot() {
  container_process
  if [[ -z $PAUSE || -z $PID ]] || container_paused; then
    commit_copy
    return 0
  fi
  UNDO=(container_unpause "${UNDO[@]}")
  container_pause
  commit_copy
  container_unpause
  UNDO=("${UNDO[@]:1}")
}

commit_copy() { run_on "$ROOTFS" 'a read-only copy' "${STORE_COPY[@]}" "${READONLY[@]}" "$ROOTFS" "$PART" || fail 125 "$CONTAINER was just removed"; }

# commit_check: what the container cannot have made of the places that are mounted on.
commit_check() {
  local path
  [[ $MODE == apply ]] || return 0
  for path in etc dev proc sys etc/{hosts,hostname,resolv.conf}; do
    [[ ! -L $PART/$path ]] || fail 125 "/$path of the container is a symbolic link: it cannot be mounted on"
  done
}
