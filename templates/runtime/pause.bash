# ── containers that stand still: the same bytes in every script ──────────────────────────────────
# container_pause: the processes of the container stand still, until container_unpause. By the freezer of cgroup v2, or of v1 where
# the container is in one; else by SIGSTOP, which a container's processes can notice, not refuse.
container_pause() {
  functions_planned container_halt container_own
  run 'its processes stand still' container_halt "${CGROUPS[0]}" "$(freezer)"
}
container_unpause() {
  functions_planned container_continue container_own
  run 'its processes go on' container_continue "${CGROUPS[0]}" "$(freezer)"
}
# freezer: the file that stops the container, or nothing.
freezer() {
  local file
  for file in "${CGROUPS[0]}/cgroup.freeze" "${CGROUP_MOUNTS[freezer]-}/$CGROUP_NAME/freezer.state"; do
    [[ ! -f $file ]] || {
      printf '%s' "$file"
      break
    }
  done
}

# container_paused: it stands still already.
container_paused() {
  local file value pid
  file=$(freezer)
  if [[ -n $file ]]; then
    read -r value <"$file"
    [[ $value == 1 || $value == FROZEN ]]
  else
    container_own "${CGROUPS[0]}"
    [[ -n $OWN && -z $MOVING ]]
  fi
}

# container_own DIRECTORY: sets OWN, the processes of the cgroup that are in the container, and MOVING, those that do not stand still.
# The host's processes that stand by it have one pid alone.
container_own() {
  local pid key value state
  OWN='' MOVING=''
  while read -r pid; do
    state=''
    while read -r key value; do
      case $key in
      State:) state=${value%% *} ;;
      NSpid:) [[ $value != *[[:space:]]* ]] || { OWN+=" $pid" && [[ $state == [TtZX] ]] || MOVING+=" $pid"; } ;;
      *) ;;
      esac
    done 2>/dev/null <"/proc/$pid/status" || : # it has ended
  done 2>/dev/null <"$1/cgroup.procs" || :     # it has been removed
}

# container_halt DIRECTORY FREEZER: what a process begins before it stands still, stands still with the next try.
container_halt() {
  local tries value words=()
  case $2 in
  */cgroup.freeze) echo 1 >"$2" || return 1 ;;
  */freezer.state) echo FROZEN >"$2" || return 1 ;;
  *) ;;
  esac
  for ((tries = 0; tries < 3000; tries++)); do
    case $2 in
    */cgroup.freeze)
      mapfile -t words <"$1/cgroup.events"
      [[ " ${words[*]} " != *' frozen 1 '* ]] || return 0
      ;;
    */freezer.state)
      read -r value <"$2"
      [[ $value != FROZEN ]] || return 0
      ;;
    *)
      container_own "$1"
      [[ -n $MOVING ]] || return 0
      IFS=' ' read -ra words <<<"$MOVING"
      kill -s STOP "${words[@]}" 2>/dev/null || : # some may have ended since
      ;;
    esac
    sleep 0.01
  done
  return 1
}

# container_continue DIRECTORY FREEZER
container_continue() {
  local words
  case $2 in
  */cgroup.freeze) ! [[ -f $2 ]] || echo 0 >"$2" ;;
  */freezer.state) ! [[ -f $2 ]] || echo THAWED >"$2" ;;
  *)
    [[ -f $1/cgroup.procs ]] || return 0 # it has been removed
    container_own "$1"
    IFS=' ' read -ra words <<<"$OWN"
    ((${#words[@]} == 0)) || kill -s CONT "${words[@]}" 2>/dev/null || : # some may have ended since
    ;;
  esac
}

# container_process: sets PID, process 1 of the container by the host's number; or to nothing: it does not run.
container_process() {
  PID=''
  ! container_lives pid || PID=$LIVING
}

# container_given NAME: names and IMAGE of a container, as container_pick.
container_given() {
  IMAGE=''
  container_pick "$1"
  container_image
}
# container_image: sets IMAGE to what its files are made of, and not what they would be today.
container_image() {
  if [[ -f ${ROOTFS%/*}/keep ]]; then
    read -r IMAGE <"${ROOTFS%/*}/keep"
  elif [[ -f $STATE/image ]]; then
    read -r IMAGE <"$STATE/image"
  fi
}
# image_renewed: it is no more the IMAGE that the container is made of, though it has the same name.
image_renewed() {
  local made=${ROOTFS%/*}/keep
  [[ -f $made ]] || made=$STATE/image
  [[ ${IMAGE%/*}/.${IMAGE##*/}.meta -nt $made ]]
}
# container_files WHAT: it has files of its own, of the image's own users.
container_files() {
  [[ -d $ROOTFS ]] || fail 125 "$1 has no files: it does not run, and nothing is kept of it; keep them: $0 run --keep $1"
}
