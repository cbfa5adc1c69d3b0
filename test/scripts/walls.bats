# The walls of networks, and the ports that lead through them, on a host of its own (apart.bash) with a world behind it: the network
# namespace `world`, 203.0.113.2. What a container tries here is tried with all rights in its network: more than it ever has.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load apart
load running

setup_file() {
  begin
  compile wallsone <<'YAML'
name: wallsone
x-cash: {root: "${ROOT}"}
x-serve: &serve
  image: "tar:${TINY}"
  command: ["sh", "-c", "mkdir -p /www/cgi-bin; printf '#!/bin/sh\\necho; echo from $$REMOTE_ADDR\\n' >/www/cgi-bin/who; chmod 755 /www/cgi-bin/who; trap 'exit 3' TERM; httpd -p 8080 -h /www; httpd -p 8081 -h /www; echo ready; while :; do sleep 0.02; done"]
services:
  box: {image: "tar:${TINY}", networks: [front]}
  other: {image: "tar:${TINY}", networks: [front]}
  six: {image: "tar:${TINY}", networks: [front], sysctls: {net.ipv6.conf.eth0.disable_ipv6: 0, net.ipv6.conf.eth0.accept_ra: 2}}
  back: {image: "tar:${TINY}", networks: [back]}
  inner: {image: "tar:${TINY}", networks: [inside]}
  open: {image: "tar:${TINY}", networks: [open]}
  shared: {image: "tar:${TINY}", network_mode: bridge}
  web:
    <<: *serve
    networks: [front]
    expose: [8080]
    ports:
      - "8080:8080"
      - "127.0.0.1:8082:8080"
      - "203.0.113.1:8083:8080"
      - "9000-9001:8080"
      - "7000-7001:8080-8081"
      - "5353:5353/udp"
      - {target: 8081, published: 8084, host_ip: 0.0.0.0, protocol: tcp, mode: host}
      - "8081"
  many: {<<: *serve, networks: [front], ports: ["9100-9101:8080"], scale: 2}
  plain: {<<: *serve, networks: [front]}
networks:
  front: {ipam: {config: [{subnet: 10.77.1.0/24}]}}
  back: {ipam: {config: [{subnet: 10.77.2.0/24}]}}
  inside: {internal: true, ipam: {config: [{subnet: 10.77.3.0/24}]}}
  open: {ipam: {config: [{subnet: 10.77.4.0/24}]}, x-cash: {host_ports: [8090, 8000-8010/udp]}}
YAML
  compile wallstwo <<'YAML'
name: wallstwo
x-cash: {root: "${ROOT}"}
services:
  box: {image: "tar:${TINY}", networks: [front]}
  web: {image: "tar:${TINY}", networks: [front], ports: ["8080:8080"], command: ["sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.02; done"]}
networks: {front: {ipam: {config: [{subnet: 10.77.9.0/24}]}}}
YAML
  apart_begin
  world_begin
}
setup() { script wallsone; }
teardown() {
  local project
  end_all
  for project in wallsone wallstwo; do
    script "${project}"
    cash down >&2
  done
}
teardown_file() { apart_end; }

world_begin() {
  apart ip netns add world
  apart ip -batch - <<'BATCH'
link add outside type veth peer name eth0 netns world
address add 203.0.113.1/24 dev outside
link set outside up
route add 169.254.169.254 via 203.0.113.2
BATCH
  apart ip -netns world -batch - <<'BATCH'
link set lo up
address add 203.0.113.2/24 dev eth0
address add 169.254.169.254/32 dev eth0
link set eth0 up
BATCH
}
world() { apart ip netns exec world "$@"; }

# serve PORT COMMAND…: by each in turn, a web server on that port that answers with the address of who asks.
serve() {
  local port=$1
  shift
  mkdir -p "${BATS_FILE_TMPDIR}/www/cgi-bin"
  printf '#!/bin/sh\necho; echo "from $REMOTE_ADDR"\n' >"${BATS_FILE_TMPDIR}/www/cgi-bin/who"
  chmod 755 "${BATS_FILE_TMPDIR}/www/cgi-bin/who"
  nsenter --target "${APART}" --mount --net "$@" busybox httpd -f -p "${port}" -h "${BATS_FILE_TMPDIR}/www" 3>&- &
  eventually 10 answers "${port##*:}" "$@"
}
answers() { nsenter --target "${APART}" --mount --net "${@:2}" bash -c 'exec 9<>"/dev/tcp/127.0.0.1/$1"' answers "$1" 2>/dev/null; }

