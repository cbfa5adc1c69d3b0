# Namespaces that are not a container's own: the host's, another container's; on a host of its own (apart.bash).
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load apart

setup_file() {
  begin
  compile spaces <<'YAML'
name: spaces
x-cash: {root: "${ROOT}"}
x-tiny: &tiny {image: "tar:${TINY}", command: [sh, -c, "trap 'exit 3' TERM; while :; do sleep 0.02; done"]}
services:
  own: {<<: *tiny, networks: [front], ipc: shareable, restart: always}
  beside: {<<: *tiny, network_mode: "service:own", ipc: "service:own", restart: always}
  named: {<<: *tiny, network_mode: "container:other", ipc: "container:other"}
  mapped: {<<: *tiny, network_mode: "service:own", userns_mode: auto}
  seen: {<<: *tiny, network_mode: none, userns_mode: auto}
  within: {<<: *tiny, network_mode: none, userns_mode: auto, pid: "service:seen"}
  among: {<<: *tiny, network_mode: none, userns_mode: auto, pid: "container:other"}
  host: {<<: *tiny, network_mode: host, ipc: host, pid: host, uts: host, cgroup: host}
  nothing: {<<: *tiny, network_mode: none, ipc: none}
networks: {front: {ipam: {config: [{subnet: 10.77.5.0/24}]}}}
YAML
  apart_begin
}
teardown() { cash down >&2; }
teardown_file() { apart_end; }

space() { cash exec "$1" sh -c 'ls -l /proc/1/ns 2>/dev/null || ls -l /proc/self/ns' | grep -o "$2:.[0-9]*"; }
lives() { [[ $(cash ps) =~ $1\ +up ]]; }
pid_of() { apart cut -d ' ' -f 1 "/run/cash/spaces/containers/$1/pid"; }

@test 'network and ipc of a service: its interfaces, its names, its memory and queues; all else is its own' {
  cash start own
  cash exec own sh -c 'echo theirs >/dev/shm/file'
  run --separate-stderr cash run beside -- sh -c 'ip -o -4 address show eth0 | grep -o "inet [^/]*"; grep -c "10.77.5.2 own" /etc/hosts; cat /etc/hostname /dev/shm/file; hostname; awk "\$5 ~ /shm/ { print \$6 }" /proc/self/mountinfo; echo /proc/[0-9]*; ls -l /proc/self/ns'
  assert_status 0
  assert_output -p $'inet 10.77.5.2\n1\nbeside\ntheirs\nbeside\nrw,nosuid,nodev,noexec,relatime\n/proc/1\n'
  for kind in net ipc; do assert_output -p "$(apart readlink "/proc/$(pid_of own)/ns/${kind}")"; done
  for kind in pid uts mnt cgroup; do refute_output -p "$(apart readlink "/proc/$(pid_of own)/ns/${kind}")"; done
  run --separate-stderr cash run mapped -- sh -c 'ip -o -4 address show eth0 | grep -o "inet [^/]*"; cat /proc/self/uid_map | tr -s " "'
  assert_output $'inet 10.77.5.2\n 0 100000 65536'
  run --separate-stderr cash run -d --name other own
  run --separate-stderr cash run named -- sh -c 'ip -o -4 address show eth0 | grep -o "inet [^/]*"; ls /dev/shm'
  assert_output 'inet 10.77.5.3'
}

@test 'whom it would join does not run, is private, or is the host: said, and nothing is left' {
  run cash run beside -- true
  assert_status 125
  assert_output -p 'network_mode: own does not run; first: start own'
  cash run -d --name other nothing
  run cash run named -- true
  assert_status 125
  assert_output -p 'ipc: the ipc namespace of other is its own: give it ipc: shareable'
  cash rm -f other
  cash run -d --name other host
  run cash run named -- true
  assert_output -p "network_mode: what other has is the host's: write network_mode: host"
  cash rm -f other
  cash start own
  cash run -d --name other beside
  run cash run named -- true
  assert_output -p 'network_mode: other has joined another one itself'
  run apart find /run/cash/spaces/containers -name named
  assert_output ''
}

