# x-cash.commands: scripts that have some, and the functions of no others.
# shellcheck disable=SC2016,SC2154,SC2312 # variables of bats and helper
load helper
load running

setup_file() {
  begin
  compile tfew <<'YAML'
name: tfew
x-cash: {root: "${ROOT}", commands: [pull, run, commit, images]}
services: {box: {image: "tar:${TINY}", command: [echo, hello]}}
YAML
  compile tup <<'YAML'
name: tup
x-cash: {root: "${ROOT}", commands: [up, logs, exec]}
services:
  base: {image: "tar:${TINY}", init: true, command: [sh, -c, "echo begun; exec sleep 1000"], restart: always, healthcheck: {test: [CMD, "true"], interval: 1s}, volumes: ["data:/data"]}
  top: {image: "tar:${TINY}", command: [sleep, "1000"], depends_on: {base: {condition: service_healthy}}, ports: ["127.0.0.1::80"]}
volumes: {data: }
YAML
}
teardown() { end_all; }
teardown_file() { finish; }

# all COMMAND…: it succeeds, and no function is missing on its way.
all() {
  run --separate-stderr cash "$@"
  assert_status 0
  [[ ${stderr} != *'not found'* ]] || fail "${stderr}"
}

@test 'pull, run, commit, images: each does all that it does elsewhere' {
  local count
  script tfew
  all pull
  all run box
  assert_output hello
  all run --keep box -- sh -c 'echo kept >/file'
  all commit -m why box kept
  all images
  [[ ${output} == *box:kept* ]]
  all run -d box -- sleep 1000
  all check box
  all down --images
  run -0 --separate-stderr cash plan down --images
  assert_output ''
  count=$(grep -c '' "${SCRIPT}")
  ((count < 4700)) || fail "${count} lines"
}

@test 'others are not there, nor what only they call; a plan of one that is there runs' {
  local name
  script tfew
  for name in stop up help_stop command_up 'run commit'; do
    run --separate-stderr cash "${name}"
    assert_status 2
    [[ ${stderr} == *"no such command: ${name}"* ]] || fail "${stderr}"
  done
  run -0 cash help
  [[ ${output} == *'images [-q'* && ${output} != *restart* ]]
  run -2 cash completion bash
  run -1 grep -E '^(command_(stop|up|exec)|volume_send|container_share|files_[a-z]*)\(\)' "${SCRIPT}"
  run -2 --separate-stderr cash plan run box
  bash <<<"${output}"
}

@test 'up without run: a project starts, in order, is healthy, and ends' {
  script tup
  all up --wait
  all logs base
  [[ ${output} == *begun* ]]
  all exec top cat /etc/hostname
  all check base top
  run -2 cash run base
  all up
  all down -v --images
  run -0 --separate-stderr cash plan down -v --images
  assert_output ''
}

@test 'sourced, it defines its own commands' {
  run -0 bash -c 'source "$1" && compgen -A function cash_ | xargs' source "${SCRIPTS}/tup.sh"
  assert_output 'cash_check cash_down cash_exec cash_help cash_logs cash_plan cash_up cash_version'
}

@test 'the constant part is that of which the head has the digest' {
  local line digest
  script tup
  line=$(grep -A 1 '^#   constant lines' "${SCRIPT}" | tail -n 1)
  [[ ${line} =~ sha256\ ([0-9a-f]{64}):\ sed\ -n\ ([0-9]+,[0-9]+p)\ tup.sh ]]
  digest=${BASH_REMATCH[1]}
  run -0 sha256sum < <(sed -n "${BASH_REMATCH[2]}" "${SCRIPT}")
  assert_output "${digest}  -"
}

@test 'ShellCheck and shfmt have nothing to say of either' {
  local name
  for name in tfew tup; do
    shellcheck --norc --enable=all "${SCRIPTS}/${name}.sh"
    shfmt -i 2 -d "${SCRIPTS}/${name}.sh"
  done
}
