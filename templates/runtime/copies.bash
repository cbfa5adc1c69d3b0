# ── copies of volumes: by cp: the same bytes in every script with a directory as its store ───────────
# volume_copy WHY FROM PART TO [-r]
volume_copy() {
  UNFINISHED=$3
  UNDO=(volume_uncopied "${UNDO[@]}")
  run "$1" "${STORE_COPY[@]}" "$2" "$UNFINISHED"
  run 'whole: it gets its name' mv -T "$UNFINISHED" "$4"
  UNDO=("${UNDO[@]:1}")
}
volume_uncopied() { [[ ! -d $UNFINISHED ]] || subvolume_delete 'an unfinished copy' "$UNFINISHED"; }

# volume_asked: nobody writes while it is copied.
volume_asked() { volume_unused; }
