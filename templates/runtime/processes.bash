# ── top, stats: the same bytes in every script ──────────────────────────────────────────────────
# By /proc and the files of the cgroups, without a process of ours for each container.

# container_processes: sets PROCESSES, those in the container that was picked. The host's processes that stand by it have one pid alone;
# where its own have, too, the one that stands by it is the parent of process 1.
container_processes() {
  local pid key value all beside='' STAT NAMED
  PROCESSES=()
  [[ ! /proc/$PID/ns/pid -ef /proc/self/ns/pid ]] || ! process_stat "$PID" || beside=${STAT[1]}
  { mapfile -t all <"${CGROUPS[0]}/cgroup.procs"; } 2>/dev/null || all=() # it has just ended
  for pid in "${all[@]}"; do
    while read -r key value; do
      [[ $key != NSpid: || $value != *[[:space:]]* && (-z $beside || $pid == "$beside") ]] || PROCESSES+=("$pid")
    done 2>/dev/null <"/proc/$pid/status" || : # it has ended
  done
}

# process_stat PID: sets STAT, the fields of /proc/PID/stat from the state on: 1 parent, 11 and 12 its time, 13 and 14 that of its
# children, 19 its birth, 21 its pages; NAMED, its name. False where it has ended.
process_stat() {
  local line=''
  { read -r -d '' line <"/proc/$1/stat" || [[ -n $line ]]; } 2>/dev/null || return 1
  NAMED=${line#*(} NAMED=${NAMED%)*}
  read -ra STAT <<<"${line##*)}"
}

command_top() {
  local PID PROCESSES STAT NAMED SINCE STARTED TIME PARTS SHOWN CELLS=()
  (($# == 1)) || fail 2 "usage: $0 top NAME"
  container_pick "$1"
  container_need
  container_processes
  for PID in "${PROCESSES[@]}"; do
    process_stat "$PID" || continue
    process_user "$PID"
    container_since "${STAT[19]}"
    printf -v STARTED '%(%F %T)T' "$SINCE"
    TIME=$(((STAT[11] + STAT[12]) / 100))
    printf -v TIME '%d:%02d' "$((TIME / 60))" "$((TIME % 60))"
    PARTS=()
    { mapfile -d '' -t PARTS <"/proc/$PID/cmdline"; } 2>/dev/null || : # it has ended
    CELLS+=("$PROCESS_USER" "$PID" "${STAT[1]}" "$STARTED" "$TIME" "${PARTS[*]:-[$NAMED]}")
  done
  columns 6 UID PID PPID STARTED TIME COMMAND "${CELLS[@]}"
}

# process_user PID: sets PROCESS_USER, its effective user id on the host.
process_user() {
  local key value
  PROCESS_USER=''
  while read -r key _ value _; do [[ $key != Uid: ]] || PROCESS_USER=$value; done 2>/dev/null <"/proc/$1/status" || : # it has ended
}

command_stats() {
  local STREAM=yes JSON_WANTED='' GIVEN_NAMES
  while [[ ${1-} == -* ]]; do
    case $1 in
    --no-stream) STREAM='' ;;
    --json) JSON_WANTED=yes ;;
    *) fail 2 "usage: $0 stats [--no-stream] [--json] [NAME…]" ;;
    esac
    shift
  done
  GIVEN_NAMES=("$@")
  local -A CPU_BEFORE=() AT_BEFORE=()
  stats_sample >/dev/null # the share of a processor is one of the time between two looks
  while :; do
    sleep 1
    [[ -z $STREAM || ! -t 1 ]] || printf '\e[H\e[J'
    stats_sample
    [[ -n $STREAM ]] || break
  done
}

