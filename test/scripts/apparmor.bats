# AppArmor. Where the kernel has none (here; the virtual machine has it), that this is said.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
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
  assert_output -p "missing  AppArmor profile cash-has-none   (${why})"
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
