#!/usr/bin/env bats
# x-cash.rootless: an ordinary user runs the script. That user is in no file of this host: the names and ids are in files that lie
# over the host's in a mount namespace of each command.
load helper

ALICE=41234
WAY=() # a command before all that alice does

setup_file() {
  begin
  mkdir -p "$ROOT"/{pool,run,etc}
  truncate --size=3G "$ROOT/pool.btrfs"
  mkfs.btrfs --quiet "$ROOT/pool.btrfs" >/dev/null 2>&1
  mount -o loop,noatime,user_subvol_rm_allowed "$ROOT/pool.btrfs" "$ROOT/pool"
  chown "$ALICE:$ALICE" "$ROOT/pool" "$ROOT/run"
  chmod 700 "$ROOT/run"
  mknod -m 666 "$ROOT/etc/tun" c 10 200
  unshare --net sleep infinity 3>&- &
  export WORLD=$!
  eventually 10 world_there
  ip link add cash-world type veth peer name eth0 netns "$WORLD"
  ip address add 198.51.100.1/24 dev cash-world
  ip link set cash-world up
  world ip address add 198.51.100.2/24 dev eth0
  world ip link set eth0 up
  world ip link set lo up
  cp "$TINY" "$ROOT/tiny.tar"
  cp /etc/passwd "$ROOT/etc/passwd"
  echo "alice:x:$ALICE:$ALICE::/:/bin/sh" >>"$ROOT/etc/passwd"
  echo "alice:500000:65536" | tee "$ROOT/etc/subuid" >"$ROOT/etc/subgid"
  compile rootless <<'YAML'
name: rootless
services:
  web:
    image: tar:${ROOT}/tiny.tar
    command: sh -c 'mkdir -p /www && echo served >/www/index.html && exec httpd -f -h /www'
    hostname: www
    networks: {default: {ipv4_address: 10.41.0.10}}
    domainname: example
    mem_limit: 64m
    cpu_shares: 256
    pids_limit: 50
    restart: on-failure
    stop_grace_period: 1s
  client:
    image: tar:${ROOT}/tiny.tar
    volumes: ["data:/data", "${ROOT}/etc:/host:ro"]
    command: sh -c 'wget -q -O - http://10.41.0.10/'
    depends_on: [web]
volumes: {data: }
networks: {default: {ipam: {config: [{subnet: 10.41.0.0/24}]}}}
x-cash: {root: "${ROOT}/pool/cash", rootless: true}
YAML
  install -m 755 "$SCRIPT" "$ROOT/rootless.sh"
  compile published <<'YAML'
name: published
x-serve: &serve {image: "tar:${ROOT}/tiny.tar", command: "sh -c 'mkdir -p /www && hostname >/www/index.html && exec httpd -f -h /www'", stop_grace_period: 1s}
services:
  one: {<<: *serve, ports: ["127.0.0.1:8080:80", "8090-8091:80", "5353:53/udp"]}
  two: {<<: *serve, ports: ["8080:80"]}
  low: {<<: *serve, ports: ["80:80"]}
x-cash: {root: "${ROOT}/pool/cash", rootless: true}
YAML
  install -m 755 "$SCRIPT" "$ROOT/published.sh"
  compile plain <<'YAML'
name: plain
services:
  web: {image: "tar:${ROOT}/tiny.tar", command: sleep 300, volumes: ["data:/var"], stop_grace_period: 1s}
  debian: {image: "debootstrap:bookworm", command: sh -c 'stat -c "%U %a" /etc/shadow && head -c 1 /dev/zero | wc -c', profiles: [debian]}
volumes: {data: }
x-cash: {root: "${ROOT}/home/cash", rootless: true, storage: {type: directory}}
YAML
  install -m 755 "$SCRIPT" "$ROOT/plain.sh"
  install -d -o "$ALICE" "$ROOT/home"
  for directory in $(cgroup_tops); do
    [[ ! -f $directory/cgroup.subtree_control ]] || echo '+cpu +memory +pids' >"$directory/cgroup.subtree_control"
    mkdir "$directory/alice"
    [[ ! -f $directory/cgroup.subtree_control ]] || echo '+cpu +memory +pids' >"$directory/alice/cgroup.subtree_control"
    chown -R "$ALICE" "$directory/alice"
  done
}
teardown_file() {
  local directory
  plain down --volumes --images || fail "plain down: status $?"
  [[ ! -e $ROOT/home/cash ]] || fail 'the directory is left'
  published down --images || fail "published down: status $?"
  alice down --volumes --images || fail "down: status $?"
  kill "$WORLD"
  for directory in $(cgroup_tops); do find "$directory/alice" -depth -type d -exec rmdir '{}' ';' || fail "of $directory something is left"; done
  finish
}

