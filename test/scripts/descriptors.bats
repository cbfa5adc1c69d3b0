# What a command has for its input and output: nothing of ours that it could open again.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper

setup_file() {
  begin
  export FILES=${BATS_FILE_TMPDIR}
  compile descriptors <<'YAML'
name: descriptors
x-cash: {root: "${ROOT}", storage: {size: 256m}}
x-base: &base {image: "tar:${TINY}", network_mode: none, init: true, command: [sleep, "1000"]}
services:
  box: *base
  quits: {<<: *base, stop_signal: QUIT}
  user: {<<: *base, user: "1000"}
  apart: {<<: *base, userns_mode: auto}
  named: {<<: *base, user: "1000", command: [sh, -c, 'echo out >/dev/stdout; echo err >/dev/stderr; sleep 1000 & wait'], post_start: [{command: [sh, -c, 'echo hook >/dev/stdout'], user: root}]}
  screen: {<<: *base, user: "1000", tty: true, command: [sh, -c, 'echo out >/dev/stdout; sleep 1000']}
  host: {<<: *base, init: false, pid: host, command: [sh, -c, 'sleep 1000 & echo ended']}
YAML
  cash up box user apart
}
teardown_file() { finish; }
setup() {
  seq 30000 >"${FILES}/input"
  printf '0123456789' >"${FILES}/output"
}

# Beside what it was given, it reads from, and writes to, what that comes from and goes to. The status is 7.
FORGE='cat; echo done >&2; sleep 0.5; for n in 0 1 2; do { echo forged >/proc/self/fd/$n; } 2>/dev/null & cat </proc/self/fd/$n >/tmp/got$n 2>/dev/null & done; sleep 0.3; kill $(jobs -p); grep -l 01234 /tmp/got* && exit 9; exit 7'

@test 'files as input and output: what it opens again is not these' {
  local command
  for command in 'run --name second box' 'exec box'; do
    setup
    status=0
    # shellcheck disable=SC2086 # words
    cash ${command} sh -c "${FORGE}" <"${FILES}/input" 1<>"${FILES}/output" 2>"${FILES}/errors" || status=$?
    assert_equal "${status}" 7
    cmp "${FILES}/input" <(seq 30000)
    cmp <(head -c "$(stat -c %s "${FILES}/input")" "${FILES}/output") "${FILES}/input"
    assert_equal "$(head -n 1 "${FILES}/errors")" 'done'
  done
}

@test 'the same file for both: in the order in which it is written' {
  local command
  for command in 'run --name second box' 'exec box'; do
    # shellcheck disable=SC2086 # words
    cash ${command} sh -c 'for n in 1 2 3 4 5; do echo out$n; echo err$n >&2; done' >"${FILES}/output" 2>&1
    assert_equal "$(tr '\n' ' ' <"${FILES}/output")" 'out1 err1 out2 err2 out3 err3 out4 err4 out5 err5 '
  done
}

@test 'what it does not read of a file is there for who reads that next' {
  local command reading
  for command in 'run --name second box' 'exec box'; do
    for reading in true 'dd bs=7 count=2' cat 'sh -c "exec <&-; sleep 0.2"'; do
      seq -w 100000 199999 >"${FILES}/input" # more than a pipe holds
      sh -c "${SCRIPT} ${command} ${reading} >/dev/null; head -c 7 >${FILES}/output; exec cat >/dev/null" <"${FILES}/input" 3>&-
      case ${reading} in
        dd*) assert_equal "$(<"${FILES}/output")" 100002 ;;
        cat) assert_equal "$(<"${FILES}/output")" '' ;;
        *) assert_equal "$(<"${FILES}/output")" 100000 ;;
      esac
    done
    seq 3 >"${FILES}/input"
    run sh -c "while read -r n; do ${SCRIPT} ${command} echo \$n; done <${FILES}/input" 3>&-
    assert_output $'1\n2\n3'
  done
}

# What it has written there cannot be told from what it has not read: what it was given is read again, nothing from before that.
@test 'what it writes into its input does not lead who reads that next to what was read before' {
  local command
  seq 1000 >"${FILES}/input"
  tail -c +2001 "${FILES}/input" >"${FILES}/given"
  for command in 'run --name second box' 'exec box'; do
    run sh -c "head -c 2000 >/dev/null; ${SCRIPT} ${command} sh -c 'cat; exec 4<&0; yes | head -c 3000 >/proc/self/fd/4'; cat" <"${FILES}/input" 3>&-
    assert_equal "$(md5sum <<<"${output}")" "$(cat "${FILES}"/{given,given} | md5sum)"
  done
}

@test 'an exec whose output nobody takes does not hold up the end of its container' {
  cash run -d --name held box
  timeout 100 python3 -c 'import pty, os, sys, time
pid, fd = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
time.sleep(100)' "${SCRIPT}" exec held yes >/dev/null 2>&1 3>&- &
  sleep 2
  run timeout 20 "${SCRIPT}" stop -t 1 held 3>&-
  kill "$!" || true # it may have ended with its container
  assert_status 0
  cash rm held
}

@test 'a lot of it: all of it' {
  local command
  head -c 5000000 /dev/urandom >"${FILES}/input"
  for command in 'run --name second box' 'exec box'; do
    # shellcheck disable=SC2086 # words
    cash ${command} cat <"${FILES}/input" >"${FILES}/output"
    cmp "${FILES}/input" "${FILES}/output"
  done
}

@test 'input that it does not read, and output that nobody takes, do not hold it up' {
  local command redirected
  for command in 'run --name second box' 'exec box'; do
    for redirected in '</dev/zero sh -c "exit 3"' '>/dev/full sh -c "yes; exit 3"'; do
      run timeout 20 sh -c "${SCRIPT} ${command} ${redirected}" 3>&-
      assert_status 3
    done
    assert_output -p 'No space left on device'
  done
}

