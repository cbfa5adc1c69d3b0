# Whatever stopped a command, it is taken back at once, or by the next one: signals, kill -9 and failures, at many moments.
# shellcheck disable=SC2030,SC2031,SC2154,SC2312 # each test is a process of its own; variables of helper.bash and of bats; a failure
# inside a substitution shows in the comparison
load helper
load apart

setup_file() {
  begin
  export CORRUPT=${BATS_FILE_TMPDIR}/corrupt.tar LARGE=${BATS_FILE_TMPDIR}/large.tar.gz
  head -c 500000 "${TINY}" >"${CORRUPT}"
  mkdir "${BATS_FILE_TMPDIR}/large"
  truncate --size=300M "${BATS_FILE_TMPDIR}/large/zeros"
  tar -czf "${LARGE}" -C "${BATS_FILE_TMPDIR}/large" zeros
  compile recovery <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 256m}}
services:
  app:
    image: "tar:${TINY}"
    command: [sh, -c, 'echo up; sleep 1000']
    init: true
    stop_grace_period: 1s
    mem_limit: 64m
    cpus: 0.5
    volumes: [data:/data]
  patient: {image: "tar:${TINY}", command: [sh, -c, 'echo up; sleep 1000'], init: true, stop_grace_period: 150s}
  corrupt: {image: "tar:${CORRUPT}", command: "true"}
  large: {image: "tar:${LARGE}", command: "true"}
  fixed:
    image: "tar:${TINY}"
    command: [sh, -c, 'echo up; sleep 1000']
    init: true
    networks: {default: {ipv4_address: 10.91.5.9}}
  impossible: {image: "tar:${TINY}", command: "true", cpuset: "900"}
networks: {default: {ipam: {config: [{subnet: 10.91.5.0/24}]}}}
volumes: {data: {}}
YAML
  apart_begin
}
teardown_file() { apart_end; }
setup() { cash down -v --images; }

# moments COUNT LAST: numbers of seconds from 0 to LAST.
moments() { awk -v count="$1" -v last="$2" 'BEGIN { for (i = 0; i < count; i++) printf "%.3f\n", last * i / (count - 1) }'; }

# ready: what outlives a run is there: image, network, volume. CLEAN is the host then, ADDRESS that of the first container.
ready() {
  ADDRESS=$(cash run app -- hostname -i)
  CLEAN=$(state recovery)
}
clean() {
  diff <(cat <<<"${CLEAN}") <(state recovery) >&2 || {
    tail -n 20 "${BATS_TEST_TMPDIR}/out" >&2
    fail "that is left, $*"
  }
}

@test 'a signal at any moment of a run takes back what it has made' {
  local signal moment target expected
  ready
  for signal in INT TERM HUP; do
    expected=$((128 + $(kill -l "${signal}")))
    # The early ones: when its command was just started.
    for moment in 0.030 0.036 0.042 $(moments 7 0.5); do
      target=
      [[ ${moment} != *[13579] ]] || target=- # the whole group, as a terminal does it
      started "${BATS_TEST_TMPDIR}/out" "${SCRIPT}" run app
      sleep "${moment}"
      kill -s "${signal}" -- "${target}${PID}"
      ended
      # 137: in the moment before process 1 of the container has its traps, a signal does nothing to it
      [[ ${CODE} == "${expected}" || ${CODE} == 137 ]] || fail "SIG${signal} to ${target}pid after ${moment} s: status ${CODE}"
      clean "SIG${signal} after ${moment} s"
    done
  done
}

@test 'a signal at any moment of a pull takes back what it has made' {
  local signal moment before image
  cash run app -- true
  cash rmi "$(cash images -q)"
  before=$(state recovery)
  for signal in INT TERM HUP; do
    for moment in $(moments 5 0.15); do
      started "${BATS_TEST_TMPDIR}/out" "${SCRIPT}" pull app
      sleep "${moment}"
      kill -s "${signal}" -- "-${PID}" || true # it may have ended
      ended
      [[ ${CODE} == 0 || ${CODE} == $((128 + $(kill -l "${signal}"))) ]] || fail "SIG${signal} after ${moment} s: status ${CODE}"
      image=$(cash images -q) # whole, where the signal came after its name
      [[ -z ${image} ]] || cash rmi "${image}"
      CLEAN=${before}
      # the folder of its tags may stay: it says nothing
      apart sh -c "rmdir '${ROOT}'/images/* 2>/dev/null" || true
      clean "SIG${signal} after ${moment} s"
    done
  done
}

@test 'a signal to a container that runs: the status is 128 and its number' {
  local signal
  ready
  for signal in INT TERM HUP; do
    started "${BATS_TEST_TMPDIR}/out" "${SCRIPT}" run patient
    eventually 5 grep -q up "${BATS_TEST_TMPDIR}/out"
    kill -s "${signal}" "${PID}"
    ended
    assert_equal "${CODE}" "$((128 + $(kill -l "${signal}")))"
    clean "SIG${signal}"
  done
}

