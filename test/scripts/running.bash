# For tests that look at a container while it runs: `load running` after helper.
# shellcheck shell=bash disable=SC2154,SC2312 # variables of bats and helper; cat and jobs do not fail

# begin_run SERVICE WORD…: `run` in the background, until its command says ready. Its output is in MARK, its errors in MARK.err.
# Signals that Bash ignores in the background are as in the foreground.
begin_run() {
  local ENTER=()
  [[ -z ${APART:-} ]] || ENTER=(nsenter --target "${APART}" --mount --net --wd="${PWD}" --) # see apart.bash
  MARK=$(mktemp "${BATS_TEST_TMPDIR}/run.XXXXXX")
  env --default-signal=INT,QUIT "${ENTER[@]}" "${SCRIPT}" run "$@" >"${MARK}" 2>"${MARK}.err" 3>&- &
  RUNNING=$!
  eventually 90 begun && said ready || fail "$(cat "${MARK}" "${MARK}.err")"
}
begun() { said ready || ! kill -0 "${RUNNING}" 2>/dev/null; } # or it has ended without a word

# said TEXT: by the container that began last.
said() { grep -qF "$1" "${MARK}"; }

# end_run STATUS: waits for the container that began last.
end_run() {
  local got=0
  wait "${RUNNING}" || got=$?
  [[ ${got} == "$1" ]] || fail "status ${got}, not $1: $(cat "${MARK}" "${MARK}.err")"
}

# waiting [SIGNAL…]: a command for sh that says which of them it gets, and ends by TERM with 3.
waiting() {
  local signal
  for signal; do printf 'trap "echo got %s" %s; ' "${signal}" "${signal}"; done
  printf 'trap "exit 3" TERM; echo ready; while :; do sleep 0.02; done'
}

# stop_run: ends the container that began last, whose command is `waiting`.
stop_run() {
  kill "${RUNNING}"
  end_run 3
}

# end_all: what a test has started in the background and not ended, for its teardown.
end_all() {
  local pid
  for pid in $(jobs -p); do
    kill "${pid}" 2>/dev/null || true # it has ended by itself
    wait "${pid}" || true             # so that it is gone, however it ended
  done
}
