# ── pool: the same bytes in every script ────────────────────────────────────────────────────────
# pool_filesystem DIRECTORY: sets FILESYSTEM, the type of what it lies on.
pool_filesystem() {
  local directory type longest=''
  while read -r _ directory type _; do
    [[ $1/ != "${directory%/}"/* || ${#directory} -lt ${#longest} ]] || longest=$directory FILESYSTEM=$type
  done </proc/self/mounts
}
pool_mounted() {
  local directory
  while read -r _ directory _; do
    [[ $directory != "$1" ]] || return 0
  done </proc/self/mounts
  return 1
}
# pool_empty: it holds nothing any more. Folders without anything in them do not count.
pool_empty() {
  local left
  for left in "$ROOT"/images/*/{*,.*.part,.*.meta} "$ROOT"/images/.*.download "$ROOT"/containers/*/{*,.*.part} \
    "$ROOT"/volumes/{*,.*.part,.*.next} "$ROOT"/volumes/.snapshots/*/{*,.*.part}; do
    ! there "$left" || return 1
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
  [[ $MODE == plan || ! -d $ROOT/images ]] || fail 125 "another process uses the pool: $ROOT stays"
}
