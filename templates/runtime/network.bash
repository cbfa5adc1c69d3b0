# ── networks: the same bytes in every script that has one ───────────────────────────────────────
# address NUMBER: sets ADDRESS, its dotted form. number ADDRESS: sets NUMBER.
address() { ADDRESS=$(($1 >> 24)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255)); }
number() {
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  NUMBER=$((a << 24 | b << 16 | c << 8 | d))
}

# lease_take DIRECTORY ADDRESS: true where it is ours now. A lease is a file that names its container's runtime directory.
lease_take() {
  local owner=''
  if there "$1/$2"; then
    ! stays "$1/$2" || { read -r owner <"$1/$2"; } 2>/dev/null || : # empty: being written, or planned
    [[ $owner != "$STATE" ]] || {
      LEASES+=("$1/$2")
      return 0
    }
    [[ -n $owner ]] && ! there "$owner" || return 1
    lease_free "$1/$2" "$owner"
  fi
  ! told 'its address' " >$1/$2" echo "$STATE" || {
    LEASES+=("$1/$2")
    made "$1/$2"
    return 0
  }
  set -o noclobber
  { echo "$STATE" >"$1/$2"; } 2>/dev/null || owner=taken
  set +o noclobber
  [[ $owner != taken ]] || return 1
  LEASES+=("$1/$2")
}

# lease_free LEASE OWNER: where it is that one's still. Its container may have taken it along just now, and another one have it: so all that
# take some away do it one after the other.
lease_free() {
  local LOCK='' owner=''
  lock "${1%/*}" 'it looks for an address' || return 0 # the network was just removed
  { read -r owner <"$1"; } 2>/dev/null || owner=gone
  [[ $owner != "$2" ]] || run_on "$1" 'a lease whose container is gone' rm "$1" || : # it took it along
  unlock
}

# lease DIRECTORY FIRST LAST [EXCEPT…]: sets ADDRESS, the lowest that is free.
lease() {
  local directory=$1 last
  number "$3"
  last=$NUMBER
  number "$2"
  for (( ; NUMBER <= last; NUMBER++)); do
    address "$NUMBER"
    [[ " ${*:4} " != *" $ADDRESS "* ]] || continue
    ! lease_take "$directory" "$ADDRESS" || return 0
  done
  [[ -d $directory ]] || fail 125 "the network was just removed; try again"
  fail 125 "no address is free between $2 and $3; give the network a larger subnet"
}

# lease_given DIRECTORY ADDRESS: sets ADDRESS to it.
lease_given() {
  ADDRESS=$2
  lease_take "$@" || fail 125 "the address $2 is in use by another container"
}

# attach NUMBER PORTS: sets ADDRESS_n, MAC_n and VETH_n, for ip in the container's namespace. A port of the bridge is named by what all
# its ports are, by the address, and by a digit: the kernel frees the name of the last run only some time after its end.
attach() {
  local octets code name
  IFS=. read -ra octets <<<"$ADDRESS"
  printf -v "ADDRESS_$1" %s "$ADDRESS"
  printf -v "MAC_$1" '02:42:%02x:%02x:%02x:%02x' "${octets[@]}"
  for code in {0..9}; do
    printf -v name '%s%02x%02x%02x%d' "$2" "${octets[@]:1}" "$code"
    [[ -e /sys/class/net/$name ]] || break
  done
  [[ ! -e /sys/class/net/$name ]] || fail 125 "ten interfaces ${name%?}… exist; end what holds them (ip link show)"
  printf -v "VETH_$1" %s "$name"
}

HALF='' # the MARK of a bridge that is not whole yet
# MARK, a directory called .BRIDGE, is there from before its bridge and its tables are made until they are gone: without it they are another
# project's, or the host's.
# network_begin MARK SUBNET: where something of it cannot be made, it goes again.
network_begin() {
  local bridge=${1##*/.}
  if there "$1"; then
    [[ ! -d /sys/class/net/$bridge ]] || run 'the bridge, half made' ip link delete "$bridge"
    feed 'its rules, half made' nft -f - -- "table ip $bridge" "delete table ip $bridge" "table bridge $bridge" "delete table bridge $bridge"
  else
    ! there "/sys/class/net/$bridge" || fail 125 "there is an interface $bridge, which is not of this network: give the network another \`name\`"
    network_apart "$2"
  fi
  HALF=$1
  UNDO=(network_undo "${UNDO[@]}")
  there "$1" || run 'the names of its bridge and its tables are ours' mkdir -p "$1"
  made "$1"
}
# network_undo: its tables are made at once, or not at all: another's of that name has no set of members.
network_undo() {
  local bridge=${HALF##*/.}
  [[ -n $HALF && $MODE == apply ]] || return 0
  [[ $(nft list table bridge "$bridge" 2>/dev/null) != *'set members '* ]] || run 'its rules' nft "delete table ip $bridge; delete table bridge $bridge"
  network_discard "$HALF"
}
# network_apart SUBNET: no interface of the host is on a part of it, or its neighbours there would be out of reach.
network_apart() {
  local name address gateway mask own subnet _ NUMBER ADDRESS
  number "${1%/*}"
  subnet=$NUMBER own=$((0xffffffff << (32 - ${1#*/}) & 0xffffffff))
  while read -r name address gateway _ _ _ _ mask _; do # in hexadecimal, the last byte first
    [[ $gateway == 00000000 && $mask != 00000000 ]] || continue
    printf -v mask %d "0x${mask:6:2}${mask:4:2}${mask:2:2}${mask:0:2}"
    printf -v address %d "0x${address:6:2}${address:4:2}${address:2:2}${address:0:2}"
    address "$address"
    (((address & mask & own) != (subnet & mask & own))) ||
      fail 125 "$1 meets the network $ADDRESS of the host's interface $name: give the network another \`subnet\`"
  done </proc/net/route
}
# network_ipv4 BRIDGE: it takes no IPv6 address, and no router advertisement.
network_ipv4() { [[ ! -d /proc/sys/net/ipv6 ]] || put 'IPv4 only' 1 "/proc/sys/net/ipv6/conf/$1/disable_ipv6"; }

# container_ipv4: by SERVICE_setup, before the container has interfaces: none of them gets an IPv6 address, none a router.
container_ipv4() {
  [[ ! -d /proc/sys/net/ipv6 ]] || {
    echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
    echo 0 >/proc/sys/net/ipv6/conf/default/accept_ra
  }
}

# forwarding_on: the host forwards between interfaces while a bridge of cash exists.
forwarding_on() {
  local value file=/run/cash/.ip_forward
  read -r value </proc/sys/net/ipv4/ip_forward
  [[ $value == 0 && -z ${THERE[$file]-} ]] || return 0
  lines 'how it was' "$file" 0
  made "$file"
  put 'between the bridge and the world' 1 /proc/sys/net/ipv4/ip_forward
}
