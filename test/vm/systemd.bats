#!/usr/bin/env bats
# x-cash.supervisor: systemd, and logs from the journal. Only where systemd runs: in a virtual machine, see run.sh.
# bats file_tags=vm
load helper

setup_file() {
  begin
  compile unit <<'YAML'
name: unit
x-cash: {root: "${ROOT}", supervisor: systemd}
services:
  web:
    image: tar:${TINY}
    command: [sh, -c, 'trap "echo bye; sleep 1; exit 7" TERM; echo "ready <3>"; echo not ok >&2; sleep 999 & wait']
    restart: always
    healthcheck: {test: [CMD, "true"], interval: 1h}
    mem_limit: 64m
    ports: ["8080:80"]
    post_start: [{command: [sh, -c, 'echo after the start']}]
    pre_stop: [{command: [sh, -c, 'echo before the stop']}]
  job: {image: "tar:${TINY}", network_mode: none, command: [sh, -c, 'echo done; exit 3']}
  retry:
    image: tar:${TINY}
    network_mode: none
    command: [sh, -c, 'echo tried; exit 5']
    deploy: {restart_policy: {condition: on-failure, max_attempts: 2, delay: 2s}}
  later:
    image: tar:${TINY}
    network_mode: none
    command: [sh, -c, 'exit 5']
    deploy: {restart_policy: {condition: any, delay: 1h}}
  stubborn: {image: "tar:${TINY}", network_mode: none, userns_mode: auto, stop_grace_period: 1s, command: [sh, -c, 'trap "" TERM; sleep 999']}
  reader: {image: "tar:${TINY}", network_mode: none, stdin_open: true, command: [sh, -c, 'while read -r line; do echo "got $$line"; [ "$$line" != end ] || exit 4; done']}
  quiet: {image: "tar:${TINY}", network_mode: none, stop_grace_period: 1s, stdin_open: true, command: cat, logging: {driver: none}}
  terminal: {image: "tar:${TINY}", network_mode: none, tty: true, command: [sh, -c, 'trap "exit 6" TERM; tty; sleep 999 & wait']}
  broken: {image: "tar:${TINY}", network_mode: none, command: 'true', sysctls: {net.ipv4.ping_group_range: "1 nothing"}, healthcheck: {test: [CMD, "true"]}}
  well:
    image: tar:${TINY}
    network_mode: none
    command: &waits [sh, -c, 'trap "exit 0" TERM; sleep 1; touch /well; sleep 999 & wait']
    restart: always
    healthcheck: {test: [CMD, test, -e, /well], interval: 1h, start_period: 1h, start_interval: 200ms}
  after: {image: "tar:${TINY}", network_mode: none, command: *waits, depends_on: {well: {condition: service_healthy}}}
  sick: &sick
    image: tar:${TINY}
    network_mode: none
    command: *waits
    healthcheck: {test: 'test -e /well || exit 1', interval: 3s, retries: 2, start_period: 1h, start_interval: 500ms}
  again: {<<: *sick, x-cash: {on_unhealthy: restart}}
  ends: {<<: *sick, restart: always, x-cash: {on_unhealthy: stop}}
  killed: {<<: *sick, restart: always, logging: {driver: none}, x-cash: {on_unhealthy: kill}}
YAML
  compile journal <<'YAML'
name: journal
x-cash: {root: "${ROOT}"}
services:
  web:
    image: tar:${TINY}
    network_mode: none
    logging: {driver: journald}
    command: [sh, -c, 'trap "seq 2000; echo bye; exit 0" TERM; for i in 1 2 3; do echo "line $$i"; done; printf "\033[1mbold\n"; sleep 999 & wait']
YAML
}
teardown_file() { finish; }
setup() { script unit; }
teardown() {
  local name
  for name in $(cash ps -a -q); do cash rm -f "${name}"; done
  ! compgen -G '/run/systemd/transient/cash-*' || systemctl stop 'cash-unit.*'
}

