#!/usr/bin/env bats
# attach without a person: pipes, signals, exit status. With one: tty.bats.
load helper

setup_file() {
  begin
  compile attach <<'YAML'
name: attach
services:
  reader:
    image: tar:${TINY}
    network_mode: none
    stdin_open: true
    stop_signal: KILL
    command: [sh, -c, 'trap "echo interrupted; exit 9" INT; printf "name? "; while read -r line; do echo "got $$line"; [ "$$line" != end ] || exit 4; done']
  terminal:
    image: tar:${TINY}
    network_mode: none
    tty: true
    stop_signal: INT
    logging: {driver: none}
    command: [sh, -c, 'trap "exit 6" INT; while :; do echo tick; sleep 0.1; done']
  journal:
    image: tar:${TINY}
    network_mode: none
    logging: {driver: journald}
    command: [sh, -c, 'echo to the journal']
x-cash: {root: "${ROOT}"}
YAML
}
teardown_file() { finish; }
teardown() {
  local name
  for name in $(cash ps -a -q); do cash rm -f "${name}"; done
}
has_log() { "${SCRIPT}" logs "$1" | grep -qF "$2"; }
got() { grep -qF "$1" "${BATS_TEST_TMPDIR}/out"; }
answered() {
  echo "$1" >/run/cash/attach/containers/reader/stdin
  got "got $1"
}
state() { "${SCRIPT}" ps -a --json | jq -r ".[] | select(.name == \"$1\") | .state"; }

@test 'pipes: input goes in, what is written from then on comes out byte for byte, the exit status is its own' {
  cash run -d reader
  eventually 20 has_log reader 'name?'
  run --separate-stderr cash attach reader <<<$'one \033[1m\nend'
  assert_status 4
  assert_output $'got one \033[1m\ngot end'
  run cash attach reader
  assert_status 125
  assert_output -p 'reader does not run'
}

@test 'a signal is for the container, or, with --sig-proxy=false, for us' {
  cash run -d reader
  env --default-signal "${SCRIPT}" attach --no-stdin reader >"${BATS_TEST_TMPDIR}/out" 3>&- &
  attached=$!
  eventually 20 answered more
  env --default-signal "${SCRIPT}" attach --sig-proxy=false reader </dev/null >/dev/null 3>&- &
  other=$!
  eventually 20 pgrep -P "${other}" perl
  kill -TERM "${other}"
  status=0
  wait "${other}" || status=$?
  assert_equal "${status}" 143
  assert_equal "$(state reader)" running
  kill -INT "${attached}"
  status=0
  wait "${attached}" || status=$?
  assert_equal "${status}" 9
  got interrupted
}

@test 'a terminal without a log; its supervisor killed by -9: the next one knows how it ended' {
  cash run -d terminal
  cash attach --no-stdin terminal >"${BATS_TEST_TMPDIR}/out" &
  attached=$!
  eventually 20 got tick
  slain "$(cut -d' ' -f1 /run/cash/attach/containers/terminal/owner)"
  run cash exec terminal echo there
  assert_output -p 'it gets another one'
  cash stop terminal
  run cash wait terminal
  assert_output 6
  status=0
  wait "${attached}" || status=$?
  assert_equal "${status}" 6
}

@test 'logging: journald needs a journal; where there is none it is refused, with the reason' {
  run cash run -d journal
  if [[ -S /run/systemd/journal/stdout ]]; then
    assert_status 0
  else
    assert_status 125
    assert_output -p 'logging: journald: this host has no journal (/run/systemd/journal/stdout); use another driver'
  fi
  run cash check
  assert_output -e '(ok|missing) +systemd-cat'
}

# shellcheck disable=SC2016 # bash in there expands
@test 'the journal: who follows it is slow, and all that was written is shown' {
  [[ -x /lib/systemd/systemd-journald ]] || skip 'no systemd-journald here'
  mkdir "${BATS_TEST_TMPDIR}/bin"
  printf '#!/bin/bash\n[[ "$*" != *--follow* ]] || sleep 3\nexec /usr/bin/journalctl "$@"\n' >"${BATS_TEST_TMPDIR}/bin/journalctl"
  chmod 755 "${BATS_TEST_TMPDIR}/bin/journalctl"
  # A journal of its own; container_unlocked waits for the end of the container.
  run --separate-stderr unshare --mount --propagation private bash -c '
    mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal "/run/log/journal/$(</etc/machine-id)"
    /lib/systemd/systemd-journald 3>&- & DAEMON=$!
    until [[ -S /run/systemd/journal/stdout && -S /run/systemd/journal/io.systemd.journal ]]; do sleep 0.1; done
    source "$1"
    PATH=$2:$PATH PROJECT=x CONTAINER=y
    container_unlocked() {
      until [[ -e /run/go ]]; do sleep 0.1; done
      seq 500 | systemd-cat --identifier=cash/x/y cat
    }
    touch /run/go
    journal_follow ""
    cat <&"$FOLLOWED"
    rm /run/go
    journal_follow 1 --lines=2
    read -r _ TEXT <&"$FOLLOWED"
    echo "$TEXT"
    touch /run/go
    sed "s/^[0-9]* //" <&"$FOLLOWED"
    kill "$DAEMON"; wait' bash "${REPO}/templates/runtime/journal.bash" "${BATS_TEST_TMPDIR}/bin"
  [[ ${output} == "$(seq 500)"$'\n499\n500\n'"$(seq 500)" ]]
}
