# ── the end of a network: the same bytes in every script ────────────────────────────────────────
network_lock() {
  until network_locked; do :; done
}
network_locked() {
  there /run/cash || run 'runtime files, for root alone' mkdir -p -m 700 /run/cash
  made /run/cash
  lock /run/cash 'it changes the networks'
}

# network_discard MARK: its bridge, whose tables are gone.
network_discard() {
  [[ ! -d /sys/class/net/${1##*/.} ]] || run 'the bridge' ip link delete "${1##*/.}"
  ! there "$1" || run 'its name is free' rmdir "$1"
  gone "$1"
}