state() { cash ps -a --json | jq -r ".[] | select(.name == \"$1\") | .state"; }
is() { [[ $(state "$1") == "$2" ]]; }
has_log() { "${SCRIPT}" logs "$1" | grep -qE "$2"; }
unit() { [[ $(systemctl is-active "cash-unit.$1") == "$2" ]]; }
no_unit() { ! compgen -G "/run/systemd/transient/cash-unit.$1[.:]*" >/dev/null; }
health() { [[ $(cash ps --json | jq -r ".[] | select(.name == \"$1\") | .health") == "$2" ]]; }
timers() { compgen -G "/run/systemd/transient/cash-unit.$1:*.timer" | wc -l; }
pid() { cut -d' ' -f1 "/run/cash/unit/containers/$1/pid"; }
# traps CONTAINER: its process 1 has a trap for TERM by now.
traps() {
  local caught
  caught=$(sed -n 's/^SigCgt:[^0-9a-f]*//p' "/proc/$(pid "$1")/status")
  ((16#${caught} & 1 << 14))
}
main() { systemctl show --property=MainPID --value "cash-unit.$1"; }
lives_anew() { is web running && [[ $(pid web) != "${first}" ]]; }

@test 'a unit has the container, and no process of ours is beside it; ps, logs, exec, stop, start' {
  run -0 --separate-stderr cash run -d web
  assert_output web
  unit web active
  first=$(pid web)
  [[ $(ps -o comm= -p "$(main web)") == flock && $(ps -o pid= --ppid "$(main web)") -eq ${first} ]]
  [[ -z $(pgrep -f /run/cash/unit/containers/web/supervisor) ]]
  [[ -z $(systemctl show --property=ControlGroup --value cash-unit.web | xargs -I{} cat /sys/fs/cgroup{}/cgroup.procs) ]] # its own limits are not doubled
  grep -q '/cash/unit/web$' "/proc/$(main web)/cgroup"
  assert_equal "$(cash ps -q)" web
  eventually 20 has_log web '^ready <3>$'
  eventually 20 has_log web '^not ok$'
  eventually 20 has_log web '^after the start$'
  [[ -z $(systemd-analyze verify /run/systemd/transient/cash-unit.web.service 2>&1) ]]
  run -0 cash exec web echo inside
  assert_output inside
  run -125 cash run -d web
  assert_output -p 'is running already'
  lives=$(pid web)
  assert_equal "${lives}" "${first}"
  run -0 cash check web
  run -0 cash stop web
  no_unit web
  refute_exists /run/cash/unit/containers/web
  is web exited
  assert_equal "$(cash ps -a --json | jq -r '.[0].exit')" 7
  eventually 20 has_log web '^before the stop$'
  eventually 20 has_log web '^bye$'
  run -0 cash start web
  unit web active
  run -0 cash restart web
  unit web active
}

@test 'systemd starts it again after kill -9; kill by a command, and a stop by systemctl, are its end' {
  cash run -d web
  first=$(pid web)
  kill -9 "${first}"
  eventually 20 lives_anew
  assert_equal "$(cash ps --json | jq -r '.[0].restarts')" 1
  first=$(pid web)
  kill -9 "$(main web)"
  eventually 20 lives_anew
  [[ ! -d /proc/${first} ]]
  run -0 cash port web
  run -0 cash exec web true
  cash kill web
  eventually 20 is web exited
  eventually 20 no_unit web
  assert_equal "$(cash wait web)" 137
  cash start web
  eventually 20 traps web
  systemctl stop cash-unit.web
  refute_exists /run/cash/unit/containers/web
  assert_equal "$(cash wait web)" 7
  eventually 20 has_log web '^bye$'
}

@test 'how it ended is known, however soon; attempts are counted; an end while it waits for its delay leaves nothing' {
  for ((i = 0; i < 5; i++)); do
    cash run -d --replace job
    assert_equal "$(cash wait job)" 3
  done
  cash run -d retry
  assert_equal "$(cash wait retry)" 5
  assert_equal "$(cash logs retry | grep -c '^tried$')" 3
  eventually 20 no_unit retry
  refute_exists /run/cash/unit/containers/retry
  assert_equal "$(cash ps -a --json | jq -r '.[] | select(.name == "retry") | .restarts')" 2
  cash run -d later
  eventually 20 is later restarting
  run -125 cash run -d later
  assert_output -p 'is running already'
  run -0 cash prune
  is later restarting
  cash stop later
  no_unit later
  refute_exists /run/cash/unit/containers/later
  is later exited
  cash start later
  eventually 20 is later restarting
  cash rm -f later
  no_unit later
}

@test 'timers ask for health: soon while it starts, then at the interval; up waits; with it they come and go' {
  run -2 cash plan up after # up itself, with a dependency: reboot.sh
  printf '%s\n' "${output}" >"${BATS_TEST_TMPDIR}/plan"
  bash "${BATS_TEST_TMPDIR}/plan" 3>&-
  is after running
  health well healthy
  run -0 cash plan up after
  assert_output ''
  unit well:health.timer active
  for name in .service :health.timer :health.service; do # to systemd-analyze, what is behind a : is another name
    sed 's/:health/-health/' "/run/systemd/transient/cash-unit.well${name}" >"${BATS_TEST_TMPDIR}/cash-unit.well${name/:/-}"
  done
  assert_equal "$(systemd-analyze verify "${BATS_TEST_TMPDIR}"/cash-unit.well* 2>&1)" ''
  [[ -z $(pgrep -f /run/cash/unit/containers/well/supervisor) ]]
  assert_equal "$(cash inspect well | jq -r '.[0].health')" healthy
  grep -qE '^healthy 0 [0-9]+ [0-9]+$' /run/cash/unit/containers/well/health
  run -0 cash healthcheck run well
  first=$(pid well)
  cash exec well rm /well
  kill -9 "$(main well)"
  lives_anew() { is well running && [[ $(pid well) != "${first}" ]]; }
  eventually 20 lives_anew
  eventually 20 health well healthy
  assert_equal "$(timers well)" 1
  unit well:health.timer active
  twice() { [[ $(cash events | grep -c ' well healthy$') == 2 ]]; }
  eventually 20 twice
  cash stop well
  no_unit well
  cash start well
  eventually 20 health well healthy
  systemctl stop cash-unit.well
  no_unit well
  cash run -d --replace well
  kill -9 "$(main well)"
  cash rm -f well
  no_unit well
}

@test 'on_unhealthy: it is said, no more; started again; stopped; killed' {
  unhealthy() { "${SCRIPT}" exec "$1" rm /well; }
  starts() { cash run -d "$1" && eventually 20 health "$1" healthy; }
  starts sick
  cash pause sick
  starts again
  unhealthy again
  eventually 20 has_log again 'it is unhealthy: its healthcheck failed 2 times'
  eventually 20 has_log again 'it ended with status 0, and is started again: number 1'
  eventually 20 health again healthy
  assert_equal "$(cash ps --json | jq -r '.[] | select(.name == "again") | .restarts')" 1
  cash stop again
  starts ends
  unhealthy ends
  assert_equal "$(cash wait ends)" 0
  no_unit ends
  starts killed
  unhealthy killed
  assert_equal "$(cash wait killed)" 137
  no_unit killed
  health sick healthy # while it is paused nobody asks
  cash unpause sick
  unhealthy sick
  eventually 20 health sick unhealthy
  unit sick active
  eventually 20 has_log sick 'it is unhealthy'
  cash exec sick touch /well
  eventually 20 health sick healthy
  cash events | grep -q ' sick unhealthy$'
  [[ -z $(journalctl --quiet --output=cat --unit=cash-unit.sick:health.service | grep -v '^cash: it is unhealthy') ]]
  cash down
  assert_equal "$(compgen -G '/run/systemd/transient/cash-*' || true)" ''
}

@test 'one that does not stop is killed; without a log; with input; on a terminal' {
  cash run -d stubborn
  cash stop -t 0 stubborn
  assert_equal "$(cash wait stubborn)" 137
  cash run -d quiet
  unit quiet active
  cash run -d terminal
  eventually 20 has_log terminal /dev/console
  cash stop
  assert_equal "$(cash wait terminal)" 6
  assert_equal "$(cash wait quiet)" 137
}

@test 'what does not start says why, and leaves nothing' {
  run -125 cash run -d broken
  assert_output -p sysctl
  assert_output -p 'broken did not start'
  no_unit broken
  refute_exists /run/cash/unit/containers/broken
  is broken ''
}

@test 'plan: what it prints is what is done; down leaves no unit' {
  for verb in 'run -d web' 'restart web' 'stop web' 'start web' 'rm -f web' 'run -d web' down; do
    # shellcheck disable=SC2086 # words
    run -2 cash plan ${verb}
    printf '%s\n' "${output}" >"${BATS_TEST_TMPDIR}/plan"
    case ${verb} in
      run* | restart* | start*) grep -q '^systemd-run .*--unit=cash-unit.web.service .*ExecStartPost=systemd-run .*--unit=cash-unit.web:health --on-active=3600 ' "${BATS_TEST_TMPDIR}/plan" ;;
      *) ;;
    esac
    bash "${BATS_TEST_TMPDIR}/plan" 3>&-
    case ${verb} in
      run* | restart* | start*) unit web active && unit web:health.timer active ;;
      *) no_unit web ;;
    esac
  done
  refute_exists /run/cash/unit
}

