# ── port: the same bytes in every script ────────────────────────────────────────────────────────
command_port() {
  local inside outside _ found='' wanted=${2-}
  (($# == 1 || $# == 2)) || fail 2 "usage: $0 port NAME [PORT[/PROTOCOL]]"
  [[ -z $wanted || $wanted == */* ]] || wanted+=/tcp
  container_pick "$1"
  container_need
  [[ ! -f $STATE/ports ]] || while read -r inside outside _; do
    if [[ -z $wanted ]]; then
      printf '%s -> %s\n' "$inside" "$outside"
    elif [[ $inside == "$wanted" ]]; then
      found=yes
      printf '%s\n' "$outside"
    fi
  done <"$STATE/ports"
  [[ -n $found || -z $wanted ]] || fail 125 "$CONTAINER does not publish ${wanted@Q}; it does: $0 port $1"
}

# container_ports: sets PORTS, what the container that was picked publishes: 0.0.0.0:8080->80/tcp, …
container_ports() {
  local inside outside _
  PORTS=''
  [[ ! -f $STATE/ports ]] || while read -r inside outside _; do PORTS+="${PORTS:+, }$outside->$inside"; done <"$STATE/ports"
}
