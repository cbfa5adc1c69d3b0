# Networks, on a host of their own (apart.bash) with a world behind it: the network namespace `world`, 203.0.113.2.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load apart
load running

setup_file() {
  begin
  compile netone <<'YAML'
name: netone
x-cash: {root: "${ROOT}"}
services:
  box: {image: "tar:${TINY}", networks: [front], extra_hosts: ["gate:host-gateway"]}
  none: {image: "tar:${TINY}", network_mode: none}
  host: {image: "tar:${TINY}", network_mode: host}
  shared: {image: "tar:${TINY}", network_mode: bridge}
  given: {image: "tar:${TINY}", networks: {front: {ipv4_address: 10.77.1.7}}}
  two: {image: "tar:${TINY}", networks: {front: , back: {ipv4_address: 10.77.2.9}}}
  back: {image: "tar:${TINY}", networks: [back]}
  inner: {image: "tar:${TINY}", networks: [inside]}
  narrow: {image: "tar:${TINY}", networks: [narrow]}
  ranged: {image: "tar:${TINY}", networks: [ranged]}
networks:
  front: {ipam: {config: [{subnet: 10.77.1.0/24}]}, x-cash: {host_ports: [8080]}}
  back: {ipam: {config: [{subnet: 10.77.2.0/24, gateway: 10.77.2.254}]}}
  inside: {internal: true, ipam: {config: [{subnet: 10.77.3.0/24}]}}
  narrow: {ipam: {config: [{subnet: 10.77.4.0/29}]}}
  ranged: {ipam: {config: [{subnet: 10.77.5.0/24, ip_range: 10.77.5.64/30, aux_addresses: {printer: 10.77.5.64, router: 10.77.5.66}}]}}
YAML
  compile netlong <<'YAML'
name: netlong-a-project-with-quite-a-long-name
x-cash: {root: "${ROOT}"}
services: {box-with-a-long-name-too: {image: "tar:${TINY}", networks: [a-network-whose-name-is-long]}}
networks: {a-network-whose-name-is-long: }
YAML
  compile netmine <<'YAML'
name: netmine
x-cash: {root: "${ROOT}"}
services: {mine: {image: "tar:${TINY}", networks: [n], command: [sleep, "1000"]}}
networks: {n: {name: taken, ipam: {config: [{subnet: 10.77.9.0/24}]}}}
YAML
  compile netother <<'YAML'
name: netother
x-cash: {root: "${ROOT}"}
services: {other: {image: "tar:${TINY}", networks: [n]}}
networks: {n: {name: taken, ipam: {config: [{subnet: 10.77.9.0/24}]}}}
YAML
  apart_begin
  world_begin
}
setup() { script netone; }
teardown() { end_all; }
teardown_file() { apart_end; }

# The world knows no way back to a container: only what is masqueraded gets an answer.
world_begin() {
  apart ip netns add world
  apart ip -batch - <<'BATCH'
link add outside type veth peer name eth0 netns world
address add 203.0.113.1/24 dev outside
link set outside up
BATCH
  apart ip -netns world -batch - <<'BATCH'
link set lo up
address add 203.0.113.2/24 dev eth0
link set eth0 up
BATCH
}
# serve COMMAND…: by each in turn, a web server on port 8080 that answers with the address of who asks.
serve() {
  mkdir -p "${BATS_FILE_TMPDIR}/www/cgi-bin"
  printf '#!/bin/sh\necho; echo "$REMOTE_ADDR"\n' >"${BATS_FILE_TMPDIR}/www/cgi-bin/who"
  chmod 755 "${BATS_FILE_TMPDIR}/www/cgi-bin/who"
  nsenter --target "${APART}" --mount --net "$@" busybox httpd -f -p 8080 -h "${BATS_FILE_TMPDIR}/www" 3>&- &
  eventually 10 answers "$@"
}
answers() { nsenter --target "${APART}" --mount --net "$@" bash -c 'exec 9<>/dev/tcp/127.0.0.1/8080' 2>/dev/null; }
# The same, of a container.
SERVE='mkdir -p /www/cgi-bin; printf "#!/bin/sh\necho; echo \$REMOTE_ADDR\n" >/www/cgi-bin/who; chmod 755 /www/cgi-bin/who; trap "exit 3" TERM
  httpd -p 8080 -h /www; echo ready; while :; do sleep 0.02; done'
