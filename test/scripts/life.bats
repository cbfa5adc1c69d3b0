#!/usr/bin/env bats
# Detached containers: run -d, start, stop, restart, kill, wait, exec, ps, logs, rm, and what becomes of them without their supervisor.
load helper

setup_file() {
  begin
  compile life <<'YAML'
name: life
services:
  app:
    image: tar:${TINY}
    command: [sh, -c, 'trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.05; done']
    environment: {COLOUR: "red and green"}
    stop_grace_period: 150s
    mem_limit: 64m
  lonely:
    image: tar:${TINY}
    network_mode: none
    user: nobody
    working_dir: /tmp
    command: sleep 1000
  flaky:
    image: tar:${TINY}
    network_mode: none
    restart: on-failure:2
    command: [sh, -c, 'echo run; exit 7']
  watched:
    image: tar:${TINY}
    network_mode: none
    command: [sh, -c, 'trap "echo told; exit 0" TERM; touch /well; echo up; while :; do sleep 0.05; done']
    healthcheck: {test: test -e /well, interval: 300ms, timeout: 60s, retries: 2}
    post_start:
      - {command: [sh, -c, 'echo "started as $$(id -u) in $$(pwd) with $$A"'], user: nobody, working_dir: /tmp, environment: [A=b]}
    pre_stop:
      - command: [sh, -c, 'echo "is to stop"; exit 4']
    x-cash: {on_unhealthy: restart}
  reader:
    image: tar:${TINY}
    network_mode: none
    stdin_open: true
    command: [sh, -c, 'while read -r line; do echo "got $$line"; done; echo end']
  terminal:
    image: tar:${TINY}
    network_mode: none
    tty: true
    command: [sh, -c, 'test -t 0 && test -t 1 && tty; sleep 1000']
  held:
    image: tar:${TINY}
    network_mode: none
    command: sleep 1000
    pre_stop: [{command: [sleep, "1000"]}]
  few:
    image: tar:${TINY}
    network_mode: none
    pids_limit: 20
    command: sleep 1000
  many:
    image: tar:${TINY}
    scale: 3
    command: sleep 1000
  always:
    image: tar:${TINY}
    network_mode: none
    restart: always
    command: [sh, -c, 'echo up; sleep 1000']
  late:
    image: tar:${TINY}
    network_mode: none
    deploy: {restart_policy: {condition: any, delay: 1000s}}
    command: [sh, -c, 'echo run']
x-cash: {root: "${ROOT}"}
YAML
}
teardown_file() { finish; }
setup() { script life; }
teardown() {
  local name
  for name in $(cash ps -a -q); do cash rm -f "${name}"; done
}

state() { "${SCRIPT}" ps -a --json | jq -r ".[] | select(.name == \"$1\") | .state"; }
is() { [[ $(state "$1") == "$2" ]]; }
has_log() { "${SCRIPT}" logs "$1" | grep -qF "$2"; }
# count TEXT NUMBER NAME: so many lines of its log are that.
counts() { [[ $("${SCRIPT}" logs "$3" | grep -c "^$1\$") == "$2" ]]; }
supervisor() { cut -d' ' -f1 "/run/cash/life/containers/$1/owner"; }
process() { cut -d' ' -f1 "/run/cash/life/containers/$1/pid"; }

@test 'run -d says its name, and it runs on; stop lets it end; start goes on with its files' {
  run --separate-stderr cash run -d app
  assert_status 0
  assert_output app
  eventually 5 has_log app ready
  is app running
  cash exec app sh -c 'echo kept >/file'
  cash stop app
  is app exited
  has_log app bye
  run cash wait app
  assert_output 3
  refute_exists /run/cash/life/containers/app
  cash start app
  is app running
  run cash exec app cat /file
  assert_output kept
}

@test 'run -d --rm leaves nothing; what fails to start is said, and leaves nothing' {
  cash run -d --rm lonely sh -c 'exit 5'
  eventually 5 test ! -e /run/cash/life/containers/lonely # which goes last
  refute_exists "${ROOT}/containers/life/lonely"
  run cash run -d -u nobodyknows lonely
  assert_status 125
  assert_output -p 'user nobodyknows is not in /etc/passwd of the image'
  refute_exists "${ROOT}/containers/life/lonely"
}

