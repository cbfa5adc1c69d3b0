# ── commands for images: the same bytes in every script ──────────────────────────────────────────
command_pull() {
  local SERVICE
  (($#)) || set -- "${ACTIVE[@]}"
  for SERVICE; do service_id "$SERVICE"; done
  pool_create
  [[ -z $POOL_LARGER ]] || say "the pool at $ROOT has $POOL_LARGER"
  while (($#)); do
    service_id "$1"
    "${ID}_pull"
    shift
  done
}

# image_named NAME:TAG: sets NAME and TAG.
image_named() {
  [[ $1 =~ ^([A-Za-z0-9][A-Za-z0-9_.-]{0,127}):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$ ]] || fail 2 "${1@Q}: NAME:TAG is wanted; see: $0 images"
  NAME=${BASH_REMATCH[1]} TAG=${BASH_REMATCH[2]}
}
image_there() { [[ -d $ROOT/images/$NAME/$TAG ]] || fail 125 "$NAME:$TAG is not there; see: $0 images"; }

# image_known PATH: what stands beside the image at PATH, as image_block.
image_known() {
  local file=/dev/null
  [[ ! -f ${1%/*}/.${1##*/}.meta ]] || file=${1%/*}/.${1##*/}.meta
  image_block <"$file" || : # nothing is known
}
# image_block: sets KNOWN, by key, and the lists, from standard input, as far as an empty line. False where there is nothing more.
image_block() {
  local line value any=1
  unset -v KNOWN
  declare -gA KNOWN=()
  ENTRYPOINT=() COMMAND=() ENVIRONMENT=()
  while IFS= read -r line && [[ -n $line ]]; do
    any=0
    printf -v value %b "${line#* }"
    case ${line%% *} in
    entrypoint) ENTRYPOINT+=("$value") ;;
    command) COMMAND+=("$value") ;;
    environment) ENVIRONMENT+=("$value") ;;
    *) KNOWN[${line%% *}]=$value ;;
    esac
  done
  return "$any"
}

# image_created PATH: sets CREATED, in seconds: that of the host it was loaded from, or when what is known of it was written.
image_created() {
  CREATED=${KNOWN[created]-}
  [[ -n $CREATED || ! -f ${1%/*}/.${1##*/}.meta ]] || CREATED=$(stat --format=%Y "${1%/*}/.${1##*/}.meta" 2>/dev/null) || : # it was just removed
}

command_images() {
  local path paths=() form=table
  case ${1-} in
  '') ;;
  -q | --quiet) form=quiet ;;
  --json) form=json ;;
  *) fail 2 "usage: $0 images [-q|--quiet|--json]" ;;
  esac
  for path in "$ROOT"/images/*/*; do
    [[ ! -d $path || $path == *@* ]] || paths+=("$path")
  done
  "images_$form" "${paths[@]}"
}
images_quiet() {
  for path; do image_title "$path"; done
}
image_title() {
  local name=${1%/*}
  printf '%s:%s\n' "${name##*/}" "${1##*/}"
}
images_table() {
  local path title cells=(IMAGE CREATED SIZE PARENT)
  images_sizes "$@"
  for path; do
    title=$(image_title "$path")
    image_known "$path"
    image_created "$path"
    [[ -z $CREATED ]] || printf -v CREATED '%(%F %R)T' "$CREATED"
    size "${SIZES[$path]-}"
    cells+=("$title" "$CREATED" "$SIZE" "${KNOWN[parent]-}")
  done
  columns 4 "${cells[@]}"
}
images_json() {
  local path title rows=''
  images_sizes "$@"
  for path; do
    title=$(image_title "$path")
    image_known "$path"
    image_created "$path"
    image_json "$title" size= "${SIZES[$path]-}"
    rows+=",
  $JSON"
  done
  printf '[%s\n]\n' "${rows#,}"
}