# asks SERVICE ADDRESS PORT [SECONDS]: who it is for the server there; nothing where it does not answer in that time.
ASK='printf "GET /cgi-bin/who HTTP/1.0\r\n\r\n" | nc -w "$2" "$0" "$1" | sed -n "s/^from //p" | tr -d "[]" | sed "s/.*:://; s/ffff://"'
asks() { cash run --name "asking-$1" "$1" -- sh -c "${ASK}" "$2" "$3" "${4:-30}"; }
# of ADDRESS:PORT COMMAND…: who it is, asked by COMMAND…
of() { "${@:2}" curl -s --max-time "${PATIENCE:-30}" "http://$1/cgi-bin/who" | sed -E 's/.*from (\[?::ffff:)?([0-9.]*).*/\2/'; }
# nobody ADDRESS:PORT COMMAND…: answers.
nobody() { assert_equal "$(PATIENCE=2 of "$@")" ''; }
# serves [WORD…]: run -d, until it listens. serving CONTAINER [TIMES]: it has said so, as often as it was started.
serves() {
  cash run -d "$@"
  eventually 20 serving "${@: -1}"
}
serving() { [[ $(cash logs "$1" | grep -c ready) == "${2:-1}" ]]; }

# inside CONTAINER COMMAND…: with all rights in its network, as who has broken out of all but that.
inside() {
  way_in "$1"
  "${WAY[@]}" "${@:2}" 3>&-
}
way_in() {
  local pid _
  read -r pid _ < <(apart cat "/run/cash/wallsone/containers/$1/pid")
  WAY=(nsenter --target "${APART}" --mount --net -- nsenter --net="/proc/${pid}/ns/net" --)
}
# listens CONTAINER PORT: to EAR, what arrives there by UDP.
listens() {
  EAR=${BATS_TEST_TMPDIR}/heard
  way_in "$1"
  "${WAY[@]}" perl -MIO::Socket::INET -e '$| = 1; my $socket = IO::Socket::INET->new(Proto => "udp", LocalPort => $ARGV[0]) or die $!;
    print "listening\n"; print $_ while $socket->recv($_, 512) || 1' "$2" >"${EAR}" 3>&- &
  eventually 20 heard listening
}
heard() { grep -qF "$1" "${EAR}"; }
# tells CONTAINER ADDRESS WORD: by UDP, from whatever address it has for that.
tells() { inside "$1" bash -c 'echo "$2" >"/dev/udp/$1/9"' tells "$2" "$3"; }
# still_hears: what was sent before has had its time: what is sent from the true address now arrives.
still_hears() { eventually 20 hears_again; }
hears_again() { tells box 10.77.1.3 genuine && heard genuine; }
pair() {
  begin_run box -- sh -c "$(waiting)"
  begin_run other -- sh -c "$(waiting)"
  listens other 9
  inside box ip neigh replace 10.77.1.3 lladdr 02:42:0a:4d:01:03 dev eth0 nud permanent # no ARP: that is another wall
}

@test 'the address of a neighbour, or any other, cannot be sent from' {
  pair
  inside box ip address add 10.77.1.77/32 dev lo
  inside box ip route replace 10.77.1.0/24 dev eth0 src 10.77.1.77
  tells box 10.77.1.3 spoofed
  inside box ip route replace 10.77.1.0/24 dev eth0 src 10.77.1.2
  still_hears
  ! heard spoofed || fail 'a false address got through'
}

@test 'without the wall it can: the test above can fail' {
  pair
  apart nft delete table bridge "$(bridge)"
  inside box ip address add 10.77.1.77/32 dev lo
  inside box ip route replace 10.77.1.0/24 dev eth0 src 10.77.1.77
  tells box 10.77.1.3 spoofed
  eventually 10 heard spoofed
}
bridge() { apart sh -c 'ls /sys/class/net' | grep cash | head -n 1; }

