# ── the store: btrfs: the same bytes in every script with one ───────────────────────────────────────
STORE=btrfs
STORE_CREATE=(btrfs -q subvolume create)
STORE_COPY=(btrfs -q subvolume snapshot)
STORE_DELETE=(btrfs -q subvolume delete)
STORE_SIZE=(btrfs filesystem du --raw --summarize)
# subvolume_delete WHY PATH: with the subvolumes that a container may have made inside.
subvolume_delete() {
  run "$1" find "$2" -inum 256 -exec btrfs property set '{}' ro false ';'
  run "$1" find "$2" -depth -inum 256 -exec "${STORE_DELETE[@]}" '{}' ';'
}
