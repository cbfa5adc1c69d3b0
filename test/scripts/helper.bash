# For the bats files of this folder: `load helper` first. A file compiles its definitions in setup_file:
#
#   setup_file() {
#     begin
#     compile hello <<'YAML'
#   x-cash: {root: "${ROOT}"}
#   services: {hello: {image: "tar:${TINY}", command: echo hello}}
#   YAML
#   }
#   teardown_file() { finish; }
#   @test 'the command runs' { run cash run hello; assert_status 0; assert_output hello; }
#
# The heredoc is quoted: ${ROOT}, ${TINY}, ${DEBIAN} and ${REDIS} are Compose interpolation. test/vm/run.sh finds it by the line
# `compile NAME <<'YAML'` (or `compile NAME FILE`), compiles it outside the virtual machine, and sets CASH_COMPILED in there.
# shellcheck shell=bash disable=SC2154 # status, output and stderr are those of bats' run
bats_require_minimum_version 1.5.0

export REPO=${BATS_TEST_DIRNAME%/test/*}
export CACHE=${CASH_TEST_CACHE:-/var/tmp/cash-test}
export TINY=${CACHE}/tiny.tar DEBIAN=${CACHE}/debian.tar REDIS=${CACHE}/redis.tar
NAME=$(basename "${BATS_TEST_FILENAME}" .bats)
export ROOT=${CACHE}/root/${NAME}

# begin [debian|redis]: a clean place, and the root file systems; remembers what the host looks like.
begin() {
  ((EUID == 0)) || fail 'these tests change the kernel: run them as root'
  export SCRIPTS=${BATS_FILE_TMPDIR}/scripts
  mkdir -p "${SCRIPTS}"
  remove_root
  if [[ -z ${CASH_COMPILED:-} ]]; then
    "${REPO}/test/tools/rootfs.sh" tiny >/dev/null
    [[ -z ${1:-} ]] || "${REPO}/test/tools/rootfs.sh" "$1" >/dev/null
  fi
  fingerprint >"${BATS_FILE_TMPDIR}/before"
}

# compile NAME <<'YAML': the project NAME; SCRIPT is its script from now on, `script NAME` goes back to it.
# compile NAME FILE: of a definition in the repository (examples/hello/compose.yaml).
compile() {
  local definition=${REPO}/${2:-}
  if (($# == 1)); then
    definition=${BATS_FILE_TMPDIR}/definitions/$1/compose.yaml
    mkdir -p "${definition%/*}"
    cat >"${definition}"
  fi
  if [[ -n ${CASH_COMPILED:-} ]]; then
    cp "${CASH_COMPILED}/${NAME}/$1.sh" "${SCRIPTS}/$1.sh"
  else
    node "${REPO}/dist/cash.js" generate "${definition}" -o "${SCRIPTS}/$1.sh" >&2
  fi
  script "$1"
}

script() { export SCRIPT=${SCRIPTS}/$1.sh; }

# cash COMMAND…: the script, without the descriptor on which bats waits.
cash() { "${SCRIPT}" "$@" 3>&-; }

# finish: takes all projects down; fails where anything is left.
# bats calls it left of a ||, where Bash ends nothing by itself.
finish() {
  local file failed=0
  for file in "${SCRIPTS}"/*.sh; do
    [[ ! -e ${file} ]] || "${file}" down -v --images 3>&- >&2 || fail "${file##*/} down: status $?" || failed=1
  done
  eventually 10 left || fail 'that is left on the host' || failed=1
  remove_root || failed=1
  return "${failed}"
}

# left: fails with the facts of the host that differ from those at begin; the pool itself, which outlives a project, apart. A process
# that was there then may have ended since: of the file before, whose last ones the kernel was still taking away.
# With CASH_TEST_SHARED=1, on a machine where others work at the same time: only those with the name of a project in them.
left() {
  local projects difference
  fingerprint >"${BATS_FILE_TMPDIR}/after"
  difference=$(diff "${BATS_FILE_TMPDIR}/before" "${BATS_FILE_TMPDIR}/after" | grep '^[<>]' | grep -vE '^< (namespaces|processes) ') || true # none
  if [[ -n ${CASH_TEST_SHARED:-} ]]; then
    projects=$(cd "${SCRIPTS}" && printf '%s\n' *.sh)
    difference=$(grep -F "${projects//.sh/}" <<<"${difference}") || true # none of ours
  fi
  [[ -z ${difference} ]] || fail "${difference}"
}
fingerprint() {
  local facts
  facts=$("${REPO}/test/tools/fingerprint.sh") || facts=$("${REPO}/test/tools/fingerprint.sh") # what it looked at had just gone
  grep -vF "${ROOT}" <<<"${facts}"
}

# remove_root: the pool, and what a run that was killed has left mounted in it.
remove_root() {
  local mounts point
  mounts=$(awk -v root="${ROOT}" 'index($5, root) == 1 { print NR, $5 }' /proc/self/mountinfo)
  mounts=$(sort -rn <<<"${mounts}")
  while read -r _ point; do [[ -z ${point} ]] || umount --lazy "${point}"; done <<<"${mounts}"
  rm -rf --one-file-system "${ROOT}" "${ROOT}".*
}

fail() {
  printf '%s\n' "$*" >&2
  return 1
}

assert_status() {
  [[ ${status} == "$1" ]] || fail "status ${status}, not $1; output:"$'\n'"${output}"$'\n'"${stderr:-}"
}

# assert_output TEXT: all of it. -p TEXT: a part. -e REGEX. With --stderr first: of standard error (run --separate-stderr).
assert_output() {
  local where=output
  [[ $1 != --stderr ]] || { where=stderr && shift; }
  matches "${!where}" "$@" || fail "expected $*"$'\n'"${where}: ${!where}"
}
refute_output() {
  local where=output
  [[ $1 != --stderr ]] || { where=stderr && shift; }
  ! matches "${!where}" "$@" || fail "did not expect $*"$'\n'"${where}: ${!where}"
}
matches() {
  case $2 in
    -p) [[ $1 == *"$3"* ]] ;;
    -e) [[ $1 =~ $3 ]] ;;
    *) [[ $1 == "$2" ]] ;;
  esac
}

assert_equal() { [[ $1 == "$2" ]] || fail "got:      $1"$'\n'"expected: $2"; }
assert_exists() { [[ -e $1 || -L $1 ]] || fail "$1 does not exist"; }
refute_exists() { [[ ! -e $1 && ! -L $1 ]] || fail "$1 exists"; }

# slain PID: by SIGKILL, and over: the kernel ends it in its own time, and until then it is there for who looks.
slain() { kill -s KILL "$1" && eventually 10 dead "$1"; }
dead() {
  local state
  state=$(grep -s '^State:' "/proc/$1/status") || return 0
  [[ ${state} == *[XZ]' ('* ]] # nobody may have asked how it ended
}

# eventually SECONDS COMMAND…: until it succeeds; on a machine with nothing else to do it takes SECONDS at most, on a busy one more.
eventually() {
  local end=$((SECONDS + 20 + 4 * $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || fail "not in time: $*" || return
    sleep 0.05
  done
}