@test 'descriptors that are closed' {
  local command
  for command in 'run --name second box' 'exec box'; do
    # shellcheck disable=SC2086 # words
    cash ${command} sh -c 'cat; echo error >&2; echo output' <&- >"${FILES}/output" 2>&-
    assert_equal "$(<"${FILES}/output")" output
  done
}

@test 'what exec leaves in the background writes on; exec does not wait for it' {
  cash exec box sh -c 'echo before; (sleep 2; echo after) & exit 0' >"${FILES}/output"
  assert_equal "$(<"${FILES}/output")" before
  eventually 10 grep -q after "${FILES}/output"
}

@test 'a process that stays among those of the host: run ends all the same, and nothing stays' {
  timeout 20 "${SCRIPT}" run host >"${FILES}/output" 3>&-
  assert_equal "$(<"${FILES}/output")" ended
}

@test 'its user opens its output by its name' {
  local command
  for command in 'run --name second user' 'run --name second apart' 'run --name second -u 1000 box' 'exec user' 'exec apart' 'exec -u 1000 box' 'exec -u 1000 apart'; do
    # shellcheck disable=SC2086 # words
    run cash ${command} sh -c 'echo out >/dev/stdout; echo err >/dev/stderr'
    assert_status 0
    assert_output $'out\nerr'
    # shellcheck disable=SC2086 # words
    cash ${command} sh -c 'echo out >/dev/stdout; echo err >/dev/stderr' >"${FILES}/output" 2>"${FILES}/errors"
    assert_equal "$(cat "${FILES}/output" "${FILES}/errors")" $'out\nerr'
  done
}

@test 'a pipe that has a name on the host keeps its owner' {
  local command
  rm -f "${FILES}/fifo"
  mkfifo "${FILES}/fifo"
  for command in 'run --name second user' 'exec user'; do
    # shellcheck disable=SC2086 # words
    cash ${command} true <>"${FILES}/fifo" >"${FILES}/output"
    assert_equal "$(stat -c %u "${FILES}/fifo" /dev/null)" $'0\n0'
  done
}

@test 'a pipe that has a name on the host, as output: its command cannot change it; who reads it has had enough' {
  local command reader
  rm -f "${FILES}/fifo"
  mkfifo -m 600 "${FILES}/fifo"
  for command in 'run --name second box' 'exec box'; do
    cat "${FILES}/fifo" >"${FILES}/output" 3>&- &
    reader=$!
    # shellcheck disable=SC2086 # words
    cash ${command} sh -c 'chmod 666 /proc/self/fd/1; echo out; echo err >&2' >"${FILES}/fifo" 2>&1
    wait "${reader}"
    assert_equal "$(<"${FILES}/output")" $'out\nerr'
    assert_equal "$(stat -c %a "${FILES}/fifo")" 600
    head -n 1 "${FILES}/fifo" >"${FILES}/output" 3>&- &
    # shellcheck disable=SC2086 # words
    cash ${command} sh -c 'yes || :' >"${FILES}/fifo" 2>"${FILES}/errors"
    assert_equal "$(<"${FILES}/errors")" ''
  done
}

@test 'its user opens its log by its name, again after a restart, whatever a hook of another user does' {
  cash up named screen
  eventually 10 logged $'err\nhook\nout'
  cash restart named
  eventually 10 logged $'err\nerr\nhook\nhook\nout\nout'
  run cash logs screen
  assert_output -p out
  cash rm -f named screen
}
logged() { [[ $(cash logs named | sort) == "$1" ]]; }

@test 'a terminal: what is typed for somebody else does not go to it; with -i it does' {
  local command
  for command in 'run --name second' exec; do
    typed "${SCRIPT} ${command} box sh -c 'cat; echo ended' >${FILES}/output; read -r line; echo \$line >>${FILES}/output"
    assert_equal "$(<"${FILES}/output")" $'ended\ntyped'
    typed "${SCRIPT} ${command} -i box sh -c 'read -r line; echo got \$line' >${FILES}/output"
    assert_equal "$(<"${FILES}/output")" 'got typed'
    : >"${FILES}/output"
    typed "${SCRIPT} ${command} -i box sh -c 'echo error >&2' >${FILES}/output" # what goes to the terminal is not what goes into the file
    assert_equal "$(<"${FILES}/output")" ''
  done
}
typed() {
  rm -f "${FILES}/done"
  { sleep 1 && echo typed && for _ in {1..600}; do [[ ! -e ${FILES}/done ]] || break && sleep 0.1; done; } |
    {
      command script --quiet --return --command "$1" /dev/null 3>&-
      touch "${FILES}/done"
    }
}

@test 'a signal while it starts: what stands between ends with it, and the command gets it' {
  local service moment status
  for moment in 0.01 0.02 0.03 0.04 0.05 0.06 0.07 0.08 0.09 0.10 0.12 0.14 0.16; do
    service=box
    [[ ${moment} != *[135] ]] || service=quits
    "${SCRIPT}" run --name second "${service}" </dev/zero >"${FILES}/output" 2>"${FILES}/errors" 3>&- &
    until [[ $(tr '\0' ' ' <"/proc/$!/cmdline") == *"${SCRIPT} "* ]]; do :; done # a forked Bash may lose a signal
    sleep "${moment}"
    kill -s TERM "$!"
    status=0
    wait "$!" || status=$?
    [[ ${service}${status} == *143 || ${service}${status} == quits131 ]] || fail "${service} after ${moment} s: ${status}" # 137: after its grace
  done
}