# stats_sample: one look at all of them, as a table or as JSON.
stats_sample() {
  local NAME CONTAINERS PERCENT MEMORY_PERCENT CELLS=() OBJECTS='' SIZE JSON CELL
  containers_given "${GIVEN_NAMES[@]}"
  for NAME in "${CONTAINERS[@]}"; do
    container_pick "$NAME"
    if ! container_lives pid; then
      ((${#GIVEN_NAMES[@]} == 0)) || container_need
      continue
    fi
    PID=$LIVING
    stats_read
    stats_percent
    if [[ -n $JSON_WANTED ]]; then
      json_object name "$NAME" pid= "$PID" cpu_percent= "$PERCENT" memory_bytes= "$MEMORY" memory_limit_bytes= "$MEMORY_LIMIT" \
        network_received_bytes= "$RECEIVED" network_sent_bytes= "$SENT" block_read_bytes= "$READ_BYTES" block_written_bytes= "$WRITTEN_BYTES" \
        pids= "${#PROCESSES[@]}"
      OBJECTS+=", $JSON"
      continue
    fi
    MEMORY_PERCENT=$((MEMORY * 1000 / MEMORY_LIMIT))
    CELLS+=("$NAME" "$PERCENT%")
    for CELL in "$MEMORY $MEMORY_LIMIT" "$RECEIVED $SENT" "$READ_BYTES $WRITTEN_BYTES"; do
      size "${CELL% *}"
      CELLS+=("$SIZE")
      size "${CELL#* }"
      CELLS[-1]+=" / $SIZE"
    done
    CELLS+=("$((MEMORY_PERCENT / 10)).$((MEMORY_PERCENT % 10))%" "${#PROCESSES[@]}")
  done
  if [[ -n $JSON_WANTED ]]; then
    printf '[%s]\n' "${OBJECTS#, }"
  else
    columns 7 NAME CPU 'MEMORY / LIMIT' 'NETWORK IN / OUT' 'DISK READ / WRITTEN' MEMORY PIDS "${CELLS[@]}"
  fi
}

# stats_percent: sets PERCENT, of one processor, since the look before: two of them, busy, are 200.
stats_percent() {
  local now tenths=0
  read -r now _ </proc/uptime
  now=${now/./} # hundredths of a second
  [[ -z ${AT_BEFORE[$NAME]-} ]] || ((now == AT_BEFORE[$NAME])) ||
    tenths=$(((CPU_TIME - CPU_BEFORE[$NAME]) / (10 * (now - AT_BEFORE[$NAME]))))
  ((tenths >= 0)) || tenths=0 # it was started again
  CPU_BEFORE[$NAME]=$CPU_TIME AT_BEFORE[$NAME]=$now
  PERCENT=$((tenths / 10)).$((tenths % 10))
}

# stats_read: sets PROCESSES, CPU_TIME (microseconds), MEMORY, MEMORY_LIMIT, READ_BYTES, WRITTEN_BYTES, RECEIVED, SENT of the container in PID:
# by its cgroups where it has those, else summed over its processes.
stats_read() {
  local pid key value rest interface STAT NAMED RESIDENT=0 LIMITED='' FOUND=''
  local cpuacct=${CGROUP_MOUNTS[cpuacct]-}/$CGROUP_NAME/cpuacct.usage memory=${CGROUP[memory]-}
  CPU_TIME=0 MEMORY='' READ_BYTES=0 WRITTEN_BYTES=0 RECEIVED=0 SENT=0
  container_processes
  for pid in "${PROCESSES[@]}"; do
    process_stat "$pid" || continue
    CPU_TIME=$((CPU_TIME + (STAT[11] + STAT[12] + STAT[13] + STAT[14]) * 10000))
    ! stats_value "/proc/$pid/status" VmRSS: || RESIDENT=$((RESIDENT + FOUND * 1024))
    ! stats_value "/proc/$pid/io" read_bytes: || READ_BYTES=$((READ_BYTES + FOUND))
    ! stats_value "/proc/$pid/io" write_bytes: || WRITTEN_BYTES=$((WRITTEN_BYTES + FOUND))
  done
  ! stats_value "${CGROUPS[0]}/cpu.stat" usage_usec || CPU_TIME=$FOUND
  ! stats_value "$cpuacct" '' || CPU_TIME=$((FOUND / 1000))
  for key in memory.current:memory.max:inactive_file memory.usage_in_bytes:memory.limit_in_bytes:total_inactive_file; do
    value=${key#*:}
    stats_value "$memory/${key%%:*}" '' || continue
    MEMORY=$FOUND
    ! stats_value "$memory/${value%:*}" '' || LIMITED=$FOUND
    ! stats_value "$memory/memory.stat" "${value#*:}" || MEMORY=$((MEMORY > FOUND ? MEMORY - FOUND : 0)) # what may go at any time, as in Docker
  done
  MEMORY=${MEMORY:-$RESIDENT}
  stats_value /proc/meminfo MemTotal:
  MEMORY_LIMIT=$((FOUND * 1024))
  [[ -z $LIMITED || $LIMITED == max || ${#LIMITED} -gt 18 ]] || ((LIMITED >= MEMORY_LIMIT)) || MEMORY_LIMIT=$LIMITED
  while read -r interface value _ _ _ _ _ _ _ rest _; do
    [[ $interface != *: || $interface == lo: ]] || RECEIVED=$((RECEIVED + value)) SENT=$((SENT + rest))
  done 2>/dev/null <"/proc/$PID/net/dev" || : # it has ended
}

# stats_value FILE KEY: sets FOUND, what stands behind KEY in the file, or, without one, in it. False where there is none. It reads the file
# to its end: Bash has read further than the line, cannot go back where the process has ended, and would take the rest for the next file.
stats_value() {
  local key value
  FOUND=''
  [[ -f $1 ]] || return 1
  while read -r key value _; do
    [[ -n $2 ]] || value=$key
    [[ -n $FOUND || (-n $2 && $key != "$2") ]] || FOUND=$value
  done 2>/dev/null <"$1" || :      # it has been removed
  [[ $FOUND =~ ^(max|-?[0-9]+)$ ]] # or its process was just ending
}
