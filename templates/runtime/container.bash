# ── containers, until they start: the same bytes in every script ─────────────────────────────────
# container_names: where the container in CONTAINER is on this host.
container_names() {
  ROOTFS=$ROOT/containers/$PROJECT/$CONTAINER/rootfs
  ETC=${ROOTFS%/*}/etc # what is mounted over its /etc/hosts, hostname and resolv.conf: it may write there, so it is no part of /run
  STATE=/run/cash/$PROJECT/containers/$CONTAINER
  SECRETS=/run/cash/$PROJECT/secrets/$CONTAINER
  LEASES=()
  cgroup_find "$CGROUP_WANTED"
  cgroup_paths "cash/$PROJECT/$CONTAINER" "${CONTROLLERS[@]}"
}

HELD=''                # not empty: the container's name is ours
KEPT=''                # not empty: this invocation has made what is kept of it
LEASES=()              # files of the container's leases
FIRST='' STARTING=''   # the process that becomes the parent of process 1; the process before it, where it is about to be known
ADMITTED=''            # the process that says to the walls of its networks who it is
FAILED=''              # not empty: it did not start
STARTED=()             # a function to call when it has started, and its arguments
RELAYS=() RELAY_END='' # the processes that stand between its descriptors and ours; what ends them
OUTPUT=''              # where its output goes; empty: where ours goes
STOPPING=()            # a function to call before it is told to end
LOGGER=''              # the process that writes its log, where a supervisor has one
STOPPED=''             # not empty: it was told to end
READS=()               # a command that reads the functions of process 1, which a supervisor does not keep
FREE=()                # a function that is false where its name is taken, though no process holds its lock
PARTING=()             # a function to call when it is over, where other containers may share what it has

# container_lock: the container's name is ours until this process ends.
container_lock() {
  [[ $MODE == apply ]] || { stays "$STATE" && [[ -d $STATE ]]; } || return 0
  { exec {LOCK}<"$STATE"; } 2>/dev/null || fail 125 "$CONTAINER was just removed; try again"
  flock --nonblock "$LOCK" || container_lock_await || fail 125 "$CONTAINER is running already; a second one of another name: run --name NAME …"
  "${FREE[@]}" || fail 125 "$CONTAINER is running already; a second one of another name: run --name NAME …"
  [[ /proc/self/fd/$LOCK -ef $STATE ]] || fail 125 "$CONTAINER was just removed; try again"
  HELD=yes
}

# container_lock_await: a process that a killed command has started may hold it for a moment still; who has just taken it says so when its
# container lives.
container_lock_await() {
  local second
  for ((second = 0; second < 30; second++)); do
    ! container_lives owner || return 1
    ! flock --timeout 1 "$LOCK" || return 0
  done
  return 1
}

# container_create: all that its processes need before they start. What a dead run has left of it goes first.
container_create() {
  HELD='' KEPT='' # of one that was run before it
  UNDO=(container_undo "${UNDO[@]}")
  container_directories
  container_lock
  if { [[ -d $ROOTFS ]] && stays "$ROOTFS" && ! there "${ROOTFS%/*}/keep"; } || { stays "$STATE" && ! empty "$STATE"; } || there "$ETC/hostname" || container_alive; then
    [[ ! -e $STATE/supervisor ]] || ! container_lives pid || fail 125 "$CONTAINER is running already, though its supervisor was killed; $0 start $CONTAINER gives it another"
    container_remove
    container_directories
    HELD=''
    unlock
    container_lock
  fi
  container_has_directories || container_directories # one of its name was just being removed
  lines 'what it is made of, for rmi and diff' "$STATE/image" "$IMAGE" "$SERVICE"
  [[ -z $KEEP ]] || there "${ROOTFS%/*}/keep" || {
    KEPT=yes
    lines 'it is kept' "${ROOTFS%/*}/keep" "$IMAGE" "$SERVICE"
    made "${ROOTFS%/*}/keep"
  }
  cgroup_enable "cash/$PROJECT/$CONTAINER" "${CONTROLLERS[@]}"
  "${ID}_limits"
  ! declare -F "${ID}_guard" >/dev/null || "${ID}_guard"
  container_terminal
  ! declare -F "${ID}_secrets" >/dev/null || "${ID}_secrets"
  "${ID}_network"
}
container_directories() {
  there /run/cash || run 'runtime files, for root alone' mkdir -p -m 700 /run/cash
  cgroup_create "$ETC" "$STATE"
  made "${ROOTFS%/*}" "$ETC" "$STATE" "${CGROUPS[@]}"
}

container_has_directories() {
  local path
  for path in "$ETC" "${CGROUPS[@]}"; do there "$path" || return 1; done
}

# container_alive: processes of a run that was killed are left.
container_alive() {
  local directory pids=()
  for directory in "${CGROUPS[@]}"; do
    ! stays "$directory" || ! there "$directory/cgroup.procs" || { mapfile -t pids <"$directory/cgroup.procs"; } 2>/dev/null || : # it has been removed
    ((${#pids[@]} == 0)) || return 0
  done
  return 1
}

# container_birth PID: sets BIRTH, when that process began (clock ticks since the boot): a number with which no other one has its PID.
# False where it has ended, though nobody may have asked how yet.
container_birth() {
  local STAT TEXT=''
  { IFS= read -r -d '' TEXT <"/proc/$1/stat" || [[ -n $TEXT ]]; } 2>/dev/null || return 1 # its name may have line breaks
  read -ra STAT <<<"${TEXT##*) }"
  BIRTH=${STAT[19]}
  [[ ${STAT[0]} != [XZ] ]]
}
# container_lives FILE: the process lives that STATE/pid or STATE/owner names; sets LIVING, its pid.
container_lives() {
  local born
  { read -r LIVING born <"$STATE/$1"; } 2>/dev/null && container_birth "$LIVING" && [[ $BIRTH == "$born" ]]
}

# container_workdir: a working directory that the image does not have is made, as with Docker.
container_workdir() {
  local path=$IMAGE rest=${WORKING_DIRECTORY#/}
  [[ -n $rest ]] || return 0
  rest+=/
  [[ $WORKING_DIRECTORY == /* && $WORKING_DIRECTORY/ != */../* ]] || fail 125 "the working directory $WORKING_DIRECTORY: an absolute path without .. is wanted"
  while [[ -n $rest && ! -L $path ]]; do path+=/${rest%%/*} rest=${rest#*/}; done
  [[ ! -L $path && ! -e $path ]] || return 0
  join 'its own copy of the image'
  container_mountpoint "$WORKING_DIRECTORY"
}