@test 'a name is taken once; --name gives another one; --replace takes its place' {
  cash run -d lonely
  run cash run -d lonely
  assert_status 125
  assert_output -p 'lonely is running already'
  cash run -d --name second lonely
  run cash ps -q
  assert_output "lonely
second"
  first=$(process lonely)
  cash run -d --replace lonely
  is lonely running
  [[ $(process lonely) != "${first}" ]]
}

@test 'its supervisor: one process, at most 1200 kB of memory of its own share, no descriptor of the caller' {
  exec 8</etc/passwd
  for name in {1..20}; do cash run -d --name "n${name}" lonely; done # which share what Bash has in common
  cash run -d lonely
  pid=$(supervisor lonely)
  pss=$(awk '/^Pss:/ { print $2 }' "/proc/${pid}/smaps_rollup")
  ((pss <= 1200)) || fail "PSS ${pss} kB"
  # What it shares with nobody, whoever else runs; of one with children in the background too.
  cash run -d app
  for name in lonely app; do
    own=$(awk '/^Pss_Anon:/ { print $2 }' "/proc/$(supervisor "${name}")/smaps_rollup")
    ((own <= 1150)) || fail "${name}: ${own} kB of its own"
  done
  assert_equal "$(grep 'Max processes' "/proc/$(process lonely)/limits")" "$(grep 'Max processes' "/proc/$$/limits")"
  run find "/proc/${pid}/fd" -lname /etc/passwd
  assert_output ''
  assert_equal "$(ps -o sid= -p "${pid}" | tr -d ' ')" "${pid}"
  # It waits: no system call in a second.
  strace -f -c -o "${BATS_TEST_TMPDIR}/calls" -p "${pid}" 3>&- &
  tracer=$!
  sleep 1
  kill -INT "${tracer}"
  wait "${tracer}" || true
  run grep -cE '^ +[0-9]' "${BATS_TEST_TMPDIR}/calls"
  ((output <= 2)) || fail "$(cat "${BATS_TEST_TMPDIR}/calls")"
}

@test 'a host that allows few processes: it starts, with that limit' {
  run bash -c 'ulimit -u 400; exec "$1" run -d lonely' bash "${SCRIPT}"
  assert_status 0
  assert_output lonely
  assert_equal "$(awk '/^Max processes/ { print $3, $4 }' "/proc/$(process lonely)/limits")" '400 400'
}

@test 'exec: in all its namespaces and cgroups, with its rights, its user, its variables' {
  cash run -d app
  eventually 5 has_log app ready
  pid=$(process app)
  for space in cgroup ipc mnt net pid user uts; do
    run cash exec app readlink "/proc/self/ns/${space}"
    assert_output "$(readlink "/proc/${pid}/ns/${space}")"
  done
  # shellcheck disable=SC2016 # for the shell in there
  run cash exec app sh -c 'grep -E "^(Cap|NoNewPrivs|Uid|Gid|Groups)" /proc/self/status; echo "$COLOUR"; pwd; ls /proc/self/fd'
  assert_output "$(grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs)' "/proc/${pid}/status")
red and green
/
0
1
2
3"
  cash exec -d app sleep 77
  eventually 5 pgrep -f '^sleep 77$'
  for controller in memory pids; do
    run cat "/sys/fs/cgroup/${controller}/cash/life/app/cgroup.procs"
    assert_output -p "$(pgrep -f '^sleep 77$')"
  done
  cash run -d lonely
  run cash exec lonely sh -c 'id -u; pwd; grep CapEff /proc/self/status'
  assert_output "65534
/tmp
CapEff:	0000000000000000"
}

@test 'exec: status, signals, input; user, directory and variables of its own' {
  cash run -d app
  run cash exec app sh -c 'exit 9'
  assert_status 9
  run cash exec app sh -c 'kill -9 $$'
  assert_status 137
  run -127 cash exec app nosuchprogram
  run cash exec app /etc
  assert_status 126
  run cash exec -u nobody -w /tmp -e 'A=b c' app sh -c 'cat; id -u; pwd; echo "$A"' <<<input
  assert_output "input
65534
/tmp
b c"
  cash exec app sh -c 'trap "exit 4" TERM; echo waiting; while :; do sleep 0.05; done' >"${BATS_TEST_TMPDIR}/out" &
  eventually 5 grep -q waiting "${BATS_TEST_TMPDIR}/out"
  pkill -TERM -f 'perl -e.*waiting' -o
  status=0
  wait "$!" || status=$?
  assert_equal "${status}" 4
}

