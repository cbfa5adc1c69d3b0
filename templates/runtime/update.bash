# ── update: the same bytes in every script ──────────────────────────────────────────────────────
# Limits of containers that run, each read back. They last as long as the cgroup: until it is started by a command again.
command_update() {
  local NAME OPTION VALUE BYTES
  local -A WANTED=()
  while [[ ${1-} == --* ]]; do
    OPTION=${1#--} VALUE=${2-}
    [[ $OPTION != *=* ]] || {
      VALUE=${OPTION#*=} OPTION=${OPTION%%=*}
      set -- "$1" "$@"
    }
    case $OPTION in
    memory | memory-swap | memory-reservation)
      bytes_of "--$OPTION" "$VALUE"
      WANTED[${OPTION//-/_}]=$BYTES
      ;;
    cpus)
      [[ $VALUE =~ ^([0-9]{1,4})(\.([0-9]{1,3})[0-9]*)?$ ]] || fail 2 "--cpus $VALUE: a number of processors is wanted, such as 1.5"
      printf -v VALUE '%s%-3s' "${BASH_REMATCH[1]}" "${BASH_REMATCH[3]}"
      WANTED[cpus]=$((10#${VALUE// /0} * 100)) # microseconds in 100000
      ((WANTED[cpus] >= 1000)) || fail 2 '--cpus: the least is 0.01'
      ;;
    cpu-shares | pids-limit)
      [[ $VALUE =~ ^(-1|[0-9]{1,9})$ ]] || fail 2 "--$OPTION $VALUE: a number is wanted"
      [[ $OPTION$VALUE != pids-limit@(-1|0) ]] || VALUE=max
      WANTED[${OPTION//-/_}]=$VALUE
      ;;
    cpuset-cpus)
      [[ $VALUE =~ ^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$ ]] || fail 2 "--cpuset-cpus $VALUE: a list of processors is wanted, such as 0-2,4"
      WANTED[${OPTION//-/_}]=$VALUE
      ;;
    *) fail 2 "update has no option --$OPTION; see: $0 help" ;;
    esac
    (($# > 1)) || fail 2 "--$OPTION needs a value"
    shift 2
  done
  (($# && ${#WANTED[@]})) || fail 2 "usage: $0 update [--memory BYTES] [--cpus NUMBER] … NAME…"
  containers_known "$@"
  for NAME; do
    container_pick "$NAME"
    container_need
    update_container
  done
}

# bytes_of OPTION VALUE: sets BYTES; 512m, 1g, -1 is without a limit.
bytes_of() {
  local unit factor=1
  [[ ${2,,} =~ ^(-1|([0-9]{1,12})(b|kb?|mb?|gb?|tb?)?)$ ]] || fail 2 "$1 $2: bytes are wanted, such as 512m; -1: no limit"
  BYTES=-1
  [[ $2 != -1 ]] || return 0
  unit=${BASH_REMATCH[3]}
  case ${unit:0:1} in
  k) factor=1024 ;;
  m) factor=$((1024 * 1024)) ;;
  g) factor=$((1024 * 1024 * 1024)) ;;
  t) factor=$((1024 * 1024 * 1024 * 1024)) ;;
  *) ;;
  esac
  BYTES=$((10#${BASH_REMATCH[2]} * factor))
}

# update_container: WANTED, of the container that was picked.
update_container() {
  local CONVERTED memory=${WANTED[memory]-}
  update_limit pids-limit pids pids.max "${WANTED[pids_limit]-}"
  if [[ $CGROUP_VERSION == v1 ]]; then
    update_limit cpu-shares cpu cpu.shares "${WANTED[cpu_shares]-}"
    update_limit cpus cpu cpu.cfs_period_us "${WANTED[cpus]:+100000}"
    update_limit cpus cpu cpu.cfs_quota_us "${WANTED[cpus]-}"
    update_limit memory-reservation memory memory.soft_limit_in_bytes "${WANTED[memory_reservation]-}"
    update_memory_v1
  else
    [[ -z ${WANTED[cpu_shares]-} ]] || cgroup_weight "${WANTED[cpu_shares]}"
    update_limit cpu-shares cpu cpu.weight "${WANTED[cpu_shares]:+$CONVERTED}"
    update_limit cpus cpu cpu.max "${WANTED[cpus]:+${WANTED[cpus]-} 100000}"
    update_limit memory-reservation memory memory.low "${WANTED[memory_reservation]-}"
    update_limit memory memory memory.max "${memory/#-1/max}"
    update_swap_v2
  fi
  update_limit cpuset-cpus cpuset cpuset.cpus "${WANTED[cpuset_cpus]-}"
}

# update_limit OPTION CONTROLLER FILE VALUE: where a value is wanted. What a container says that has ended meanwhile, with its cgroup, is not said.
update_limit() {
  local directory=${CGROUP[$2]-} said='' status=0
  [[ -n $4 ]] || return 0
  if [[ $CGROUP_VERSION == v2 ]]; then
    cgroup_enable "$CGROUP_NAME" "$2"
  elif [[ -z $directory || ! -d $directory ]]; then
    update_running
    fail 125 "--$1: $CONTAINER is in no cgroup of the controller $2, as its service sets no such limit; give it one, and start it again"
  fi
  if [[ $MODE == plan ]]; then
    limit "--$1" "$4" "$directory/$3"
  else
    audit_write "/run/cash/$PROJECT" # or the other one would write it, too
    said=$(
      trap 'audit_write "/run/cash/$PROJECT"' EXIT
      limit "--$1" "$4" "$directory/$3" 2>&1
    ) || status=$?
    AUDIT_COMMAND='' # the other one has written it
    ((status == 0)) || update_running
    [[ -z $said ]] || printf '%s\n' "$said" >&2
    ((status == 0)) || exit "$status"
  fi
}
update_running() { { container_lives pid && [[ $LIVING == "$PID" ]]; } || fail 125 "$CONTAINER has just ended"; }
# update_now FILE: sets NOW, what the cgroup has there.
update_now() { { read -r NOW <"$1"; } 2>/dev/null || { update_running && read -r NOW <"$1"; }; }

# update_memory_v1: memory may never be above memory and swap together: what grows, from there, what shrinks, towards it.
update_memory_v1() {
  local total=${WANTED[memory_swap]-} memory=${WANTED[memory]-} NOW=0
  [[ -n $memory || -n $total ]] || return 0
  [[ -n $total || $memory == -1 ]] || total=$((2 * memory)) # as where only mem_limit is given
  [[ -n $total ]] || total=-1
  [[ -e ${CGROUP[memory]-}/memory.memsw.limit_in_bytes ]] || total='' # this kernel does not count swap
  [[ -z $total ]] || update_now "${CGROUP[memory]}/memory.memsw.limit_in_bytes"
  if [[ -n $total ]] && ((total == -1 || total > NOW)); then
    update_limit memory-swap memory memory.memsw.limit_in_bytes "$total"
    update_limit memory memory memory.limit_in_bytes "$memory"
  else
    update_limit memory memory memory.limit_in_bytes "$memory"
    update_limit memory-swap memory memory.memsw.limit_in_bytes "$total"
  fi
}

# update_swap_v2: there swap is counted by itself.
update_swap_v2() {
  local total=${WANTED[memory_swap]-} memory=${WANTED[memory]-} NOW
  [[ -n $memory || -n $total ]] || return 0
  [[ -n $memory ]] || {
    update_now "${CGROUP[memory]}/memory.max"
    memory=$NOW
  }
  if [[ -z $total ]]; then
    total=$memory
  elif [[ $total != -1 ]]; then
    [[ $memory != max && $memory != -1 ]] || fail 2 '--memory-swap is of memory and swap together: give --memory, too'
    total=$((total - memory))
    ((total >= 0)) || fail 2 '--memory-swap is of memory and swap together: it is at least --memory'
  fi
  [[ ! -e ${CGROUP[memory]}/memory.swap.max ]] || update_limit memory-swap memory memory.swap.max "${total/#-1/max}"
}
