#!/usr/bin/env bats
# x-cash.rootless: an ordinary user runs the script. That user is in no file of this host: the names and ids are in files that lie
# over the host's in a mount namespace of each command.
load helper

ALICE=41234

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
  eventually 10 apart
  ip link add cash-world type veth peer name eth0 netns "$WORLD"
  ip address add 198.51.100.1/24 dev cash-world
  ip link set cash-world up
  world ip address add 198.51.100.2/24 dev eth0
  world ip link set eth0 up
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
  for directory in $(cgroup_tops); do
    [[ ! -f $directory/cgroup.subtree_control ]] || echo '+cpu +memory +pids' >"$directory/cgroup.subtree_control"
    mkdir "$directory/alice"
    [[ ! -f $directory/cgroup.subtree_control ]] || echo '+cpu +memory +pids' >"$directory/alice/cgroup.subtree_control"
    chown -R "$ALICE" "$directory/alice"
  done
}
teardown_file() {
  local directory
  alice down --volumes --images || fail "down: status $?"
  kill "$WORLD"
  for directory in $(cgroup_tops); do find "$directory/alice" -depth -type d -exec rmdir '{}' ';' || fail "of $directory something is left"; done
  finish
}

apart() { [[ ! /proc/$WORLD/ns/net -ef /proc/self/ns/net ]]; }
world() { nsenter --target="$WORLD" --net "$@"; }

cgroup_tops() {
  if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then echo /sys/fs/cgroup; else echo /sys/fs/cgroup/{pids,cpu,memory}; fi
}

# alice COMMAND…: the script, of that user, in a cgroup that is the user's, as after a login.
alice() { as_alice "$ROOT/rootless.sh" "$@"; }
as_alice() {
  # shellcheck disable=SC2016 # for that Bash
  unshare --mount bash -c '
    for name in passwd subuid subgid; do mount --bind "$ROOT/etc/$name" "/etc/$name"; done
    mount --bind "$ROOT/etc/tun" /dev/net/tun # which is root'\''s on some hosts
    for directory in '"$(cgroup_tops | tr '\n' ' ')"'; do
      mkdir "$directory/alice/login-$$" && chown -R "$0" "$directory/alice/login-$$" && echo "$$" >"$directory/alice/login-$$/cgroup.procs"
    done
    exec setpriv --reuid="$0" --regid="$0" --clear-groups env -i PATH="$PATH" USER=alice XDG_RUNTIME_DIR="$ROOT/run" "$@"
  ' "$ALICE" "$@" 3>&-
}

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
  run ! pgrep -r R,S,D -u "$ALICE" # a zombie is for init
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

@test 'limits are those of the definition' {
  run alice run web -- sleep 0
  assert_status 0
  alice run -d --name limited web -- sleep 300
  run alice check limited
  assert_status 0
  run alice stats --no-stream limited
  assert_output -p '64.0 MiB'
  run alice exec limited sh -c 'i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i + 1)); done'
  assert_output -p "can't fork"
  alice rm -f limited
}

@test 'a second command finds the containers of the first; they reach each other' {
  run alice up web
  assert_status 0
  run alice ps
  assert_output -p 'web '
  run alice run client
  assert_status 0
  assert_output served
  run alice exec -u app web id -un
  assert_output app
  run alice logs web
  assert_status 0
  run alice inspect web
  assert_output -p '"state": "running"'
}

@test 'a way out, as the user has one; not to the loopback of the host' {
  mkdir "$ROOT"/{world,loopback}
  echo outside >"$ROOT/world/index.html"
  echo inside >"$ROOT/loopback/index.html"
  nsenter --target="$WORLD" --net busybox httpd -f -p 198.51.100.2:8000 -h "$ROOT/world" 3>&- &
  servers=$!
  busybox httpd -f -p 127.0.0.1:8001 -h "$ROOT/loopback" 3>&- &
  servers+=" $!"
  # shellcheck disable=SC2016 # for the shell in there
  run alice run client -- sh -c 'get() { printf "GET / HTTP/1.0\r\n\r\n" | timeout 5 nc -w 2 "$1" "$2"; }; get 198.51.100.2 8000; get 198.51.100.1 8001'
  # shellcheck disable=SC2086 # two of them
  kill ${servers}
  assert_output -p outside
  refute_output -p inside
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

@test 'what takes root is refused by name' {
  run alice diff web
  assert_status 125
  assert_output -p 'diff web: btrfs shows root alone what this takes'
  run alice volume send data
  assert_status 125
  run alice install
  assert_status 125
  assert_output -p 'install is for root'
}

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
  kill_holder
  run alice exec web cat /www/index.html
  assert_output -p served
  read -r holder _ <"$ROOT/run/cash/rootless/holder"
  [[ -d /proc/$holder ]]
}

@test 'its holder and its supervisor killed: the container ends too' {
  alice up web
  run alice inspect web
  pid=$(jq '.[0].pid' <<<"$output")
  pkill -KILL -u "$ALICE" -f "web/supervisor|rootless/web/log"
  kill_holder
  run alice ps
  assert_status 0
  refute_output -p 'up '
  eventually 10 [ ! -d "/proc/$pid" ]
  alice up web
  alice rm -f web
}

nobody() { ! pgrep -r R,S,D -u "$ALICE"; } # a zombie is for init
kill_holder() {
  local holder
  read -r holder _ <"$ROOT/run/cash/rootless/holder"
  kill -s KILL "$holder"
}

@test 'down ends the namespaces' {
  alice up web
  alice down
  eventually 10 nobody
  [[ ! -e $ROOT/run/cash/rootless ]]
  run alice plan down
  assert_status 0
}
