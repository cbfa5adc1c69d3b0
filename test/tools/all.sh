#!/bin/bash
# npm test: every stage, also after a failure; ends with "N passed, M failed" and fails if anything did.
#   all.sh [unit|lint|bats|vm]…     without arguments: all of them. bats and vm need root.
# Environment: CASH_TEST_SHARED=1 where others work on this machine: no comparison of the whole host.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

passed=0 failed=0 failures=()
work=$(mktemp -d)
trap 'rm -rf "${work}"' EXIT

title() { printf '\n── %s\n' "$*"; }

# check NAME COMMAND…: counts one.
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    failures+=("${name}")
  fi
}

# tally NAME PASSED FAILED STATUS: counts those of a runner; one that fails without a failed test counts as one.
tally() {
  local lost=$3
  ((lost > 0 || $4 == 0)) || lost=1
  passed=$((passed + $2))
  failed=$((failed + lost))
  ((lost == 0)) || failures+=("$1: ${lost}")
}

# tap NAME COMMAND…: shows and counts its TAP; a skipped test is a failed one.
tap() {
  local name=$1 status=0 good bad
  shift
  title "${name}"
  "$@" | tee "${work}/tap" || status=$?
  good=$(grep '^ok ' "${work}/tap" | grep -vcE ' # skip' || true) # grep fails where it counts none
  bad=$(grep -cE '^not ok |^ok .* # skip' "${work}/tap" || true)
  grep -E -A 12 '^not ok |^ok .* # skip' "${work}/tap" >>"${work}/failures" || true
  tally "${name}" "${good}" "${bad}" "${status}"
}

prepare() {
  title prepare
  [[ -d node_modules ]] || npm ci
  check packages test/tools/packages.sh
  check build npm run --silent build
}

unit() {
  local status=0 good=0 bad=0
  title 'unit: tsc, vitest'
  check typecheck npm run --silent typecheck
  npx vitest run --reporter=default --reporter=json --outputFile.json="${work}/vitest.json" || status=$?
  if [[ -s ${work}/vitest.json ]]; then
    good=$(jq .numPassedTests "${work}/vitest.json")
    bad=$(jq '.numTotalTests - .numPassedTests' "${work}/vitest.json")
    jq -r '.testResults[].assertionResults[] | select(.status != "passed") | "vitest: " + .fullName, .failureMessages[]' "${work}/vitest.json" >>"${work}/failures"
  fi
  tally vitest "${good}" "${bad}" "${status}"
}

lint() {
  local tests=() file
  for file in test/{tools,vm,scripts}/*.{sh,bash,bats} bench/*.sh .ci/run; do
    [[ ! -e ${file} ]] || tests+=("${file}") # a folder without such a file
  done
  title 'lint: shellcheck, shfmt'
  check 'shellcheck generated' each shellcheck --norc --enable=all -- generated/*.sh
  # Of tests, what is wrong, not what is style; their variables come from bats and from helper.bash.
  check 'shellcheck tests' each shellcheck --norc --severity=warning --exclude=SC2034,SC2154,SC1091 -- "${tests[@]}"
  # As templates/header.sh.hbs says, with reasons; and names of its other parts are not assigned in a part of a script.
  check 'shellcheck templates' each shellcheck --norc --enable=all --shell=bash \
    --exclude=SC2016,SC2250,SC2310,SC2311,SC2312,SC2034,SC2153,SC2154,SC2317,SC2329 -- templates/runtime/*.bash
  check shfmt shfmt -d generated/*.sh "${tests[@]}" templates/runtime/*.bash
  fresh
}

# each COMMAND… -- FILE…: the command with each of the files; as many at once as there are processors.
each() {
  local command=()
  while [[ $1 != -- ]]; do
    command+=("$1")
    shift
  done
  shift
  printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc)" "${command[@]}"
}

# fresh: examples/X/compose.yaml ↔ generated/*.sh, and nothing else.
fresh() {
  local file name names=' '
  title 'generated is fresh'
  check 'generated is fresh' node dist/cash.js generate --check examples/*/compose.yaml
  for file in examples/*/compose.yaml; do
    name=$(project "${file}")
    names+="${name} "
  done
  for file in generated/*; do
    name=${file##*/}
    check "orphan ${file}" grep -qF " ${name%.sh} " <<<"${names}"
  done
}
# project FILE: the name of the project, as Compose finds it: its `name`, else that of its folder.
project() {
  local name
  name=$(awk '/^name:/ { print $2; exit }' "$1")
  printf '%s' "${name:-$(basename "$(dirname "$1")")}"
}

bats() {
  tap 'bats' env BATS_TEST_TIMEOUT=180 bash node_modules/bats/bin/bats --tap --timing test/scripts
}

vm() {
  local suite init cgroup files
  while read -r suite init cgroup files; do
    [[ -n ${suite} && ${suite} != \#* ]] || continue
    read -ra files <<<"${files}"
    begin "vm ${suite} ${init} cgroup v${cgroup}" env CGROUP="${cgroup}" TAGS=vm test/vm/run.sh "${suite}" "${init}" "${files[@]/%/.bats}"
  done <test/vm/matrix
  begin 'vm bookworm, with SELinux' env SELINUX=1 test/vm/run.sh bookworm tiny selinux.bats
  begin 'vm trixie, which reboots' test/vm/reboot.sh trixie
  begin 'vm bookworm, whose power goes' test/vm/power.sh bookworm
  finish
}

# begin NAME COMMAND…: of several that do not meet, as many at once as there are processors. finish: counts them, in their order.
begun=()
begin() {
  local at=${work}/${#begun[@]}
  begun+=("$1")
  shift
  while (($(jobs -pr | wc -l) >= $(nproc))); do wait -n || true; done # its status is in its file
  { "$@" >"${at}" 2>"${at}.said" && echo 0 || echo "$?"; } </dev/null >"${at}.status" &
}
finish() {
  local at
  wait
  for at in "${!begun[@]}"; do tap "${begun[at]}" ended "${work}/${at}"; done
}
ended() {
  cat "$1"
  cat "$1.said" >&2
  return "$(<"$1.status")"
}

stages=("$@")
(($#)) || stages=(unit lint bats vm)
for stage in "${stages[@]}"; do
  case ${stage} in
    unit | lint) ;;
    bats | vm)
      ((EUID == 0)) || {
        printf 'all.sh: %s changes the kernel: it needs root\n' "${stage}" >&2
        exit 1
      }
      ;;
    *)
      printf 'all.sh: no such stage: %s\n' "${stage}" >&2
      exit 2
      ;;
  esac
done

# The packages first: installing them may change the host.
prepare
# What a run of the tests that was killed has left: cgroups of cash without a process (rmdir refuses the others).
find /sys/fs/cgroup -depth -type d '(' -path '*/cash' -o -path '*/cash/*' ')' -exec rmdir {} ';' 2>/dev/null || true
test/tools/fingerprint.sh >"${work}/before"
for stage in "${stages[@]}"; do "${stage}"; done
if [[ -z ${CASH_TEST_SHARED:-} ]]; then
  title 'the host is as before'
  test/tools/fingerprint.sh >"${work}/after"
  check 'host as before' diff "${work}/before" "${work}/after"
fi

printf '\n'
[[ ! -s ${work}/failures ]] || cat "${work}/failures" # once more, where they are found
((failed == 0)) || printf 'failed: %s\n' "${failures[@]}"
printf '%s passed, %s failed\n' "${passed}" "${failed}"
((failed == 0))
