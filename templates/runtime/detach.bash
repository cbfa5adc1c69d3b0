# ── run -d: the same bytes in every script ──────────────────────────────────────────────────────
# What stays of a detached container until `rm` lies beside rootfs:
#   words   how it was run, for start     log, log.1 …   its output     ended   "STATUS SECONDS RESTARTS stopped|": how, and when
# STATE/supervisor, which is written below, is what keeps it: the functions and literal values that this needs, nothing else.

ALWAYS_FUNCTIONS=(say fail words planned ran there stays gone empty told audit_change run run_aside join aside_pid unlock "${CONTAINER_FUNCTIONS[@]}" "${CGROUP_FUNCTIONS[@]}"
  container_alive container_lives container_abandon container_remove container_clear pool_mounted secrets_remove ports_close subvolume_delete cgroup_kill cgroup_end cgroup_killed cgroup_delete
  names_part names_others names_read names_hosts names_turn names_where names_byte supervise first_read log_line "${KEEPER_FUNCTIONS[@]}")
SUPERVISOR_VALUES=(VERBOSE UNDOING PROJECT CONTAINER IMAGE ROOTFS ETC STATE SECRETS LEASES CGROUP CGROUPS CGROUP_NAME CONTROLLERS NAMESPACES
  FUNCTIONS OPENED CLOSED ADMITTED EXPORTS USER_SPEC WORKING_DIRECTORY LABELS STOP_SIGNAL STOP_GRACE_PERIOD TTY FAILED FIRST STARTING STOPPED LOGGER PARTING
  READS RESTART RESTART_MAX RESTART_DELAY RESTART_WINDOW LOG_DRIVER STDIN_OPEN RELAYS RELAY_END AUDIT AUDIT_COMMAND AUDIT_MOST STORE_DELETE FORWARD_PROGRAM "${KEEPER_VALUES[@]}")
ALWAYS_VALUES=${#SUPERVISOR_VALUES[@]}

# supervisor_needs: what its service's healthcheck and hooks need, too. Of each byte of their text a supervisor keeps 24: so the
# FIRST_FUNCTIONS, which process 1 alone needs, are read when it starts, and those of KEEPER_LAST when it has ended.
supervisor_needs() {
  local NAME NEEDED=''
  READS=(first_read)
  SUPERVISOR_VALUES=("${SUPERVISOR_VALUES[@]:0:ALWAYS_VALUES}" "${EXPORTS[@]}" EXEC_BEFORE ID)
  SUPERVISOR_FUNCTIONS=() FIRST_FUNCTIONS=() LAST_FUNCTIONS=()
  for NAME in "${ALWAYS_FUNCTIONS[@]}" "${FUNCTIONS[@]}"; do
    case $NAME in
    seccomp_loader | container_stdio | container_root | container_pivot | container_straight | container_console | container_wait | container_exec | container_init | container_pass | container_told | container_ipv4 | \
      container_late | container_memory | container_refused | *_first | *_setup | *_last) FIRST_FUNCTIONS+=("$NAME") ;;
    container_relays | relayed | relayed_fifo | relay) ;; # its output goes into a log
    *) if [[ " ${KEEPER_LAST[*]} " == *" $NAME "* ]]; then LAST_FUNCTIONS+=("$NAME"); else SUPERVISOR_FUNCTIONS+=("$NAME"); fi ;;
    esac
  done
  for NAME in health post_start pre_stop; do
    declare -F "${ID}_$NAME" >/dev/null || continue
    SUPERVISOR_FUNCTIONS+=("${ID}_$NAME") NEEDED=yes
  done
  [[ -z $TTY ]] || SUPERVISOR_VALUES+=(TERMINAL_PROGRAM DETACH_KEYS)
  [[ -z $NEEDED ]] || {
    SUPERVISOR_FUNCTIONS+=("${HEALTH_FUNCTIONS[@]}")
    SUPERVISOR_VALUES+=("${HEALTH_VALUES[@]}")
  }
}

# first_read: by what is about to become process 1: the FIRST_FUNCTIONS, as supervisor_write has written them, for root alone.
first_read() {
  # shellcheck source=/dev/null
  source "$STATE/first"
}

