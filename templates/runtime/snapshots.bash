# ── snapshots of volumes: the same bytes in every script ─────────────────────────────────────────
volume_snapshot() {
  volume_words 'snapshot VOLUME [NAME]' 1 2 "$@"
  volume_find "${OPERANDS[0]}"
  volume_there
  lock "$ROOT/volumes" 'it makes a volume' || fail 125 "the pool at $ROOT was just removed; try again"
  volume_there # a restore takes its name away for a moment
  snapshot_take "${OPERANDS[1]-}"
  unlock
  [[ $MODE == plan ]] || printf '%s\n' "${SNAPSHOT##*/}"
}

# snapshot_new [NAME]: sets SNAPSHOT, the path of one that is not there yet; without a NAME it is the time.
snapshot_new() {
  local -x TZ=UTC0
  local name=${1-} number=1
  [[ -n $name ]] || printf -v name '%(%Y%m%dT%H%M%SZ)T' -1
  snapshot_form "$name"
  SNAPSHOT=$SNAPSHOTS/$name
  while [[ -z ${1-} && -d $SNAPSHOT ]]; do SNAPSHOT=$SNAPSHOTS/$name-$((number += 1)); done
  [[ ! -d $SNAPSHOT ]] || fail 125 "the volume $KEY has a snapshot $name already; another name, or first: $0 volume rm $KEY@$name"
}
# snapshot_take [NAME]: of the volume that was found. A snapshot is there at once, and whole. Its folder is locked: two that are made in
# the same second have two names.
snapshot_take() {
  local LOCK=''
  snapshot_new "${1-}"
  volume_asked
  until { there "$SNAPSHOTS" || run 'a folder for its snapshots' mkdir -p "$SNAPSHOTS"; } && lock "$SNAPSHOTS" 'it makes a snapshot'; do :; done
  snapshot_new "${1-}"
  made "$SNAPSHOTS" "$SNAPSHOT"
  volume_copy 'a copy that stays as it is' "$VOLUME_PATH" "$SNAPSHOTS/.${SNAPSHOT##*/}.part" "$SNAPSHOT" "${READONLY[@]}"
  unlock
}

# volume_restore: what the volume holds is replaced whole, or not at all: see volume_settle for one that is killed.
volume_restore() {
  local kept=''
  volume_words 'restore VOLUME SNAPSHOT [--as NAME] [--discard]' 2 2 "$@"
  volume_find "${OPERANDS[0]}"
  volume_own
  snapshot_find "${OPERANDS[1]}"
  kept=$SNAPSHOT
  lock "$ROOT/volumes" 'it makes a volume' || fail 125 "the pool at $ROOT was just removed; try again"
  volume_settle
  volume_discard "$PART"
  if there "$VOLUME_PATH"; then
    volume_unused
    if [[ -z ${OPTION[--discard]-} ]]; then
      snapshot_take "${OPTION[--as]-}"
      say "what $KEY holds now is kept as its snapshot ${SNAPSHOT##*/}"
    fi
  fi
  volume_replace "$kept"
  unlock
}
# volume_replace SNAPSHOT
volume_replace() {
  local next=$ROOT/volumes/.$VOLUME.next
  UNDO=(volume_settle "${UNDO[@]}")
  volume_copy 'a copy to write on' "$1" "$PART" "$next"
  made "$next"
  ! there "$VOLUME_PATH" || volume_away
  run 'it gets its name' mv -T "$next" "$VOLUME_PATH"
  gone "$next"
  made "$VOLUME_PATH"
  UNDO=("${UNDO[@]:1}")
  volume_discard "$PART"
}

