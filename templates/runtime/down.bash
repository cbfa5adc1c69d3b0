# ── commands that remove: the same bytes in every script ─────────────────────────────────────────
command_rm() {
  local NAME FORCE=''
  case ${1-} in
  -f | --force)
    FORCE=yes
    shift
    ;;
  *) ;;
  esac
  (($#)) || fail 2 "usage: $0 rm [-f] NAME…"
  containers_known "$@"
  [[ -n $FORCE ]] || for NAME; do
    container_pick "$NAME"
    ! container_busy || { ! container_owned && [[ ! -f $STATE/supervisor ]]; } || fail 125 "$CONTAINER runs; first: $0 stop $CONTAINER; or: $0 rm -f $CONTAINER"
  done
  for NAME; do
    container_pick "$NAME"
    [[ -z $FORCE ]] || container_end_now
    container_forget
  done
}

# container_end_now: killed, where it runs.
container_end_now() {
  container_busy || return 0
  container_end_by KILL
  container_gone
}
# container_replace: what has its name goes first.
container_replace() {
  container_end_now
  # A supervisor that a killed command has just started may be about to start it.
  [[ $MODE == plan || ! -d $STATE ]] || container_idle || container_end_now
  unlock
  container_forget
}

# container_forget: the container, its kept files too, unless it runs.
container_forget() {
  there "$STATE" || [[ -d ${ROOTFS%/*} ]] || return 0
  container_claim
  container_lock
  container_unkeep
  container_remove
  unlock
}
container_unkeep() {
  there "${ROOTFS%/*}/keep" || return 0
  run 'it is kept no more' rm -f "${ROOTFS%/*}/keep"
  gone "${ROOTFS%/*}/keep"
}

# command_prune: of a container that is kept, what a kill has left of its last run.
command_prune() {
  local path name what
  for path in "/run/cash/$PROJECT/containers"/* "$ROOT/containers/$PROJECT"/*; do
    what='the container'
    [[ ! -e $ROOT/containers/$PROJECT/${path##*/}/keep ]] || what='the last run of'
    { [[ -d $path && ($what != *run* || $path == /run/*) ]] && there "$path"; } || continue
    container_found "${path##*/}"
    container_claim
    [[ $MODE == plan && ! -d $STATE ]] || container_idle || continue
    container_remove
    unlock
    pruned "$what ${path##*/}"
  done
  prune_copies
  for path in "$ROOT"/images/*/.*.part; do
    [[ -d $path ]] || continue
    idle "${path%/*}" || continue
    [[ ! -d $path ]] || run 'half made' "${STORE_DELETE[@]}" "$path"
    gone "$path"
    unlock
    pruned "half made: ${path#"$ROOT"/}"
  done
  for path in "$ROOT"/images/*/.*.download; do
    [[ -f $path ]] || continue
    idle "${path%/*}" || continue
    [[ ! -f $path ]] || run 'half downloaded' rm "$path"
    gone "$path"
    unlock
    pruned "half downloaded: ${path#"$ROOT"/}"
  done
  for path in "$ROOT"/images/*/.*.meta; do
    name=${path##*/.}
    [[ -f $path && ! -d ${path%/*}/${name%.meta} ]] || continue
    idle "${path%/*}" || continue
    image_unknown "${path%/*}" "${name%.meta}"
    unlock
    pruned "of no image: ${path#"$ROOT"/}"
  done
  for path in "$ROOT"/images/*; do
    { [[ -d $path ]] && empty "$path" && idle "$path"; } || continue
    ! empty "$path" || folder_remove "$path"
    unlock
  done
}
pruned() { [[ $MODE == plan ]] || printf '%s\n' "$1"; }

# prune_copies [all]: what a killed diff or export has left; all: what one that runs has, too.
prune_copies() {
  local path name
  for path in "$ROOT/containers/$PROJECT"/.*.part; do
    name=${path##*/.}
    [[ -d $path ]] || continue
    [[ -n ${1-} ]] || idle "$path" || continue
    [[ ! -d $path/rootfs.part ]] || run_on "$path/rootfs.part" 'a copy' "${STORE_DELETE[@]}" "$path/rootfs.part" || : # it has just ended
    folder_remove "$path"
    unlock
    pruned "a copy of the files of ${name%.part}"
  done
  for path in "$ROOT"/images/.*.download; do
    name=${path##*/.}
    [[ -f $path && ! -d /proc/${name%.download} ]] || continue
    run 'an archive, half read' rm -f "$path"
    gone "$path"
    pruned "an archive, half read: ${path#"$ROOT"/}"
  done
  volumes_settle
}

# container_found NAME: names for a container of which only its name is known.
container_found() {
  local controller
  CONTAINER=$1 CONTROLLERS=()
  cgroup_find "$CGROUP_WANTED"
  for controller in pids cpu cpuset memory blkio devices; do
    [[ $CGROUP_VERSION == v1 && -z ${CGROUP_MOUNTS[$controller]-} ]] || CONTROLLERS+=("$controller")
  done
  container_names
}
command_down() {
  local path CONTAINERS BACKWARDS LINE with_volumes='' with_images=''
  while (($#)); do
    case $1 in
    -v | --volumes) with_volumes=yes ;;
    --images) with_images=yes ;;
    *) fail 2 "usage: $0 down [-v|--volumes] [--images]" ;;
    esac
    shift
  done
  containers_all
  backwards "${CONTAINERS[@]}"
  for LINE in "${BACKWARDS[@]}"; do
    read -ra CONTAINERS <<<"$LINE"
    down_end
  done
  prune_copies all >&2
  for path in "${NETWORKS[@]}" "${OWN_PROFILES[@]}"; do "${path}_remove"; done
  down_networks
  [[ -z $with_volumes ]] || volumes_remove
  [[ -z $with_images ]] || down_images
  down_folders
  pool_remove
  "$UNPRIVILEGED" end
}

# down_end: CONTAINERS end, all at once: the process that runs one stops it, and takes back what it has made. One that is starting is killed.
down_end() {
  local NAME
  local -A TOLD=()
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    container_owned || continue
    container_end_by TERM
    TOLD[$NAME]=$OWNER
  done
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    OWNER=${TOLD[$NAME]-}
    if [[ -n $OWNER ]]; then
      container_gone
    elif [[ -d $STATE ]] && ! container_idle; then
      down_starting
    fi
    container_unkeep
    container_remove
  done
}
down_starting() {
  if [[ $MODE == plan ]]; then
    planned "$(declare -p STATE CGROUPS)" "$(declare -f cgroup_end container_await)" 'container_await  # the process that runs it'
    container_foreseen
  else
    container_await
  fi
}
container_await() {
  local fd
  { exec {fd}<"$STATE"; } 2>/dev/null || return 0
  until flock --timeout 0.1 "$fd"; do
    (($? == 1)) || return 1 # not the time: flock itself failed
    cgroup_end              # it may have been starting
  done
  exec {fd}<&-
}

# down_networks: those that the project had before its definition was changed. Another command may just be making one, and a container on it.
down_networks() {
  local NETWORK BRIDGE LINES TABLE
  ! empty "/run/cash/$PROJECT/networks" || return 0
  network_lock
  for NETWORK in "/run/cash/$PROJECT/networks"/*; do
    { [[ -d $NETWORK ]] && there "$NETWORK" && ! down_leased; } || continue
    run 'the leases of a network that is no longer defined' rm -r "$NETWORK"
    gone "$NETWORK"
  done
  for NETWORK in "/run/cash/$PROJECT/networks"/.[!.]*; do
    BRIDGE=${NETWORK##*/.} LINES=()
    { [[ -d $NETWORK && " ${BRIDGES[*]} " != *" $BRIDGE "* ]] && there "$NETWORK"; } || continue
    for TABLE in "ip $BRIDGE" "bridge $BRIDGE" "ip $BRIDGE/ports"; do LINES+=("table $TABLE" "delete table $TABLE"); done
    feed 'the rules of a network that is no longer defined' nft -f - -- "${LINES[@]}"
    network_discard "$NETWORK"
  done
  forwarding_off
  unlock
}
# down_leased: a container that is there has an address of NETWORK.
down_leased() {
  local LEASE OWNER
  for LEASE in "$NETWORK"/*; do
    there "$LEASE" || continue
    OWNER=''
    { read -r OWNER <"$LEASE"; } 2>/dev/null || : # it is only being written
    [[ -n $OWNER ]] && ! there "$OWNER" || return 0
  done
  return 1
}

# down_images: what was pulled for the project, and what was committed of it, but what a container of another one is made of.
down_images() {
  local IMAGE_REMOVE META TAG
  parameters_known || {
    say "images are named by parameters here: $0 --set NAME=VALUE… down --images, or rmi"
    return 0
  }
  for IMAGE_REMOVE in "${IMAGES[@]}"; do "${IMAGE_REMOVE}_remove"; done
  for SERVICE in "${SERVICES[@]}"; do
    service_id "$SERVICE"
    "${ID}_settings"
    for META in "$ROOT/images/$COMMIT_NAME"/.*.meta; do
      there "$META" || continue
      TAG=${META##*/.} TAG=${TAG%.meta}
      image_known "$ROOT/images/$COMMIT_NAME/$TAG"
      [[ ${KNOWN[container]-} != "$PROJECT"/* ]] || image_drop "$COMMIT_NAME" "$TAG"
    done
  done
}

# down_audit: the last of the project on the host. What this invocation does from here on is not in it, or it would come again.
down_audit() {
  local path log=()
  for path in "/run/cash/$PROJECT"/*; do
    there "$path" || continue
    [[ $path == */@(audit|audit.1|script) ]] || return 0
    log+=("$path")
  done
  ((${#log[@]} == 0)) || run 'its audit log' rm -f "${log[@]}"
  gone "${log[@]}"
  AUDIT='' AUDIT_MOST=0
}

# down_folders: of the project, then of cash, where nothing else is in them.
down_folders() {
  local folder mount
  cgroup_find ''
  for mount in /sys/fs/cgroup "${CGROUP_MOUNTS[@]}"; do
    for folder in "$mount/cash/$PROJECT"/*/; do # of one that was begun while another of its name ended
      folder=${folder%/}
      ! there "$folder" || [[ ! -d $folder || -d /run/cash/$PROJECT/containers/${folder##*/} ]] || folder_remove "$folder"
    done
    for folder in "$mount/cash/$PROJECT" "$mount/cash"; do
      [[ ! -d $folder ]] || cgroup_used "$folder" || folder_remove "$folder"
    done
  done
  for folder in "$ROOT/containers/$PROJECT" /run/cash/{"$PROJECT"/{containers,networks,ports,secrets},"$PROJECT",_/networks,_} /run/cash; do
    [[ -d $folder ]] || continue
    [[ $folder != "/run/cash/$PROJECT" ]] || down_audit
    empty "$folder" || continue
    [[ $folder != /run/cash ]] || idle "$folder" || continue # another process changes the networks
    folder_remove "$folder"
  done
}

folder_remove() {
  run_on "$1" 'nothing is left in it' rmdir --ignore-fail-on-non-empty "$1" || : # another process was faster
  gone "$1" "$1/"
}

# network_used BRIDGE LEASES: a container, of whatever project, is on it.
network_used() {
  local left
  for left in "/sys/class/net/$1/brif"/* "$2"/*; do
    ! there "$left" || return 0
  done
  return 1
}

# forwarding_off: the host forwards as before cash, where no bridge of cash is left.
forwarding_off() {
  local network
  [[ -f /run/cash/.ip_forward ]] || return 0
  for network in /run/cash/*/networks/*; do
    ! there "$network" || return 0
  done
  put 'as it was before cash' 0 /proc/sys/net/ipv4/ip_forward
  run 'as it was before cash' rm /run/cash/.ip_forward
  gone /run/cash/.ip_forward
}

# cgroup_used DIRECTORY: other cgroups are in it.
cgroup_used() {
  local inside
  for inside in "$1"/*/; do
    ! there "${inside%/}" || [[ ! -d $inside ]] || return 0
  done
  return 1
}