# image_json NAME:TAG NAME VALUE…: sets JSON, all that is known of it.
image_json() {
  local lists=()
  [[ -z $CREATED ]] || TZ=UTC0 printf -v CREATED '%(%FT%TZ)T' "$CREATED"
  ((${#ENTRYPOINT[@]} == 0)) || { json_list "${ENTRYPOINT[@]}" && lists+=(entrypoint= "$JSON"); }
  ((${#COMMAND[@]} == 0)) || { json_list "${COMMAND[@]}" && lists+=(command= "$JSON"); }
  ((${#ENVIRONMENT[@]} == 0)) || { json_list "${ENVIRONMENT[@]}" && lists+=(environment= "$JSON"); }
  json_object image "$1" created "$CREATED" "${@:2}" parent "${KNOWN[parent]-}" source "${KNOWN[source]-}" sha256 "${KNOWN[sha256]-}" \
    container "${KNOWN[container]-}" author "${KNOWN[author]-}" message "${KNOWN[message]-}" "${lists[@]}" \
    user "${KNOWN[user]-}" working_dir "${KNOWN[directory]-}"
}

# images_sizes PATH…: sets SIZES, in bytes, by path. What images share counts for each.
images_sizes() {
  local bytes path
  declare -gA SIZES=()
  (($#)) || return 0
  while read -r bytes path; do path=/${path#*/} && SIZES[$path]=$bytes; done < <("${STORE_SIZE[@]}" "$@" 2>/dev/null) # one that is being removed has none
}
# size BYTES: sets SIZE, as a person reads it.
size() {
  local unit tenths=$((${1:-0} * 10))
  for unit in B KiB MiB GiB TiB; do
    ((tenths >= 10240)) || break
    tenths=$((tenths / 1024))
  done
  SIZE="$((tenths / 10)).$((tenths % 10)) $unit"
}

command_tag() {
  local NAME TAG FROM FROM_META
  (($# == 2)) || fail 2 "usage: $0 tag NAME:TAG NAME:TAG"
  image_named "$1"
  image_there
  FROM=$ROOT/images/$NAME/$TAG FROM_META=$ROOT/images/$NAME/.$TAG.meta
  image_named "$2"
  image_begin_copy
  [[ ! -f $FROM_META ]] || run 'what is known of it' cp --preserve "$FROM_META" "$ROOT/images/$NAME/.$TAG.meta"
  run_on "$FROM" 'the same files' "${STORE_COPY[@]}" "${READONLY[@]}" "$FROM" "$PART" || fail 125 "$1 was just removed"
  image_end_copy
}

# image_begin_copy: the image NAME:TAG is not there yet; sets PART, where it is made.
image_begin_copy() {
  [[ ! -d $ROOT/images/$NAME/$TAG ]] || fail 125 "$NAME:$TAG is there; another tag, or first: $0 rmi $NAME:$TAG"
  PART=$ROOT/images/$NAME/.$TAG.part
  until run 'a folder for its tags' mkdir -p "$ROOT/images/$NAME" && lock "$ROOT/images/$NAME" "it makes an image $NAME"; do :; done
  [[ ! -d $ROOT/images/$NAME/$TAG ]] || fail 125 "$NAME:$TAG is there by now; another tag"
  image_discard
  UNDO=(image_undo "${UNDO[@]}")
}
image_end_copy() {
  run 'whole: it gets its name' mv -T "$PART" "$ROOT/images/$NAME/$TAG"
  made "$ROOT/images/$NAME/$TAG"
  run 'its name, to the disk' sync --file-system "$ROOT/images/$NAME/$TAG"
  UNDO=("${UNDO[@]:1}")
  unlock
}

command_rmi() {
  local NAME TAG FORCE='' USER_OF=()
  while [[ ${1-} == -* ]]; do
    case $1 in
    -f | --force) FORCE=yes ;;
    *) fail 2 "usage: $0 rmi [-f|--force] NAME:TAG…" ;;
    esac
    shift
  done
  (($#)) || fail 2 "usage: $0 rmi [-f|--force] NAME:TAG…"
  for USER_OF; do image_named "$USER_OF"; done
  while (($#)); do
    image_named "$1"
    [[ -n $FORCE ]] || there "$ROOT/images/$NAME/$TAG" || say "$NAME:$TAG is not there"
    [[ -n $FORCE ]] || image_unused
    image_remove "$NAME" "$TAG"
    shift
  done
}

# image_unused: no container of any project is made of NAME:TAG.
image_unused() {
  local file path project
  for file in "$ROOT"/containers/*/*/keep /run/cash/*/containers/*/image; do
    { [[ -f $file ]] && there "$file" && stays "${file%/*}"; } || continue
    { read -r path <"$file"; } 2>/dev/null || continue # it was just removed
    [[ ${path%@*} == "$ROOT/images/$NAME/$TAG" ]] || continue
    project=${file%/*/*}
    project=${project%/containers}
    if [[ $file == */image ]]; then
      image_free "${file%/*}" || fail 125 "$NAME:$TAG: the container $(basename_of "${file%/*}") of $(basename_of "$project") runs with it; end it first, or: $0 rmi --force $NAME:$TAG"
    else
      fail 125 "$NAME:$TAG: the kept files of $(basename_of "${file%/*}") of $(basename_of "$project") are made of it; remove them first (rm), or: $0 rmi --force $NAME:$TAG"
    fi
  done
}
# image_drop NAME TAG: image_remove, unless a container is made of it.
image_drop() {
  local NAME=$1 TAG=$2
  if (image_unused); then image_remove "$NAME" "$TAG"; else say "$NAME:$TAG stays"; fi
}
# image_free STATE: no process has this container.
image_free() {
  idle "$1" || return 1
  unlock
}
basename_of() { printf '%s' "${1##*/}"; }

# image_remove NAME TAG: with what a pull that was killed has left of it.
image_remove() {
  local path
  lock "$ROOT/images/$1" "it pulls $1" || return 0
  for path in "$ROOT/images/$1/$2"{,@*} "$ROOT/images/$1/.$2"{,@*}.part; do
    ! there "$path" || run 'the image' "${STORE_DELETE[@]}" "$path"
    gone "$path"
  done
  image_unknown "$ROOT/images/$1" "$2"
  ! there "$ROOT/images/$1/.$2.download" || run 'a part of a download' rm "$ROOT/images/$1/.$2.download"
  gone "$ROOT/images/$1/.$2.download"
  if there "$ROOT/images/$1" && empty "$ROOT/images/$1"; then
    run 'no tag is left' rmdir "$ROOT/images/$1"
    gone "$ROOT/images/$1"
  fi
  unlock
}
