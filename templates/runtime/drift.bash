# ── check NAME: the same bytes in every script ──────────────────────────────────────────────────
# A container that runs, beside its definition: a line for each difference, and exit status 2.
check_container() {
  local DRIFTED=0 ID='' USER_ID GROUP_IDS DIRECTORY ENVIRONMENT RUN_USER='' RUN_DIRECTORY='' RUN_ENVIRONMENT=() OWN_CGROUPS
  container_pick "$1"
  container_need
  OWN_CGROUPS=("${CGROUPS[@]}")
  exec_settings # which service it is of
  CGROUPS=("${OWN_CGROUPS[@]}")
  drift_rights
  drift_limits
  drift_mounts
  drift_network
  ((DRIFTED == 0)) || return 1
  printf 'ok       %s is as defined\n' "$CONTAINER"
}

# drifted WHAT IS WANTED
drifted() {
  local SHOWN
  shown "$CONTAINER: $1: $2, not $3"
  printf 'differs  %s\n' "$SHOWN"
  DRIFTED=$((DRIFTED + 1))
}

drift_rights() {
  local key value CAPABILITIES NO_NEW_PRIVS FILTERED SELINUX='' INIT=''
  "${ID}_rights"
  while read -r key value; do
    [[ $key == CapBnd: ]] || continue
    value=0x$value CAPABILITIES=0x$CAPABILITIES # no more than we have
    printf -v CAPABILITIES %016x "$((CAPABILITIES & value))"
  done </proc/self/status
  while read -r key value; do
    case $key in
    CapBnd:) [[ $value == "$CAPABILITIES" ]] || drifted 'capabilities (CapBnd)' "$value" "$CAPABILITIES" ;;
    NoNewPrivs:) [[ $value == "$NO_NEW_PRIVS" ]] || drifted no_new_privs "$value" "$NO_NEW_PRIVS" ;;
    Seccomp:) ((value >= FILTERED)) || drifted seccomp "$value" "$FILTERED" ;;
    *) ;;
    esac
  done 2>/dev/null <"/proc/$PID/status" || fail 125 "$CONTAINER has just ended"
  [[ -z $SELINUX ]] || drift_label
}
# drift_label: the SELinux context; with init: true process 1 is a Bash of the host, and only its command has it.
drift_label() {
  local context='' pid=$PID
  [[ -z $INIT ]] || { read -r pid _ <"/proc/$PID/task/$PID/children" || [[ -n $pid ]]; } 2>/dev/null || fail 125 "$CONTAINER has just ended"
  { read -r -d '' context <"/proc/$pid/attr/current" || [[ -n $context ]]; } 2>/dev/null || fail 125 "$CONTAINER has just ended"
  [[ $context == "$SELINUX" ]] || drifted 'SELinux context' "$context" "$SELINUX"
}

