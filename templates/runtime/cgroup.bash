# ── cgroups: the same bytes in every script ─────────────────────────────────────────────────────
declare -A CGROUP=()        # controller: the container's directory; v2: the one directory
declare -A CGROUP_MOUNTS=() # controller: where its v1 hierarchy is mounted
CGROUPS=()                  # the container's directories, each once
CGROUP_VERSION=

# cgroup_find [VERSION]: how this host has its controllers.
cgroup_find() {
  local mounts mount path options
  [[ -z $CGROUP_VERSION ]] || return 0
  mapfile -t mounts </proc/self/mounts # at once: line by line, the kernel would write it as often
  for mount in "${mounts[@]}"; do
    case $mount in # DEVICE PATH KIND OPTION,… 0 0
    *' cgroup '*)
      path=${mount#* } options=${mount#* cgroup }
      path=${path%% *} options=${options%% *},
      while [[ -n $options ]]; do CGROUP_MOUNTS[${options%%,*}]=$path options=${options#*,}; done
      ;;
    *' /sys/fs/cgroup cgroup2 '*) CGROUP_VERSION=v2 ;;
    *) ;;
    esac
  done
  [[ -n $CGROUP_VERSION || -z ${CGROUP_MOUNTS[pids]-} ]] || CGROUP_VERSION=v1
  [[ -n $CGROUP_VERSION ]] || fail 125 'no cgroups are mounted here: mount -t cgroup2 cgroup2 /sys/fs/cgroup'
  [[ -z ${1-} || $1 == "$CGROUP_VERSION" ]] || fail 125 "x-cash.cgroup wants $1, and this host has $CGROUP_VERSION"
}

# cgroup_paths NAME CONTROLLER…: sets CGROUP and CGROUPS.
cgroup_paths() {
  local name=$1 controller
  shift
  CGROUP_NAME=$name CGROUPS=()
  unset -v CGROUP
  declare -gA CGROUP=()
  for controller; do
    CGROUP[$controller]=/sys/fs/cgroup/$name
    if [[ $CGROUP_VERSION == v1 ]]; then
      [[ -n ${CGROUP_MOUNTS[$controller]-} ]] || fail 125 "the cgroup controller $controller is not mounted here"
      CGROUP[$controller]=${CGROUP_MOUNTS[$controller]}/$name
    fi
    [[ " ${CGROUPS[*]-} " == *" ${CGROUP[$controller]} "* ]] || CGROUPS+=("${CGROUP[$controller]}")
  done
}

# cgroup_enable NAME CONTROLLER…: hands the controllers down to the container's cgroup, from the root on.
cgroup_enable() {
  local name=$1 directory controller value
  shift
  if [[ $CGROUP_VERSION == v1 ]]; then
    [[ -n ${CGROUP[cpuset]-} ]] || return 0
    cgroup_cpuset "${CGROUP_MOUNTS[cpuset]}" "$name"
    return 0
  fi
  for directory in /sys/fs/cgroup /sys/fs/cgroup/"${name%%/*}" /sys/fs/cgroup/"${name%/*}"; do
    value=''
    [[ ! -f $directory/cgroup.subtree_control ]] || read -r value <"$directory/cgroup.subtree_control" || : # empty: none is on
    for controller; do
      [[ " $value " != *" $controller "* ]] || continue
      ! there "$directory/cgroup.subtree_control+$controller" || continue # planned before
      put 'a controller, for the cgroups below' "+$controller" "$directory/cgroup.subtree_control"
      made "$directory/cgroup.subtree_control+$controller"
    done
  done
}

# cgroup_cpuset MOUNT NAME: in v1 a cpuset has no processors and no memory nodes until it is given some.
cgroup_cpuset() {
  local directory=$1 file value part rest=$2/
  while [[ -n $rest ]]; do
    part=${rest%%/*} rest=${rest#*/}
    for file in cpuset.cpus cpuset.mems; do
      value=''
      [[ ! -f $directory/$part/$file ]] || read -r value <"$directory/$part/$file" || : # empty: not set yet
      [[ -n $value ]] || { read -r value <"$1/$file" && put 'of its parent' "$value" "$directory/$part/$file"; }
    done
    directory+=/$part
  done
}

# limit WHY VALUE FILE: put, and read back. The kernel rounds bytes down to pages; nothing else may differ.
limit() {
  local got
  cgroup_write "$@"
  [[ $MODE == apply ]] || return 0
  IFS= read -r got <"$3"
  [[ $got == "$2" ]] && return 0
  [[ $2 == -1 && ${#got} -ge 19 ]] && return 0 # without a limit
  [[ $2 =~ ^[0-9]+$ && $got =~ ^[0-9]+$ && $3 == */memory.* ]] && ((got <= $2 && got > $2 - 65536)) && return 0
  fail 125 "$1 did not take: $3 says $got, not $2"
}

# limit_optional WHY VALUE FILE: limit, where this kernel has that file.
limit_optional() {
  if [[ $MODE == plan && ! -d ${3%/*} ]]; then
    words "$3"
    CONDITION="[[ ! -e $WORDS ]] || "
    limit "$@"
  elif [[ -e $3 ]]; then
    limit "$@"
  fi
}

# cgroup_kill: ends what runs in the container's cgroups.
cgroup_kill() {
  local directory
  container_alive || return 0
  if [[ $MODE == plan ]]; then
    planned "$(declare -p CGROUPS)" "$(declare -f cgroup_end)" 'cgroup_end  # its processes'
    for directory in "${CGROUPS[@]}"; do gone "$directory/cgroup.procs"; done
  else
    cgroup_end
  fi
}
cgroup_end() {
  local directory pids tries
  for directory in "${CGROUPS[@]}"; do
    for ((tries = 0; tries < 200; tries++)); do
      { mapfile -t pids <"$directory/cgroup.procs"; } 2>/dev/null || break # it has been removed
      ((${#pids[@]})) || break
      if [[ -f $directory/cgroup.kill ]]; then
        echo 1 >"$directory/cgroup.kill"
      else
        kill -s KILL "${pids[@]}" 2>/dev/null || : # some may have ended since
      fi
      sleep 0.05
    done
  done
}

# cgroup_killed: how many processes of the container the kernel has killed for want of memory.
cgroup_killed() {
  local key value file
  KILLED=0
  for file in "${CGROUP[memory]-}"/memory.{events,oom_control}; do
    [[ -f $file ]] || continue
    while read -r key value; do [[ $key != oom_kill ]] || KILLED=$value; done <"$file"
  done
}

# What a limit is in the other version of cgroups, where a parameter is in it: each sets CONVERTED.
cgroup_weight() { # a weight of 100 is 1024 shares
  CONVERTED=$((($1 * 100 + 512) / 1024))
  ((CONVERTED >= 1)) || CONVERTED=1
  ((CONVERTED <= 10000)) || CONVERTED=10000
}
cgroup_sum() { CONVERTED=$(($1 + $2)); }
cgroup_difference() {
  CONVERTED=$(($1 - $2))
  (($1 >= 0)) || CONVERTED=max # -1: unlimited
}
