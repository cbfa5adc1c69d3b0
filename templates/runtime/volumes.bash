# ── commands for volumes: the same bytes in every script ─────────────────────────────────────────
# What there is of a volume, by its name on the host:
#   ROOT/volumes/NAME                    a subvolume; .NAME.part: half made, or on its way out
#   ROOT/volumes/.NAME.next              what a restore is about to put in its place, whole
#   ROOT/volumes/.snapshots/NAME/…       its snapshots, read-only; .SNAPSHOT.part: one that is received
#   ROOT/volumes/.of/PROJECT/NAME        an empty directory: the project has made it
command_volume() {
  local SUBCOMMAND=${1-}
  case $SUBCOMMAND in
  ls | inspect | snapshots | rm | prune | snapshot | restore | clone | send | receive) ;;
  *) fail 2 "usage: $0 volume ls|inspect|snapshots|rm|prune|snapshot|restore|clone|send|receive …; see: $0 help" ;;
  esac
  shift
  [[ $UNPRIVILEGED != rootless || $SUBCOMMAND != @(send|receive) ]] || fail 125 "volume $SUBCOMMAND: btrfs shows root alone what this takes"
  [[ $MODE == apply || $SUBCOMMAND != @(ls|inspect|snapshots) ]] || return 0 # they change nothing
  "volume_$SUBCOMMAND" "$@"
}

