# ── what a container has changed: the same bytes in every script ─────────────────────────────────
# Both look at a read-only copy, which is gone afterwards: ROOT/containers/PROJECT/.CONTAINER.part/rootfs.part.
command_diff() {
  (($# == 1)) || fail 2 "usage: $0 diff SERVICE"
  container_given "$1"
  container_files "$1"
  [[ -n $IMAGE && -d $IMAGE ]] || fail 125 "the image that $1 is made of is gone: nothing to compare with"
  ! image_renewed || fail 125 "the image that $1 is made of was pulled anew since: nothing to compare with"
  copy_begin
  functions_planned diff_lines "${DIFF_FUNCTIONS[@]}" diff_there shown
  output 'what differs' - diff_lines "$IMAGE" "$COPY"
  copy_end
}

command_export() {
  local FILE=- GIVEN_NAME=''
  while (($#)); do
    case $1 in
    -o | --output)
      (($# > 1)) || fail 2 "$1 needs a value"
      FILE=$2
      shift
      ;;
    -*) fail 2 "export has no option $1; see: $0 help" ;;
    *)
      [[ -z $GIVEN_NAME ]] || fail 2 'one container at a time'
      GIVEN_NAME=$1
      ;;
    esac
    shift
  done
  [[ -n $GIVEN_NAME ]] || fail 2 "usage: $0 export SERVICE [-o FILE|-]"
  container_given "$GIVEN_NAME"
  container_files "$GIVEN_NAME"
  [[ $IMAGE != *@* ]] || fail 125 "the files of $GIVEN_NAME are a mapped copy, with owners that only this host knows: mount of util-linux 2.39 needs none"
  [[ $FILE != - || ! -t 1 || $MODE == plan ]] || fail 2 'not to a terminal: name a file with -o, or lead the output elsewhere'
  copy_begin
  output 'its files, as a tar' "$FILE" tar --create --sparse --sort=name --numeric-owner --xattrs '--xattrs-include=*' --directory "$COPY" .
  copy_end
}

# copy_begin: sets COPY. One at a time of a name, though the container may be removed meanwhile, and made again: so the lock is that of the
# copy's own folder. What a killed one has left goes first.
copy_begin() {
  COPY=$ROOT/containers/$PROJECT/.$CONTAINER.part/rootfs.part # so that a store of directories needs no name for what is half made
  until run 'a folder for a copy' mkdir -p "${COPY%/*}" && lock "${COPY%/*}" 'it reads the files'; do :; done
  copy_discard
  UNDO=(copy_undo "${UNDO[@]}")
  run_on "$ROOTFS" 'a copy that stays as it is' "${STORE_COPY[@]}" "${READONLY[@]}" "$ROOTFS" "$COPY" || fail 125 "$CONTAINER was just removed"
}
copy_discard() { [[ ! -d $COPY ]] || run 'the copy' "${STORE_DELETE[@]}" "$COPY"; }
copy_undo() {
  copy_discard
  [[ ! -d ${COPY%/*} ]] || folder_remove "${COPY%/*}"
}
copy_end() {
  UNDO=("${UNDO[@]:1}")
  run_on "$COPY" 'the copy' "${STORE_DELETE[@]}" "$COPY" || fail 125 "$CONTAINER was just removed"
  folder_remove "${COPY%/*}"
  unlock
}

# diff_lines IMAGE COPY: A, C or D and a path a line. diff_paths says what may differ; whether one was added, changed or deleted, both
# trees say.
diff_lines() {
  local path paths=() before='' top=$'\n'
  mapfile -d '' -t paths < <(diff_paths "$1" "$2" && printf 'whole\0')
  [[ ${#paths[@]} -gt 0 && ${paths[-1]} == whole ]] || return 1
  unset -v 'paths[-1]'
  for path in "${paths[@]}"; do
    [[ $path != "$before" && -n $path ]] || continue
    before=$path
    shown "/$path"
    if ! diff_there "$1" "$path"; then
      ! diff_there "$2" "$path" || printf 'A %s\n' "$SHOWN"
    elif diff_there "$2" "$path"; then
      printf 'C %s\n' "$SHOWN"
    elif [[ $path != "$top"/* ]]; then
      printf 'D %s\n' "$SHOWN"
      top=$path # what was in it is deleted too
    fi
  done
}

# diff_there TREE PATH: it is there, and not by a symbolic link.
diff_there() {
  local path=$1 rest=$2/
  while [[ -n $rest ]]; do
    [[ ! -L $path ]] || return 1
    path+=/${rest%%/*} rest=${rest#*/}
  done
  [[ -e $path || -L $path ]]
}