world_there() { [[ ! /proc/$WORLD/ns/net -ef /proc/self/ns/net ]]; }
world() { nsenter --target="$WORLD" --net "$@"; }

cgroup_tops() {
  if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then echo /sys/fs/cgroup; else echo /sys/fs/cgroup/{pids,cpu,memory}; fi
}

# alice COMMAND…: the script, of that user, in a cgroup that is the user's, as after a login.
alice() { as_alice "$ROOT/rootless.sh" "$@"; }
# plain COMMAND…: that with a directory as its store.
plain() { as_alice "$ROOT/plain.sh" "$@"; }
# published COMMAND…: the other script, on a host of its own: that which all others call the world.
published() {
  local WAY=(world)
  as_alice "$ROOT/published.sh" "$@"
}
as_alice() {
  # shellcheck disable=SC2016 # for that Bash
  "${WAY[@]}" unshare --mount bash -c '
    for name in passwd subuid subgid; do mount --bind "$ROOT/etc/$name" "/etc/$name"; done
    mount --bind "$ROOT/etc/tun" /dev/net/tun # which is root'\''s on some hosts
    for directory in '"$(cgroup_tops | tr '\n' ' ')"'; do
      mkdir "$directory/alice/login-$$" && chown -R "$0" "$directory/alice/login-$$" && echo "$$" >"$directory/alice/login-$$/cgroup.procs"
    done
    exec setpriv --reuid="$0" --regid="$0" --clear-groups env -i PATH="$PATH" USER=alice XDG_RUNTIME_DIR="$ROOT/run" "$@"
  ' "$ALICE" "$@" 3>&-
}

# bats test_tags=vm
@test 'check says what there is' {
  run alice check
  assert_status 0
  assert_output -p 'ok       user namespaces for users'
  assert_output -p "ok       $ROOT/pool/cash is yours"
  assert_output -p 'ok       a cgroup of yours'
  run setpriv --reuid="$ALICE" --regid="$ALICE" --clear-groups env -i PATH="$PATH" "$ROOT/rootless.sh" check
  assert_status 1
  assert_output -p 'missing  further ids, of /etc/subuid'
  assert_output -p 'missing  a cgroup of yours'
  assert_output -p "missing  /run/user/$ALICE"
}

@test 'a plan makes nothing: no namespaces stay' {
  run alice plan run web
  assert_status 2
  assert_output -p 'btrfs -q subvolume snapshot'
  [[ ! -e $ROOT/run/cash ]]
  eventually 10 nobody
}

@test 'root of a container is the user; all others are ids of the user' {
  run alice run web -- sh -c 'id -u; hostname; cat /proc/self/uid_map; touch /mine && chown app /mine && stat -c %u /mine'
  assert_status 0
  assert_output -p "0
www
         0      $ALICE          1
         1     500000      65535"
  assert_output -p 1000
}

# bats test_tags=vm
@test 'all walls stand' {
  run alice run web -- sh -c 'grep -E "^(CapBnd|NoNewPrivs|Seccomp):" /proc/self/status; echo x >/dev/null && echo null; mknod /n b 7 0; mount -t tmpfs none /mnt; cat /proc/kcore | head -c 1; ls -A /sys/firmware; echo 3 >/proc/sys/vm/drop_caches; ls /dev/loop0'
  assert_output -p $'CapBnd:\t00000000800405fb'
  assert_output -p $'NoNewPrivs:\t1'
  assert_output -p $'Seccomp:\t2'
  assert_output -p null
  assert_output -p 'mknod: /n: Operation not permitted'
  assert_output -p 'mount: permission denied'
  assert_output -p '/proc/sys/vm/drop_caches: Read-only file system'
  assert_output -p 'ls: /dev/loop0: No such file or directory'
}

# bats test_tags=vm
@test 'limits are those of the definition' {
  run alice run web -- sleep 0
  assert_status 0
  alice run -d --name limited web -- sleep 300
  run alice check limited
  assert_status 0
  run alice stats --no-stream limited
  assert_output -p '64.0 MiB'
  run alice exec limited sh -c 'i=0; while [ $i -lt 60 ]; do sleep 300 >/dev/null 2>&1 & i=$((i + 1)); done'
  assert_output -p "can't fork"
  alice rm -f limited
}

# bats test_tags=vm
@test 'a second command finds the containers of the first; they reach each other' {
  run alice up web
  assert_status 0
  run alice ps
  assert_output -p 'web '
  eventually 20 served
  run alice exec -u app web id -un
  assert_output app
  run alice logs web
  assert_status 0
  run alice inspect web
  assert_output -p '"state": "running"'
}