@test 'exec needs a container that runs' {
  run cash exec app true
  assert_status 125
  assert_output -p 'app does not run'
}

@test 'restart: on-failure as often as it says, with the delay doubled; the log tells' {
  cash run -d flaky
  eventually 10 is flaky exited
  run cash logs flaky
  assert_equal "$(grep -c '^run$' <<<"${output}")" 3
  assert_output -p 'it ended with status 7, and is started again in 100 ms: number 1'
  assert_output -p 'it ended with status 7, and is started again in 200 ms: number 2'
  run cash ps -a --json
  assert_equal "$(jq -r '.[0] | "\(.exit) \(.restarts)"' <<<"${output}")" '7 2'
}

@test 'restart: always: one that is killed from outside comes again; one that is stopped or killed by us does not' {
  cash run -d always
  eventually 5 has_log always up
  kill -9 "$(process always)"
  eventually 10 counts up 2 always
  is always running
  cash stop -t 0 always
  is always exited
  cash start always
  eventually 5 counts up 3 always
  cash kill always
  is always exited
  cash start always
  cash kill -s 9 always
  run cash start always # at once: it is over, as with Docker
  assert_output always
  is always running
  cash stop -t 0 always
}

@test 'stop of one that waits to be started again does not wait for that; nobody outlives its supervisor' {
  local children child
  cash run -d late
  eventually 10 is late restarting
  run timeout 300 "${SCRIPT}" stop late 3>&-
  assert_status 0
  is late exited
  cash start late
  eventually 10 is late restarting
  mapfile -t children < <(pgrep -P "$(supervisor late)")
  slain "$(supervisor late)"
  for child in "${children[@]}"; do eventually 10 dead "${child}"; done
  cash start late
  eventually 10 is late restarting
  run timeout 300 "${SCRIPT}" rm -f late 3>&-
  assert_status 0
}

@test 'kill -s: a signal as it is; wait waits' {
  cash run -d app
  eventually 5 has_log app ready
  cash wait app >"${BATS_TEST_TMPDIR}/status" &
  cash kill -s SIGTERM app
  wait "$!"
  assert_equal "$(<"${BATS_TEST_TMPDIR}/status")" 3
}

@test 'its supervisor killed by -9: it runs on, and the next command gives it another one' {
  cash run -d app
  eventually 5 has_log app ready
  pid=$(process app)
  slain "$(supervisor app)"
  run cash exec app echo there
  assert_output -p there
  assert_equal "$(process app)" "${pid}"
  kill -0 "$(supervisor app)"
  is app running
  cash stop app
  is app exited
  refute_exists /run/cash/life/containers/app
}

@test 'its logger killed by -9: it runs on, and what it says is there again' {
  cash run -d app sh -c 'while :; do echo tick; sleep 0.1; done'
  eventually 5 has_log app tick
  pkill -9 -P "$(supervisor app)" perl
  count=$("${SCRIPT}" logs app | wc -l)
  more() { (($("${SCRIPT}" logs app | wc -l) > count + 2)); }
  eventually 5 more
}

@test 'a flood of output neither blocks the container nor fills the disk' {
  cash run -d lonely sh -c 'yes 0123456789012345678901234567890123456789 | head -c 60000000; echo; echo done'
  eventually 60 is lonely exited
  run cash wait lonely
  assert_output 0
  run cash logs -n 1 lonely
  assert_output 'done'
  size=$(du -cb "${ROOT}"/containers/life/lonely/log* | tail -n 1 | cut -f1)
  ((size < 32000000 && size > 15000000)) || fail "${size} bytes of logs"
  files=("${ROOT}"/containers/life/lonely/log*)
  assert_equal "${#files[@]}" 3
}

@test 'a line without an end does not fill the memory' {
  cash run -d lonely sh -c 'dd if=/dev/zero bs=1M count=400 2>/dev/null | tr "\0" a; echo; echo done'
  eventually 60 is lonely exited
  run cash wait lonely
  assert_output 0
}

