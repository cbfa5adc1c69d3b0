# The modes of test/tools/faults.sh: which faults, where.
# shellcheck shell=bash disable=SC2034,SC2154,SC2312 # variables of the other parts

LEAKS=0 SUMMARY=()
tally_begin() { TRIED=0 LOST=0 BEGAN=${SECONDS} MODE_NAME=$1; }
tally_end() {
  SUMMARY+=("${MODE_NAME}|${TRIED}|$((TRIED - LOST))|${LOST}")
  LEAKS=$((LEAKS + LOST))
  printf '%s: %s tried, %s left a mess, in %s s\n' "${MODE_NAME}" "${TRIED}" "${LOST}" "$((SECONDS - BEGAN))"
}
# try again|down FAULT ENVIRONMENT…
try() {
  TRIED=$((TRIED + 1))
  trial "$@" || {
    LOST=$((LOST + 1))
    printf 'LEAK %s\n' "${LEAK}"
  }
}
summary() {
  local line mode tried survived lost
  printf '\n%-12s %8s %9s %6s\n' MODE TRIED SURVIVED LEAKS
  for line in "${SUMMARY[@]}"; do
    IFS='|' read -r mode tried survived lost <<<"${line}"
    printf '%-12s %8s %9s %6s\n' "${mode}" "${tried}" "${survived}" "${lost}"
  done
}