# Bash 5.2 loses the status of a process that ends in just that moment (see await). The delay makes the moment a long one.
@test 'a signal just as the container, or what is waited for, ends: nothing waits for ever' {
  local process tracer owner
  grep -A 99 '^await() {' "${SCRIPT}" | sed '/^lost() {/q' >"${BATS_TEST_TMPDIR}/functions"
  cat >"${BATS_TEST_TMPDIR}/waits" <<'BASH'
source "$1"
set -Eeuo pipefail
trap : TERM
(exec sleep 0.5) &
echo "$$ $!"
wait "$!" || :
await "$!"
! lost "$!" || echo lost
sleep 0.1 &
while [[ -d /proc/$! ]]; do wait "$!" || :; done
! lost "$!" || echo "lost, though it was not"
BASH
  strace -o /dev/null -e trace=wait4 -e inject=wait4:delay_exit=2000000 bash "${BATS_TEST_TMPDIR}/waits" "${BATS_TEST_TMPDIR}/functions" >"${BATS_TEST_TMPDIR}/out" 3>&- &
  tracer=$!
  eventually 5 grep -q . "${BATS_TEST_TMPDIR}/out"
  read -r PID process <"${BATS_TEST_TMPDIR}/out"
  eventually 5 test ! -e "/proc/${process}" # it has been waited for, and that is only about to return
  kill -s TERM "${PID}"
  timeout 60 tail --pid="${tracer}" -f /dev/null
  assert_equal "$(tail -n +2 "${BATS_TEST_TMPDIR}/out")" lost

  ready
  # Other processes of it stay: what copies its output into the file.
  started "${BATS_TEST_TMPDIR}/out" strace -o /dev/null -e trace=wait4 -e inject=wait4:delay_exit=500000 "${SCRIPT}" run app sleep 0.5
  eventually 60 apart test -s /run/cash/recovery/containers/app/owner
  read -r owner _ < <(apart cat /run/cash/recovery/containers/app/owner)
  process=$(pgrep --parent "${owner}" --full '^flock ')
  eventually 60 test ! -e "/proc/${process}"
  kill -s TERM "${owner}"
  ended
  clean 'a signal as it ends'
}

@test 'what was killed, and has ended before it is waited for: Bash does not say so' {
  cat >"${BATS_TEST_TMPDIR}/killed" <<'BASH'
source "$1"
sleep 60 &
{
  kill -s KILL "$!"
  while [[ -d /proc/$! ]]; do :; done
  await "$!"
} 2>/dev/null
/bin/true
BASH
  run -0 bash "${BATS_TEST_TMPDIR}/killed" <(sed -n '/^await() {/,/^}/p' "${SCRIPT}")
  assert_output ''
}

@test 'a signal as its own copy of the image is waited for: who takes that back knows of it' {
  sed -n '/^run_aside() {/,/^}/p; /^join() {/,/^}/p' "${SCRIPT}" >"${BATS_TEST_TMPDIR}/functions"
  cat >"${BATS_TEST_TMPDIR}/joins" <<'BASH'
source "$1"
told() { return 1; }
MODE=apply
trap 'echo "$ASIDE"; kill -s KILL "$ASIDE"; exit' TERM
run_aside copy sleep 1000
echo "$ASIDE"
join copy
BASH
  bash "${BATS_TEST_TMPDIR}/joins" "${BATS_TEST_TMPDIR}/functions" >"${BATS_TEST_TMPDIR}/out" 3>&- &
  eventually 5 grep -q . "${BATS_TEST_TMPDIR}/out"
  read -r ASIDE <"${BATS_TEST_TMPDIR}/out"
  eventually 5 grep -q do_wait "/proc/$!/wchan"
  kill -s TERM "$!"
  wait "$!"
  assert_equal "$(tail -n 1 "${BATS_TEST_TMPDIR}/out")" "${ASIDE}"
}

# killed MOMENT TARGET COMMAND…: kill -9 then: of the script (TARGET empty), or of its whole group (-).
killed() {
  started "${BATS_TEST_TMPDIR}/out" "${SCRIPT}" "${@:3}"
  sleep "$1"
  kill -KILL -- "$2${PID}" || true # it may have ended
  ended
}

@test 'kill -9 at any moment of a run: the next run puts all right' {
  local moment target
  ready
  for moment in $(moments 6 0.4); do
    for target in '' -; do
      killed "${moment}" "${target}" run app
      run cash run app -- hostname -i
      assert_status 0
      assert_output "${ADDRESS}"
      clean "kill -9 ${target} after ${moment} s, run"
    done
  done
}

@test 'kill -9 at any moment of a run: prune puts all right' {
  local moment
  ready
  for moment in $(moments 6 0.4); do
    killed "${moment}" '' run app
    cash prune
    clean "kill -9 after ${moment} s, prune"
  done
}

@test 'kill -9 at any moment of a first run: down puts all right' {
  local moment target=''
  CLEAN=$(state recovery)
  for moment in $(moments 10 0.7); do
    killed "${moment}" "${target}" run app
    cash down -v --images
    clean "kill -9 after ${moment} s, down"
    [[ -n ${target} ]] && target='' || target=-
  done
}

