#!/usr/bin/env bats
# Many containers of one service, made by one section.
load helper

setup_file() {
  begin
  [[ -z ${BATS_TEST_TIMEOUT:-} ]] || export BATS_TEST_TIMEOUT=600 # it works hard, and is no nearer to hanging for that
  compile crowd <<'YAML'
name: crowd
services:
  many:
    image: tar:${TINY}
    scale: 200
    command: sleep 1000
    stop_signal: KILL
x-cash: {root: "${ROOT}"}
YAML
}
teardown_file() { finish; }

# least COMMAND…: sets MILLISECONDS, of a processor, for the fastest of five: how busy the machine is does not count.
least() {
  local TIMEFORMAT='%3U %3S' user system try
  MILLISECONDS=999999
  for try in 1 2 3 4 5; do
    read -r user system < <({ time "$@" >/dev/null; } 2>&1)
    ((10#${user/./} + 10#${system/./} >= MILLISECONDS)) || MILLISECONDS=$((10#${user/./} + 10#${system/./}))
  done
}

@test '200 at once: all run, ps sees them in less than a second of a processor and by one process, all stop, nothing is left' {
  cash start many >"${BATS_TEST_TMPDIR}/names"
  assert_equal "$(wc -l <"${BATS_TEST_TMPDIR}/names")" 200
  assert_equal "$(cash ps --json | jq 'map(select(.state == "running")) | length')" 200
  assert_equal "$(ls /run/cash/crowd/networks/default | wc -l)" 200
  least "${SCRIPT}" ps
  ((MILLISECONDS < 1000)) || fail "ps: ${MILLISECONDS} ms"
  for way in '' --json -q; do
    # shellcheck disable=SC2086 # none or one
    run strace -f -c -e trace=execve,clone,clone3,vfork "${SCRIPT}" ps ${way}
    assert_equal "$(awk '$NF ~ /^(execve|clone|clone3|vfork|total)$/ { print $4 }' <<<"${output}" | head -n 1)" 1
  done
  # Named as here, and as Compose would; without a number, the first.
  address=$(cash exec many-1 hostname -i)
  assert_equal "$(cash exec many hostname -i)" "${address}"
  assert_equal "$(cash exec crowd-many-1 hostname -i)" "${address}"
  [[ $(cash exec many-200 hostname -i) != "${address}" ]]
  cash stop crowd-many-7
  assert_equal "$(cash ps -q | wc -l)" 199
  cash start many # the one that is missing
  assert_equal "$(cash ps -q | wc -l)" 200
  cash stop many
  assert_equal "$(cash ps -q)" ''
  assert_equal "$(ls /run/cash/crowd/networks/default)" ''
  cash down -v --images
  refute_exists /run/cash/crowd
}