# each_row FUNCTION: for all of them; says how far it is.
each_row() {
  local line begun tried
  for line in "${ROWS[@]}"; do
    begun=${SECONDS} tried=${TRIED}
    row "${line}" || {
      LOST=$((LOST + 1)) TRIED=$((TRIED + 1))
      continue
    }
    "$1"
    printf '  %s %-50s %4s tried, %4s s\n' "${MODE_NAME}" "${line:0:50}" "$((TRIED - tried))" "$((SECONDS - begun))"
  done
}
# places KIND: those of PLACES that are tried.
places() {
  local index chosen=()
  count "$1"
  for ((index = 0; index < ${#PLACES[@]}; index += EVERY)); do chosen+=("${PLACES[index]}"); done
  PLACES=("${chosen[@]}")
}

mode_signals() { each_row signals_row; }
signals_row() {
  local place
  places boundaries
  for place in "${PLACES[@]}"; do
    signal again KILL ''
    [[ ${place} != supervisor-* ]] || continue # it has a session of its own, and a signal is a wish
    signal down KILL -
    signal again TERM ''
    signal again INT -
  done
}
signal() { try "$1" "SIG$2 to ${3:-the script}${3:+the group} at ${place}" FAULT_AT="${place}" FAULT_LOG="${FAULT_LOG}" FAULT_SIGNAL="$2" FAULT_WHO="$3"; }

mode_statements() { RANDOM=1 && each_row statements_row; }
statements_row() {
  local number times signal
  count steps
  for ((times = 0; times < 12; times += EVERY)); do
    for signal in KILL TERM; do
      number=$((((RANDOM << 15) + RANDOM) % ${#PLACES[@]} + 1))
      try again "SIG${signal} before statement ${number} of ${#PLACES[@]}" FAULT_STEP="${number}" FAULT_LOG="${FAULT_LOG}" FAULT_SIGNAL="${signal}" FAULT_WHO=''
    done
  done
}

mode_moments() { RANDOM=2 && each_row moments_row; }
moments_row() {
  local times moment took
  prepare
  took=${EPOCHREALTIME/./}
  FAULT_ENVIRONMENT=(A=) && faulted "${COMMAND[@]}"
  took=$((${EPOCHREALTIME/./} - took))
  cash down -v --images >/dev/null 2>&1
  for ((times = 0; times < 6; times += EVERY)); do
    moment=$((((RANDOM << 15) + RANDOM) % took))
    printf -v moment '%d.%06d' "$((moment / 1000000))" "$((moment % 1000000))"
    FAULT_PATIENCE=${moment} FAULT_KILL=KILL
    try again "SIGKILL after ${moment} s" A=
    unset -v FAULT_PATIENCE FAULT_KILL
  done
}

mode_commands() { each_row commands_row; }
commands_row() {
  local place how names
  places calls
  for place in "${PLACES[@]}"; do
    for how in fail late killed; do
      call again "${place}" "${how}"
    done
  done
  mapfile -t names < <(printf '%s\n' "${PLACES[@]%.*}" | sort -u)
  for place in "${names[@]}"; do call again "${place}" missing; done
}
call() { try "$1" "$2 $3" FAULT_CALLS="${BATS_FILE_TMPDIR}/calls" FAULT_CALL="$2" FAULT_HOW="$3"; }

# What the host has no more of: FAULT_BEFORE takes it away, FAULT_AFTER gives it back.
mode_resources() { each_row resources_row; }
resources_row() {
  local left
  FAULT_AFTER=inodes_back
  for ((left = 0; left < 24; left += EVERY)); do
    FAULT_BEFORE="inodes_left ${left}"
    try again "${left} inodes are left in /run" A=
    ((CODE != GOAL_CODE)) || break
  done
  FAULT_BEFORE='read_only /run' FAULT_AFTER='read_write /run' && try again '/run is read-only' A=
  if [[ ${HOST} == fresh ]]; then
    FAULT_BEFORE="read_only ${ROOT%/*}" FAULT_AFTER="read_write ${ROOT%/*}" && try again 'the disk is read-only' A=
  else
    FAULT_BEFORE="read_only ${ROOT}" FAULT_AFTER="read_write ${ROOT}" && try again 'the pool is read-only' A=
    FAULT_LOSES='containers/[^/]+/[^/]+/ended ' # nothing can be noted in it
    for left in 0 1 4 16 64; do
      FAULT_BEFORE="space_left ${left}" FAULT_AFTER=space_back && try again "the pool is full, but for ${left} × 64 KiB" A=
    done
  fi
  if [[ ${COMMAND[*]} =~ ^(run|commit|stop|down|pull) ]] && ((EVERY == 1)); then
    for left in 1 2 3; do
      FAULT_BEFORE="processes_left ${left}" FAULT_AFTER=processes_back FAULT_PATIENCE=180 && try again "no more than ${left} processes" A=
    done
  fi
  unset -v FAULT_BEFORE FAULT_AFTER FAULT_PATIENCE FAULT_CGROUP FAULT_LOSES
}
inodes_left() { apart mount -o "remount,nr_inodes=$(($(apart df --output=iused /run | tail -n 1) + $1))" /run; }
inodes_back() { apart mount -o remount,nr_inodes=100000 /run; }
read_only() { apart mount -o remount,ro "$1"; }
read_write() { ! apart mountpoint -q "$1" || apart mount -o remount,rw "$1"; }
space_left() {
  local size
  for size in 64M 16M 4M 1M 256K 64K 16K 4K; do
    while apart fallocate -o "$(apart stat -c %s "${ROOT}/ballast" 2>/dev/null || echo 0)" -l "${size}" "${ROOT}/ballast" 2>/dev/null; do :; done
  done
  size=$(apart stat -c %s "${ROOT}/ballast")
  apart truncate -s "$((size - $1 * 65536))" "${ROOT}/ballast"
  apart btrfs filesystem sync "${ROOT}"
}
space_back() { ! apart test -d "${ROOT}" || apart sh -c 'rm -f "$0/ballast"; ! mountpoint -q "$0" || btrfs filesystem sync "$0"' "${ROOT}"; }
processes_left() {
  FAULT_CGROUP=/sys/fs/cgroup/pids/cash-faults
  [[ -d /sys/fs/cgroup/pids ]] || FAULT_CGROUP=/sys/fs/cgroup/cash-faults
  mkdir -p "${FAULT_CGROUP}" && echo "$1" >"${FAULT_CGROUP}/pids.max"
}
processes_back() {
  local tries
  for tries in {1..100}; do
    ! rmdir "${FAULT_CGROUP}" 2>/dev/null || break
    # shellcheck disable=SC2046 # pids: a supervisor is one of them
    for pid in $(<"${FAULT_CGROUP}/cgroup.procs"); do echo "${pid}" >"${FAULT_CGROUP%/*}/cgroup.procs" 2>/dev/null; done
    sleep 0.02
  done
  unset -v FAULT_CGROUP
}

mode_together() { together "${TOGETHER_COUNT:-50}" "${TOGETHER_SECONDS:-120}"; }
# together COUNT SECONDS: COUNT processes, each one command after the other; then down, and nothing is left. What somebody has said that
# TOGETHER_RIGHT does not know is an error that a user would call wrong.
together() {
  local pids=() number end wrong
  together_definition
  export SCRIPT_NAME=faultm
  cash down -v --images >/dev/null 2>&1
  FRESH=$(observed)
  mkdir -p "${BATS_FILE_TMPDIR}/many"
  end=$((SECONDS + $2))
  for ((number = 1; number <= $1; number++)); do
    one_after_another "${number}" "${end}" 3>&- 4>&- &
    pids+=("$!")
  done
  wait "${pids[@]}"
  TRIED=$((TRIED + $(cat "${BATS_FILE_TMPDIR}"/many/*.done | wc -l)))
  wrong=$(cat "${BATS_FILE_TMPDIR}"/many/*.said | grep -vE "${TOGETHER_RIGHT}|^\$" | sort | uniq -c | sort -rn)
  [[ -z ${wrong} ]] || {
    LOST=$((LOST + $(wc -l <<<"${wrong}")))
    printf 'WRONG %s\n' "${wrong}"
    grep -hvE "${TOGETHER_RIGHT%\$} \[" "${BATS_FILE_TMPDIR}"/many/*.all
  }
  cash down -v --images >&2 || LOST=$((LOST + 1))
  became "${FRESH}" || {
    LOST=$((LOST + 1))
    printf 'LEAK after all: %s\n' "${DIFFERENCE}"
    renew
  }
}
one_after_another() {
  local WORDS code line tries
  RANDOM=$1
  for ((tries = 0; tries < 3 || SECONDS < $2; tries++)); do # three, however slow the machine is
    one_of_many
    code=0
    timeout 120 nsenter --target "${APART}" --mount --net --wd="${PWD}" -- env --default-signal "${SCRIPT}" "${WORDS[@]}" </dev/null >/dev/null 2>"${BATS_FILE_TMPDIR}/many/$1.err" || code=$?
    printf '%s %s\n' "${code}" "${WORDS[*]}" >>"${BATS_FILE_TMPDIR}/many/$1.done"
    while IFS= read -r line; do printf '%s [%s %s]\n' "${line}" "${code}" "${WORDS[*]}"; done <"${BATS_FILE_TMPDIR}/many/$1.err" >>"${BATS_FILE_TMPDIR}/many/$1.all"
    cat "${BATS_FILE_TMPDIR}/many/$1.err" >>"${BATS_FILE_TMPDIR}/many/$1.said"
    ((code != 124)) || printf 'it did not end: %s\n' "${WORDS[*]}" >>"${BATS_FILE_TMPDIR}/many/$1.said"
  done
}

# summary_write FILE: the numbers of the modes that were tried, into the rows of a table that have numbers.
summary_write() {
  local line mode tried survived lost
  for line in "${SUMMARY[@]}"; do
    IFS='|' read -r mode tried survived lost <<<"${line}"
    sed -i -E "s/^\| ${mode} \| [0-9].*/| ${mode} | ${tried} | ${survived} | ${lost} |/" "$1"
  done
}