# volume_words USAGE LEAST MOST WORD…: sets OPERANDS, and OPTION of what USAGE has in brackets.
declare -A OPTION=()
volume_words() {
  local USAGE=$1 LEAST=$2 MOST=$3
  shift 3
  OPERANDS=() OPTION=()
  while (($#)); do
    case $1 in
    -?*)
      if [[ $USAGE == *"[$1]"* ]]; then
        OPTION[$1]=yes
      else
        [[ $USAGE == *"[$1 "* && -n ${2-} ]] || fail 2 "usage: $0 volume $USAGE"
        OPTION[$1]=$2
        shift
      fi
      ;;
    *) OPERANDS+=("$1") ;;
    esac
    shift
  done
  ((${#OPERANDS[@]} >= LEAST && ${#OPERANDS[@]} <= MOST)) || fail 2 "usage: $0 volume $USAGE"
}

# volume_known VOLUME: sets KEY, VOLUME (its name on the host), VOLUME_PATH, SNAPSHOTS, EXTERNAL: by its name in the definition, or
# one that the project has made. False where it is neither.
volume_known() {
  local each
  VOLUME='' EXTERNAL='' KEY=$1
  for each in "${VOLUMES[@]}" "${EXTERNAL_VOLUMES[@]}"; do
    [[ ${each%%:*} != "$1" ]] || VOLUME=${each#*:}
  done
  for each in "${PROJECT}_$1" "$1"; do
    [[ -z $VOLUME && $1 =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*$ && -d $ROOT/volumes/.of/$PROJECT/$each ]] || continue
    VOLUME=$each
  done
  [[ -n $VOLUME ]] || return 1
  volume_paths
}
volume_find() {
  volume_known "$1" || {
    volume_keys
    fail 2 "no such volume: $1; there are: ${KEYS[*]}${UNNAMED[*]:+ ${UNNAMED[*]}}"
  }
}
volume_paths() {
  VOLUME_PATH=$ROOT/volumes/$VOLUME SNAPSHOTS=$ROOT/volumes/.snapshots/$VOLUME PART=$ROOT/volumes/.$VOLUME.part
  [[ " ${EXTERNAL_VOLUMES[*]} " != *":$VOLUME "* ]] || EXTERNAL=yes
}
volume_own() { [[ -z $EXTERNAL ]] || fail 125 "the volume $KEY is external: cash neither replaces nor removes it"; }
volume_there() { [[ -d $VOLUME_PATH ]] || fail 125 "the volume $KEY is not there yet: run makes it, or restore of a snapshot"; }

# volume_keys: sets KEYS, those of the definition, and UNNAMED, what else the project has made.
volume_keys() {
  local each path names=' '
  KEYS=() UNNAMED=()
  for each in "${VOLUMES[@]}" "${EXTERNAL_VOLUMES[@]}"; do KEYS+=("${each%%:*}") names+="${each#*:} "; done
  for path in "$ROOT/volumes/.of/$PROJECT"/*; do
    each=${path##*/}
    [[ -d $path && $names != *" $each "* ]] || continue
    [[ " ${KEYS[*]} " == *" ${each#"${PROJECT}_"} "* ]] || each=${each#"${PROJECT}_"}
    UNNAMED+=("$each")
  done
}

# snapshot_find NAME: sets SNAPSHOT, the path of one that is there.
snapshot_find() {
  snapshot_form "$1"
  SNAPSHOT=$SNAPSHOTS/$1
  [[ -d $SNAPSHOT ]] || fail 2 "the volume $KEY has no snapshot $1; see: $0 volume snapshots $KEY"
}
snapshot_form() { [[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || fail 2 "${1@Q} is no name of a snapshot: letters, digits, _ . -, at most 128"; }

# volume_users: sets USERS, the containers, of whatever project, that run and have it mounted.
volume_users() {
  local directory source LOCK='' PROJECT
  USERS=()
  for directory in /run/cash/*/containers/*; do
    there "$directory" || continue
    [[ -f $directory/fstab ]] || continue
    PROJECT=${directory#/run/cash/} PROJECT=${PROJECT%%/*}
    while read -r source _; do
      printf -v source %b "$source" # spaces and the like are in octal there
      [[ $source == "$ROOT/volumes/$VOLUME" || ($source == /* && $source -ef $VOLUME_PATH) ]] || continue
      container_found "${directory##*/}"
      ! volume_idle || break
      USERS+=("$PROJECT/$CONTAINER")
      break
    done <"$directory/fstab"
  done
}
# volume_idle: the container does not run: nobody has its lock, and no process is left of it.
volume_idle() {
  container_idle || return 1
  unlock
  ! container_alive
}
volume_unused() {
  volume_users
  ((${#USERS[@]} == 0)) || volume_refused
}
volume_refused() { fail 125 "the volume $KEY is in use by ${USERS[*]}; when that has ended, try again"; }

# volume_show PATH: sets CREATED, UUID, RECEIVED (empty: it was made here), READ_ONLY: what btrfs says, to root. Of a directory that is no
# subvolume (an external volume may be one) it says nothing.
volume_show() {
  local text pattern
  CREATED='' UUID='' RECEIVED='' READ_ONLY=false
  [[ $STORE == btrfs && $UNPRIVILEGED != rootless ]] && ! volume_plain "$1" || return 0
  text=$(btrfs subvolume show "$1")
  pattern=$'\n\tUUID:[ \t]*([0-9a-f-]{36})'
  [[ ! $text =~ $pattern ]] || UUID=${BASH_REMATCH[1]}
  pattern=$'\n\tReceived UUID:[ \t]*([0-9a-f-]{36})'
  [[ ! $text =~ $pattern ]] || RECEIVED=${BASH_REMATCH[1]}
  pattern=$'\n\tCreation time:[ \t]*([0-9-]+) ([0-9:]+) ([+-][0-9]{2})([0-9]{2})'
  [[ ! $text =~ $pattern ]] || CREATED=${BASH_REMATCH[1]}T${BASH_REMATCH[2]}${BASH_REMATCH[3]}:${BASH_REMATCH[4]}
  pattern=$'\n\tFlags:[ \t]*readonly'
  [[ ! $text =~ $pattern ]] || READ_ONLY=true
}

# volume_plain PATH: a directory that somebody has made there, and no subvolume, whose number is always the same.
volume_plain() { [[ $STORE == btrfs && $(stat --format=%i "$1") != 256 ]]; }

# volume_json VALUE…: sets JSON, of strings; an empty one is null.
volume_json() {
  local value
  JSON=''
  for value; do
    value=${value//\\/\\\\}
    value=${value//\"/\\\"}
    [[ -z $value ]] && value=null || value=\"$value\"
    JSON+=${JSON:+,}$value
  done
}

# volume_facts: sets NAMES (of its snapshots), USERS, JSON, of the volume that was found.
volume_facts() {
  local path users
  NAMES=()
  for path in "$SNAPSHOTS"/*; do [[ ! -d $path ]] || NAMES+=("${path##*/}"); done
  volume_users
  volume_json "${USERS[@]}"
  users=$JSON
  volume_json "$VOLUME_PATH"
  JSON="\"name\":\"$KEY\",\"volume\":\"$VOLUME\",\"path\":$JSON,\"exists\":$([[ -d $VOLUME_PATH ]] && echo true || echo false)"
  JSON+=",\"external\":$([[ -n $EXTERNAL ]] && echo true || echo false),\"named\":$([[ " ${KEYS[*]} " == *" $KEY "* ]] && echo true || echo false)"
  JSON+=",\"containers\":[$users]"
}

volume_ls() {
  local key rows=() size
  volume_words 'ls [-q] [-s] [--json]' 0 0 "$@"
  volume_keys
  [[ -n ${OPTION[-q]-}${OPTION[--json]-} ]] || printf '%-32s %9s %12s  %s\n' VOLUME SNAPSHOTS BYTES 'USED BY'
  for key in "${KEYS[@]}" "${UNNAMED[@]}"; do
    volume_find "$key"
    volume_facts
    [[ -d $VOLUME_PATH || ${#NAMES[@]} -gt 0 ]] || continue
    size=''
    [[ -z ${OPTION[-s]-} ]] || volume_size
    if [[ -n ${OPTION[--json]-} ]]; then
      rows+=("{$JSON,\"snapshots\":${#NAMES[@]}${size:+,\"bytes\":$size}}")
    elif [[ -n ${OPTION[-q]-} ]]; then
      printf '%s\n' "$key"
    else
      [[ -d $VOLUME_PATH ]] || USERS=('(only snapshots)')
      printf '%-32s %9s %12s  %s\n' "$key" "${#NAMES[@]}" "${size:--}" "${USERS[*]:--}"
    fi
  done
  [[ -z ${OPTION[--json]-} ]] || (IFS=, && printf '[%s]\n' "${rows[*]}")
}
# volume_size: sets size, the bytes of its files: each of them has to be looked at.
volume_size() {
  [[ -d $VOLUME_PATH ]] || return 0
  size=$("${STORE_SIZE[@]}" "$VOLUME_PATH")
  read -r size _ <<<"${size##*$'\n'}"
}

volume_inspect() {
  local name snapshots='' facts
  volume_words 'inspect VOLUME' 1 1 "$@"
  volume_keys
  volume_find "${OPERANDS[0]}"
  volume_facts
  facts=$JSON
  for name in "${NAMES[@]}"; do
    volume_show "$SNAPSHOTS/$name"
    volume_json "$name" "$CREATED" "$UUID" "$RECEIVED"
    IFS=, read -r name CREATED UUID RECEIVED <<<"$JSON"
    snapshots+="${snapshots:+,}{\"name\":$name,\"created\":$CREATED,\"uuid\":$UUID,\"received_uuid\":$RECEIVED}"
  done
  CREATED='' UUID='' READ_ONLY=null
  [[ ! -d $VOLUME_PATH ]] || volume_show "$VOLUME_PATH"
  volume_json "$CREATED" "$UUID"
  printf '{%s,"created":%s,"uuid":%s,"read_only":%s,"snapshots":[%s]}\n' "$facts" "${JSON%%,*}" "${JSON#*,}" "$READ_ONLY" "$snapshots"
}

volume_snapshots() {
  local path
  volume_words 'snapshots VOLUME [-q]' 1 1 "$@"
  volume_find "${OPERANDS[0]}"
  [[ -n ${OPTION[-q]-} ]] || printf '%-32s %-26s %s\n' SNAPSHOT CREATED RECEIVED
  for path in "$SNAPSHOTS"/*; do
    [[ -d $path ]] || continue
    volume_show "$path"
    if [[ -n ${OPTION[-q]-} ]]; then
      printf '%s\n' "${path##*/}"
    else
      printf '%-32s %-26s %s\n' "${path##*/}" "$CREATED" "${RECEIVED:+yes}"
    fi
  done
}

volume_rm() {
  local key
  volume_words 'rm [-f] VOLUME|VOLUME@SNAPSHOT…' 1 9999 "$@"
  for key in "${OPERANDS[@]}"; do volume_rm_one "$key" check; done # all, before any goes
  for key in "${OPERANDS[@]}"; do volume_rm_one "$key" remove; done
}
# volume_rm_one VOLUME[@SNAPSHOT] check|remove
volume_rm_one() {
  if ! volume_known "${1%%@*}"; then
    [[ -n ${OPTION[-f]-} ]] || volume_find "$1"
  elif [[ $1 == *@* ]]; then
    snapshot_form "${1#*@}"
    [[ $2 != check || -n ${OPTION[-f]-} ]] || snapshot_find "${1#*@}"
    [[ $2 == check ]] || snapshot_remove "${1#*@}"
  else
    volume_own
    volume_unused
    [[ $2 != check || -n ${OPTION[-f]-} || -d $SNAPSHOTS || -d $PART || -d $ROOT/volumes/.of/$PROJECT/$VOLUME ]] || {
      [[ -d $VOLUME_PATH ]] || volume_tidy # of one that was killed
      volume_there
    }
    [[ $2 == check ]] || volume_remove
  fi
}
snapshot_remove() {
  lock "$SNAPSHOTS" 'it makes or removes a snapshot' || return 0
  ! there "$SNAPSHOTS/$1" || run 'the snapshot' "${STORE_DELETE[@]}" "$SNAPSHOTS/$1"
  gone "$SNAPSHOTS/$1"
  unlock
  volume_tidy
}

volume_prune() {
  volume_words prune 0 0 "$@"
  volume_keys
  volumes_remove_unused "${UNNAMED[@]}"
}
# volumes_remove: all that the project has made, for down.
volumes_remove() {
  volume_keys
  volumes_remove_unused "${KEYS[@]}" "${UNNAMED[@]}"
}
volumes_remove_unused() {
  local key
  for key; do
    volume_find "$key"
    [[ -z $EXTERNAL ]] || continue
    volume_users
    if ((${#USERS[@]})); then
      say "the volume $key stays: it is in use by ${USERS[*]}"
    else
      volume_remove
    fi
  done
}

# volume_remove: the volume that was found, with its snapshots, and what commands that were killed have left of it.
volume_remove() {
  local path left=()
  if [[ -d $SNAPSHOTS ]] && lock "$SNAPSHOTS" 'it receives a snapshot'; then
    for path in "$SNAPSHOTS"/.*.part; do volume_discard "$path"; done
    for path in "$SNAPSHOTS"/*; do ! there "$path" || left+=("$path"); done
    ((${#left[@]} == 0)) || run 'its snapshots' "${STORE_DELETE[@]}" "${left[@]}"
    gone "${left[@]}"
    unlock
  fi
  if lock "$ROOT/volumes" 'it makes a volume'; then
    volume_discard "$PART"
    volume_discard "$ROOT/volumes/.$VOLUME.next"
    if there "$VOLUME_PATH"; then
      volume_away
      volume_discard "$PART"
    fi
    unlock
  fi
  volume_tidy
}

# volume_discard PATH: with the subvolumes that are in it.
volume_discard() {
  local path=$1
  there "$1" || return 0
  [[ -d $path ]] || path=$VOLUME_PATH # in a plan it has its name still, or is a subvolume that is still to be made
  if [[ -d $path ]] && volume_plain "$path"; then
    run 'the volume, a plain directory' rm -rf --one-file-system "$1"
  else
    subvolume_delete 'the volume' "$1"
  fi
  gone "$1"
}

# volume_away: it has its name no more; put back, where a container has begun to use it meanwhile.
volume_away() {
  run 'no container finds it any more' mv -T "$VOLUME_PATH" "$PART"
  gone "$VOLUME_PATH"
  made "$PART"
  volume_users
  if ((${#USERS[@]})); then
    run 'it is in use after all' mv -T "$PART" "$VOLUME_PATH"
    volume_refused
  fi
}

# volume_settle: what a restore that was killed has left is put in its place where that is free, else removed.
volume_settle() {
  local next=$ROOT/volumes/.$VOLUME.next
  there "$next" || return 0
  if there "$VOLUME_PATH"; then
    volume_discard "$next"
  else
    run 'a restore that was killed' mv -T "$next" "$VOLUME_PATH"
    gone "$next"
    made "$VOLUME_PATH"
  fi
}

# volumes_settle: half-made ones, of all projects, for prune.
volumes_settle() {
  local path
  for path in "$ROOT"/volumes/.*.next "$ROOT"/volumes/.*.part; do
    [[ -d $path ]] || continue
    idle "$ROOT/volumes" || continue
    VOLUME=${path##*/.} VOLUME=${VOLUME%.*}
    volume_paths
    [[ $path != *.next ]] || volume_settle
    [[ $path != *.part ]] || volume_discard "$path"
    unlock
  done
  for path in "$ROOT"/volumes/.snapshots/*/.*.part; do
    [[ -d $path ]] || continue
    idle "${path%/*}" || continue
    volume_discard "$path"
    unlock
  done
}

# volume_tidy: folders in which nothing is any more.
volume_tidy() {
  local folder
  for folder in "$SNAPSHOTS" "$ROOT/volumes/.snapshots" "$ROOT/volumes/.of/$PROJECT/$VOLUME" "$ROOT/volumes/.of/$PROJECT" "$ROOT/volumes/.of"; do
    there "$folder" || continue
    if [[ $folder == */"$PROJECT/$VOLUME" ]]; then
      ! there "$SNAPSHOTS" || continue
      ! there "$VOLUME_PATH" || continue
    fi
    ! empty "$folder" || folder_remove "$folder"
  done
}