@test 'another hardware address cannot be sent from' {
  pair
  inside box ip link set eth0 address 02:42:0a:4d:01:99
  inside box ip neigh replace 10.77.1.3 lladdr 02:42:0a:4d:01:03 dev eth0 nud permanent
  tells box 10.77.1.3 spoofed
  inside box ip link set eth0 address 02:42:0a:4d:01:02
  inside box ip neigh replace 10.77.1.3 lladdr 02:42:0a:4d:01:03 dev eth0 nud permanent
  still_hears
  ! heard spoofed || fail 'a false hardware address got through'
}

@test 'ARP says nothing of others' {
  local bridge
  begin_run box -- sh -c "$(waiting)"
  bridge=$(bridge)
  apart ip neigh replace 10.77.1.9 lladdr 02:42:0a:4d:01:09 dev "${bridge}" nud stale
  inside box busybox arping -U -c 2 -w 1 -I eth0 -s 10.77.1.9 10.77.1.9 || true # nobody answers
  inside box busybox arping -U -c 2 -w 1 -I eth0 -s 10.77.1.9 10.77.1.1 || true
  run apart ip neigh show 10.77.1.9
  assert_output -p 02:42:0a:4d:01:09
  apart nft delete table bridge "${bridge}" # and without the wall
  inside box ip address add 10.77.1.9/32 dev lo
  eventually 10 told_of_box
}
told_of_box() {
  inside box busybox arping -U -c 2 -w 1 -I eth0 -s 10.77.1.9 10.77.1.9 || true
  [[ $(apart ip neigh show 10.77.1.9) == *02:42:0a:4d:01:02* ]]
}

