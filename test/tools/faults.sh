#!/bin/bash
# npm run faults: commands of scripts, each stopped or made to fail at each place there is, and all has to come right again. Root.
#   faults.sh [--write] [--rows REGEX] [--every N] [MODE…]     every Nth place only; --write: the numbers into docs/reliability.md
# Modes, all by default:
#   signals     KILL, TERM, INT between any two commands of `run`; of the script alone, and of its group
#   statements  KILL and TERM before a statement, at random
#   moments     KILL at a moment, at random, in the midst of a command
#   commands    each external command, at each call: does nothing and fails; does its work and fails; is killed; is not there
#   resources   no inode, no space, no process is left, the pool cannot be written
#   together    50 processes of random commands for two minutes
set -uo pipefail
shopt -s inherit_errexit

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
BATS_TEST_DIRNAME=${PWD}/test/scripts BATS_TEST_FILENAME=${PWD}/test/scripts/faults.bats
BATS_FILE_TMPDIR=$(mktemp -d /tmp/cash-faults.XXXXXX)
export CASH_TEST_SHARED=yes BATS_TEST_DIRNAME BATS_TEST_FILENAME BATS_FILE_TMPDIR BATS_TEST_TMPDIR=${BATS_FILE_TMPDIR}
bats_require_minimum_version() { :; }
source test/scripts/helper.bash
source test/scripts/apart.bash
source test/scripts/faults.bash
source test/scripts/faults_rows.bash
source test/scripts/faults_modes.bash

write='' pattern=. EVERY=1 modes=()
while (($#)); do
  case $1 in
    --write) write=yes ;;
    --rows) pattern=$2 && shift ;;
    --every) EVERY=$2 && shift ;;
    signals | statements | moments | commands | resources | together) modes+=("$1") ;;
    *)
      sed -n '2,/^set/{/^#/s/^# \?//p}' "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
  shift
done
((${#modes[@]})) || modes=(signals statements moments commands resources together)

export OUTSIDE=${BATS_FILE_TMPDIR}/outside
mkdir -p "${OUTSIDE}"
begin
fault_definitions
apart_begin
faults_begin
trap '[[ -z ${FAULT_CGROUP-} ]] || processes_back; apart_end; rm -rf "${BATS_FILE_TMPDIR}"' EXIT
trap 'exit 130' INT TERM
mapfile -t ROWS < <(fault_rows | grep -E -- "${pattern}")

for mode in "${modes[@]}"; do
  tally_begin "${mode}"
  "mode_${mode}"
  tally_end
  [[ -z ${write} ]] || summary_write docs/reliability.md
done
summary
((LEAKS == 0))
