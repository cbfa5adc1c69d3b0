# AppArmor. Where the kernel has none (here; the virtual machine has it), that this is said.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
# bats file_tags=vm
load helper

setup_file() {
  begin
  compile apparmor <<'YAML'
name: apparmor
x-cash: {root: "${ROOT}"}
x-tiny: &tiny {image: "tar:${TINY}", network_mode: none, security_opt: ["apparmor:cash-test"]}
services:
  box: {<<: *tiny}
  init: {<<: *tiny, init: true}
  mapped: {<<: *tiny, userns_mode: auto, user: app, environment: {odd.name: given}}
  setuid: {<<: *tiny, security_opt: ["no-new-privileges:false", "apparmor=cash-test"]}
  own: {<<: *tiny, security_opt: ["apparmor:cash-default"], command: [sleep, "300"]}
  twin: {<<: *tiny, security_opt: ["apparmor:cash-default"], command: [sleep, "300"]}
  other: {<<: *tiny, security_opt: ["apparmor:cash-has-none"]}
YAML
  ! has_apparmor || profile --replace
}
teardown_file() {
  finish
  ! has_apparmor || profile --remove
}

has_apparmor() { [[ $(cat /sys/module/apparmor/parameters/enabled 2>&1) == Y ]]; }
profile() { apparmor_parser "$1" <<<'profile cash-test flags=(attach_disconnected,mediate_deleted) { file, capability, network, signal, ptrace, deny /tmp/denied w, }'; }
TRY='cat /proc/self/attr/current; touch /tmp/denied; touch /tmp/other && echo other; echo end'
CONFINED=$'cash-test (enforce)\nother\nend'

@test 'what the host lacks is said, by run, plan and check, and nothing is left' {
  local service=other why='it is not loaded; first: apparmor_parser --replace FILE'
  has_apparmor || service=box why='this kernel has no AppArmor, or it is off'
  run cash run "${service}" -- true
  assert_status 125
  assert_output -p "apparmor:cash-"
  assert_output -p "${why}"
  run cash plan run "${service}" -- true
  assert_status 1
  run cash ps -a
  refute_output -p "${service}"
  run cash check
  assert_status 1
  assert_output -p 'missing  AppArmor profile cash-has-none   (apparmor_parser --replace FILE)'
  assert_output -p ' apparmor_parser'
  has_apparmor || assert_output -p "missing  AppArmor   (${why})"
}

@test 'the profile confines run and exec, of root and of others, with init, in user namespaces' {
  local service
  has_apparmor || return 0
  for service in box init mapped setuid; do
    run --separate-stderr cash run "${service}" -- sh -c "${TRY}"
    assert_output "${CONFINED}"
    assert_output --stderr -p '/tmp/denied: Permission denied'
    cash run -d "${service}" -- sleep 300
    run --separate-stderr cash exec -u 0 "${service}" sh -c "${TRY}"
    assert_output "${CONFINED}"
    run --separate-stderr cash exec -u 1000 "${service}" cat /proc/self/attr/current
    assert_output 'cash-test (enforce)'
    cash rm -f "${service}"
  done
  cash plan run box -- cat /proc/self/attr/current >"${BATS_TEST_TMPDIR}/plan" || assert_equal "$?" 2
  run --separate-stderr bash "${BATS_TEST_TMPDIR}/plan"
  assert_output 'cash-test (enforce)'
}

@test 'cash-default: the script brings its profile along, once, and takes it away' {
  local own loaded=/sys/kernel/security/apparmor/profiles
  has_apparmor || return 0
  own=$(grep -o 'AppArmor profile cash-apparmor-[0-9a-f]*' "${SCRIPT}" | head -n 1)
  own=${own##* }
  run --separate-stderr cash run own -- sh -c 'cat /proc/self/attr/current; cat /proc/timer_list /sys/kernel/security/lsm 2>/dev/null; echo 1 >/dev/shm/own && echo written; kill -0 1 && echo signal; sleep 9 & kill "$!" && echo child'
  assert_output "${own} (enforce)"$'\nwritten\nsignal\nchild'
  grep -q "^${own} " "${loaded}"
  run cash plan run own
  refute_output -p apparmor_parser
  run --separate-stderr cash run own -- sh -c 'echo unconfined >/proc/self/attr/current; echo left'
  assert_output left
  assert_output --stderr -p 'Permission denied'
  cash down
  run ! grep "^${own} " "${loaded}"
  run cash plan up own twin
  assert_equal "$(grep -c 'apparmor_parser --replace' <<<"${output}")" 1
  cash up twin
  run --separate-stderr cash exec twin cat /proc/self/attr/current
  assert_output "${own} (enforce)"
  run cash plan down
  assert_output -p "apparmor_parser --remove <<<\$'profile ${own} { }"
  cash down
  run ! grep "^${own} " "${loaded}"
}

@test 'install: the profile is read before it is written, and loaded at boot; uninstall leaves nothing' {
  local own file
  has_apparmor || return 0
  own=$(grep -o 'AppArmor profile cash-apparmor-[0-9a-f]*' "${SCRIPT}" | head -n 1)
  own=${own##* } file=/etc/apparmor.d/${own##* }
  run cash plan install
  assert_status 2
  assert_output -p 'apparmor_parser --skip-kernel-load --skip-cache <<<'
  [[ ! -e ${file} ]]
  cash install
  assert_equal "$(stat -c '%U %a' "${file}")" 'root 644'
  run cash plan install
  assert_status 0
  apparmor_parser --replace "${file}" # as at boot
  run cash plan run own -- true
  refute_output -p apparmor_parser
  run --separate-stderr cash run own -- cat /proc/self/attr/current
  assert_output "${own} (enforce)"
  cash down
  cash uninstall
  run find /etc/apparmor.d /etc/cash -name '*cash*'
  refute_output -p "${own}"
}
