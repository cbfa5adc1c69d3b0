# up, depends_on, profiles: the whole project, in order, converging.
# shellcheck disable=SC2154,SC2312,SC2317,SC2329 # status, output: of bats; jq and cut do not fail; functions for eventually
load helper
load apart

# Two definitions of one project: `up` is what it says, `changed` what becomes of it.
setup_file() {
  begin
  compile up <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 256m}}
services:
  web:
    image: "tar:${TINY}"
    command: [sh, -c, 'trap "exit 0" TERM; while :; do sleep 0.1; done']
    stop_grace_period: 1s
    depends_on:
      db: {condition: service_healthy, restart: true}
      migrate: {condition: service_completed_successfully}
      gone: {condition: service_healthy, required: false}
      tool: {condition: service_started, required: false}
  db:
    image: "tar:${TINY}"
    command: [sh, -c, 'trap "exit 0" TERM; touch /ready; while :; do sleep 0.1; done']
    stop_grace_period: 1s
    healthcheck: {test: [CMD, test, -e, /ready], interval: 300ms, start_period: 60s, start_interval: 100ms}
  migrate:
    image: "tar:${TINY}"
    command: [sh, -c, 'echo once >>/ran; exit 0']
    depends_on: [db]
  many:
    image: "tar:${TINY}"
    command: [sleep, "1000"]
    scale: 2
    stop_signal: SIGKILL
    networks: [other]
  tool:
    image: "tar:${TINY}"
    command: [sleep, "1000"]
    stop_signal: SIGKILL
    network_mode: none
    profiles: [debug]
  gone:
    image: "tar:${TINY}"
    command: ["true"]
    healthcheck: {test: [CMD, "false"], interval: 100ms}
    network_mode: none
    profiles: [broken]
  broken:
    image: "tar:${TINY}"
    command: [sh, -c, exit 9]
    network_mode: none
    profiles: [broken]
  crash:
    image: "tar:${TINY}"
    command: [sh, -c, 'echo crash; exit 1']
    network_mode: none
    restart: always
    profiles: [broken]
  waits:
    image: "tar:${TINY}"
    command: [sleep, "1000"]
    stop_signal: SIGKILL
    network_mode: none
    profiles: [broken]
    depends_on: {broken: {condition: service_completed_successfully}}
networks: {default: {}, other: {}}
YAML
  compile changed <<'YAML'
name: up
x-cash: {root: "${ROOT}", storage: {size: 256m}}
services:
  web:
    image: "tar:${TINY}"
    command: [sh, -c, 'trap "exit 0" TERM; while :; do sleep 0.1; done']
    stop_grace_period: 1s
    depends_on:
      db: {condition: service_healthy, restart: true}
      migrate: {condition: service_completed_successfully}
  db:
    image: "tar:${TINY}"
    command: [sh, -c, 'trap "exit 0" TERM; touch /ready; while :; do sleep 0.1; done']
    stop_grace_period: 1s
    healthcheck: {test: [CMD, test, -e, /ready], interval: 300ms, start_period: 60s, start_interval: 100ms}
    mem_limit: 128m
  migrate:
    image: "tar:${TINY}"
    command: [sh, -c, 'echo once >>/ran; exit 0']
    depends_on: [db]
  many:
    image: "tar:${TINY}"
    command: [sleep, "1000"]
    stop_signal: SIGKILL
    networks: [other]
networks: {default: {}, other: {}}
YAML
  compile joined <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 256m}}
services:
  web:
    image: "tar:${TINY}"
    command: [sleep, "1000"]
    stop_signal: SIGKILL
    network_mode: service:db
  db:
    image: "tar:${TINY}"
    command: [sleep, "1000"]
    stop_signal: SIGKILL
YAML
  apart_begin
}
teardown_file() { apart_end; }
setup() {
  script up
  cash down 3>&- >&2
}

process() { apart cut -d' ' -f1 "/run/cash/up/containers/$1/pid"; }
names() { cash ps -q | sort | tr '\n' ' '; }
# quiet COMMAND…: it has nothing to do.
quiet() {
  run --separate-stderr cash plan "$@"
  assert_output ''
  assert_status 0
}

@test 'up: all that is active, in order; a second one changes nothing; stop goes backwards' {
  run --separate-stderr cash up
  assert_status 0
  assert_output $'db\nmany-1\nmany-2\nmigrate\nweb'
  assert_equal "$(names)" 'db many-1 many-2 web '
  quiet up
  db=$(process db) web=$(process web)
  run --separate-stderr cash up -d --wait web
  assert_output ''
  assert_equal "$(process db) $(process web)" "${db} ${web}"
  run cash plan stop
  assert_equal "$(grep -oE '^declare -- STATE=".*"|^kill -s TERM' <<<"${output}" | sed 's|.*/||; s|"$||' | tr '\n' ' ')" \
    'kill -s TERM web kill -s TERM kill -s TERM kill -s TERM db many-1 many-2 '
  cash stop
  # What has been stopped starts again; what has done its work, does not.
  cash up
  assert_equal "$(names)" 'db many-1 many-2 web '
  run cash exec db ls /ready # with its files
  assert_status 0
  assert_equal "$(apart cat "${ROOT}/containers/up/migrate/rootfs/ran")" once
}