# asks SERVICE ADDRESS [SECONDS]: who it is for the server there; nothing where it does not answer in that time.
asks() { cash run --name "asking-$1" "$1" -- sh -c 'printf "GET /cgi-bin/who HTTP/1.0\r\n\r\n" | nc -w "$1" "$0" 8080 | tail -n 1 | tr -d "[]" | sed "s/.*:://; s/ffff://"' "$2" "${3:-30}"; }
address() { printf 'ip -4 -o address show %s | sed "s/.*inet \\([^ ]*\\).*/\\1/"' "${1:-eth0}"; }

@test 'none: only lo, which is up' {
  run --separate-stderr cash run none -- sh -c 'ls /sys/class/net; cat /sys/class/net/lo/flags; ip route'
  assert_output $'lo\n0x9'
}

@test 'host: the network of the host' {
  run --separate-stderr cash run host -- sh -c 'readlink /proc/self/ns/net; ls /sys/class/net'
  assert_output -p "$(apart readlink /proc/self/ns/net)"
  assert_output -p outside
}

@test 'bridge: of all projects, cash0' {
  run --separate-stderr cash run shared -- sh -c "$(address); ip route; ls /sys/class/net"
  assert_output -p 10.88.0.2/16
  assert_output -p 'default via 10.88.0.1'
  apart test -d /sys/class/net/cash0
}

@test 'an address given, its gateway, its names' {
  run --separate-stderr cash run given -- sh -c "$(address); ip route; cat /etc/hosts; cat /sys/class/net/lo/flags"
  assert_output -p $'10.77.1.7/24\ndefault via 10.77.1.1 dev eth0'
  assert_output -p '10.77.1.7 given'
  assert_output -p 0x9
  run --separate-stderr cash run box -- grep gate /etc/hosts
  assert_output '10.77.1.1 gate'
}

@test 'two networks' {
  run --separate-stderr cash run two -- sh -c "$(address); $(address eth1); ip route; grep two /etc/hosts"
  assert_output -p $'10.77.1.2/24\n10.77.2.9/24\ndefault via 10.77.1.1 dev eth0'
  assert_output -p $'10.77.1.2 two\n10.77.2.9 two'
  run --separate-stderr cash run back -- sh -c 'ip route'
  assert_output -p 'default via 10.77.2.254 dev eth0'
}

@test 'the lowest free address is leased; a free one is leased again' {
  begin_run box -- sh -c "$(address); $(waiting)"
  said 10.77.1.2/24
  local first=${RUNNING}
  run --separate-stderr cash run --name second box -- sh -c "$(address)"
  assert_output 10.77.1.3/24
  RUNNING=${first}
  stop_run
  run --separate-stderr cash run --name third box -- sh -c "$(address)"
  assert_output 10.77.1.2/24
  run apart ls /run/cash/netone/networks/front
  assert_output ''
}

@test 'no address is free: said, 125, nothing left' {
  begin_run narrow -- sh -c "$(waiting)"
  apart sh -c 'cd /run/cash/netone/networks/narrow && for n in 3 4 5 6; do echo /run/cash/netone >10.77.4.$n; done'
  run cash run --name second narrow -- true
  assert_status 125
  assert_output -p 'no address is free between 10.77.4.2 and 10.77.4.6'
  apart test ! -e /run/cash/netone/containers/second
  stop_run
  apart sh -c 'rm /run/cash/netone/networks/narrow/*'
}

@test 'ip_range, aux_addresses: no others are leased' {
  local name
  for name in first second; do cash run -d --name "${name}" ranged sleep 1000; done
  run -0 cash exec first ip -4 -o address show dev eth0
  assert_output -p ' 10.77.5.65/24 '
  run -0 cash exec second ip -4 -o address show dev eth0
  assert_output -p ' 10.77.5.67/24 '
  run -125 cash run ranged -- true
  assert_output -p 'no address is free between 10.77.5.64 and 10.77.5.67'
  cash rm -f first second
}

