# ── resolver: the same bytes in every script ────────────────────────────────────────────────────
# resolver_of_host: sets RESOLVER, the host's resolv.conf, less servers on its loopback.
resolver_of_host() {
  local line file=/etc/resolv.conf
  RESOLVER=()
  [[ ! -f /run/systemd/resolve/resolv.conf ]] || file=/run/systemd/resolve/resolv.conf
  if [[ -f $file ]]; then
    while read -r line || [[ -n $line ]]; do
      [[ $line =~ ^nameserver[[:blank:]]+(127\.|::1) || ! $line =~ ^(nameserver|search|options)[[:blank:]] ]] || RESOLVER+=("$line")
    done <"$file"
  fi
}
