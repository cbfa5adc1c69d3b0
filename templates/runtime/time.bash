# ── time namespaces: the same bytes in every script with one ────────────────────────────────────
time_need() { [[ -e /proc/self/ns/time ]] || fail 125 'x-cash.time: this kernel has no time namespaces; Linux 5.6 has'; }

time_check() {
  checked "$([[ ! -e /proc/self/ns/time ]] || echo 1)" 'time namespaces in the kernel, for x-cash.time' 'Linux 5.6, with CONFIG_TIME_NS'
  check_version unshare 236
}