@test 'a given address that is in use: said, 125' {
  begin_run given -- sh -c "$(waiting)"
  run cash run --name second given -- true
  assert_status 125
  assert_output -p 'the address 10.77.1.7 is in use'
  stop_run
  run cash run --name second given -- true
  assert_status 0
}

@test 'a lease of a container that is gone is taken over' {
  apart sh -c 'echo /run/cash/netone/containers/dead >/run/cash/netone/networks/front/10.77.1.2'
  run --separate-stderr cash run box -- sh -c "$(address)"
  assert_output 10.77.1.2/24
}

@test 'container to container, host to container, container to host' {
  begin_run given -- sh -c "${SERVE}"
  run --separate-stderr asks box 10.77.1.7
  assert_output 10.77.1.2
  run apart curl -s --max-time 30 http://10.77.1.7:8080/cgi-bin/who
  assert_output -p 10.77.1.1
  stop_run
  serve env
  run --separate-stderr asks box 10.77.1.1
  assert_output 10.77.1.2
}

@test 'to the world: masqueraded' {
  serve ip netns exec world
  run --separate-stderr asks box 203.0.113.2
  assert_output 203.0.113.1
  run --separate-stderr asks shared 203.0.113.2
  assert_output 203.0.113.1
}

@test 'internal: to its own, not to the world' {
  serve ip netns exec world
  run --separate-stderr asks inner 203.0.113.2 2
  assert_output ''
  run --separate-stderr cash run inner -- sh -c 'ip route add default via 10.77.3.1 2>&1; ip route'
  refute_output -p default
  begin_run inner -- sh -c "${SERVE}"
  run --separate-stderr asks inner 10.77.3.2
  assert_output 10.77.3.3
  stop_run
}

@test 'from outside, and from other networks of cash, none is reached' {
  begin_run given -- sh -c "${SERVE}"
  apart ip -netns world route add 10.77.1.0/24 via 203.0.113.1
  run apart ip netns exec world curl -s --max-time 1 http://10.77.1.7:8080/cgi-bin/who
  apart ip -netns world route delete 10.77.1.0/24
  [[ ${status} != 0 ]] || fail 'the world got in'
  run --separate-stderr asks back 10.77.1.7 2
  assert_output ''
  run --separate-stderr asks inner 10.77.1.7 2
  assert_output ''
  stop_run
}

@test 'a container cannot take the address of another, or reach what the host has on its loopback' {
  run --separate-stderr cash run box -- sh -c 'ip address add 10.77.1.99/24 dev eth0 || ip link set eth0 address 02:00:00:00:00:01 || ifconfig eth0 10.77.1.98'
  [[ ${status} != 0 ]]
}

