# ── copies of volumes: by btrfs: the same bytes in every script that has one ─────────────────────────
# volume_copy WHY FROM PART TO [-r]: at once: it needs no PART.
volume_copy() { run "$1" "${STORE_COPY[@]}" "${@:5}" "$2" "$4"; }

# volume_whole PATH COMMAND…: a copy has all that it holds, which is not so where a container has made subvolumes in it: COMMAND shows them.
volume_whole() {
  local inside
  (inside=$("${@:2}") && [[ -z $inside ]]) || fail 125 "the volume has subvolumes in it, which a copy would not have: make directories of them (find $1 -inum 256)"
}
volume_asked() {
  [[ ! -d $VOLUME_PATH ]] || ! volume_plain "$VOLUME_PATH" ||
    fail 125 "the volume $KEY is a plain directory, and btrfs copies subvolumes alone; move it away, then: ${STORE_CREATE[*]} $VOLUME_PATH, and cp -a --reflink what it held"
  local command=(btrfs subvolume list -o "$VOLUME_PATH")
  [[ $UNPRIVILEGED != rootless ]] || command=(find "$VOLUME_PATH" -mindepth 1 -inum 256 -print -quit) # it lists them for root
  [[ $MODE == apply ]] || planned "$(declare -f say fail volume_whole)"
  run 'a copy has all of it' volume_whole "$VOLUME_PATH" "${command[@]}"
}