@test 'kill -9 at any moment of a first run: the next run puts all right' {
  local moment clean
  ready
  clean=${CLEAN}
  for moment in $(moments 7 0.7); do
    cash down -v --images
    killed "${moment}" '' run app
    run cash run app -- hostname -i
    assert_status 0
    assert_output -p "${ADDRESS}"
    CLEAN=${clean}
    clean "kill -9 after ${moment} s, run"
  done
}

@test 'kill -9 at any moment of down: the next down finishes it' {
  local moment
  CLEAN=$(state recovery)
  for moment in $(moments 7 0.3); do
    cash run --keep app -- true
    killed "${moment}" '' down -v --images
    cash down -v --images
    clean "kill -9 after ${moment} s, down"
  done
}

@test 'processes of a run that was killed are ended by the next command' {
  local command pid
  ready
  for command in 'run app -- true' prune down; do
    started "${BATS_TEST_TMPDIR}/out" "${SCRIPT}" run app
    eventually 5 grep -q up "${BATS_TEST_TMPDIR}/out"
    read -r pid _ < <(apart cat /run/cash/recovery/containers/app/pid)
    kill -KILL "${PID}"
    ended
    ! dead "${pid}"
    # shellcheck disable=SC2086 # words
    cash ${command}
    eventually 2 dead "${pid}"
  done
}

@test 'a removal that was killed between the files of a container and what is known of it: the next command goes on' {
  local command
  CLEAN=$(state recovery)
  for command in 'run -d --replace app' prune 'rm app'; do
    cash run -d app
    cash stop app
    apart find "${ROOT}/containers/recovery/app/rootfs" -depth -inum 256 -exec btrfs -q subvolume delete '{}' ';'
    apart rm "${ROOT}/containers/recovery/app/keep"
    # shellcheck disable=SC2086 # words
    cash ${command}
    cash down -v --images
    clean "${command}"
  done
}

@test 'a pull that was killed when it had made no more than a directory: down removes that' {
  CLEAN=$(state recovery)
  apart mkdir "${ROOT}"
  run cash plan down
  assert_output -p "rmdir ${ROOT}"
  cash down
  clean 'a bare directory'
}

@test 'a down that was killed when the audit log was gone: the next one leaves none of its own' {
  apart mkdir -p /run/cash/recovery
  cash down
  apart [ ! -e /run/cash ] || fail "$(apart ls -AR /run/cash)"
}

@test 'a container that was stopped, and whose supervisor was killed before it could clean up: its next run is not stopped' {
  cash run -d app
  for file in owner pid; do
    read -r pid _ < <(apart cat "/run/cash/recovery/containers/app/${file}")
    slain "${pid}"
  done
  apart touch /run/cash/recovery/containers/app/stopped
  cash start app
  apart [ ! -e /run/cash/recovery/containers/app/stopped ]
  cash rm -f app
}

@test 'one that a killed command has just started: start waits for it' {
  cash run -d app
  cash stop app
  started "${BATS_TEST_TMPDIR}/out" "${SCRIPT}" start app
  for _ in {1..200}; do ! apart [ -d /run/cash/recovery/containers/app ] || break; done
  kill -s KILL "${PID}"
  ended
  run cash start app
  assert_status 0
  cash rm -f app
}

@test 'an image that is broken' {
  run --separate-stderr cash run corrupt
  assert_status 125
  assert_output ''
  assert_output --stderr -p "tar --extract"
  assert_output --stderr -p 'failed with status 2'
  run cash images -q
  assert_output ''
  [[ -z $(apart find "${ROOT}/images" -name '.*.part') ]]
}

@test 'a disk that is full' {
  run --separate-stderr cash run large
  assert_status 125
  assert_output --stderr -p 'No space left on device'
  assert_output --stderr -p 'failed with status 2'
  [[ -z $(apart find "${ROOT}/images" -name '.*.part') ]]
  apart btrfs filesystem sync "${ROOT}"
  apart btrfs subvolume sync "${ROOT}" # the kernel gives room back some time after a removal
  run cash run app -- echo room
  assert_status 0
  assert_output -p room
}

@test 'an address that is taken' {
  ready
  started "${BATS_TEST_TMPDIR}/out" "${SCRIPT}" run fixed
  eventually 5 grep -q up "${BATS_TEST_TMPDIR}/out"
  run --separate-stderr cash run --name second fixed
  assert_status 125
  assert_output --stderr -p 'the address 10.91.5.9 is in use by another container'
  kill -TERM "${PID}"
  ended
  assert_equal "${CODE}" 143
  clean 'an address that is taken'
  cash run --name second fixed -- true
}

@test 'a limit that is impossible' {
  run cash run impossible
  ready
  run --separate-stderr cash run impossible
  assert_status 125
  assert_output --stderr -p 'cpuset.cpus'
  assert_output --stderr -p '900'
  clean 'a limit that is impossible'
}
