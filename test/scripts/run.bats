# run SERVICE: what a command finds, and what its caller gets back.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load running

setup_file() {
  begin
  export MARK=${BATS_FILE_TMPDIR}/mark # of the tests that start nothing in the background
  compile trun <<'YAML'
name: trun
x-cash: {root: "${ROOT}"}
services:
  box: {image: "tar:${TINY}", network_mode: none, stop_grace_period: 150s}
  words:
    image: tar:${TINY}
    network_mode: none
    entrypoint: [/bin/printf, "<%s>"]
    command: [one, "two three", "$$four", "'", "*", ""]
  variables:
    image: tar:${TINY}
    network_mode: none
    hostname: here
    command: [/bin/cat, /proc/self/environ]
    environment:
      GREETING: "hello  world"
      HOME: /elsewhere
      EMPTY: ""
  odd:
    image: tar:${TINY}
    network_mode: none
    command: [/bin/cat, /proc/self/environ]
    environment:
      UID: "`touch /tmp/canary`"
      A-B: "$$(touch /tmp/canary)"
      BASH_ENV: /tmp/canary
      IFS: x
      FUNCNAME: "a'b\"c"
      LINES: "two\nlines"
  functions:
    image: tar:${TINY}
    network_mode: none
    command: [/bin/cat, /proc/self/environ]
    environment: {PS4: "$$(touch /tmp/canary)", FD: fd, PID: pid, PATHS: p, name: n, status: s, MODE: m, ENVIRONMENT: e, DIRECTORY: d}
  init:
    image: tar:${TINY}
    network_mode: none
    init: true
    stop_grace_period: 150s
  stop:
    image: tar:${TINY}
    network_mode: none
    stop_signal: SIGUSR2
    stop_grace_period: 150s
  killed: {image: "tar:${TINY}", network_mode: none, stop_grace_period: 1s}
  named:
    image: tar:${TINY}
    network_mode: none
    hostname: one
    domainname: example.test
    dns: [192.0.2.1, 192.0.2.2]
    dns_search: [a.test, b.test]
    extra_hosts: ["other:192.0.2.9", "six:2001:db8::1"]
  search: {image: "tar:${TINY}", network_mode: none, dns_search: [only.test]}
  placed: {image: "tar:${TINY}", network_mode: none, working_dir: /new/place, user: app, command: [sh, -c, "pwd; stat -c '%u %a' ."]}
YAML
}
teardown() { end_all; }
teardown_file() { finish; }

box() { cash run box -- "$@"; }
lines_of() { tr '\0' '\n' <"$1" | sort; }

@test 'the exit status is that of the command' {
  local wanted
  for wanted in 0 7 255; do
    run box sh -c "exit ${wanted}"
    assert_status "${wanted}"
  done
}

@test '125: cash failed; 126: cannot be executed; 127: not found; 2: wrong usage' {
  run cash run -u stranger box -- true
  assert_status 125
  assert_output -p 'user stranger is not in /etc/passwd of the image'
  run box /etc/passwd
  assert_status 126
  run -127 box /bin/no-such-command
  assert_status 127
  run -127 box no-such-command
  assert_status 127
  run cash run nothing
  assert_status 2
  assert_output -p 'no such service: nothing'
  run cash run --wrong box
  assert_status 2
  run cash run box
  assert_status 2
  assert_output -p 'has no command'
}

@test '128 + N: died of signal N' {
  run cash run init -- sh -c 'kill -s SEGV $$'
  assert_status 139
  run cash run init -- sh -c 'kill -s KILL $$'
  assert_status 137
}

@test 'input, output and errors pass byte for byte' {
  head -c 300000 /dev/urandom >"${MARK}.in"
  cash run box -- sh -c 'tee /proc/self/fd/2' <"${MARK}.in" >"${MARK}.out" 2>"${MARK}.err"
  cmp "${MARK}.in" "${MARK}.out"
  cmp "${MARK}.in" "${MARK}.err"
}

@test 'input may be closed at once, and output be a pipe that nobody reads' {
  run box cat </dev/null
  assert_status 0
  assert_output ''
  cash run box -- yes | head -n 1 >"${MARK}"
  assert_equal "$(<"${MARK}")" y
}

@test 'entrypoint and command, word for word; a command given replaces the command alone' {
  run cash run words
  assert_status 0
  assert_output "<one><two three><\$four><'><*><>"
  run cash run words -- x '$(y)' ' z'
  assert_output '<x><$(y)>< z>'
}

@test 'the environment is that of Docker, and nothing of the caller' {
  export CALLER=caller
  cash run variables >"${MARK}"
  run lines_of "${MARK}"
  assert_output $'EMPTY=\nGREETING=hello  world\nHOME=/elsewhere\nHOSTNAME=here\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  box cat /proc/self/environ >"${MARK}"
  run lines_of "${MARK}"
  assert_output $'HOME=/root\nHOSTNAME=box\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
}

