# ── limits with lines of their own: the same bytes in every script that has one ─────────────────
# limit_line WHY VALUE FILE [LINE]: put, and read back: one line of the file is LINE, or VALUE, alone or behind a name.
limit_line() {
  local GOT LINE=${4-$2}
  [[ $MODE == plan || -e $3 ]] || fail 125 "$1: this kernel has no ${3##*/}: remove it"
  cgroup_write "$1" "$2" "$3"
  [[ $MODE == apply ]] || return 0
  while IFS= read -r GOT; do
    [[ $GOT != "$LINE" && $GOT != "$1 $LINE" ]] || return 0
  done <"$3"
  fail 125 "$1 did not take: $3 does not say $LINE"
}

# limit_disks: the controller of disks, blkio in v1, io in v2, is one of this host's.
limit_disks() {
  local LINE=''
  cgroup_find "$CGROUP_WANTED"
  if [[ $CGROUP_VERSION == v1 ]]; then
    [[ -n ${CGROUP_MOUNTS[blkio]-} ]] || fail 125 'blkio_config: the cgroup controller blkio is not mounted here: remove it, or mount the controller'
  else
    read -r LINE </sys/fs/cgroup/cgroup.controllers || : # empty: none
    [[ " $LINE " == *' io '* ]] || fail 125 'blkio_config: this kernel has no cgroup controller io: remove it, or boot a kernel that has it'
  fi
}

# limit_device PATH: sets DEVICE, as the kernel numbers the block device.
limit_device() {
  local NUMBERS
  [[ -b $1 ]] || fail 125 "blkio_config: $1 is no block device of this host"
  NUMBERS=$(stat --dereference --format='%t %T' -- "$1")
  DEVICE=$((16#${NUMBERS% *})):$((16#${NUMBERS#* }))
}

# limit_weight WHY WEIGHT [DEVICE]: by the scheduler that this kernel has. io.weight is from 1 to 10000: converted as runc does.
limit_weight() {
  local FILE BEFORE=${3-default} DIRECTORY=${CGROUP[blkio]-${CGROUP[io]-}}
  if [[ $CGROUP_VERSION == v1 ]]; then
    FILE=blkio.bfq.weight
    [[ ! -e $DIRECTORY/blkio.weight ]] || FILE=blkio.weight
    if [[ -n ${3-} ]]; then
      limit_line "$1" "$3 $2" "$DIRECTORY/${FILE}_device"
    else
      limit_line "$1" "$2" "$DIRECTORY/$FILE"
    fi
  elif [[ $MODE == plan && ! -d $DIRECTORY || -e $DIRECTORY/io.bfq.weight ]]; then
    limit_line "$1" "$BEFORE $2" "$DIRECTORY/io.bfq.weight"
  else
    limit_line "$1" "$BEFORE $((1 + ($2 - 10) * 9999 / 990))" "$DIRECTORY/io.weight"
  fi
}

# limit_realtime RUNTIME PERIOD: of the container; the cgroups above it need as much as all those in them have, in the kernel's
# period of a second.
limit_realtime() {
  local MOUNT=${CGROUP_MOUNTS[cpu]} OWN=$((($1 * 1000000 + $2 - 1) / $2)) PROJECT_NEEDS ALL_NEED
  [[ -e $MOUNT/cpu.rt_runtime_us ]] || fail 125 'cpu_rt_runtime and cpu_rt_period: this kernel has no real-time limits: remove them'
  realtime_sum "$MOUNT/cash/$PROJECT" "$CGROUP_NAME"
  PROJECT_NEEDS=$((REALTIME + OWN)) REALTIME=0
  [[ ! -e $MOUNT/cash/$PROJECT ]] || read -r REALTIME <"$MOUNT/cash/$PROJECT/cpu.rt_runtime_us"
  ((PROJECT_NEEDS >= REALTIME)) || PROJECT_NEEDS=$REALTIME # it may have had more containers
  realtime_sum "$MOUNT/cash" "cash/$PROJECT"
  ALL_NEED=$((REALTIME + PROJECT_NEEDS))
  realtime_raise "$ALL_NEED" "$MOUNT/cash"
  realtime_raise "$PROJECT_NEEDS" "$MOUNT/cash/$PROJECT"
}

# realtime_sum DIRECTORY NAME: sets REALTIME, what the cgroups in it have, all but NAME.
realtime_sum() {
  local INSIDE TIME LENGTH
  REALTIME=0
  for INSIDE in "$1"/*/; do
    [[ -e $INSIDE/cpu.rt_runtime_us && ${INSIDE%/} != */"$2" ]] || continue
    read -r TIME <"$INSIDE/cpu.rt_runtime_us"
    read -r LENGTH <"$INSIDE/cpu.rt_period_us"
    REALTIME=$((REALTIME + (TIME * 1000000 + LENGTH - 1) / LENGTH))
  done
}

# realtime_raise TIME DIRECTORY: where it has less.
realtime_raise() {
  local TIME=0
  [[ ! -e $2/cpu.rt_runtime_us ]] || read -r TIME <"$2/cpu.rt_runtime_us"
  ((TIME >= $1)) || put 'real-time time, for the cgroups below' "$1" "$2/cpu.rt_runtime_us"
}