@test 'names of interfaces: at most 15 characters, on their bridge' {
  local name path
  begin_run two -- sh -c "$(waiting)"
  run apart sh -c 'ls -d /sys/class/net/cash-*/brif/*'
  for path in "${lines[@]}"; do
    name=${path##*/}
    ((${#name} <= 15)) || fail "${name} is too long"
  done
  stop_run
  script netlong
  begin_run box-with-a-long-name-too -- sh -c "$(waiting)"
  stop_run
  cash down
}

@test 'a run leaves no interface and no lease, down no bridge, no rule, no forwarding' {
  cash run two -- true
  eventually 30 no_veth
  run apart find /run/cash/netone/networks -type f
  assert_output ''
  assert_equal "$(apart cat /proc/sys/net/ipv4/ip_forward)" 1
  cash down
  run apart sh -c 'ls /sys/class/net; nft list ruleset; cat /proc/sys/net/ipv4/ip_forward; ls -A /run/cash 2>/dev/null || :'
  assert_output $'lo\noutside\n0'
}
no_veth() { [[ $(apart ip -o link show type veth | grep -vc outside) == 0 ]]; }

@test 'networks that the definition has no more: down removes them' {
  compile netbefore <<'YAML'
name: netbefore
x-cash: {root: "${ROOT}"}
services: {box: {image: "tar:${TINY}", init: true, command: [sleep, "1000"], networks: [one, two], ports: ["127.0.0.1:18080:80"]}}
networks: {one: , two: {name: another}}
YAML
  cash up
  compile netbefore <<'YAML'
name: netbefore
x-cash: {root: "${ROOT}"}
services: {box: {image: "tar:${TINY}", network_mode: none, command: [sleep, "1000"]}}
YAML
  run -2 cash plan down
  assert_output -p 'ip link delete another'
  apart bash <<<"${output}"
  eventually 30 no_veth
  run apart sh -c 'ls /sys/class/net; nft list ruleset; cat /proc/sys/net/ipv4/ip_forward; ls -A /run/cash 2>/dev/null || :'
  assert_output $'lo\noutside\n0'
}

@test 'rules and forwarding of the host stay as they are' {
  local before after
  cash down
  apart nft -f - <<'RULES'
table ip nat { chain postrouting { type nat hook postrouting priority 100; ip saddr 192.0.2.0/24 masquerade; }; }
table inet mine { chain input { type filter hook input priority 0; policy accept; tcp dport 9 drop; }; }
RULES
  apart sysctl -qw net.ipv4.ip_forward=1
  before=$(apart nft --stateless list ruleset)
  cash run two -- true
  run apart nft --stateless list ruleset
  assert_output -p "${before}"
  cash down
  after=$(apart nft --stateless list ruleset)
  assert_equal "${after}" "${before}"
  assert_equal "$(apart cat /proc/sys/net/ipv4/ip_forward)" 1
  apart nft flush ruleset
  apart sysctl -qw net.ipv4.ip_forward=0
}

@test 'a name that another project has, or the host: refused, and theirs stays' {
  script netmine
  cash run -d mine
  script netother
  run -125 cash run other -- true
  assert_output -p 'there is an interface taken, which is not of this network: give the network another `name`'
  cash down
  script netmine
  cash exec mine ip neigh flush dev eth0
  cash exec mine sh -c 'nc -w 2 10.77.9.1 1 || ip neigh show 10.77.9.1 | grep -q lladdr' # the bridge answers
  apart nft list table ip taken >/dev/null
  cash down
  run apart ls /sys/class/net
  refute_output -p taken
  apart ip link add taken type bridge
  run -125 cash run mine -- true
  assert_output -p 'there is an interface taken'
  cash down
  apart ip link delete taken
  apart nft add table ip taken
  run -125 cash run mine -- true
  assert_output -p 'File exists'
  assert_output -p 'its rules, of which the host has none by that name'
  cash down
  apart nft delete table ip taken
  cash run mine -- true
  run apart nft list tables
  assert_output -p 'table bridge taken'
  apart rmdir /run/cash/netmine/networks/n/.10.77.9.1-24 /run/cash/netmine/networks/n # as if its maker had been killed just before its last step
  cash run mine -- true
  cash down
}

@test 'a signal between two steps of a network: nothing of it is left, and it can be made again' {
  local step half=${BATS_TEST_TMPDIR}/half.sh
  script netmine
  for step in "feed 'its bridge'" "feed 'its rules, of which" forwarding_on "run 'its leases: it is whole'"; do
    sed "/^network_n_create() {/,/^}/s|^    ${step}|    kill -s TERM \$\$\\n&|" "${SCRIPT}" >"${half}"
    grep -q 'kill -s TERM \$\$$' "${half}" || fail "no step ${step}"
    run -143 apart bash "${half}" run mine -- true
    run apart bash -c 'nft list tables; ls /sys/class/net; ls -A /run/cash/netmine/networks'
    refute_output -p taken
    cash run mine -- true
    cash down
  done
}

@test 'a subnet that the host is on: refused' {
  script netmine
  apart ip link add near type veth peer name far
  apart ip address add 10.77.8.1/23 dev near
  apart ip link set near up
  run -1 cash plan run mine -- true
  assert_output -p '10.77.9.0/24 meets the network 10.77.8.0 of the host'"'"'s interface near: give the network another `subnet`'
  run -125 cash run mine -- true
  assert_output -p '10.77.9.0/24 meets'
  cash down
  apart ip address flush dev near
  apart ip address add 10.77.9.128/25 dev near
  run -125 cash run mine -- true
  apart ip address flush dev near
  apart ip address add 10.77.10.1/24 dev near
  cash run mine -- true
  cash down
  apart ip link delete near
}
