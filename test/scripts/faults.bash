# Faults on purpose, for test/tools/faults.sh and faults.bats: `load helper`, `load apart`, `load faults`, a `compile`, apart_begin, then
# faults_begin. A trial is: a host as a row wants it, its command with a fault, and then all must come right again.
# shellcheck shell=bash disable=SC2030,SC2031,SC2154,SC2312 # variables of helper and apart; what fails inside a substitution shows

# instrument: sets FAULTY, a copy of SCRIPT with hooks that the script itself has not: before each command of `run` and its siblings
# (FAULT_AT: PROCESS-NUMBER), and before each statement (FAULT_STEP: a number); and with FAULT_BIN before its PATH.
instrument() {
  FAULTY=${SCRIPT%.sh}.faulty FAULT_BIN=${BATS_FILE_TMPDIR}/bin
  # shellcheck disable=SC2016 # for the copy
  awk -v bin="${FAULT_BIN}" '
    { print }
    /^told\(\) \{$/ {
      print "  [[ -z ${FAULT_AT-} || $MODE != apply ]] || {"
      print "    FAULT_COUNT=$((${FAULT_COUNT:-0} + 1))"
      print "    printf \"%s-%s %s\\n\" \"${0##*/}\" \"$FAULT_COUNT\" \"$1\" >>\"$FAULT_LOG\""
      print "    [[ ${0##*/}-$FAULT_COUNT != \"$FAULT_AT\" ]] || kill -s \"$FAULT_SIGNAL\" -- \"$FAULT_WHO$$\""
      print "  }"
    }
    /^main\(\) \{$/ {
      print "  [[ -z ${FAULT_STEP-} ]] || { set -T && trap fault_step DEBUG; }"
    }
    /^IFS=/ && !done++ {
      print "fault_step() {"
      print "  [[ $BASHPID == \"$$\" ]] || return 0"
      print "  FAULT_COUNT=$((${FAULT_COUNT:-0} + 1))"
      print "  ((FAULT_STEP > 0)) || echo \"$FAULT_COUNT\" >\"$FAULT_LOG\""
      print "  ((FAULT_STEP != FAULT_COUNT)) || kill -s \"$FAULT_SIGNAL\" -- \"$FAULT_WHO$$\""
      print "}"
      print "[[ -z ${FAULT_CALLS-} ]] || PATH=" bin ":$PATH"
    }' "${SCRIPT}" >"${FAULTY}"
  chmod +x "${FAULTY}"
  grep -q FAULT_AT "${FAULTY}" && grep -q 'trap fault_step' "${FAULTY}" && grep -q FAULT_CALLS "${FAULTY}" || fail 'the script has other places for the hooks now'
}

faults_begin() {
  local command
  export FAULT_LOG=${BATS_FILE_TMPDIR}/fault.log FAULT_BIN=${BATS_FILE_TMPDIR}/bin
  mkdir -p "${FAULT_BIN}"
  while read -r command; do
    ! type -P "${command}" >/dev/null || ln -sf "${REPO}/test/tools/fault-command.pl" "${FAULT_BIN}/${command}"
  done < <(sed -nE "s/^.*[( ]'?([a-z][a-z0-9_.-]*) (root|none) [a-z].*/\1/p" "${REPO}/src/audit/catalogue.ts")
  rm -f "${FAULT_BIN}"/sh # the container's
  chmod 755 "${BATS_FILE_TMPDIR}" "${BATS_FILE_TMPDIR%/*}"
}

# A row: what to try, on which host, with what after it.
#   begin_row HOST COMMAND…     HOST: a function host_NAME. AGAIN is COMMAND, if not set after it; TOLERATED: what AGAIN may refuse with.
# Sets FRESH and GOAL, the states of the host before anything, and after the command; WHOLE, the digests of images that are.
begin_row() {
  HOST=$1 COMMAND=("${@:2}") AGAIN=("${@:2}") TOLERATED='-'
  cash down -v --images >/dev/null 2>&1
  FRESH=$(observed)
  prepare
  WHOLE=$(images_seen)
  CODE=0
  cash "${COMMAND[@]}" </dev/null >"${BATS_FILE_TMPDIR}/out" 2>&1 || CODE=$?
  GOAL=$(settled) GOAL_CODE=${CODE}
  WHOLE+=$'\n'$(images_seen)
  cash down -v --images >/dev/null 2>&1
  became "${FRESH}" || fail "${COMMAND[*]}, without a fault: down leaves something"
}
prepare() { "host_${HOST}" >/dev/null 2>&1 3>&- || fail "the host ${HOST} cannot be made"; }

# observed: the state of the host, without what differs from run to run.
observed() {
  state "${SCRIPT_NAME}" | sed -E '/^file [0-9a-f]+ .*\/(log|ended|words)$/d; /^run  [0-9]+ [0-9]+$/d; /^pool cache/d; s/^(run .*\/(ended|grace|restarts)) .*/\1/'
}
# settled: the same, when it is the same twice: the kernel takes some things away after the last process has ended.
settled() {
  local before after tries
  before=$(observed)
  for tries in {1..40}; do
    sleep 0.05
    after=$(observed)
    [[ ${before} != "${after}" ]] || break
    before=${after}
  done
  printf '%s' "${after}"
}
# became STATE: soon; else sets DIFFERENCE.
became() {
  local tries now
  for tries in {1..60}; do
    now=$(observed)
    [[ ${now} != "$1" ]] || return 0
    sleep 0.05
  done
  DIFFERENCE=$(diff <(cat <<<"$1") <(cat <<<"${now}") | grep '^[<>]' | head -n 12)
  return 1
}

# images_seen: a line an image: a digest of all its files, and whether it is read-only.
images_seen() {
  # shellcheck disable=SC2016 # for the other bash
  apart bash -c '
    for image in "$0"/images/*/*; do
      [[ ! -d $image ]] || printf "%s %s %s\n" "${image#"$0"}" "$(cd "$image" && find . -printf "%P %y %m %U:%G %s %l\n" | LC_ALL=C sort | md5sum)" "$(btrfs property get "$image" ro)"
    done' "${ROOT}" | sed -E 's|^(/images/[^/]+/\S+)|\1|'
}
images_whole() {
  local line
  while IFS= read -r line; do
    [[ -z ${line} || $'\n'${WHOLE}$'\n' == *$'\n'"${line}"$'\n'* ]] || {
      DIFFERENCE="an image is half: ${line}"
      return 1
    }
  done < <(images_seen)
}

# faulted COMMAND…: FAULTY there, in a session of its own, in FAULT_CGROUP, if set; sets CODE; 124: it did not end.
# shellcheck disable=SC2016 # for the other bash
faulted() {
  CODE=0
  {
    timeout --signal="${FAULT_KILL:-TERM}" --kill-after=5 "${FAULT_PATIENCE:-60}" setsid nsenter --target "${APART}" --mount --net --wd="${PWD}" -- \
      env --default-signal "${FAULT_ENVIRONMENT[@]}" bash -c '[[ -z $0 ]] || echo 0 >"$0/cgroup.procs"; exec "$@"' "${FAULT_CGROUP-}" "${FAULTY}" "$@" \
      </dev/null >"${BATS_FILE_TMPDIR}/out" 2>"${BATS_FILE_TMPDIR}/err" 3>&- 4>&- || CODE=$?
  } 2>/dev/null # Bash names what was killed
}

# count boundaries|steps|calls: what there is to try in COMMAND: sets PLACES.
count() {
  prepare
  rm -rf "${FAULT_LOG}" "${BATS_FILE_TMPDIR}/calls"
  case $1 in
    boundaries)
      FAULT_ENVIRONMENT=(FAULT_AT=none FAULT_LOG="${FAULT_LOG}")
      faulted "${COMMAND[@]}"
      became "${GOAL}" || true # its supervisor may be at work still
      PLACES=()
      [[ ! -f ${FAULT_LOG} ]] || mapfile -t PLACES < <(cut -d ' ' -f 1 "${FAULT_LOG}" | LC_ALL=C sort -u -V)
      ;;
    steps)
      FAULT_ENVIRONMENT=(FAULT_STEP=0 FAULT_LOG="${FAULT_LOG}")
      faulted "${COMMAND[@]}"
      mapfile -t PLACES < <(seq "$(<"${FAULT_LOG}")")
      ;;
    *)
      mkdir -m 777 "${BATS_FILE_TMPDIR}/calls"
      FAULT_ENVIRONMENT=(FAULT_CALLS="${BATS_FILE_TMPDIR}/calls")
      faulted "${COMMAND[@]}"
      became "${GOAL}" || true # its supervisor may be at work still
      mapfile -t PLACES < <(cd "${BATS_FILE_TMPDIR}/calls" && printf '%s\n' * | LC_ALL=C sort -V)
      ;;
  esac
  cash down -v --images >/dev/null 2>&1
  became "${FRESH}" || true # the first trial will say so
}

# trial again|down FAULT ENVIRONMENT…: sets LEAK, empty where all came right.
trial() {
  local how=$1 fault=$2
  LEAK=''
  FAULT_ENVIRONMENT=("${@:3}")
  prepare || return 1
  rm -rf "${BATS_FILE_TMPDIR}/calls" && mkdir -m 777 "${BATS_FILE_TMPDIR}/calls"
  ${FAULT_BEFORE:-:}
  faulted "${COMMAND[@]}"
  ${FAULT_AFTER:-:}
  judge "${how}" || LEAK="${SCRIPT_NAME} ${HOST}: ${COMMAND[*]} · ${fault} · then ${how}: ${LEAK}"$'\n'"$(sed 's/^/    said: /' "${BATS_FILE_TMPDIR}/err" | tail -n 6)"
  [[ -z ${LEAK} ]]
}
judge() {
  local said
  ((CODE != 124)) || { LEAK='it did not end' && renew && return 1; }
  ((CODE != 125)) || [[ -s ${BATS_FILE_TMPDIR}/err ]] || LEAK='it has failed, and says not a word'
  images_whole || LEAK=${DIFFERENCE}
  if [[ $1 == again ]]; then
    said=$(timeout 60 nsenter --target "${APART}" --mount --net --wd="${PWD}" -- "${SCRIPT}" "${AGAIN[@]}" </dev/null 2>&1 3>&-) || (($? == GOAL_CODE)) || [[ ${said} =~ ${TOLERATED} ]] ||
      LEAK="the next one says: ${said}"
    [[ -n ${LEAK} ]] || became "${GOAL}" || lost_only || LEAK="not as it should be:"$'\n'${DIFFERENCE}
  fi
  said=$(timeout 60 nsenter --target "${APART}" --mount --net --wd="${PWD}" -- "${SCRIPT}" down -v --images </dev/null 2>&1 3>&-) || LEAK+=" down says: ${said}"
  became "${FRESH}" || { LEAK+=" down leaves:"$'\n'${DIFFERENCE} && renew; }
  [[ -z ${LEAK} ]]
}

# lost_only: what differs is a file that is not there, of those that a fault may lose (FAULT_LOSES).
lost_only() { [[ -n ${FAULT_LOSES-} ]] && ! grep -qvE "^(< pool ${FAULT_LOSES}.*|)$" <<<"${DIFFERENCE}"; }

# renew: another host, where one cannot be put right: what is left must not be counted again.
renew() {
  local directory tries
  for directory in /sys/fs/cgroup/{*/,}cash/"${SCRIPT_NAME}"/*/; do
    for tries in {1..20}; do
      [[ -s ${directory}cgroup.procs ]] || break
      # shellcheck disable=SC2046 # pids
      kill -KILL $(<"${directory}cgroup.procs") 2>/dev/null || true # ended since
      sleep 0.05
    done
  done
  find /sys/fs/cgroup/{*/,}cash/"${SCRIPT_NAME}" -depth -type d -exec rmdir '{}' ';' 2>/dev/null || true # there may be none
  kill "${APART}"
  apart_begin
  cash down -v --images >/dev/null 2>&1
  FRESH=$(observed)
}