@test 'logs of several: each line behind its name; without one of all that have a log; -f of all at once' {
  cash run -d lonely sh -c 'echo one; until [ -e /tmp/go ]; do sleep 0.1; done; echo last'
  cash run -d app sh -c 'echo two; until [ -e /tmp/go ]; do sleep 0.1; done; echo ended; exit 0'
  eventually 5 has_log lonely one
  eventually 5 has_log app two
  run cash logs -n 1 app lonely
  assert_output $'app    | two\nlonely | one'
  run cash logs
  assert_output $'app    | two\nlonely | one'
  "${SCRIPT}" logs -f >"${BATS_TEST_TMPDIR}/followed" 3>&- &
  eventually 5 grep -q one "${BATS_TEST_TMPDIR}/followed"
  cash exec lonely touch /tmp/go
  cash exec app touch /tmp/go
  eventually 10 grep -q ended "${BATS_TEST_TMPDIR}/followed"
  wait "$!"
  assert_equal "$(sort "${BATS_TEST_TMPDIR}/followed")" $'app    | ended\napp    | two\nlonely | last\nlonely | one'
  cash run -d --replace lonely sleep 1000
  cash run -d --replace app sleep 1000
  "${SCRIPT}" logs -f lonely app 3>&- &
  eventually 5 pgrep -f "tail .*${ROOT}/containers"
  kill "$!"
  wait "$!" || true # by TERM
  run pgrep -f "tail .*${ROOT}/containers"
  assert_output ''
  run cash logs lonely nobody
  assert_status 2
}

@test 'logs: -n, -t, --since, -f; control characters are shown on a terminal, not sent' {
  cash run -d lonely sh -c 'for i in 1 2 3; do echo "line $i"; done; printf "\033[31mred\n"; until [ -e /tmp/go ]; do sleep 0.1; done; echo last'
  eventually 5 has_log lonely red
  run cash logs --tail=2 lonely
  assert_output $'line 3\n\033[31mred'
  run cash logs -t -n 1 lonely
  assert_output -e '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z '
  run cash logs --since 1h lonely
  assert_output -p 'line 1'
  run cash logs --since 2030-01-01T00:00:00 lonely
  assert_output ''
  "${SCRIPT}" logs -f lonely >"${BATS_TEST_TMPDIR}/followed" 3>&- &
  eventually 5 grep -q red "${BATS_TEST_TMPDIR}/followed"
  cash exec lonely touch /tmp/go
  wait "$!"
  assert_equal "$(tail -n 1 "${BATS_TEST_TMPDIR}/followed")" last
  run python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "${SCRIPT}" logs lonely
  assert_output -p '^[[31mred'
  refute_output -p $'\033'
  cash run -d --replace lonely sh -c 'printf "a\302\2331mb\n"' # CSI of eight bits, in UTF-8
  eventually 5 is lonely exited
  run python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "${SCRIPT}" logs lonely
  assert_output -p 1mb
  refute_output -p $'\302\233'
}

@test 'a second stop does not kill; it may give less time' {
  cash run -d lonely sh -c 'trap "echo told" TERM; echo ready; while :; do sleep 0.1; done'
  eventually 20 has_log lonely ready
  cash stop -t 5000 lonely &
  first=$!
  eventually 20 has_log lonely told
  cash stop lonely &
  second=$!
  counted() { (($(grep -c '^[0-9]* [0-9]* command stop' /run/cash/life/audit) >= 2)); }
  eventually 20 counted
  sleep 1
  is lonely running
  run timeout 300 "${SCRIPT}" stop --timeout=0 lonely 3>&-
  assert_status 0
  is lonely exited
  wait "${first}" "${second}"
}

@test 'stop, and its supervisor is killed meanwhile: the next one stops it' {
  cash run -d lonely sh -c 'trap "echo told" TERM; echo ready; while :; do sleep 0.1; done'
  eventually 20 has_log lonely ready
  cash stop -t 5 lonely 2>"${BATS_TEST_TMPDIR}/said" &
  stopping=$!
  eventually 20 has_log lonely told
  slain "$(supervisor lonely)"
  wait "${stopping}"
  is lonely exited
  grep -q 'it gets another one' "${BATS_TEST_TMPDIR}/said"
}

@test 'logs and attach: who reads them has had enough, and nothing is said' {
  cash run -d lonely sh -c 'while :; do echo more; sleep 0.1; done'
  for command in 'logs -f' attach; do
    # shellcheck disable=SC2086 # two words
    env --default-signal=PIPE timeout 300 "${SCRIPT}" ${command} lonely 2>"${BATS_TEST_TMPDIR}/said" 3>&- | head -n 1 && status=${PIPESTATUS[0]}
    assert_equal "${command}: ${status} $(<"${BATS_TEST_TMPDIR}/said")" "${command}: 141 "
  done
  cash run -d --replace lonely seq 100000
  eventually 20 is lonely exited
  env --default-signal=PIPE "${SCRIPT}" logs lonely 2>"${BATS_TEST_TMPDIR}/said" 3>&- | head -n 1 && status=${PIPESTATUS[0]}
  assert_equal "${status} $(<"${BATS_TEST_TMPDIR}/said")" '141 '
}

