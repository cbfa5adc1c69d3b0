# ── the end of the pool: the same bytes in every script ─────────────────────────────────────────
# pool_empty: it holds nothing any more. Folders without anything in them do not count.
pool_empty() {
  local left
  for left in "$ROOT"/images/*/{*,.*.part,.*.meta,.*.download} "$ROOT"/images/.*.download "$ROOT"/containers/*/{*,.*.part} \
    "$ROOT"/volumes/{*,.*.part,.*.next} "$ROOT"/volumes/.snapshots/*/{*,.*.part}; do
    ! there "$left" || return 1
  done
}

# pool_sole: nothing is in it but its own folders, and what every file system has.
pool_sole() {
  local inside
  for inside in "$ROOT"/* "$ROOT"/.[!.]*; do
    [[ $inside != */@(images|containers|volumes|cache|lost+found) ]] || continue
    there "$inside" || continue
    say "$ROOT stays: ${inside##*/} in it is not of cash"
    return 1
  done
}

# pool_bare: its directory is there, and nothing else: what made it was killed.
pool_bare() { [[ -d $ROOT ]] && empty "$ROOT" && idle "$ROOT"; }

# pool_clear: its own folders, as far as there are any.
pool_clear() {
  local folder left=()
  [[ ! -d $ROOT/cache ]] || run 'nothing is left in it' rm -rf "$ROOT/cache"
  for folder in images containers volumes; do
    [[ ! -d $ROOT/$folder ]] || left+=("$ROOT/$folder")
  done
  ((${#left[@]} == 0)) || run 'nothing is left in it' find "${left[@]}" -depth -type d -empty -delete
  for folder in images containers volumes; do
    [[ $MODE == plan || ! -d $ROOT/$folder ]] || fail 125 "$ROOT stays: in $folder is what is not of cash, or another process uses it"
  done
}