served() { [[ $(alice run client) == served ]]; }

@test 'a way out, as the user has one; not to the loopback of the host' {
  mkdir "$ROOT"/{world,loopback}
  echo outside >"$ROOT/world/index.html"
  echo inside >"$ROOT/loopback/index.html"
  nsenter --target="$WORLD" --net busybox httpd -f -p 198.51.100.2:8000 -h "$ROOT/world" 3>&- &
  servers=$!
  busybox httpd -f -p 127.0.0.1:8001 -h "$ROOT/loopback" 3>&- &
  servers+=" $!"
  eventually 10 serves outside 198.51.100.2:8000
  eventually 10 serves inside 127.0.0.1:8001
  # shellcheck disable=SC2016 # for the shell in there
  run alice run client -- sh -c 'get() { printf "GET / HTTP/1.0\r\n\r\n" | timeout "$3" nc -w "$3" "$1" "$2"; }; for seconds in 2 10 40; do get 198.51.100.2 8000 "$seconds" | grep outside && break; done; get 198.51.100.1 8001 3'
  # shellcheck disable=SC2086 # two of them
  kill ${servers}
  assert_output -p outside
  refute_output -p inside
}

# asks ADDRESS:PORT [COMMAND…]: who serves there.
asks() { "${@:2}" curl --silent --fail --max-time 30 "http://$1/"; }
# serves WORD ADDRESS:PORT [COMMAND…]: that one. Who has just been started, may not do it yet.
serves() { [[ $(asks "${@:2}") == "$1" ]]; }
# listens PORT: somebody, in the world.
listens() { world busybox netstat -ltun | grep -q ":$1 "; }

# bats test_tags=vm
@test 'ports: on the loopback, on all addresses, of a range the one that is free; by udp' {
  nsenter --target="$WORLD" --net busybox nc -l -p 8090 3>&- >/dev/null 2>&1 &
  program=$!
  eventually 10 listens 8090
  published run -d one
  run -0 published port one
  assert_output $'80/tcp -> 127.0.0.1:8080\n80/tcp -> 0.0.0.0:8091\n53/udp -> 0.0.0.0:5353'
  run -0 published ps
  assert_output -p '127.0.0.1:8080->80/tcp'
  run -0 published check one
  assert_output -p 'is as defined'
  kill "$program"
  eventually 20 serves one 127.0.0.1:8080 world
  eventually 20 serves one 198.51.100.2:8091
  run ! asks 198.51.100.2:8080 # the loopback alone
  pid=$(published inspect one | jq '.[0].pid')
  nsenter --net="/proc/$pid/ns/net" timeout 60 perl -MIO::Socket::INET -e 'my $socket = IO::Socket::INET->new(Proto => "udp", LocalPort => 53) or die; $| = 1; print "ready\n"; $socket->recv($_, 512); print' >"$ROOT/heard" 2>&1 3>&- &
  eventually 10 grep -q ready "$ROOT/heard"
  world bash -c 'echo by udp >/dev/udp/127.0.0.1/5353'
  eventually 10 grep -q 'by udp' "$ROOT/heard"
}

@test 'ports that another container has, or that are for root, are refused by name' {
  run published run two
  assert_status 125
  assert_output -p 'port 8080/tcp of the host is taken by the container one'
  run published run low
  assert_status 125
  assert_output -p "port 80 of the host is root's; publish one from 1024 on"
  run -0 published run two -- echo 'a command beside the service'
}

@test 'ports go with their container, and come again with it; by whatever it ended' {
  published stop one
  run ! listens '\(8080\|8091\|5353\)'
  published start one
  eventually 20 serves one 127.0.0.1:8080 world
  run -0 published port one 80/tcp # the lowest of its range is free by now
  assert_output -p 0.0.0.0:8090
  pkill -KILL -u "$ALICE" -f 'published/containers/one/supervisor'
  published rm -f one
  run ! listens '\(8080\|8090\|5353\)'
  run -0 published run -d two
  eventually 20 serves two 198.51.100.2:8080
  published down
  run ! listens 8080
}

@test 'the host has nothing of it: no interface, no rule, no runtime files' {
  run ip -o link
  refute_output -p cash-rootless
  [[ ! -e /run/cash/rootless ]]
  run nft list tables
  refute_output -p rootless
}