# drift_limits: what the service sets is read back, not set.
drift_limits() {
  local DRIFTS FILE GOT VALUE
  DRIFTS=$(
    # shellcheck disable=SC2329 # SERVICE_limits calls them, in place of those that write
    limit() { drift_limit "$@"; }
    # shellcheck disable=SC2329
    limit_line() { :; }
    # shellcheck disable=SC2329
    limit_weight() { :; }
    # shellcheck disable=SC2329
    limit_realtime() { :; }
    # shellcheck disable=SC2329
    say() { :; }
    "${ID}_limits"
  )
  [[ -z $DRIFTS ]] || while IFS=$'\t' read -r FILE GOT VALUE; do drifted "$FILE" "$GOT" "$VALUE"; done <<<"$DRIFTS"
}
# drift_limit WHY VALUE FILE
drift_limit() {
  local got=''
  { IFS= read -r got <"$3"; } 2>/dev/null || :                                                    # it has been removed
  [[ $2 != -1 || ${#got} -lt 19 ]] || return 0                                                    # without a limit
  [[ ! $2$got =~ ^[0-9]+$ || $3 != */memory.* ]] || ((got > $2 || got <= $2 - 65536)) || return 0 # whole pages
  [[ $got == "$2" ]] || printf '%s\t%s\t%s\n' "$1 ($3)" "$got" "$2"
}

# drift_mounts: each line of its fstab is mounted, with its options; nothing else is.
drift_mounts() {
  local line fields target options option
  local -A WANTED=(['/']=rw) LIVE=()
  [[ ! -f $STATE/fstab ]] || while read -r _ target _ options _; do
    [[ $options != *remount,bind,ro ]] || continue # of the host's
    target=${target#"$ROOTFS"}
    printf -v target %b "$target" # \040 is a space
    WANTED[${target:-/}]=$options
  done <"$STATE/fstab"
  while read -ra fields; do
    printf -v target %b "${fields[4]}"
    LIVE[$target]=${fields[5]}
  done 2>/dev/null <"/proc/$PID/mountinfo" || fail 125 "$CONTAINER has just ended"
  for target in "${!LIVE[@]}"; do
    [[ -n ${WANTED[$target]-} || $target == /dev/console ]] || drift_below "$target" || drifted "mount $target" mounted 'in the definition'
  done
  for target in "${!WANTED[@]}"; do
    [[ -n ${LIVE[$target]-} ]] || {
      drifted "mount $target" missing "${WANTED[$target]}"
      continue
    }
    for option in ro nosuid nodev noexec; do
      [[ ,${WANTED[$target]}, != *",$option,"* || ,${LIVE[$target]}, == *",$option,"* ]] || drifted "mount $target" "${LIVE[$target]}" "$option"
    done
    [[ ,${WANTED[$target]}, == *,ro,* || ,${LIVE[$target]}, != *,ro,* ]] || drifted "mount $target" ro rw
  done
}

# drift_below PATH: what a bind mount brings with it.
drift_below() {
  local target
  for target in "${!WANTED[@]}"; do
    [[ ,${WANTED[$target]}, != *,rbind,* || $1 != "$target"/* ]] || return 0
  done
  return 1
}

# drift_network: its addresses, and the rules that say which it may send from.
drift_network() {
  local path owner wanted='' live address _ network BRIDGE RULES
  for path in "/run/cash/$PROJECT/networks"/*/* /run/cash/_/networks/*/*; do
    [[ -f $path ]] || continue
    { read -r owner <"$path"; } 2>/dev/null || continue # it was just removed
    [[ $owner != "$STATE" ]] || wanted+=" ${path##*/}"
  done
  [[ -n $wanted ]] || return 0
  live=''
  while read -r _ _ _ address _; do [[ $address == 127.* ]] || live+=" ${address%/*}"; done < <(nsenter --net="/proc/$PID/ns/net" ip -o -4 address show)
  container_lives pid || fail 125 "$CONTAINER has just ended"
  [[ " $live " == *"$wanted "* && ${#live} == "${#wanted}" ]] || drifted addresses "${live# }" "${wanted# }"
  for network in "${NETWORKS[@]}"; do
    "${network}_rules"
    [[ ! -d /sys/class/net/$BRIDGE ]] || drift_rules
  done
}

# drift_rules: of the network BRIDGE, as nft lists them, beside RULES, as it lists them where there are no other ones.
drift_rules() {
  local wanted live
  wanted=$(printf '%s\n' "${RULES[@]}" | unshare --net bash -c 'nft -f - && nft --terse list table ip "$1" && nft --terse list table bridge "$1"' cash "$BRIDGE")
  live=$(nft --terse list table ip "$BRIDGE" 2>/dev/null && nft --terse list table bridge "$BRIDGE" 2>/dev/null) || : # they are gone
  [[ -n $live ]] || live=gone
  [[ $live == "$wanted" ]] || drifted "nft tables ip and bridge $BRIDGE" "${live/#table*/changed}" 'as defined'
}