@test 'what was run in the foreground has no log, and start and restart say how it goes on' {
  cash run --keep --name kept lonely true
  run cash logs kept
  assert_status 125
  assert_output -p 'kept has no log: it runs, or ran, in the foreground'
  for command in start restart; do
    run cash "${command}" kept
    assert_status 125
    assert_output -p 'run --keep --name kept lonely'
  done
  cash run -d lonely
  cash restart
  is lonely running
  cash rm kept
}

@test 'restart of what goes when it ends: with its files, and then it goes' {
  cash run -d --rm --name gone lonely sh -c 'echo started >>/tmp/starts; exec sleep 1000'
  eventually 20 cash exec gone test -e /tmp/starts
  run cash plan restart gone
  assert_output -p "rm -f ${ROOT}/containers/life/gone/keep"
  cash restart -t 0 gone
  twice() { [[ $(cash exec gone cat /tmp/starts) == $'started\nstarted' ]]; }
  eventually 20 twice
  cash stop -t 0 gone
  refute_exists "${ROOT}/containers/life/gone"
}

@test 'a name that is none: nothing is done to the others' {
  cash run -d lonely
  pid=$(process lonely)
  for command in stop restart kill pause 'rm -f' 'update --pids-limit 5'; do
    # shellcheck disable=SC2086 # or two words
    run cash ${command} lonely nosuch
    assert_status 2
    assert_output -p 'no such service: nosuch'
  done
  is lonely running
  assert_equal "$(process lonely)" "${pid}"
}

@test 'rm of one that runs: refused, with what to do; none of them goes' {
  cash run -d lonely
  cash run -d flaky
  eventually 20 is flaky exited
  run cash rm flaky lonely
  assert_status 125
  assert_output "cash: lonely runs; first: ${SCRIPT} stop lonely; or: ${SCRIPT} rm -f lonely"
  is flaky exited
}

@test 'ps: what it shows, and that a table needs no process a container' {
  cash run -d app
  cash run -d --rm lonely sh -c 'exit 1'
  eventually 20 test ! -e /run/cash/"$(basename "${SCRIPT}" .sh)"/containers/lonely
  run cash ps
  assert_output -e '^NAME +STATE +PID +IMAGE  PORTS
app +up [0-9]+ (seconds|minutes) +[0-9]+ +tar:tiny-[0-9a-f]+$'
  run cash ps -q lonely many
  assert_output ''
  run cash ps -q app many
  assert_output app
  run cash ps nobody
  assert_status 2
  run strace -f -c -e trace=execve "${SCRIPT}" ps
  assert_equal "$(awk '$NF == "execve" { print $4 }' <<<"${output}")" 1
}

@test 'plan run -d is what run -d does' {
  cash run -d lonely
  cash rm -f lonely
  run cash plan run -d lonely
  assert_status 2
  printf '%s\n' "${output}" | shellcheck -s bash -S warning -
  printf '%s\n' "${output}" | bash
  is lonely running
  has_log lonely '' || true # it says nothing
  run cash plan stop lonely
  assert_output -p 'kill -s TERM'
  run cash plan kill lonely
  assert_status 2
  printf '%s\n' "${output}" | bash
  is lonely exited
}

@test 'down stops it first, with its grace, and leaves nothing' {
  cash run -d app
  eventually 5 has_log app ready
  exec {log}<"${ROOT}/containers/life/app/log" # which is gone then, and can be read still
  cash down
  grep -q bye <&"${log}"
  exec {log}<&-
  refute_exists /run/cash/life
}

@test 'healthcheck and hooks: healthy, unhealthy, started again; what hooks say is in the log' {
  cash run -d watched
  health() { [[ $("${SCRIPT}" ps --json | jq -r '.[0].health') == "$1" ]]; }
  eventually 5 health healthy
  has_log watched 'started as 65534 in /tmp with b'
  cash exec watched rm /well
  eventually 10 has_log watched 'it is unhealthy: its healthcheck failed 2 times'
  eventually 10 health healthy
  eventually 10 counts up 2 watched
  run cash logs watched
  assert_output -p told
  cash stop watched
  run cash logs watched
  assert_output -p 'is to stop'
  assert_output -p 'ended with status 4'
}

