# ── pool: the same bytes in every script ────────────────────────────────────────────────────────
# pool_filesystem DIRECTORY: sets FILESYSTEM, the type of what it lies on. Symbolic links on the way to it are followed, as the kernel does.
pool_filesystem() {
  local path directory type longest=''
  path=$(cd -P -- "$1" 2>/dev/null && pwd) || path=$1 # it is still to be made
  while read -r _ directory type _; do
    [[ $path/ != "${directory%/}"/* || ${#directory} -lt ${#longest} ]] || longest=$directory FILESYSTEM=$type
  done </proc/self/mounts
}
pool_mounted() {
  local path directory
  path=$(cd -P -- "$1" 2>/dev/null && pwd) || return 1
  while read -r _ directory _; do
    [[ $directory != "$path" ]] || return 0
  done </proc/self/mounts
  return 1
}
POOL_LARGER='' # what it has, where that is more than the definition says
# pool_grow FILE PART SIZE: FILE, and the file system in it, are at least of SIZE, also where it was smaller when they were made. PART is
# there while they grow, for who finds that killed: what a file system takes of its device no file of the kernel says.
pool_grow() {
  local DEVICE LOCK=''
  pool_small "$@" && lock "$ROOT" 'it makes the pool larger' || return 0
  if pool_small "$@"; then
    run 'the pool is to grow' touch "$2"
    run 'a sparse file' truncate "--size=>$3" "$1"
    run 'as large as its file' losetup --set-capacity "$DEVICE"
    run 'as large as its device' btrfs -q filesystem resize max "$ROOT"
    run 'it has grown' rm -f "$2"
  fi
  unlock
}
# pool_small FILE PART SIZE: sets DEVICE, that of FILE; it has less than SIZE. A device has whole sectors of its file.
pool_small() {
  local path backing sectors
  [[ -f $1 ]] || return 1 # a btrfs of the host's own, or only planned
  for path in /sys/block/loop*/loop/backing_file; do
    DEVICE=${path#/sys/block/} DEVICE=/dev/${DEVICE%%/*}
    { IFS= read -r backing <"$path" && read -r sectors <"/sys/block/${DEVICE#/dev/}/size"; } 2>/dev/null || continue # it is free
    [[ $backing -ef $1 ]] || continue
    ((sectors <= $3 / 512)) || POOL_LARGER="$((sectors / 2048)) MiB, more than the $(($3 / 1048576)) MiB of x-cash.storage: it is never made smaller"
    [[ ! -f $2 ]] && ((sectors >= $3 / 512)) || return 0
  done
  return 1
}