@test 'its end takes the network along; who has joined it gets the next one by a start' {
  local before
  cash start own
  cash start beside
  before=$(pid_of own)
  apart kill -s KILL "${before}"
  eventually 60 again own "${before}"
  run --separate-stderr cash exec beside ip -o -4 address
  refute_output -p eth0
  cash restart beside
  run --separate-stderr cash exec beside ip -o -4 address
  assert_output -p 'inet 10.77.5.2'
  cash stop own
  run apart sh -c 'ls /sys/class/net'
  refute_output -p ve
  before=$(pid_of beside)
  apart kill -s KILL "${before}"
  eventually 60 tried beside
  cash start own
  eventually 60 lives beside
  run --separate-stderr cash exec beside ip -o -4 address
  assert_output -p 'inet 10.77.5.2'
}
again() { lives "$1" && [[ $(pid_of "$1") != "$2" ]]; }
tried() { cash logs "$1" | grep -q 'ended with status 125'; }

@test 'of the host: all but its files; its name; said at the top; what it leaves behind ends with it' {
  run --separate-stderr cash run host -- sh -c 'ls -l /proc/self/ns; hostname; echo $HOSTNAME; cat /etc/hostname; test -d "/proc/$1" && echo seen' sh "${APART}"
  assert_status 0
  for kind in net ipc pid uts cgroup; do assert_output -p "$(apart readlink "/proc/self/ns/${kind}")"; done
  refute_output -p "$(apart readlink /proc/self/ns/mnt)"
  assert_output -p "$(hostname)"$'\n'"$(hostname)"$'\n'"$(hostname)"$'\nseen'
  run grep loosens "${SCRIPT}"
  for kind in network pid ipc uts cgroup; do assert_output -p "the ${kind} namespace is the host's"; done
  assert_output -p 'root in it reaches the files of the host (host)'
  assert_output -p 'the network namespace is that of own (beside)'
  cash run -d --name left host -- sh -c 'setsid sleep 400.4 & sleep 300'
  eventually 30 pgrep -fx 'sleep 400.4'
  run --separate-stderr cash top left
  assert_output -p 'sleep 400.4'
  refute_output -p flock
  timeout 60 "${BASH}" -c 'nsenter --target "$1" --mount --net "$2" rm -f left 3>&-' - "${APART}" "${SCRIPT}"
  run pgrep -fx 'sleep 400.4'
  assert_status 1
}

@test 'ipc: none has no /dev/shm; a plan of a joined network is what it does' {
  run --separate-stderr cash run nothing -- grep -c /dev/shm /proc/self/mountinfo
  assert_output 0
  cash start own
  run --separate-stderr cash plan run beside -- ip -o -4 address
  assert_status 2
  printf '%s\n' "${output}" >"${BATS_TEST_TMPDIR}/plan"
  run --separate-stderr apart bash "${BATS_TEST_TMPDIR}/plan"
  assert_status 0
  assert_output -p 'inet 10.77.5.2'
}

@test 'pid of a service: they see each other, and may signal; what ends is its own alone; its end is that of all in it' {
  cash start seen
  run --separate-stderr cash run within -- sh -c 'echo $$; readlink /proc/self/ns/pid; tr "\0" " " </proc/1/cmdline; sleep 400.5 & exit 4'
  assert_status 4
  assert_output -p "$(apart readlink "/proc/$(pid_of seen)/ns/pid")"
  assert_output -p "trap 'exit 3' TERM"
  refute_output -e '^1$'
  run pgrep -fx 'sleep 400.5'
  assert_status 1
  lives seen
  cash start within
  cash check within
  run --separate-stderr cash top seen
  refute_output -p within
  run --separate-stderr cash exec within sh -c 'kill -s TERM 1'
  eventually 60 ended seen
  eventually 60 ended within
}
ended() { [[ $(cash ps -a) != *"$1 "*' up '* ]]; }

@test 'whom it would share processes with is in a user namespace, runs, and has its own' {
  cash run -d --name other nothing
  run cash run among -- true
  assert_status 125
  assert_output -p 'pid: other would see it start, with the root of the host still: give other userns_mode: auto'
  cash rm -f other
  cash start seen
  cash run -d --name other within
  run cash run among -- true
  assert_output -p 'pid: other has joined another one itself: name that'
}

@test 'who sees another one start reaches nothing of the host through it' {
  local tries
  cash run -d --name other seen -- sh -c 'while :; do for one in /proc/[0-9]*; do
    [ "$one" = /proc/1 ] || [ "$one" = "/proc/$$" ] || { echo seen; for what in root cwd exe ns/mnt; do [ ! -e "$one/$what" ] || echo "$one/$what"; done; read -r what <"$one/environ" && echo "$one/environ"; }
  done; done 2>/dev/null'
  for tries in {1..5}; do cash run among -- true; done
  eventually 20 has_seen
  run --separate-stderr cash logs other
  assert_output -p seen
  refute_output -p /proc
}
has_seen() { cash run among -- true && cash logs other | grep -q seen; }
