# ── quota: the same bytes in every script with storage_opt.size ─────────────────────────────────
# container_size BYTES: the most its files may take, those of the image among them. Quotas cost the whole pool time: they are the
# host's to turn on.
container_size() {
  join 'its own copy of the image'
  btrfs qgroup show "$ROOT" >/dev/null 2>&1 || fail 125 "storage_opt.size: quotas are off in the pool: btrfs quota enable $ROOT"
  run 'storage_opt.size' btrfs qgroup limit "$1" "$ROOTFS"
}
