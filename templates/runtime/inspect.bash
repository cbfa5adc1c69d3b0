# ── inspect: the same bytes in every script ─────────────────────────────────────────────────────
# A list of JSON objects: what is known of a container, and, of one that runs, what the kernel says of it.
command_inspect() {
  local NAME OBJECTS=''
  (($#)) || fail 2 "usage: $0 inspect NAME…"
  for NAME; do
    container_pick "$NAME"
    [[ -d $STATE || -d ${ROOTFS%/*} ]] || fail 125 "$CONTAINER is not there; see: $0 ps -a"
    inspect_container
    OBJECTS+=", $JSON"
  done
  printf '[%s]\n' "${OBJECTS#, }"
}

# inspect_container: sets JSON, the container that was picked.
inspect_container() {
  local ID='' USER_ID='' GROUP_IDS='' DIRECTORY='' ENVIRONMENT=() RUN_USER='' RUN_DIRECTORY='' RUN_ENVIRONMENT=() LABELS=() IMAGE_NAME PORTS LIVE='' VARIABLES LABELLED SINCE PID
  local OWN_CGROUPS=("${CGROUPS[@]}")
  container_state
  container_image_name
  container_ports
  [[ ! -f $STATE/settings ]] || exec_settings
  CGROUPS=("${OWN_CGROUPS[@]}")
  json_list "${ENVIRONMENT[@]}"
  VARIABLES=$JSON
  json_list "${LABELS[@]}"
  LABELLED=$JSON
  [[ -z $PID ]] || inspect_live
  json_object name "$CONTAINER" state "$STATE_NAME" health "$HEALTH" pid= "$PID" since= "$SINCE" exit= "$EXITED" restarts= "$RESTARTS" \
    image "$IMAGE_NAME" rootfs "$ROOTFS" runtime_files "$STATE" user= "$USER_ID" groups "$GROUP_IDS" working_directory "$DIRECTORY" \
    environment= "$VARIABLES" labels= "$LABELLED" ports "$PORTS" live= "$LIVE"
}

# inspect_live: sets LIVE, of /proc/PID, its cgroups and its network.
inspect_live() {
  local key value rest STATUS=() SPACES=() MOUNTED=() LIMITED CAPABILITIES NAMESPACES_LIVE INTERFACES='' line
  while read -r key value; do
    case $key in
    CapBnd: | CapEff: | CapPrm: | CapInh: | CapAmb:) STATUS+=("${key%:}" "$value") ;;
    *) ;;
    esac
    case $key in
    NoNewPrivs: | Seccomp:) STATUS+=("${key%:}=" "$value") ;;
    *) ;;
    esac
  done 2>/dev/null <"/proc/$PID/status" || fail 125 "$CONTAINER has just ended"
  json_object "${STATUS[@]}"
  CAPABILITIES=$JSON
  for key in cgroup ipc mnt net pid user uts; do
    line=$(readlink "/proc/$PID/ns/$key") || fail 125 "$CONTAINER has just ended"
    SPACES+=("$key" "$line")
  done
  json_object "${SPACES[@]}"
  NAMESPACES_LIVE=$JSON
  while read -r _ _ _ _ line; do
    printf -v line %b "$line" # \040 is a space
    MOUNTED+=("$line")
  done 2>/dev/null <"/proc/$PID/mountinfo" || fail 125 "$CONTAINER has just ended"
  inspect_limits
  LIMITED=$JSON
  ! type -P ip >/dev/null || INTERFACES=$(nsenter --net="/proc/$PID/ns/net" ip -json address show) || fail 125 "$CONTAINER has just ended"
  json_list "${MOUNTED[@]}"
  json_object capabilities= "$CAPABILITIES" namespaces= "$NAMESPACES_LIVE" mounts= "$JSON" limits= "$LIMITED" network= "$INTERFACES"
  LIVE=$JSON
}

# inspect_limits: sets JSON, what the cgroups of the container say, by file.
inspect_limits() {
  local directory file value pairs=()
  for directory in "${CGROUPS[@]}"; do
    for file in "$directory"/{pids.max,cpu.shares,cpu.cfs_quota_us,cpu.cfs_period_us,cpu.weight,cpu.max,cpuset.cpus,memory.limit_in_bytes} \
      "$directory"/memory.{memsw.limit_in_bytes,soft_limit_in_bytes,max,swap.max,low}; do
      [[ -f $file ]] || continue
      read -r value <"$file" || : # empty
      pairs+=("$file" "$value")
    done
  done
  json_object "${pairs[@]}"
}
