#!/usr/bin/env bats
# The audit log, and what events shows of it.
load helper

setup_file() {
  begin
  compile events <<'YAML'
name: events
services:
  app:
    image: tar:${TINY}
    network_mode: none
    stop_signal: KILL
    environment: {PASSWORD: hunter1}
    command: sleep 1000
x-cash: {root: "${ROOT}"}
YAML
}
teardown_file() { finish; }
showed() { grep -qE "$1" "${BATS_TEST_TMPDIR}/out"; }

@test 'events: of containers, and of commands; each change with -a; since a time; nothing that may be secret; nothing for a terminal' {
  cash down # and a new log
  run cash run -e 'SECRET=hunter2' app sh -c 'echo hunter3 >/dev/null; exit 3'
  assert_status 3
  cash run -d app
  run -127 cash exec -e A=hunter4 app $'no\e[31m' hunter5
  cash update --pids-limit 50 app
  cash stop -t 0 app
  run --separate-stderr cash events
  assert_status 0
  time='20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z'
  assert_output -e "^${time} command run -e app
${time} event   app start pid [0-9]+
${time} event   app die status 3
${time} command run -d app
${time} event   app start pid [0-9]+
${time} event   .'app exec no.E.31m'
${time} command update --pids-limit 50 app
${time} command stop -t 0 app
${time} event   app die status 137$"
  refute_output -p $'\e'
  run --separate-stderr cash events -a --json
  jq -se 'map(select(.kind == "change" and (.text | startswith("mkdir -p ")))) | length > 1' <<<"${output}" || fail "${output}"
  refute_output -p hunter
  run cash events --since 2030-01-01T00:00:00
  assert_output ''
  run strace -f -c -e trace=execve,clone,clone3,vfork "${SCRIPT}" events -a
  assert_equal "$(awk '$NF == "total" { print $4 }' <<<"${output}")" 1
  assert_equal "$(stat -c %a /run/cash)" 700
}

@test 'events -f goes on; the log is bounded; down takes it away' {
  cash run app true
  "${SCRIPT}" events -f >"${BATS_TEST_TMPDIR}/out" 3>&- &
  follower=$!
  eventually 20 showed 'app die status 0'
  head -c 262144 /dev/zero | tr '\0' x >>/run/cash/events/audit
  run cash run app sh -c 'exit 4'
  eventually 20 showed 'app die status 4'
  assert_exists /run/cash/events/audit.1
  (($(stat -c %s /run/cash/events/audit) < 10000))
  run cash events
  assert_output -p 'app die status 0'
  assert_output -p 'app die status 4'
  kill "${follower}"
  cash down
  refute_exists /run/cash/events
}
