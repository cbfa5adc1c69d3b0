# ── containers, when they are over: the same bytes in every script ───────────────────────────────
# container_abandon: what was to become the container.
container_abandon() {
  [[ -z $TTY ]] || kill -s TERM "$FIRST" 2>/dev/null || :               # that our terminal is as before, where it is who looks at its terminal
  [[ -n $TTY && -z $OUTPUT ]] || kill -s KILL "$FIRST" 2>/dev/null || : # it may have ended by itself
  await "$FIRST" 2>/dev/null                                            # Bash need not say so
  FIRST='' STARTING=''
}

# container_undo: what this invocation has made of it. While its name is not ours, only where no other process has it.
container_undo() {
  if [[ -z $HELD && $MODE == apply ]]; then
    unlock
    container_claim
    container_idle || return 0
  fi
  [[ -z $DETACH || -z $KEPT ]] || container_unkeep # it never ran
  container_remove
}

# container_claim: of one that does not run nothing is there to be locked, and another process may just make one of its name.
container_claim() {
  ! there "$STATE" || return 0
  there /run/cash || run 'runtime files, for root alone' mkdir -p -m 700 /run/cash
  run 'its name is ours' mkdir -p "$STATE"
  made /run/cash "$STATE"
}

# container_remove: what a container leaves, whole or half made; what is kept, stays. Not there is not an error. STATE goes last: while
# it is there, and locked, nobody else makes one of that name.
container_remove() {
  local path owner left=("${LEASES[@]}") groups=()
  if [[ $MODE == apply ]]; then
    [[ -z $ASIDE ]] || aside_pid
    [[ -z $ASIDE ]] || await "$ASIDE"
    [[ -z $STARTING || " ${!-}" == "$STARTING" ]] || FIRST=${!-}
    [[ ! -d /proc/${FIRST:-none} ]] || container_abandon # or it joins the cgroups after they are empty
  fi
  ASIDE=''
  cgroup_kill
  if ((${#RELAYS[@]})); then
    [[ $MODE == apply ]] || planned 'container_relayed  # what it has written is where it was to go'
    [[ $MODE == plan ]] || container_relayed
  fi
  "${PARTING[@]}"
  [[ ! -f $STATE/ports ]] || ! stays "$STATE" || ports_close || {
    [[ -n $UNDOING ]] || exit 125
    return 0 # it has been said; the next command tries again
  }
  if there "$ROOTFS" && ! there "${ROOTFS%/*}/keep"; then
    run_aside 'its files' "${STORE_DELETE[@]}" "$ROOTFS"
    gone "$ROOTFS"
  fi
  names_part
  for path in "${CGROUPS[@]}"; do
    ! there "$path" || groups+=("$path")
  done
  ((${#groups[@]} == 0)) || cgroup_delete "${groups[@]}"
  ! stays "$STATE" || for path in "/run/cash/$PROJECT"/{networks/*,ports}/* /run/cash/_/networks/*/*; do
    { [[ -f $path && " ${LEASES[*]} " != *" $path "* ]] && there "$path"; } || continue
    { read -r owner <"$path"; } 2>/dev/null || continue # its container took it along
    [[ $owner != "$STATE" ]] || left+=("$path")
  done
  ! there "$SECRETS" || there "${ROOTFS%/*}/keep" || secrets_remove
  if [[ $MODE == apply && -n $ASIDE ]]; then
    wait "$ASIDE" || [[ ! -d $ROOTFS ]] || subvolume_delete 'its files, with subvolumes of its own' "$ROOTFS"
    ASIDE=''
  fi
  join 'its files'
  if there "${ROOTFS%/*}/keep"; then
    ! there "$ETC" || left+=("$ETC")
  elif there "${ROOTFS%/*}"; then
    left+=("${ROOTFS%/*}") # with its log, and how it ended
    gone "${ROOTFS%/*}"/* "${ROOTFS%/*}/ended"
  fi
  gone "$ETC"/*
  ! there "$STATE" || left+=("$STATE")
  ((${#left[@]} == 0)) || container_clear "${left[@]}"
  gone "${groups[@]}" "${left[@]}"
  LEASES=()
}

# container_clear PATH…: what is left of it once more, where another process has just put into STATE that it is to stop. A lease may be another's by then.
container_clear() {
  local why='its leases, its folder, its runtime files' path owner again=()
  ! told "$why" '' rm -rf --one-file-system "$@" || return 0
  ! rm -rf --one-file-system "$@" 2>/dev/null || return 0
  for path; do
    owner=$STATE
    [[ ! -f $path ]] || { read -r owner <"$path"; } 2>/dev/null || continue
    [[ $owner != "$STATE" ]] || again+=("$path")
  done
  run "$why" rm -rf --one-file-system "${again[@]}"
}

# secrets_remove: the tmpfs in which the container's secrets are.
secrets_remove() {
  ! pool_mounted "$SECRETS" || run 'its secrets' umount "$SECRETS"
  run 'its secrets' rmdir "$SECRETS"
  gone "$SECRETS"
}

FORWARD_PROGRAM='' # without root: see forward.bash
# ports_close: what is published of the container leads to it no more. Where somebody has flushed the rules, that is said, and the rest goes on.
ports_close() {
  local UNDOING=yes inside outside bridge forwarder element elements=() deletion
  while read -r inside outside bridge forwarder; do
    [[ -z $forwarder ]] || run 'a port of the host' perl -e "$FORWARD_PROGRAM" "$forwarder" remove "${inside#*/}" "${outside%:*}" "${outside#*:}"
    [[ -d /sys/class/net/$bridge ]] || continue
    if [[ $outside == 0.0.0.0:* || -n $forwarder ]]; then outside="on_any { ${inside#*/} . ${outside#*:}"; else outside="on_one { ${outside%:*} . ${inside#*/} . ${outside#*:}"; fi
    elements+=("element ip $bridge/ports $outside }")
  done <"$STATE/ports"
  ((${#elements[@]})) || return 0
  printf -v deletion 'delete %s; ' "${elements[@]}"
  told 'its published ports' '' nft "${deletion%; }" || nft "${deletion%; }" || {
    ran "$?" 'its published ports' nft "${deletion%; }"
    nft list tables >/dev/null || return 1
    for element in "${elements[@]}"; do ! nft "get $element" >/dev/null 2>&1 || return 1; done
  }
}

container_idle() { "${FREE[@]}" && idle "$STATE"; }
# idle DIRECTORY: its lock is free, and ours now. One that was removed since, and made again, is another one's.
idle() {
  { exec {LOCK}<"$1"; } 2>/dev/null || return 1 # it was just removed
  { flock --nonblock "$LOCK" && [[ /proc/self/fd/$LOCK -ef $1 ]]; } || {
    unlock
    return 1
  }
}