@test 'files of a volume and of the host have the rights of the user' {
  run alice run client -- sh -c 'touch /data/mine && chown app /data/mine && stat -c %U /data/mine; ls /host >/dev/null && echo read; touch /host/x'
  assert_output -p app
  assert_output -p read
  assert_output -p 'Read-only file system'
  run stat -c %u "$ROOT/pool/cash/volumes/rootless_data/mine"
  assert_output "$((500000 + 999))"
}

@test 'a plain directory as the store: copies, whole or not at all' {
  run plain check # a virtual machine has no debootstrap
  assert_output -p 'home/cash is yours'
  refute_output -p btrfs
  run plain plan run web
  assert_status 2
  assert_output -p 'cp --archive --reflink=auto'
  plain run -d web
  run -0 plain exec web sh -c 'touch /mine /var/mine && chown app /mine /var/mine && stat -c %u /mine'
  assert_output 1000
  plain commit web two
  run -0 plain images
  assert_output -e 'plain-web:two .* [0-9.]+ MiB'
  run -0 plain volume ls -s
  assert_output -e 'data +0 +[0-9]+ +plain/web'
  plain export web -o "$ROOT/home/web.tar"
  run tar -tf "$ROOT/home/web.tar" ./mine
  assert_output ./mine
  plain rm -f web
  mkdir -p "$ROOT/home/cash/containers/plain/web/rootfs.part/of-one-that-was-killed" # what kill -9 leaves: of a copy, of a removal
  mkdir -p "$ROOT/home/cash/images/plain-web/.three.gone.part/etc"
  chown -R "$ALICE" "$ROOT/home/cash/containers" "$ROOT/home/cash/images/plain-web/.three.gone.part"
  run -0 plain run web -- ls /
  assert_output -p bin
  refute_output -p of-one-that-was-killed
  run -0 plain prune
  assert_output -p 'half made: images/plain-web/.three.gone.part'
  plain rmi plain-web:two
  run -0 plain images
  refute_output -p plain-web
}

@test 'debootstrap, from the network' {
  if [[ -n ${CASH_COMPILED:-} ]]; then # a virtual machine has no network
    run plain pull debian
    assert_status 125
    assert_output -p debootstrap
    return 0
  fi
  run --separate-stderr plain run debian
  assert_status 0
  assert_output $'root 640\n1'
  [[ ! -e $ROOT/home/cash/images/debootstrap/bookworm/dev/console || ! -s $ROOT/home/cash/images/debootstrap/bookworm/dev/console ]]
  run ! grep -F "$ROOT/home" /proc/self/mounts
}

# bats test_tags=vm
@test 'stop, start, commit, rmi' {
  alice stop -t 1 web
  run alice ps -a
  assert_output -p 'exited'
  alice start web
  alice commit web two
  run alice images
  assert_output -p ':two'
  alice rmi "rootless-web:two"
}

@test 'diff: what is added, changed and deleted, in both stores' {
  local who service
  for who in alice plain; do
    service=web
    [[ $who == plain ]] || service=client
    "$who" run -d --name differs "$service" -- sleep 300
    "$who" exec differs sh -c 'mkdir /new && touch "/new/a
b" && chmod 600 /etc/passwd && rm /etc/group && ln -s /x /link'
    run --separate-stderr "$who" diff differs
    assert_status 0
    assert_equal "$(grep -vE ' /(data|host)$' <<<"$output")" $'C /etc\nD /etc/group\nC /etc/passwd\nA /link\nA /new\nA $\'/new/a\\nb\''
    "$who" rm -f differs
  done
}

@test 'snapshots of volumes, in both stores: restored, cloned, removed' {
  local who service file
  for who in alice plain; do
    service=web file=/var/kept
    [[ $who == plain ]] || service=client file=/data/kept
    "$who" run "$service" -- sh -c "echo first >$file; chown 33:33 $file"
    "$who" volume snapshot data before
    "$who" run "$service" -- sh -c "echo second >$file"
    run "$who" volume restore data before --as after
    assert_status 0
    run "$who" run "$service" -- sh -c "cat $file; stat -c %u $file"
    assert_output $'first\n33'
    run "$who" volume snapshots data -q
    assert_output $'after\nbefore'
    "$who" volume clone data@after other
    run "$who" volume ls -q
    assert_output $'data\nother'
    "$who" volume rm data@before data@after other
    run "$who" volume ls
    assert_output -e 'data +0'
    run "$who" plan volume rm -f other
    assert_status 0
  done
}

@test 'a directory that a container writes to is no snapshot; of btrfs it is' {
  plain run -d --name writes web -- sleep 300
  run plain volume snapshot data
  assert_status 125
  assert_output -p 'in use by plain/writes'
  plain rm -f writes
  alice run -d --name writes client -- sleep 300
  run alice volume snapshot data now
  assert_status 0
  alice rm -f writes
  alice volume rm data@now
}

