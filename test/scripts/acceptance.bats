#!/usr/bin/env bats
# What generate --tests writes beside a script: with root it passes on this host, leaves nothing, and fails where the script is another one.
load helper

setup_file() {
  begin
  compile judged <<'YAML'
name: judged
services:
  web:
    image: tar:${TINY}
    command: [httpd, -f, -p, "80"]
    ports: ["127.0.0.1:38741:80"]
    volumes: [data:/data]
    mem_limit: 64m
    pids_limit: 20
    read_only: true
  once:
    image: tar:${TINY}
    network_mode: none
    command: "true"
volumes: {data: {}}
x-cash: {root: "${ROOT}"}
YAML
  node "${REPO}/dist/cash.js" generate --tests "${BATS_FILE_TMPDIR}/definitions/judged/compose.yaml" -o "${SCRIPTS}/" >&2
  mkdir "${BATS_FILE_TMPDIR}/bin"
  printf '#!/bin/bash\nexec node %q "$@"\n' "${REPO}/dist/cash.js" >"${BATS_FILE_TMPDIR}/bin/cash"
  chmod 755 "${BATS_FILE_TMPDIR}/bin/cash"
  export PATH=${BATS_FILE_TMPDIR}/bin:${PATH}
}
teardown_file() { finish; }

# acceptance NAME=VALUE…: the tests, as a program of their own.
acceptance() {
  local name unset=()
  for name in "${!BATS_@}"; do unset+=(--unset="${name}"); done
  run env "${unset[@]}" TMPDIR=/tmp "$@" bash "${REPO}/node_modules/bats/bin/bats" --tap "${SCRIPTS}/judged.bats" 3>&-
}

@test 'they pass, and leave nothing' {
  acceptance CASH_ACCEPTANCE=1
  assert_status 0
  refute_output -p '# skip'
  assert_output -p 'web answers on 127.0.0.1:38741'
  refute_exists /run/cash/judged
  refute_exists "${ROOT}/volumes/judged_data"
}

@test 'without CASH_ACCEPTANCE they only read' {
  acceptance CASH_ACCEPTANCE=
  assert_status 0
  assert_output -e 'ok .* down leaves nothing # skip'
}

@test 'they fail where a limit is another one, and not where the project is in use' {
  cp "${SCRIPTS}/judged.sh" "${BATS_TEST_TMPDIR}/whole.sh"
  sed -i 's/limit pids_limit 20 /limit pids_limit 21 /' "${SCRIPTS}/judged.sh"
  acceptance CASH_ACCEPTANCE=
  assert_status 1
  assert_output -e 'not ok [0-9]+ cash renders it again, byte for byte'
  cp "${BATS_TEST_TMPDIR}/whole.sh" "${SCRIPTS}/judged.sh"
  script judged
  cash run -d web
  acceptance CASH_ACCEPTANCE=1
  assert_status 1
  assert_output -p 'the project is on this host: /run/cash/judged'
  run cash ps -q
  assert_output web
  cash down -v
}
