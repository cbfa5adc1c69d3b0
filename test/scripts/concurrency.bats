# Many at a time: each gets what is its own, waits for what is shared, and is told what is taken.
# shellcheck disable=SC2030,SC2031,SC2154,SC2312 # each test is a process of its own; variables of helper.bash and of bats
load helper
load apart

setup_file() {
  begin
  compile many <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 256m}}
services:
  app:
    image: "tar:${TINY}"
    command: [sh, -c, 'hostname -i; sleep 1000']
    init: true
    volumes: [data:/data]
networks: {default: {ipam: {config: [{subnet: 10.91.6.0/24}]}}}
volumes: {data: {}}
YAML
  compile other <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 256m}}
services:
  app:
    image: "tar:${TINY}"
    command: [sh, -c, 'hostname -i; sleep 1000']
    init: true
networks: {default: {ipam: {config: [{subnet: 10.91.7.0/24}]}}}
YAML
  apart_begin
}
teardown_file() { apart_end; }
setup() {
  script other
  cash down -v --images
  script many
  cash down -v --images
  OUT=${BATS_TEST_TMPDIR}
}

# up NAME: a container of that name runs, and has said its address. PID is its script.
up() {
  started "${OUT}/$1" "${SCRIPT}" run --name "$1" app
  eventually 10 grep -q '^10[.]' "${OUT}/$1"
}
stop() {
  kill -TERM "$1"
  PID=$1
  ended
  assert_equal "${CODE}" 143
}

@test 'eight at once on a fresh host: one pulls, the others wait; each has an address of its own' {
  local pids=() name pid
  for name in c{1..8}; do
    started "${OUT}/${name}" "${SCRIPT}" run --name "${name}" app
    pids+=("${PID}")
  done
  for name in c{1..8}; do eventually 30 grep -q '^10[.]' "${OUT}/${name}"; done
  assert_equal "$(cat "${OUT}"/c* | grep -c '^10[.]91[.]6[.]')" 8
  assert_equal "$(cat "${OUT}"/c* | grep '^10[.]91[.]6[.]' | sort -u | wc -l)" 8
  assert_equal "$(cash images -q | wc -l)" 1
  assert_equal "$(apart ls /run/cash/many/networks/default | wc -l)" 8
  for pid in "${pids[@]}"; do kill -TERM "${pid}"; done
  for pid in "${pids[@]}"; do stop_waited "${pid}" || fail "$(cat "${OUT}"/c*)"; done
  assert_equal "$(apart ls /run/cash/many/networks/default)" ''
}
stop_waited() {
  PID=$1
  ended
  assert_equal "${CODE}" 143
}