@test '-e sets and replaces variables' {
  cash run -e GREETING=bye -e 'NEW=a b' --env X=y=z variables >"${MARK}"
  run lines_of "${MARK}"
  assert_output -p $'GREETING=bye\nHOME='
  assert_output -p $'NEW=a b\n'
  assert_output -p X=y=z
  run cash run -e =x box -- true
  assert_status 2
}

@test 'odd names and hostile values of variables arrive as they are' {
  cash run odd >"${MARK}"
  run lines_of "${MARK}"
  assert_output -p $'A-B=$(touch /tmp/canary)\n'
  assert_output -p $'UID=`touch /tmp/canary`\n'
  assert_output -p $'BASH_ENV=/tmp/canary\n'
  assert_output -p $'FUNCNAME=a\'b"c\n'
  assert_output -p $'IFS=x\n'
  assert_output -p $'LINES=two\n'
  refute_exists /tmp/canary
}

@test 'variables with the names of variables of the script arrive too' {
  cash run functions >"${MARK}"
  run lines_of "${MARK}"
  assert_output $'DIRECTORY=d\nENVIRONMENT=e\nFD=fd\nHOME=/root\nHOSTNAME=functions\nMODE=m\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nPATHS=p\nPID=pid\nPS4=$(touch /tmp/canary)\nname=n\nstatus=s'
  refute_exists /tmp/canary
}

@test 'umask 022, working directory /, no descriptor but 0 to 2' {
  run box sh -c 'umask; pwd; ls /proc/1/fd; :' 3</dev/null 4</dev/null 5</dev/null 7>/dev/null 9>/dev/null 42</dev/null
  assert_status 0
  assert_output $'0022\n/\n0\n1\n2'
}

@test 'its own session' {
  begin_run box -- sh -c "$(waiting)"
  local pid session
  read -r pid _ </run/cash/trun/containers/box/pid
  session=$(ps -o sid= -p "${pid}" | tr -d ' ')
  assert_equal "${session}" "${pid}"
  stop_run
}

@test 'no signal is ignored or blocked, whatever the caller ignores' {
  run box grep -E '^Sig(Ign|Blk)' /proc/self/status
  assert_output $'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000'
  run bash -c 'trap "" HUP INT QUIT PIPE USR1; "$@"' bash "${SCRIPT}" run box -- grep SigIgn /proc/self/status
  assert_output $'SigIgn:\t0000000000000000'
}

@test 'a user by name or number, with its groups' {
  run cash run -u app box -- sh -c 'id; echo $HOME'
  assert_output $'uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)\n/home/app'
  run cash run -u 1000 box -- sh -c 'id; echo $HOME'
  assert_output $'uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)\n/home/app'
  run box id
  assert_output 'uid=0(root) gid=0(root) groups=0(root)'
}

@test 'user:group' {
  run cash run -u app:extra box -- id
  assert_output 'uid=1000(app) gid=2000(extra) groups=2000(extra)'
  run cash run -u 4242:4343 box -- sh -c 'id; echo $HOME'
  assert_output $'uid=4242 gid=4343 groups=4343\n/'
  run cash run -u 4242 box -- id
  assert_output 'uid=4242 gid=0(root) groups=0(root)'
  run cash run -u app:strangers box -- id
  assert_status 125
  assert_output -p 'group strangers is not in /etc/group of the image'
}

@test 'signals reach the command' {
  local signal
  begin_run box -- sh -c "$(waiting USR1 USR2 QUIT)"
  for signal in USR1 USR2 QUIT; do
    kill -s "${signal}" "${RUNNING}"
    eventually 30 said "got ${signal}"
  done
  stop_run
}

@test 'INT and HUP reach the command, which has its grace period then' {
  local signal
  for signal in INT HUP; do
    begin_run box -- sh -c "trap 'echo ${signal}; sleep 0.1; exit 4' ${signal}; echo ready; while :; do sleep 0.02; done"
    kill -s "${signal}" "${RUNNING}"
    end_run 4
    said "${signal}"
  done
}

@test 'TERM becomes stop_signal; after stop_grace_period it is killed' {
  begin_run stop -- sh -c 'trap "echo stop; exit 5" USR2; echo ready; while :; do sleep 0.02; done'
  kill "${RUNNING}"
  end_run 5
  said stop
  begin_run killed -- sh -c 'trap "" TERM; echo ready; while :; do sleep 0.02; done'
  local began=${EPOCHREALTIME/./}
  kill "${RUNNING}"
  end_run 137
  ((${EPOCHREALTIME/./} - began > 900000)) || fail 'no grace period'
}

@test 'a second TERM kills at once' {
  begin_run box -- sh -c 'trap "echo stop" TERM; echo ready; while :; do sleep 0.02; done'
  kill "${RUNNING}"
  eventually 30 said stop
  kill "${RUNNING}"
  end_run 137
}

@test 'killed from outside: 137' {
  begin_run box -- sh -c 'echo ready; exec sleep 3100.4'
  eventually 30 pkill -KILL -fx 'sleep 3100.4'
  end_run 137
}

