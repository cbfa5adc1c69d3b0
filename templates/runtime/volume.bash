# ── volumes: the same bytes in every script that has one ────────────────────────────────────────
# volume_create PATH TARGET: a subvolume; new, it holds what the image has at TARGET, as with Docker.
volume_create() {
  local part=${1%/*}/.${1##*/}.part next=${1%/*}/.${1##*/}.next path=$IMAGE rest=${2#/}/
  ! there "$1" || return 0
  lock "${1%/*}" 'it makes a volume' || fail 125 "the pool at $ROOT was just removed; try again"
  if [[ -d $next ]]; then
    run 'a restore was killed before it gave the content its name' mv -T "$next" "$1"
  elif [[ ! -d $1 ]]; then
    [[ ! -d $part ]] || run 'a volume half made' "${STORE_DELETE[@]}" "$part"
    run 'the project makes it' mkdir -p "${1%/*}/.of/$PROJECT/${1##*/}"
    run 'an empty volume' "${STORE_CREATE[@]}" "$part"
    while [[ -n $rest && ! -L $path ]]; do path+=/${rest%%/*} rest=${rest#*/}; done
    if [[ ! -d $IMAGE && $MODE == plan ]]; then
      words "$path"
      CONDITION="[[ -L $WORDS || ! -d $WORDS ]] || "
    fi
    [[ -z $CONDITION && (-L $path || ! -d $path) ]] || run 'what the image has there' cp -a "$path/." "$part/"
    run 'whole: it gets its name' mv -T "$part" "$1"
  fi
  made "$1"
  unlock
}
# volume_stays PATH: from now on nobody takes it away: the container's fstab names it. Who has begun to before, is awaited.
volume_stays() {
  local LOCK=''
  lock "${1%/*}" 'it changes a volume' --shared || fail 125 "the pool at $ROOT was just removed; try again"
  unlock
  there "$1" || fail 125 "the volume ${1##*/} was just removed; try again"
}
volume_external() {
  [[ -d $1 ]] || fail 125 "the volume ${1##*/} is external, and not there; make it: ${STORE_CREATE[*]} $1"
}