volume_clone() {
  local source each
  volume_words 'clone VOLUME|VOLUME@SNAPSHOT NEWVOLUME' 2 2 "$@"
  volume_find "${OPERANDS[0]%%@*}"
  source=$VOLUME_PATH
  if [[ ${OPERANDS[0]} == *@* ]]; then
    snapshot_find "${OPERANDS[0]#*@}"
    source=$SNAPSHOT
  else
    volume_there
    volume_asked
  fi
  KEY=${OPERANDS[1]} VOLUME=${PROJECT}_${OPERANDS[1]} EXTERNAL=''
  [[ $KEY =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$ ]] || fail 2 "${KEY@Q} is no name of a volume: letters, digits, _ . -, at most 64"
  for each in "${VOLUMES[@]}" "${EXTERNAL_VOLUMES[@]}"; do
    [[ ${each%%:*} != "$KEY" ]] || VOLUME=${each#*:}
  done
  volume_paths
  volume_own
  lock "$ROOT/volumes" 'it makes a volume' || fail 125 "the pool at $ROOT was just removed; try again"
  volume_settle
  [[ ! -d $VOLUME_PATH ]] || fail 125 "the volume $KEY is there already; another name, or first: $0 volume rm $KEY"
  [[ -d $ROOT/volumes/.of/$PROJECT/$VOLUME ]] || run 'the project makes it' mkdir -p "$ROOT/volumes/.of/$PROJECT/$VOLUME"
  volume_copy 'a copy to write on' "$source" "$PART" "$VOLUME_PATH"
  unlock
}

# volume_send: without SNAPSHOT, of one that is made for it.
volume_send() {
  local command=(btrfs -q send) file OUT
  volume_words 'send VOLUME [SNAPSHOT] [--since SNAPSHOT] [-o FILE]' 1 2 "$@"
  file=${OPTION[-o]--}
  [[ $MODE == plan || $file != - || ! -t 1 ]] || fail 2 "a stream is nothing for a terminal: -o FILE, or | ssh HOST …"
  [[ $file == */* || $file == - ]] || file=./$file
  [[ ! -d $file && -d ${file%/*}/ || $file == - ]] || fail 2 "-o $file: a file is wanted, in a directory that is there"
  volume_find "${OPERANDS[0]}"
  if [[ -n ${OPTION[--since]-} ]]; then
    snapshot_find "${OPTION[--since]}"
    command+=(-p "$SNAPSHOT")
  fi
  if ((${#OPERANDS[@]} == 2)); then
    snapshot_find "${OPERANDS[1]}"
  else
    volume_there
    snapshot_take
    say "sent as the snapshot ${SNAPSHOT##*/}"
  fi
  if [[ $file == - ]]; then
    volume_stream 'the stream' '' 0 1 "${command[@]}" "$SNAPSHOT"
  elif [[ -e $file && ! -f $file ]]; then # a device, a pipe
    words "$file"
    exec {OUT}>"$file"
    volume_stream 'the stream' " >$WORDS" 0 "$OUT" "${command[@]}" "$SNAPSHOT"
    exec {OUT}>&-
  else
    PART=${file%/*}/.${file##*/}.part
    UNDO=(volume_unsent "${UNDO[@]}")
    volume_stream 'the stream' '' 0 2 "${command[@]}" -f "$PART" "$SNAPSHOT"
    run 'whole: it gets its name' mv -T "$PART" "$file"
    UNDO=("${UNDO[@]:1}")
  fi
}
volume_unsent() { [[ ! -f $PART ]] || run 'an unfinished stream' rm "$PART"; }

# volume_stream WHY SHOWN FROM OUT COMMAND…: run_long, with these descriptors as its input and output, which a plan shows as SHOWN.
volume_stream() {
  local why=$1 shown=$2 in=$3 out=$4
  shift 4
  told "$why" "$shown" "$@" || {
    UNDO=(end_aside "${UNDO[@]}")
    ASIDE=new ASIDE_BEFORE=${!-}
    "$@" <&"$in" >&"$out" &
    ASIDE=$!
    wait "$ASIDE" || ran "$?" "$why" "$@"
    ASIDE=''
    UNDO=("${UNDO[@]:1}")
  }
}

# volume_receive: a stream becomes a snapshot. Which earlier one it goes on from btrfs finds by itself.
volume_receive() {
  local SHOWN='' FROM=0
  volume_words 'receive VOLUME [NAME] [-i FILE]' 1 2 "$@"
  volume_find "${OPERANDS[0]}"
  volume_own
  if [[ ${OPTION[-i]--} != - ]]; then
    [[ -f ${OPTION[-i]} && -r ${OPTION[-i]} ]] || fail 2 "${OPTION[-i]}: no such file"
    words "${OPTION[-i]}"
    SHOWN=" <$WORDS"
    exec {FROM}<"${OPTION[-i]}"
  elif [[ $MODE == apply && -t 0 ]]; then
    fail 2 'a stream is wanted: -i FILE, or from a pipe'
  fi
  [[ -z ${OPERANDS[1]-} ]] || volume_received "${OPERANDS[1]}"
  snapshot_new "${OPERANDS[1]-}"
  pool_create
  [[ -d $ROOT/volumes/.of/$PROJECT/$VOLUME ]] || run 'the project makes it' mkdir -p "$ROOT/volumes/.of/$PROJECT/$VOLUME"
  UNDO=(volume_unreceived "${UNDO[@]}")
  until run 'a folder for its snapshots' mkdir -p "$SNAPSHOTS" && lock "$SNAPSHOTS" 'it receives a snapshot'; do :; done
  snapshot_new "${SNAPSHOT##*/}" # not meanwhile
  PART=$SNAPSHOTS/.${SNAPSHOT##*/}.part
  volume_discard "$PART"
  run 'where it comes in' btrfs -q subvolume create "$PART"
  made "$PART"
  volume_stream 'the stream, which reaches nothing else' "$SHOWN" "$FROM" 2 btrfs -q receive -e --chroot "$PART"
  run 'whole: it gets its name' find "$PART" -mindepth 1 -maxdepth 1 -inum 256 -exec btrfs -q subvolume snapshot "${READONLY[@]}" '{}' "$SNAPSHOT" ';'
  run 'it is there' test -d "$SNAPSHOT"
  made "$SNAPSHOT"
  volume_discard "$PART"
  UNDO=("${UNDO[@]:1}")
  unlock
  [[ $MODE == plan ]] || printf '%s\n' "${SNAPSHOT##*/}"
}
# volume_received SNAPSHOT: what one has left that was killed when this was whole.
volume_received() {
  snapshot_form "$1"
  [[ -d $SNAPSHOTS/$1 && -d $SNAPSHOTS/.$1.part ]] && idle "$SNAPSHOTS" || return 0
  volume_discard "$SNAPSHOTS/.$1.part"
  unlock
}
# volume_unreceived: PART is that of the snapshot, once its folder is locked.
volume_unreceived() {
  [[ $PART != "$SNAPSHOTS"/* ]] || volume_discard "$PART"
  volume_tidy
}