@test 'up, down: units come and go; check says that systemd runs' {
  run -0 cash check
  assert_output -p 'ok       systemd runs here'
  run -0 cash up web quiet
  run -0 cash plan up web quiet
  assert_output ''
  cash down
  cash install web quiet
  systemctl start cash-unit
  unit web active
  systemctl stop cash-unit
  no_unit web
  no_unit quiet
  cash uninstall
  cash down
  assert_equal "$(compgen -G '/run/systemd/transient/cash-*' || true)" ''
}

@test 'run in the foreground is no unit, and nobody takes its name' {
  cash run stubborn 3>&- &
  foreground=$!
  eventually 20 is stubborn running
  no_unit stubborn
  run -125 cash run -d stubborn
  cash stop stubborn
  status=0
  wait "${foreground}" || status=$?
  assert_equal "${status}" 137
}

@test 'attach without a terminal: its input, its output from the journal, signals, its exit status' {
  cash run -d reader
  run cash exec reader sh -c 'echo x >/proc/1/fd/1'
  assert_output -p 'No such device or address' # what docs/containers.md says of it
  run -4 --separate-stderr cash attach reader <<<$'one \033[1m\nend'
  assert_output $'got one \033[1m\ngot end'
  run -125 cash attach reader
  cash run -d quiet
  run -125 cash attach quiet
  assert_output -p 'quiet has no output to be seen'
  script journal
  cash run -d web
  eventually 20 has_log web bold
  env --default-signal "${SCRIPT}" attach --no-stdin web >"${BATS_TEST_TMPDIR}/out" 3>&- &
  attached=$!
  follows() { pgrep -f 'journalctl .*--identifier=cash/journal/web .*--follow'; }
  eventually 20 follows
  kill -TERM "${attached}"
  wait "${attached}"
  assert_equal "$(<"${BATS_TEST_TMPDIR}/out")" "$(seq 2000 && echo bye)"
  cash rm web
}

@test 'logs of the journal: all, the last, since, with times, until it ends' {
  script journal
  cash run -d web
  eventually 20 has_log web '^line 3$'
  run -0 cash logs -n 2 web
  assert_output $'line 3\n\e[1mbold'
  run -0 cash logs -t web
  assert_output -e '^20[0-9-]{8}T[0-9:]{8}Z line 1'
  run -0 cash logs --since 2000-01-01 web
  assert_output -p 'line 1'
  run -0 cash logs --since 2100-01-01 web
  assert_output ''
  cash logs -f -n 1 web >"${BATS_TEST_TMPDIR}/follow" 3>&- &
  follower=$!
  eventually 20 grep -q bold "${BATS_TEST_TMPDIR}/follow"
  cash stop web
  wait "${follower}"
  assert_equal "$(tail -n 2001 "${BATS_TEST_TMPDIR}/follow")" "$(seq 2000 && echo bye)"
  run -0 cash logs web
  assert_output -p bye
  cash rm web
  run cash logs web
  assert_status 125
}