@test 'init: true reaps what is orphaned' {
  run cash run init -- sh -c 'sh -c "sleep 0.05 & echo \$! >/orphan"; tries=0
    while [ -e "/proc/$(cat /orphan)" ] && [ "$tries" -lt 900 ]; do tries=$((tries + 1)); sleep 0.1; done; ps -o stat,comm; exit 6'
  assert_status 6
  assert_output -p ps
  refute_output -e '(^|'$'\n'')Z'
}

@test 'init: true passes signals on, and the command has its own defaults' {
  begin_run init -- sh -c 'echo ready; exec sleep 1000'
  kill "${RUNNING}"
  end_run 143
  begin_run init -- sh -c "$(waiting USR1)"
  kill -s USR1 "${RUNNING}"
  eventually 30 said 'got USR1'
  stop_run
  run cash run init -- sh -c 'grep SigIgn /proc/self/status; cat; echo end' <<<input
  assert_output $'SigIgn:\t0000000000000000\ninput\nend'
}

@test 'init: true passes on what few think of: WINCH, of real time' {
  begin_run init -- sh -c "$(waiting WINCH ALRM 37)"
  for signal in WINCH ALRM RTMIN+3; do cash kill -s "${signal}" init; done
  for signal in WINCH ALRM 37; do eventually 30 said "got ${signal}"; done
  stop_run
}

@test 'init: true: a command that a signal ends: its status, and nothing is said of it' {
  run --separate-stderr cash run init -- sh -c 'kill -KILL "$$"'
  assert_status 137
  assert_output --stderr ''
}

@test 'until its command is executed, process 1 ends by stop_signal, whichever it is' {
  local gate said pid status
  mkfifo "${BATS_TEST_TMPDIR}/gate" "${BATS_TEST_TMPDIR}/said"
  exec {gate}<>"${BATS_TEST_TMPDIR}/gate" {said}<>"${BATS_TEST_TMPDIR}/said"
  for signal in USR2 INT RTMIN+3; do
    MESSAGES=${said} START_GATE=${gate} STOP_SIGNAL=${signal} env --default-signal bash -c "$(sed -n '/^container_wait() {/,/^}/p' "${SCRIPT}")"'
      ENVIRONMENT=("PATH=$PATH")
      exec {SETUP}<<<pivoted {MOUNT_GATE}</dev/null
      container_wait / true' 3>&- &
    pid=$!
    read -r -t 60 -u "${said}" status # its pid
    read -r -t 60 -u "${said}" status
    assert_equal "${status}" ready
    kill -s "${signal}" "${pid}"
    status=0
    wait "${pid}" || status=$?
    assert_equal "${status}" "$((128 + $(kill -l "${signal}")))"
  done
}

@test 'init: true: what the command leaves behind ends with it' {
  run timeout 60 "${SCRIPT}" run init -- sh -c 'sleep 300.7 & exit 8'
  assert_status 8
  run pgrep -fx 'sleep 300.7'
  assert_status 1
}

@test 'a working directory that is not there is made' {
  run cash run placed
  assert_output $'/new/place\n0 755'
  run cash run -w /made/by/option box -- pwd
  assert_output /made/by/option
  run cash run -w /sbin box -- sh -c '[ -x ./ls ]'
  assert_status 0
  run cash run -w relative box -- pwd
  assert_status 125
  run cash run -w /etc/passwd box -- pwd
  assert_status 126
}

@test 'hostname and domainname' {
  run cash run named -- sh -c 'hostname; cat /proc/sys/kernel/domainname /etc/hostname; hostname -f'
  assert_output $'one\nexample.test\none\none.example.test'
}

@test '/etc/hosts has its names, and extra_hosts' {
  run cash run named -- cat /etc/hosts
  assert_output $'127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n127.0.1.1 one.example.test one\n192.0.2.9 other\n2001:db8::1 six'
}

@test '/etc/resolv.conf is of dns and dns_search, else of the host' {
  run cash run named -- cat /etc/resolv.conf
  assert_output $'nameserver 192.0.2.1\nnameserver 192.0.2.2\nsearch a.test b.test'
  run cash run search -- tail -n 1 /etc/resolv.conf
  assert_output 'search only.test'
  run box sh -c 'ls -l /etc/resolv.conf; ! grep -E "^nameserver (127|::1)" /etc/resolv.conf'
  assert_status 0
}

@test 'two at once need two names; each has its own files' {
  begin_run box -- sh -c "touch /mine; $(waiting)"
  run box true
  assert_status 125
  assert_output -p 'box is running already'
  run cash run --name second box -- ls /mine
  assert_status 1
  stop_run
}

@test '--keep keeps its files for the next run; rm removes them' {
  cash run --keep box -- touch /kept
  run cash run --keep box -- ls /kept
  assert_output /kept
  cash rm box
  run box ls /kept
  assert_status 1
  run cash run --rm box -- true
  assert_status 0
  refute_exists "${ROOT}/containers/trun/box"
}

@test 'a run leaves nothing' {
  box true
  run find /run/cash/trun "${ROOT}/containers" /sys/fs/cgroup -path '*trun/*box*'
  assert_output ''
}