# container_detach COUNT VARIABLE… COMMAND…: as container_run, by a supervisor. Returns when the command has been started.
container_detach() {
  local NEW=yes
  ! there "${ROOTFS%/*}/words" || NEW=''
  log_possible
  supervisor_needs
  container_furnish
  join 'its own copy of the image'
  if there "${ROOTFS%/*}/ended" || { [[ -L ${ROOTFS%/*}/ended ]] && stays "${ROOTFS%/*}/ended"; }; then
    run 'it lives again' rm "${ROOTFS%/*}/ended"
  fi
  gone "${ROOTFS%/*}/ended"
  if [[ $MODE == plan ]]; then
    planned "$(declare -p RUN_WORDS SUPERVISOR_VALUES SUPERVISOR_FUNCTIONS FIRST_FUNCTIONS LAST_FUNCTIONS "${SUPERVISOR_VALUES[@]}")" \
      "$(declare -f supervisor_write "${SUPERVISOR_FUNCTIONS[@]}" "${FIRST_FUNCTIONS[@]}" "${LAST_FUNCTIONS[@]}")"
    words supervisor_write "$ID" "$@"
    planned "$WORDS  # its supervisor, in $STATE/supervisor"
    supervisor_planned
    UNDO=()
  else
    audit_write "/run/cash/$PROJECT" # or our supervisor would write it, too
    supervisor_write "$ID" "$@"
    supervisor_start start || {
      STATUS=$?
      [[ -z $NEW ]] || rm -f "${ROOTFS%/*}/words" # nothing ran by them
      fail "$STATUS" "$CONTAINER did not start"
    }
    UNDO=()
    unlock
    printf '%s\n' "$CONTAINER"
  fi
}

# supervisor_write SERVICE COUNT VARIABLE… COMMAND…: for root alone to read, as all in the pool and in /run/cash.
supervisor_write() {
  local HAS=()
  { mapfile -d '' -t HAS <"${ROOTFS%/*}/words"; } 2>/dev/null || : # it is new
  [[ ${HAS[*]@Q} == "${RUN_WORDS[*]@Q}" ]] || printf '%s\0' "${RUN_WORDS[@]}" >"${ROOTFS%/*}/words" || {
    rm -f "${ROOTFS%/*}/words" # half of them is worse than none
    return 1
  }
  declare -f "${FIRST_FUNCTIONS[@]}" >"$STATE/first"
  ((${#LAST_FUNCTIONS[@]} == 0)) || declare -f "${LAST_FUNCTIONS[@]}" >"$STATE/last"
  {
    printf '#!/bin/bash\nset -Eeuo pipefail\nshopt -s inherit_errexit\numask 022\nexport LC_ALL=C PATH=%s\n' "$PATH"
    printf "MODE=apply ASIDE=''\ndeclare -A THERE=()\n"
    declare -p "${SUPERVISOR_VALUES[@]}"
    declare -f "${SUPERVISOR_FUNCTIONS[@]}"
    printf 'supervise "$1"'
    printf ' %q' "$@"
    printf '\n'
  } >"$STATE/supervisor"
}

# container_ending: sets ENDING: its status, when (seconds), how often it was started again, and `stopped` or nothing. False where it did not
# end, or nobody knows. In a full pool no file takes anything: there it is a link that leads to these words.
container_ending() {
  local LINE=''
  ENDING=()
  if [[ -L ${ROOTFS%/*}/ended ]]; then
    LINE=$(readlink "${ROOTFS%/*}/ended") || : # it was just removed
  else
    { read -r LINE <"${ROOTFS%/*}/ended"; } 2>/dev/null || : # it is not there
  fi
  read -ra ENDING <<<"$LINE"
  ((${#ENDING[@]}))
}
# container_ended STATUS TIME RESTARTS HOW
container_ended() {
  { echo "$*" >"${ROOTFS%/*}/ended" || ln -s --force --no-target-directory "$*" "${ROOTFS%/*}/ended"; } 2>/dev/null || rm -f "${ROOTFS%/*}/ended"
}