@test 'no IPv6: no address, no router advertisement, nothing over the bridge' {
  begin_run box -- sh -c "$(waiting)"
  begin_run six -- sh -c "$(waiting)"
  assert_equal "$(inside box cat /proc/sys/net/ipv6/conf/eth0/disable_ipv6)" 1
  assert_equal "$(inside box cat /proc/sys/net/ipv6/conf/eth0/accept_ra)" 0
  assert_equal "$(apart sh -c "cat /proc/sys/net/ipv6/conf/$(bridge)/disable_ipv6")" 1
  apart sh -c "echo 0 >/proc/sys/net/ipv6/conf/$(bridge)/disable_ipv6"
  eventually 20 advertised # by the host: one container has switched IPv6 on, so it was sent
  run inside box ip -6 address show dev eth0
  assert_output ''
  run inside box ip -6 route show default
  assert_output ''
  # and one container does not advertise itself to another
  inside six ip -6 address flush dev eth0 scope global
  inside box sh -c 'echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6; echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad'
  eventually 20 has_six box
  advertise inside box
  advertise inside box
  run inside six ip -6 address show dev eth0 scope global
  assert_output ''
}
has_six() { [[ -n $(inside "$1" ip -6 address show dev eth0 scope link -tentative) ]]; }
advertised() {
  advertise apart || return 1
  [[ -n $(inside six ip -6 address show dev eth0 scope global) ]]
}
# advertise COMMAND…: by it in turn, a router advertisement of the prefix 2001:db8:77::/64.
advertise() {
  "$@" perl -MSocket=:all -e '
    socket(my $s, AF_INET6, SOCK_RAW, 58) or die $!;
    setsockopt($s, 41, 18, pack("i", 255)) or die $!; # IPV6_MULTICAST_HOPS
    my ($link) = grep { m{/(eth0|cash-)} } glob "/sys/class/net/*";
    my $index = do { open my $f, "<", "/proc/net/if_inet6"; my ($l) = grep { / (eth0|cash-\S+)$/ } <$f>; hex((split " ", $l // "")[1] // 0) };
    $index or exit 1;
    my $ra = pack("C C n C C n N N", 134, 0, 0, 64, 0, 1800, 0, 0) .
      pack("C C C C N N N a16", 3, 4, 64, 0xc0, 3600, 3600, 0, inet_pton(AF_INET6, "2001:db8:77::"));
    send($s, $ra, 0, pack_sockaddr_in6(0, inet_pton(AF_INET6, "ff02::1"), $index)) or exit 1'
}

@test 'services of the host: refused at once, but what host_ports allows' {
  serve 8090 env
  serve 8091 env
  assert_equal "$(of 127.0.0.1:8090 apart)" 127.0.0.1
  run --separate-stderr asks box 10.77.1.1 8090 2
  assert_output ''
  run --separate-stderr asks box 203.0.113.1 8090 2
  assert_output ''
  run --separate-stderr asks shared 10.88.0.1 8090 2
  assert_output ''
  run --separate-stderr asks inner 10.77.3.1 8090 2
  assert_output ''
  run --separate-stderr asks open 10.77.4.1 8091 2
  assert_output ''
  run --separate-stderr asks open 10.77.4.1 8090
  assert_output 10.77.4.2
  run cash run box -- nc -w 20 10.77.1.1 8090 # refused, not dropped
  assert_output -p 'No route to host'
  run head -n 30 "${SCRIPT}"
  assert_output -p '#   loosens  port 8090/tcp of the host is reached by containers (open)'
  assert_output -p '#   loosens  port 8000-8010/udp of the host is reached by containers (open)'
}

@test 'the loopback of the host: out of reach, though published ports open it for answers' {
  serve 127.0.0.1:8090 env
  serves web
  begin_run box -- sh -c "$(waiting)"
  inside box sh -c 'ip address flush dev lo; ip route flush table local; ip route add local 10.77.1.2 dev eth0 table local
    echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet; ip route add 127.0.0.1 via 10.77.1.1 src 10.77.1.2'
  assert_equal "$(inside box ip route get 127.0.0.1 | grep -o 'via [0-9.]*')" 'via 10.77.1.1'
  nobody 127.0.0.1:8090 inside box
}

@test 'what clouds answer with is out of reach, name servers there are not' {
  serve 8090 ip netns exec world
  serve 53 ip netns exec world
  assert_equal "$(of 169.254.169.254:8090 apart)" 203.0.113.1
  run --separate-stderr asks box 203.0.113.2 8090
  assert_output 203.0.113.1
  run --separate-stderr asks box 169.254.169.254 8090 2
  assert_output ''
  run --separate-stderr asks shared 169.254.169.254 8090 2
  assert_output ''
  run --separate-stderr asks box 169.254.169.254 53
  assert_output 203.0.113.1
}

@test 'other networks, of this and of other projects: out of reach in both directions' {
  serves plain
  run --separate-stderr asks box 10.77.1.2 8080
  assert_output 10.77.1.3
  run --separate-stderr asks back 10.77.1.2 8080 2
  assert_output ''
  run --separate-stderr asks shared 10.77.1.2 8080 2
  assert_output ''
  run --separate-stderr asks inner 10.77.1.2 8080 2
  assert_output ''
  script wallstwo
  run --separate-stderr asks box 10.77.1.2 8080 2
  assert_output ''
}

@test 'internal: not even by a published port' {
  serves web
  run --separate-stderr asks inner 203.0.113.1 8080 2
  assert_output ''
  run --separate-stderr asks inner 10.77.3.1 8080 2
  assert_output ''
}

@test 'published: from the host, its loopback, outside, other containers, itself' {
  serves web
  assert_equal "$(of 127.0.0.1:8080 apart)" 10.77.1.1
  assert_equal "$(of 203.0.113.1:8080 apart)" 203.0.113.1
  assert_equal "$(of 203.0.113.1:8080 world)" 203.0.113.2
  run --separate-stderr asks box 203.0.113.1 8080
  assert_output 10.77.1.1
  run --separate-stderr asks box 10.77.1.1 8080
  assert_output 10.77.1.1
  run --separate-stderr asks back 203.0.113.1 8080
  assert_output 10.77.1.1
  run --separate-stderr cash exec web sh -c "${ASK}" 203.0.113.1 8080 30
  assert_output 10.77.1.1
  # of one address only
  assert_equal "$(of 127.0.0.1:8082 apart)" 10.77.1.1
  nobody 203.0.113.1:8082 apart
  nobody 203.0.113.1:8082 world
  assert_equal "$(of 203.0.113.1:8083 world)" 203.0.113.2
  nobody 127.0.0.1:8083 apart
  # ranges, the long form, any free one
  assert_equal "$(of 203.0.113.1:9000 world)" 203.0.113.2
  assert_equal "$(of 203.0.113.1:7000 world)" 203.0.113.2
  assert_equal "$(of 203.0.113.1:7001 world)" 203.0.113.2
  assert_equal "$(of 203.0.113.1:8084 world)" 203.0.113.2
  assert_equal "$(of 203.0.113.1:49152 world)" 203.0.113.2
  # what is not published is not reached, by whatever way
  nobody 203.0.113.1:8085 world
  world ip route add 10.77.1.0/24 via 203.0.113.1
  nobody 10.77.1.2:8080 world
  world ip route delete 10.77.1.0/24
}

@test 'published by UDP' {
  serves web
  listens web 5353
  world bash -c 'echo from the world >/dev/udp/203.0.113.1/5353'
  eventually 20 heard 'from the world'
  apart bash -c 'echo from the host >/dev/udp/127.0.0.1/5353'
  eventually 20 heard 'from the host'
}

@test 'port, ps, the head of the script' {
  serves web
  run --separate-stderr cash port web
  assert_output $'8080/tcp -> 0.0.0.0:8080\n8080/tcp -> 127.0.0.1:8082\n8080/tcp -> 203.0.113.1:8083\n8080/tcp -> 0.0.0.0:9000\n8080/tcp -> 0.0.0.0:7000\n8081/tcp -> 0.0.0.0:7001\n5353/udp -> 0.0.0.0:5353\n8081/tcp -> 0.0.0.0:8084\n8081/tcp -> 0.0.0.0:49152'
  run --separate-stderr cash port web 5353/udp
  assert_output 0.0.0.0:5353
  run --separate-stderr cash port web 8081
  assert_output $'0.0.0.0:7001\n0.0.0.0:8084\n0.0.0.0:49152'
  run cash port web 99
  assert_status 125
  assert_output -p "web does not publish '99/tcp'"
  run cash port box
  assert_status 125
  run --separate-stderr cash ps
  assert_output -p '0.0.0.0:8080->8080/tcp, 127.0.0.1:8082->8080/tcp'
  run --separate-stderr cash ps --json
  assert_output -p '"ports":"0.0.0.0:8080->8080/tcp, '
  run head -n 30 "${SCRIPT}"
  assert_output -p '#   loosens  port 8080/tcp of the host leads to port 8080 (web)'
  assert_output -p '#   loosens  a port of 9000-9001/tcp of the host leads to port 8080 (web)'
}

@test 'a taken port: said, 125, nothing left; of a range the next one' {
  serve 8080 env
  run cash run -d web
  assert_status 125
  assert_output -p 'port 8080/tcp of the host is taken by a program (ss -lnp sport = :8080)'
  run apart ls /run/cash/wallsone/ports
  assert_output ''
  run published_elements
  assert_output ''
  end_all
  serve 9000 env
  serves web
  run --separate-stderr cash port web 8080
  assert_output -p 0.0.0.0:9001
  script wallstwo
  run cash run -d web
  assert_status 125
  assert_output -p 'port 8080/tcp of the host is taken by the container web'
  script wallsone
  cash rm -f web
  script wallstwo
  serves web
}

@test 'scale: a port of the range each' {
  cash start many
  eventually 20 serving many-2
  assert_equal "$(cash port many-1 8080) $(cash port many-2 8080)" '0.0.0.0:9100 0.0.0.0:9101'
  assert_equal "$(of 203.0.113.1:9101 world)" 203.0.113.2
}

@test 'in the foreground: published with the command of the service, not beside another, unless --service-ports' {
  begin_run web
  assert_equal "$(of 203.0.113.1:8080 world)" 203.0.113.2
  run --separate-stderr cash run --name second web -- echo beside
  assert_output beside
  stop_run
  nobody 203.0.113.1:8080 world
  begin_run --service-ports web -- sh -c "$(waiting)"
  run --separate-stderr cash port web 5353/udp
  assert_output 0.0.0.0:5353
  stop_run
}

@test 'stop and rm close the ports, restart opens them, after kill -9 the next run does' {
  serves web
  cash restart web
  eventually 20 serving web 2
  assert_equal "$(of 203.0.113.1:8080 world)" 203.0.113.2
  run published_elements
  assert_output -p 'tcp . 8080 : 10.77.1.2 . 8080'
  cash stop web
  run published_elements
  assert_output ''
  begin_run web
  kill -KILL "${RUNNING}"
  wait "${RUNNING}" || true
  run published_elements
  assert_output -p 'tcp . 8080 : 10.77.1.2 . 8080'
  serves --replace web
  assert_equal "$(of 203.0.113.1:8080 world)" 203.0.113.2
}

published_elements() { apart nft list ruleset | grep -E '(tcp|udp) \. [0-9]+ : '; }

@test 'all rules flushed by somebody: said; rm, down and the next run go on' {
  serves web
  apart nft flush ruleset
  run cash rm -f web
  assert_status 0
  cash down
  serves web
  assert_equal "$(of 203.0.113.1:8080 world)" 203.0.113.2
}

@test 'down leaves no table, no port, no bridge; other rules stay' {
  apart nft -f - <<'RULES'
table inet mine { chain input { type filter hook input priority 0; policy accept; tcp dport 9 drop; }; }
RULES
  serves web
  cash run shared -- true
  cash down
  eventually 30 no_port # the kernel takes them away when it finds the time
  run apart sh -c 'ls /sys/class/net; nft list tables; ls -A /run/cash 2>/dev/null || :'
  assert_output $'lo\noutside\ntable inet mine'
  apart nft delete table inet mine
}

no_port() { ! apart sh -c 'ls /sys/class/net' | grep -q ^ve; }

@test 'a plan of it is what it does' {
  run --separate-stderr cash plan run -d web
  assert_status 2
  assert_output -p '/ports on_any { tcp . 8080 : 10.77.1.2 . 8080 }'
  assert_output -p 'echo 1 >/proc/sys/net/ipv4/conf/'
  printf '%s\n' "${output}" >"${BATS_TEST_TMPDIR}/plan"
  apart bash "${BATS_TEST_TMPDIR}/plan"
  eventually 20 serving web
  assert_equal "$(of 203.0.113.1:8080 world)" 203.0.113.2
  cash rm -f web
  run apart nft list ruleset
  refute_output -p 'tcp . 8080'
}

@test 'a kernel without nftables for bridges: said; nothing is left' {
  mkdir -p "${BATS_TEST_TMPDIR}/bin"
  printf '#!/bin/bash\ninput=$(cat)\n[[ $input != *"table bridge"* ]] || { echo "Operation not supported" >&2; exit 1; }\nexec /usr/sbin/nft "$@" <<<"$input"\n' >"${BATS_TEST_TMPDIR}/bin/nft"
  chmod 755 "${BATS_TEST_TMPDIR}/bin/nft"
  sed "s|PATH=/usr/local/sbin|PATH=${BATS_TEST_TMPDIR}/bin:/usr/local/sbin|" "${SCRIPT}" >"${BATS_TEST_TMPDIR}/less.sh"
  eventually 30 no_port # of the test before
  run apart bash "${BATS_TEST_TMPDIR}/less.sh" run box -- true
  assert_status 125
  assert_output -p 'CONFIG_NF_TABLES_BRIDGE'
  run apart sh -c 'ls /sys/class/net; nft list tables'
  assert_output $'lo\noutside'
  run apart bash "${BATS_TEST_TMPDIR}/less.sh" check
  assert_output -p 'missing  nftables for bridges in the kernel'
  run cash check
  assert_output -p 'ok       nftables for bridges in the kernel'
}