# container_user SPEC: sets USER_ID GROUP_ID GROUPS_IDS HOME_DIRECTORY by the image's own files, never the host's.
container_user() {
  local user=${1%%:*} group='' text line lines name id gid home members _
  [[ $1 != *:* ]] || group=${1#*:}
  USER_ID='' GROUP_ID='' GROUP_IDS='' HOME_DIRECTORY=/
  [[ -d $IMAGE || $1 =~ ^[0-9:]+$ ]] || fail 125 "user $1: the image is gone, and with it its /etc/passwd; give a number, or pull it again"
  if [[ -f $IMAGE/etc/passwd && ! -L $IMAGE/etc && ! -L $IMAGE/etc/passwd ]]; then
    ! IFS= read -r -d '' -n 1048576 text <"$IMAGE/etc/passwd" || fail 125 '/etc/passwd of the image is no text, or longer than 1 MiB'
    while IFS=: read -r name _ id gid _ home _ || [[ -n $name ]]; do
      [[ $name == "$user" || $id == "$user" ]] || continue
      [[ $id =~ ^[0-9]{1,10}$ && $gid =~ ^[0-9]{1,10}$ ]] || continue
      user=$name USER_ID=$id GROUP_ID=$gid HOME_DIRECTORY=${home:-/}
      break
    done <"$IMAGE/etc/passwd" # not of the text: Bash reads a pipe byte by byte
  fi
  if [[ -z $USER_ID ]]; then
    [[ $user =~ ^[0-9]{1,10}$ ]] || fail 125 "user $user is not in /etc/passwd of the image; name a user of the image, or give a number"
    USER_ID=$user GROUP_ID=0
    [[ $user != 0 ]] || HOME_DIRECTORY=/root
  fi
  if [[ -f $IMAGE/etc/group && ! -L $IMAGE/etc && ! -L $IMAGE/etc/group ]]; then
    ! IFS= read -r -d '' -n 1048576 text <"$IMAGE/etc/group" || fail 125 '/etc/group of the image is no text, or longer than 1 MiB'
    mapfile -t lines <"$IMAGE/etc/group"
    for line in "${lines[@]}"; do
      [[ $line == *"${group:-$user}"* ]] || continue # most
      IFS=: read -r name _ id members <<<"$line"
      [[ ,$name,$members, == *",${group:-$user},"* && $id =~ ^[0-9]{1,10}$ ]] || continue
      [[ -z $group || $name != "$group" ]] || group=$id
      [[ ,$members, != *",$user,"* || -n $group ]] || GROUP_IDS+=,$id
    done
  fi
  [[ -z $group ]] || GROUP_ID=$group
  [[ $GROUP_ID =~ ^[0-9]{1,10}$ ]] || fail 125 "group $group is not in /etc/group of the image; name a group of the image, or give a number"
  GROUP_IDS=$GROUP_ID$GROUP_IDS
}

# container_masks: sets MASKS, lines of an fstab that hide what Docker and Podman hide, of what this kernel has.
container_masks() {
  local path mounts text
  MASKS=()
  for path in proc/{acpi,asound,interrupts,kcore,keys,latency_stats,sched_debug,scsi,timer_list,timer_stats} \
    sys/{firmware,fs/selinux,dev/block,devices/virtual/powercap} sys/devices/system/cpu/cpu*/thermal_throttle; do
    if [[ -d /$path ]]; then
      MASKS+=("tmpfs $ROOTFS/$path tmpfs ro,nosuid,nodev,noexec,size=4k,mode=0 0 0")
    elif [[ -e /$path ]]; then
      MASKS+=("/dev/null $ROOTFS/$path none bind,nosuid,noexec 0 0")
    fi
  done
  for path in proc/{bus,fs,irq,sys,sysrq-trigger}; do
    [[ ! -e /$path ]] || MASKS+=("$ROOTFS/$path $ROOTFS/$path none bind,ro,nosuid,nodev,noexec 0 0")
  done
  # Process 1 is a Bash of the host. Its command may be /proc/self/exe, and so that Bash, which could be written to then: so it lies where
  # nothing can, in this mount namespace.
  mapfile -t mounts </proc/self/mounts
  text=${mounts[*]}
  for path in / /usr /bin /usr/bin; do
    [[ $text != *" $path "* ]] || MASKS+=("none ${path%/}/. none remount,bind,ro 0 0") # mount(8) ignores / alone
  done
}

# container_terminal: a terminal here is one of its own there, /dev/console, see terminal.bash: ours is out of its reach.
container_terminal() {
  TTY=''
  if [[ -n $DETACH ]]; then
    [[ $TERMINAL == true ]] || return 0
  elif [[ $RUN_TERMINAL == false || ! (-t 0 && -t 1) ]]; then
    [[ $RUN_TERMINAL != true ]] || fail 2 '-t: standard input and output are no terminal'
    return 0
  fi
  TTY=yes
  RUN_ENVIRONMENT=("TERM=${TERM:-dumb}" "${RUN_ENVIRONMENT[@]}")
}

# container_mountpoint PATH [SOURCE]: what to mount on, made where there is none: a file where SOURCE is one. A link must not lead out of it.
container_mountpoint() {
  local path=$ROOTFS target=$ROOTFS$1 rest=${1#/}/
  [[ $MODE == apply ]] || { stays "$ROOTFS" && [[ -e ${ROOTFS%/*}/keep ]]; } || path=$IMAGE
  while [[ -n $rest ]]; do
    path+=/${rest%%/*} rest=${rest#*/}
    [[ ! -L $path ]] || fail 125 "$1 passes through a symbolic link in the image: name the path it stands for"
  done
  if [[ ! -d $IMAGE && $MODE == plan ]]; then
    words "$target"
    CONDITION="[[ -e $WORDS ]] || "
  fi
  [[ -n $CONDITION || ! -e $path ]] || return 0
  if [[ -e ${2-} && ! -d $2 ]]; then
    run 'the image has no such file' install -D -m 644 /dev/null "$target"
  else
    run 'the image has no such directory' install -d -m 755 "$target"
  fi
}