@test 'a copy of a volume that fails leaves nothing of it' {
  local WAY=()
  plain run web -- touch /var/here
  plain down # who holds its namespaces has the /usr/bin of before
  printf '#!/bin/bash\nmkdir "${@: -1}"\nexit 3\n' >"$ROOT/etc/cp"
  chmod 755 "$ROOT/etc/cp"
  # shellcheck disable=SC2016 # for that Bash
  WAY=(unshare --mount bash -c 'mount --bind "$ROOT/etc/cp" /usr/bin/cp && exec "$@"' bash)
  run plain volume snapshot data now
  assert_status 125
  assert_output -p 'status 3'
  WAY=()
  run find "$ROOT/home/cash/volumes" -name '*now*'
  assert_output ''
}

@test 'what takes root is refused by name, and so is what systemd would do' {
  run alice volume send data
  assert_status 125
  assert_output -p 'volume send: btrfs shows root alone'
  run alice install
  assert_status 125
  assert_output -p 'HOME is not set'
  run as_alice env HOME="$ROOT/home" "$ROOT/rootless.sh" install
  assert_status 125
  assert_output -p 'no systemd runs for'
}

# bats test_tags=vm
@test 'without a cgroup of the user, or XDG_RUNTIME_DIR: what to do' {
  run setpriv --reuid="$ALICE" --regid="$ALICE" --clear-groups env -i PATH="$PATH" XDG_RUNTIME_DIR="$ROOT/run" "$ROOT/rootless.sh" ps
  assert_status 125
  assert_output -p 'no cgroup is yours here'
  run setpriv --reuid="$ALICE" --regid="$ALICE" --clear-groups env -i PATH="$PATH" "$ROOT/rootless.sh" ps
  assert_status 125
  assert_output -p 'log in'
}

@test 'its holder killed: the next command holds what its containers keep' {
  alice up web
  eventually 20 alice exec web cat /www/index.html
  kill_holder
  run alice exec web cat /www/index.html
  assert_output -p served
  read -r holder _ <"$ROOT/run/cash/rootless/holder"
  [[ -d /proc/$holder ]]
}

# bats test_tags=vm
@test 'its holder and its supervisor killed: the container ends too' {
  alice up web
  run alice inspect web
  pid=$(jq '.[0].pid' <<<"$output")
  pkill -KILL -u "$ALICE" -f "web/supervisor|rootless/web/log"
  eventually 10 run ! pgrep -r R,S,D -u "$ALICE" -f "web/supervisor|rootless/web/log"
  kill_holder
  run alice ps
  assert_status 0
  refute_output -p 'up '
  eventually 10 [ ! -d "/proc/$pid" ]
  alice up web
  alice rm -f web
}

@test 'a number of a namespace that the kernel gave to another project since: nothing of that is entered, or ends' {
  alice up web
  run alice inspect web
  pid=$(jq '.[0].pid' <<<"$output")
  read -r _ _ mounts _ <"$ROOT/run/cash/rootless/holder"
  plain down
  mkdir -p "$ROOT/run/cash/plain"
  echo "1 1 $mounts $(</proc/sys/kernel/random/uuid)" >"$ROOT/run/cash/plain/holder"
  chown -R "$ALICE:$ALICE" "$ROOT/run/cash/plain"
  run -0 plain ps -q
  assert_output ''
  refute_exists "$ROOT/run/cash/plain/holder"
  [[ -d /proc/$pid ]]
  alice rm -f web
}

@test 'its holder killed when nothing runs: of commands at once none is in the way of another' {
  alice run --rm web true
  for _ in {1..5}; do
    kill_holder
    pids=()
    for n in {1..4}; do
      alice ps -q >"$ROOT/said.$n" 2>&1 &
      pids+=("$!")
    done
    run -0 alice run --rm web echo works
    [[ $output == *works ]]
    wait "${pids[@]}"
    run cat "$ROOT"/said.*
    refute_output -p rm:
    refute_output -p failed
  done
}

nobody() { ! pgrep -r R,S,D -u "$ALICE"; } # a zombie is for init
kill_holder() {
  local holder
  read -r holder _ <"$ROOT/run/cash/rootless/holder"
  slain "$holder"
}

# bats test_tags=vm
@test 'down ends the namespaces' {
  plain down
  published down
  alice up web
  alice down
  eventually 10 nobody
  [[ ! -e $ROOT/run/cash/rootless ]]
  run alice plan down
  assert_status 0
}
