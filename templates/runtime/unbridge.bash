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

# forwarding_off: the host forwards as before cash, where no bridge of cash is left.
forwarding_off() {
  local network
  [[ -f /run/cash/.ip_forward ]] || return 0
  for network in /run/cash/*/networks/*; do
    ! there "$network" || return 0
  done
  put 'as it was before cash' 0 /proc/sys/net/ipv4/ip_forward
  run 'as it was before cash' rm /run/cash/.ip_forward
  gone /run/cash/.ip_forward
}