@test 'a plan of up does what up does: fresh, after a change of the definition, and where some run' {
  cash plan up >"${BATS_TEST_TMPDIR}/plan" || [[ $? == 2 ]]
  apart bash "${BATS_TEST_TMPDIR}/plan"
  assert_equal "$(names)" 'db many-1 many-2 web '
  quiet up
  web=$(process web)
  script changed # db is another one; many has one container, not two; nothing of web has changed, but it follows db
  cash plan up >"${BATS_TEST_TMPDIR}/plan" || [[ $? == 2 ]]
  shellcheck -s bash -S warning "${BATS_TEST_TMPDIR}/plan"
  apart bash "${BATS_TEST_TMPDIR}/plan"
  assert_equal "$(names)" 'db many web '
  quiet up
  [[ $(process web) != "${web}" ]]
  by_plan=$(state up)
  cash down
  script up
  cash up
  script changed
  cash up
  assert_equal "$(names)" 'db many web '
  known() { grep -vE '^(run  (10|#0|healthy)|processes|file )'; } # an address, times
  same=$(diff <(state up | known) <(known <<<"${by_plan}")) || fail "${same}"
  cash rm -f db
  apart bash <(cash plan up)
  quiet up
}

@test 'depends_on: who waits is not started where the other one fails; who is not required, does not matter' {
  run cash up waits
  assert_status 125
  assert_output -p 'broken has ended with status 9'
  assert_equal "$(names)" ''
  run cash up --no-deps waits
  assert_status 0
  assert_equal "$(names)" 'waits '
  cash down
  run cash up gone web # it is never healthy
  assert_status 0
  assert_output -p 'gone has ended; it is not required'
  assert_equal "$(names)" 'db web '
  run cash up --wait gone
  assert_status 125
}

@test 'depends_on: restart follows; profiles: by name, by option, and those that are needed' {
  cash up --profile debug
  assert_equal "$(names)" 'db many-1 many-2 tool web '
  web=$(process web) tool=$(process tool)
  cash restart db
  [[ $(process web) != "${web}" ]]
  assert_equal "$(process tool)" "${tool}"
  cash down
  cash --profile debug start -- 2>/dev/null || cash --profile debug start
  assert_equal "$(names)" 'db many-1 many-2 tool web '
  run cash --profile nosuch up
  assert_status 2
  assert_output -p 'no such profile: nosuch; there are: debug broken'
}

@test 'what up has not made, it does not end; it goes on with kept files; a renewed image makes containers anew' {
  cash run -d tool sh -c 'sleep 1000'
  run cash up tool
  assert_status 125
  assert_output -p 'tool runs, but not by up'
  cash rm -f tool
  cash run --keep tool -- touch /kept
  cash up tool
  run cash exec tool ls /kept
  assert_status 0
  tool=$(process tool)
  run cash up --pull always tool
  assert_output -p 'tool is made anew'
  [[ $(process tool) != "${tool}" ]]
  quiet up tool
  run cash exec tool ls /kept
  assert_status 1
  tool=$(process tool)
  cash up --force-recreate tool
  [[ $(process tool) != "${tool}" ]]
}

@test 'what fails again and again is up, can be stopped between two starts, and goes' {
  restarts() { cash ps -a --json | jq -e '.[0] | .restarts >= 6 and .state == "restarting"' >/dev/null; }
  cash up crash
  eventually 60 restarts # it waits some seconds now
  quiet up crash
  run cash start crash
  assert_output -p 'crash runs already'
  cash stop crash
  run cash ps -a --json
  assert_equal "$(jq -r '.[0].state' <<<"${output}")" exited
  cash up crash
  eventually 60 restarts
  cash rm -f crash
  cash up crash
  eventually 60 restarts
  cash down
  refute_exists "/proc/${APART}/root/run/cash"
}

@test 'who joins the network of another one joins it again, after all that makes that one anew' {
  joined() {
    local name spaces=()
    for name in db web; do spaces+=("$(readlink "/proc/$(apart cut -d' ' -f1 "/run/cash/joined/containers/${name}/pid")/ns/net")"); done
    assert_equal "${spaces[0]}" "${spaces[1]}"
  }
  script joined
  cash up
  joined
  cash restart db
  joined
  cash up --force-recreate db
  joined
  cash plan up --force-recreate db >"${BATS_TEST_TMPDIR}/plan" || [[ $? == 2 ]]
  apart bash "${BATS_TEST_TMPDIR}/plan"
  joined
  cash stop db
  cash up db
  joined
  quiet up
  cash down
}

@test 'two at once, and one that is killed: the next one finishes' {
  started "${BATS_TEST_TMPDIR}/one" "${SCRIPT}" up
  eventually 30 apart test -e /run/cash/up/containers/db/owner
  kill -KILL "${PID}" || true # it may have ended
  ended
  started "${BATS_TEST_TMPDIR}/two" "${SCRIPT}" up
  cash up
  ended
  cat "${BATS_TEST_TMPDIR}/two" >&2
  assert_equal "${CODE}" 0
  assert_equal "$(names)" 'db many-1 many-2 web '
  quiet up
}

@test 'a network that is defined otherwise is refused, not used' {
  cash up many
  sed 's/\/networks\/other\/\.\([0-9.]*\)-/\/networks\/other\/.9\1-/' "${SCRIPT}" >"${BATS_TEST_TMPDIR}/other.sh"
  run apart bash "${BATS_TEST_TMPDIR}/other.sh" run many
  assert_status 125
  assert_output -p 'is not as it is defined here'
}
