# ── published ports: the same bytes in every script that has one ─────────────────────────────────
# Those of a network are a table, BRIDGE/ports, those of a container elements of its maps, and, so that no two have one, files
# PROTOCOL:HOST:PORT, like leases. No process of ours listens on them: the kernel turns what arrives round.
FORWARD='' # without root, a function that says by whom it arrives: see forward.bash

# ports_open BRIDGE SUBNET ADDRESS HOST:FIRST[-LAST]:PORT/PROTOCOL…: each leads to the container at ADDRESS, of FIRST to LAST the lowest free.
ports_open() {
  local LOCK='' FORWARDER='' WORLD=self word host range inside elements=() open=() further=()
  local -A BOUND=()
  [[ -n $PUBLISH ]] || return 0
  [[ -z $FORWARD ]] || "$FORWARD" "${@:4}"
  network_lock
  there "/run/cash/$PROJECT/ports" || run 'whose its ports are' mkdir -p "/run/cash/$PROJECT/ports"
  made "/run/cash/$PROJECT/ports"
  ports_bound "${@:4}"
  for word in "${@:4}"; do
    host=${word%%:*} range=${word#*:} inside=${word##*:}
    range=${range%:*}
    port_lease "${inside#*/}" "$host" "${range%-*}" "${range#*-}"
    open+=("$inside $host:$PORT $1${FORWARDER:+ $FORWARDER}")
    further+=("${inside#*/}" "$host" "$PORT")
    word="${inside#*/} . $PORT : $3 . ${inside%/*} }"
    if [[ $host == 0.0.0.0 || -n $FORWARDER ]]; then
      elements+=("add element ip $1/ports on_any { $word")
    else
      elements+=("add element ip $1/ports on_one { $host . $word")
    fi
  done
  ports_table "$1" "$2"
  unlock
  lines 'what is published' "$STATE/ports" "${open[@]}"
  made "$STATE/ports"
  feed 'its published ports' nft -f - -- "${elements[@]}"
  [[ -z $FORWARDER ]] || while ((${#further[@]})); do
    run 'a port of the host' perl -e "$FORWARD_PROGRAM" "$FORWARDER" add "${further[@]:0:3}"
    further=("${further[@]:3}")
  done
}

# ports_table BRIDGE SUBNET: where it is there, the bridge takes what is for 127.0.0.1: the kernel drops it else before it is turned round.
ports_table() {
  local localnet=''
  read -r localnet 2>/dev/null <"/proc/sys/net/ipv4/conf/$1/route_localnet" || : # only planned: there is no bridge
  [[ $localnet != 1 ]] && ! there "/sys/class/net/$1/ports" || return 0
  made "/sys/class/net/$1/ports"
  feed 'published ports of its network' nft -f - -- \
    "table ip $1/ports" \
    "delete table ip $1/ports" \
    "table ip $1/ports {" \
    '  map on_any { type inet_proto . inet_service : ipv4_addr . inet_service; }' \
    '  map on_one { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }' \
    '  chain prerouting {' \
    '    type nat hook prerouting priority -100;' \
    '    ip daddr 127.0.0.0/8 return' \
    '    fib daddr type local dnat to meta l4proto . th dport map @on_any' \
    '    dnat to ip daddr . meta l4proto . th dport map @on_one' \
    '  }' \
    '  chain output {' \
    '    type nat hook output priority -100;' \
    '    fib daddr type local dnat to meta l4proto . th dport map @on_any' \
    '    dnat to ip daddr . meta l4proto . th dport map @on_one' \
    '  }' \
    '  chain postrouting {' \
    '    type nat hook postrouting priority 100;' \
    "    oifname \"$1\" ct status dnat ip saddr { 127.0.0.0/8, $2 } masquerade" \
    '  }' \
    '}'
  put 'from the loopback of the host, too' 1 "/proc/sys/net/ipv4/conf/$1/route_localnet"
}

# port_lease PROTOCOL HOST FIRST LAST: sets PORT, the lowest that is free.
port_lease() {
  local BUSY=''
  for ((PORT = $3; PORT <= $4; PORT++)); do
    ! port_free "$1" "$2" "$PORT" || ! lease_take "/run/cash/$PROJECT/ports" "$1:$2:$PORT" || return 0
  done
  [[ $3 == "$4" ]] || fail 125 "no port from $3 to $4/$1 of the host is free; publish a wider range"
  fail 125 "port $3/$1 of the host is taken by ${BUSY:-another container}; end that, or publish another port"
}

# port_free PROTOCOL HOST PORT: neither a container has it nor a program of the host; else sets BUSY.
port_free() {
  local path owner bound sockets a b c d
  for path in /run/cash/*/ports/"$1":*:"$3"; do
    owner=${path#*:} owner=${owner%:*}
    [[ $owner == "$2" || $owner == 0.0.0.0 || $2 == 0.0.0.0 ]] || continue
    there "$path" || continue
    { read -r owner <"$path"; } 2>/dev/null || : # empty: of a run that was killed
    [[ $owner == "$STATE" ]] || ! there "$owner" || {
      BUSY="the container ${owner##*/}"
      return 1
    }
  done
  IFS=. read -r a b c d <<<"$2"
  printf -v a '%02X%02X%02X%02X' "$d" "$c" "$b" "$a"
  read -ra sockets <<<"${BOUND["$1:$3"]-}"
  for bound in "${sockets[@]}"; do
    [[ ${#bound} == 8 || $bound =~ ^0+$ || $bound == 0000000000000000FFFF0000* ]] || continue # of IPv6 only
    bound=${bound: -8}
    [[ $bound == "$a" || $bound == 00000000 || $2 == 0.0.0.0 ]] || continue
    BUSY="a program (ss -lnp sport = :$3)"
    return 1
  done
}

# ports_bound HOST:…/PROTOCOL…: BOUND of PROTOCOL:PORT gets the addresses on which programs of the host listen, as the kernel writes them: proc(5).
ports_bound() {
  local protocol file line sockets port
  for protocol in tcp udp; do
    [[ "$* " == *"/$protocol "* ]] || continue # a look at each takes the kernel some milliseconds
    for file in "/proc/$WORLD/net"/{"$protocol","${protocol}6"}; do
      [[ -e $file ]] || continue  # a kernel without IPv6
      mapfile -t sockets <"$file" # at once: the kernel begins anew for each line that is read alone
      for line in "${sockets[@]}"; do
        [[ $line =~ :\ ([0-9A-F]+):([0-9A-F]{4})\ [0-9A-F]+:[0-9A-F]{4}\ (0A|07)\  ]] || continue
        [[ $protocol${BASH_REMATCH[3]} == tcp0A || $protocol${BASH_REMATCH[3]} == udp07 ]] || continue # listens; has no peer
        port=$((16#${BASH_REMATCH[2]}))
        BOUND["$protocol:$port"]+=" ${BASH_REMATCH[1]}"
      done
    done
  done
}