@test 'scale: as many containers; stop and start of the service are for all' {
  cash start many
  run cash ps -q
  assert_output "many-1
many-2
many-3"
  run cash exec many-2 hostname
  assert_status 0
  cash stop -t 0 many-2
  leases=(/run/cash/life/networks/default/*) # those of the others stay
  assert_equal "${#leases[@]}" 2
  cash stop -t 0 many
  run cash ps -q
  assert_output ''
  # One of them is not there; one more has the name of the service.
  cash rm many-2
  cash run -d many
  cash start many-3
  cash stop -t 0 many
  run cash ps -q
  assert_output ''
  cash restart -t 0 many life-many-1
  is many-2 running
  is many exited
  cash restart -t 0 life-many-2
  cash exec many-2 touch /file
  run cash diff life-many-2
  assert_output 'A /file'
  run cash diff many-1
  assert_output ''
  cash rm many
  cash exec many touch /first
  run cash diff many
  assert_output 'A /first'
}

@test 'pause and unpause: it stands still, and says so' {
  cash run -d app sh -c 'n=0; while :; do n=$((n + 1)); echo "$n" >/count; sleep 0.05; done'
  count() { cat "${ROOT}/containers/life/app/rootfs/count"; }
  more() { [[ $(count) != "$1" ]]; }
  eventually 5 more ''
  cash pause app
  is app paused
  before=$(count)
  sleep 0.5
  assert_equal "$(count)" "${before}"
  run cash exec app true
  assert_status 125
  assert_output -p 'app is paused; first:'
  cash unpause app
  eventually 5 more "${before}"
  cash pause app
  cash restart -t 0 app
  is app running
}

@test 'a pre_stop hook that does not end: no longer than the grace' {
  cash run -d held
  cash stop -t 1 held
  is held exited
}

@test 'a signal to one that has just ended is no failure' {
  run bash -c "$(grep '^container_signal() {' "${SCRIPT}")"$'\nset -Eeuo pipefail; PID=999999999; container_target() { TARGET=$PID; }; container_signal TERM; echo on'
  assert_output on
}

@test 'files that are kept stay, where a later run -d does not start' {
  cash run --keep lonely -- touch /tmp/kept
  run cash run -d -u nobody2 lonely
  assert_status 125
  run cash run --keep lonely -- ls /tmp/kept
  assert_output /tmp/kept
}

@test 'exec -d outlives the terminal that it was said on' {
  cash run -d lonely
  command script --quiet --return --command "${SCRIPT} exec -d lonely sleep 1234" /dev/null </dev/null 3>&-
  run cash top lonely # at once: it does not end before that is executed
  assert_output -p 'sleep 1234'
}

@test 'exec -d of what cannot be executed says so' {
  cash run -d lonely
  run -127 cash exec -d lonely no-such-command
  assert_output -p 'no-such-command: No such file'
  run cash exec -d -w /no/such lonely true
  assert_status 126
  assert_output -p '/no/such: No such file'
}

@test 'exec: no process more can be made: 125, and not an errno' {
  cash run -d few sh -c 'for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do sleep 1000 & done; echo full; wait'
  eventually 10 has_log few full
  local how
  for how in '' -d; do
    # shellcheck disable=SC2086 # one word or none
    run cash exec ${how} few true
    assert_status 125
    assert_output -p 'Resource temporarily unavailable'
  done
}

@test 'run -d of what cannot be executed: it does not start, says why, and nothing stays' {
  run -127 cash run -d --name absent lonely no-such-command
  assert_output $'cash: \'no-such-command\': there is no such command that can be executed\ncash: absent did not start'
  run -127 cash run -d --name absent lonely $'/etc/pass\e[31mwd'
  refute_output -p $'\e'
  run cash run -d --name absent lonely /etc/passwd
  assert_status 126
  run cash ps -a
  refute_output -p absent
}

@test 'stdin_open and tty: input that does not end, a terminal of its own' {
  cash run -d reader
  echo words >/run/cash/life/containers/reader/stdin
  eventually 5 has_log reader 'got words'
  is reader running
  cash run -d terminal
  eventually 5 has_log terminal /dev/console
  is terminal running
  cash stop -t 0 terminal
  is terminal exited
}