@test 'eight that end at once, again and again' {
  local name round pids
  cash run app -- true
  for round in 1 2 3; do
    pids=()
    for name in c{1..8}; do
      started "${OUT}/${name}" "${SCRIPT}" run --name "${name}" app -- sh -c 'hostname -i; exit 9'
      pids+=("${PID}")
    done
    for name in c{1..8}; do
      PID=${pids[${name#c} - 1]}
      ended
      assert_equal "${round} ${name} ${CODE} $(<"${OUT}/${name}")" "${round} ${name} 9 $(grep -o '^10[.0-9]*$' "${OUT}/${name}")" # its address, and nothing else
    done
  done
  assert_equal "$(apart ls /run/cash/many/networks/default)" ''
  assert_equal "$(apart ls /run/cash/many/containers)" ''
}

@test 'eight that meet the leases that a crash has left: each has an address of its own' {
  local name pids=()
  cash run app -- true
  apart bash -c 'for n in {2..9}; do echo /run/cash/many/containers/gone >"/run/cash/many/networks/default/10.91.6.$n"; done'
  for name in c{1..8}; do
    started "${OUT}/${name}" "${SCRIPT}" run --name "${name}" app -- sh -c 'hostname -i; while [ ! -e /end ]; do sleep 0.1; done'
    pids+=("${PID}")
  done
  for name in c{1..8}; do eventually 20 grep -q '^10' "${OUT}/${name}"; done
  assert_equal "$(grep -h "^10" "${OUT}"/c[1-8] | sort -u)" "$(printf '10.91.6.%d\n' {2..9})"
  for name in c{1..8}; do cash exec "${name}" touch /end; done
  for PID in "${pids[@]}"; do
    ended
    assert_equal "${CODE}" 0
  done
}

# altered SED FILE: a copy of the script, in which a process takes longer at a place, or another one is faster.
altered() {
  sed "$1" "${SCRIPT}" >"$2"
  ! cmp -s "${SCRIPT}" "$2" || fail "no such place in the script: $1"
  chmod +x "$2"
}
# at_gate NAME: the script waits at that gate, and says so. It goes on when NAME.open is there.
GATE='touch /run/NAME; until [[ -e /run/NAME.open ]]; do sleep 0.02; done'
gate() { printf '%s' "${GATE//NAME/$1}"; }
at_gate() { eventually 10 apart test -e "/run/$1"; }
open_gate() { apart touch "/run/$1.open"; }
close_gates() { apart rm -f /run/{begun,copied,away}{,.open}; }

@test 'its command has ended before process 1 asks how: that is known still' {
  altered 's|^  signalled=yes$|  /bin/sleep 0.3\n&|' "${OUT}/late.sh"
  run apart "${OUT}/late.sh" run app -- sh -c 'exit 9'
  assert_status 9
}

@test 'what was removed and made again between a look and the lock is another one: prune leaves it alone' {
  cash run app -- true
  apart mkdir -p /run/cash/many/containers/gone
  altered '/^  { flock --nonblock/s/^/  rm -r "$1" \&\& mkdir "$1" \&\& touch "$1\/new"\n/' "${OUT}/between.sh"
  run apart "${OUT}/between.sh" prune
  assert_status 0
  refute_output -p gone
  assert_exists "/proc/${APART}/root/run/cash/many/containers/gone/new"
}

@test 'told to stop in the moment in which it is removed: its runtime files go all the same' {
  cat >"${OUT}/rm" <<'BASH'
rm() {
  [[ ${*: -1} == */containers/app && ! -e /run/told ]] || { command rm "$@" && return 0; }
  touch /run/told "${*: -1}/stopped" && rmdir "${*: -1}"
}
BASH
  altered "/^IFS=\\$/r ${OUT}/rm" "${OUT}/told.sh"
  run --separate-stderr apart "${OUT}/told.sh" run app -- sh -c 'exit 9'
  assert_status 9
  apart rm /run/told
  refute_output --stderr -p 'this failed'
  assert_equal "$(apart ls /run/cash/many/containers)" ''
}

@test 'a container begins while a restore has taken the name of its volume away: it gets what is restored' {
  local run_pid
  close_gates
  cash run app -- sh -c 'echo old >/data/file'
  cash volume snapshot data one
  cash run app -- sh -c 'echo new >/data/file'
  altered "s|^  lines 'its mounts' |  $(gate begun)\n&|" "${OUT}/begins.sh"
  altered "s|^  run 'it gets its name' |  $(gate away)\n&|" "${OUT}/restores.sh"
  started "${OUT}/run" "${OUT}/begins.sh" run app -- cat /data/file
  run_pid=${PID}
  at_gate begun
  started "${OUT}/restore" "${OUT}/restores.sh" volume restore data one
  at_gate away
  open_gate begun
  eventually 10 grep -q 'waiting for another process' "${OUT}/run"
  open_gate away
  ended
  assert_equal "${CODE}" 0
  PID=${run_pid}
  ended
  assert_equal "${CODE} $(tail -n 1 "${OUT}/run")" '0 old'
}

@test 'export of a container that is removed, and made again, meanwhile: its copy stays, and the next one waits' {
  local diff_pid
  close_gates
  cash run --keep --name one app -- sh -c 'echo old >/file'
  altered "s|^  output 'its files, as a tar' |  $(gate copied)\n&|" "${OUT}/exports.sh"
  started "${OUT}/export" "${OUT}/exports.sh" export one -o "${OUT}/one.tar"
  at_gate copied
  cash rm one
  cash run --keep --name one app -- sh -c 'echo new >/other'
  run cash prune
  assert_output ''
  local export_pid=${PID}
  started "${OUT}/diff" "${SCRIPT}" diff one
  diff_pid=${PID}
  eventually 10 grep -q 'waiting for another process: it reads the files' "${OUT}/diff"
  open_gate copied
  PID=${export_pid}
  ended
  assert_equal "${CODE} $(<"${OUT}/export")" '0 '
  assert_equal "$(tar -xOf "${OUT}/one.tar" ./file)" old
  PID=${diff_pid}
  ended
  assert_equal "${CODE}" 0
  grep -qx 'A /other' "${OUT}/diff"
  assert_equal "$(apart ls -A "${ROOT}/containers/many")" one
}

@test 'the same name twice: the second is refused, the first is left alone' {
  up one
  run --separate-stderr cash run --name one app
  assert_status 125
  assert_output ''
  assert_output --stderr 'cash: one is running already; a second one of another name: run --name NAME …'
  run --separate-stderr cash plan run --name one app
  assert_status 1
  assert_output ''
  run --separate-stderr cash rm app
  assert_status 0
  stop "${PID}"
}

@test 'the same name at the same time: one of two' {
  local first second codes
  cash run app -- true
  started "${OUT}/first" "${SCRIPT}" run app -- sh -c 'until [ -e /end ]; do sleep 0.1; done'
  first=${PID}
  started "${OUT}/second" "${SCRIPT}" run app -- sh -c 'until [ -e /end ]; do sleep 0.1; done'
  second=${PID} codes=0
  wait -n "${first}" "${second}" || codes=$? # the other one waits for us
  eventually 20 cash exec app touch /end
  for PID in "${first}" "${second}"; do
    ended
    codes+=" ${CODE}"
  done
  [[ ${codes} == '125 0 125' || ${codes} == '125 125 0' ]] || fail "${codes}"
}

@test 'who waits for a name is told as soon as its container lives' {
  local holder born
  apart mkdir -p /run/cash/many/containers/app
  started "${OUT}/holder" flock --no-fork /run/cash/many/containers/app sleep 1000
  holder=${PID}
  started "${OUT}/second" "${SCRIPT}" run app -- true
  eventually 20 pgrep --parent "${PID}" --full '^flock --timeout'
  born=$(cut -d ' ' -f 22 "/proc/${holder}/stat")
  apart sh -c 'echo "$1" >/run/cash/many/containers/app/owner' sh "${holder} ${born}"
  eventually 10 dead "${PID}" # not after the 30 s for which it would wait
  ended
  assert_equal "${CODE}" 125
  grep -q 'app is running already' "${OUT}/second"
  slain "${holder}"
}

@test 'prune leaves what runs alone' {
  up one
  run cash plan prune
  assert_output ''
  cash prune
  kill -0 "${PID}"
  assert_equal "$(apart cat /run/cash/many/networks/default/10.91.6.2)" /run/cash/many/containers/one
  stop "${PID}"
}

@test 'down ends what runs' {
  local pids=() pid
  up one
  pids+=("${PID}")
  up two
  pids+=("${PID}")
  run --separate-stderr cash down -v --images
  assert_status 0
  for PID in "${pids[@]}"; do
    ended
    assert_equal "${CODE}" 143
  done
  run apart ls /run/cash "${ROOT}"
  assert_output -p 'No such file or directory'
  refute_output -p many
}

@test 'the plan of down ends what runs' {
  up one
  cash plan down -v --images >"${OUT}/plan" || assert_equal $? 2
  shellcheck -s bash -S warning "${OUT}/plan"
  apart bash <"${OUT}/plan"
  ended
  assert_equal "${CODE}" 143
  run apart ls /run/cash "${ROOT}"
  assert_output -p 'No such file or directory'
}

@test 'run while down: one after the other, and nothing is left in the end' {
  local round run_pid
  cash pull
  for round in {1..6}; do
    started "${OUT}/run" "${SCRIPT}" run app -- true
    run_pid=${PID}
    sleep "0.$((round * 7 % 10))"
    started "${OUT}/down" "${SCRIPT}" down
    ended
    cat "${OUT}/down" "${OUT}/run" >&2
    assert_equal "${round} ${CODE}" "${round} 0"
    PID=${run_pid}
    ended
    [[ ${CODE} == 0 || ${CODE} == 125 || ${CODE} == 137 || ${CODE} == 143 ]] || fail "run: status ${CODE}"
    cash down
    run apart ls -A /run/cash "${ROOT}/containers"
    assert_output -p 'No such file or directory'
    refute_output -p many
  done
}

@test 'two projects on one pool: down of one leaves the other alone; forwarding ends with the last' {
  local one
  assert_equal "$(apart cat /proc/sys/net/ipv4/ip_forward)" 0
  up one
  one=${PID}
  script other
  up two
  assert_equal "$(apart cat /proc/sys/net/ipv4/ip_forward)" 1
  cash down -v --images
  ended
  assert_equal "${CODE}" 143
  kill -0 "${one}"
  assert_equal "$(apart cat /proc/sys/net/ipv4/ip_forward)" 1
  script many
  assert_equal "$(cash run app -- hostname -i)" 10.91.6.3
  stop "${one}"
  cash down -v --images
  assert_equal "$(apart cat /proc/sys/net/ipv4/ip_forward)" 0
}

@test 'forwarding that was on before stays on' {
  apart sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
  cash run app -- true
  cash down -v --images
  assert_equal "$(apart cat /proc/sys/net/ipv4/ip_forward)" 1
  apart sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
}

@test 'down of two projects in the same moment: what the other one has just removed is gone' {
  cash run app -- true
  # Each folder is removed by another process between the question whether it is there and the answer.
  sed 's/^folder_remove() {$/&\n  rmdir "$1"/' "${SCRIPT}" >"${OUT}/faster.sh"
  chmod +x "${OUT}/faster.sh"
  run --separate-stderr apart "${OUT}/faster.sh" down -v --images
  assert_status 0
  assert_output --stderr ''
  run apart ls /run/cash "${ROOT}"
  assert_output -p 'No such file or directory'
}

# ups_and_downs NAME: what it says to a file of that name, with the status of what failed.
ups_and_downs() {
  local round
  for round in {1..8}; do
    apart "${SCRIPTS}/$1.sh" run app -- true || echo "run: $?"
    apart "${SCRIPTS}/$1.sh" down || echo "down: $?"
  done >"${OUT}/$1.both" 2>&1
}
@test 'two projects come and go at the same time' {
  local other
  cash pull
  ups_and_downs other 3>&- &
  other=$!
  ups_and_downs many
  wait "${other}"
  assert_equal "$(cat "${OUT}"/*.both | grep -v 'waiting for another process')" ''
}

@test 'a cgroup that no container has any more goes with down' {
  local path ghosts=()
  for path in /sys/fs/cgroup{,/pids}; do [[ ! -f ${path}/cgroup.procs ]] || ghosts+=("${path}/cash/many/ghost"); done
  mkdir -p "${ghosts[@]}"
  run cash plan down
  assert_output -p "rmdir --ignore-fail-on-non-empty ${ghosts[0]}  # nothing is left in it"
  cash down
  for path in "${ghosts[@]}"; do refute_exists "${path%/ghost}"; done
}
