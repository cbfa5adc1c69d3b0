# ── ps: the same bytes in every script ──────────────────────────────────────────────────────────
# No process a container: files and builtins only.

# container_state: sets STATE_NAME (running, paused, starting, exited), SINCE (seconds), EXITED, RESTARTS, HEALTH, of the container that was picked.
container_state() {
  local rest ENDING
  STATE_NAME=created SINCE='' EXITED='' RESTARTS=0 HEALTH='' PID=''
  if container_lives pid; then
    PID=$LIVING STATE_NAME=running
    container_since "$BIRTH"
    [[ ! -e $STATE/paused ]] || STATE_NAME=paused
    [[ ! -f $STATE/restarts ]] || read -r RESTARTS <"$STATE/restarts"
    [[ ! -f $STATE/health ]] || read -r HEALTH rest <"$STATE/health"
  elif container_owned; then
    STATE_NAME=restarting
    [[ ! -f $STATE/restarts ]] || read -r RESTARTS <"$STATE/restarts"
  elif container_ending; then
    STATE_NAME=exited EXITED=${ENDING[0]} SINCE=${ENDING[1]-} RESTARTS=${ENDING[2]-}
  fi
}

# container_since TICKS: sets SINCE, the seconds since 1970 of that many hundredths of a second after the boot.
container_since() {
  local line
  while read -r line; do [[ $line != btime* ]] || SINCE=$((${line#* } + $1 / 100)); done </proc/stat
}

# ago SECONDS: sets AGO, how long that is.
ago() {
  local unit
  AGO="$1 seconds"
  for unit in 60:minutes 3600:hours 86400:days; do (($1 < 2 * ${unit%:*})) || AGO="$(($1 / ${unit%:*})) ${unit#*:}"; done
}

command_ps() {
  local NAME ALL='' JSON='' QUIET='' NOW AGO LINE
  while (($#)); do
    case $1 in
    -a | --all) ALL=yes ;;
    --json) JSON=yes ;;
    -q | --quiet) QUIET=yes ;;
    -*) fail 2 "usage: $0 ps [-a] [-q] [--json] [NAME…]" ;;
    *) break ;;
    esac
    shift
  done
  printf -v NOW '%(%s)T' -1
  containers_given "$@"
  [[ -n $JSON || -n $QUIET ]] || printf '%-20s %-28s %-9s %s\n' NAME STATE PID 'IMAGE  PORTS'
  LINE=''
  for NAME in "${CONTAINERS[@]}"; do
    container_is "$NAME" || continue
    container_found "$NAME"
    container_state
    [[ -n $ALL || -n $PID || $STATE_NAME == restarting ]] || continue
    container_image_name
    container_ports
    if [[ -n $QUIET ]]; then
      printf '%s\n' "$NAME"
    elif [[ -n $JSON ]]; then
      [[ -z $LINE ]] || printf '%s,\n' "$LINE"
      [[ -n $LINE ]] || printf '[\n'
      printf -v LINE '{"name":"%s","state":"%s","health":"%s","since":%s,"exit":%s,"restarts":%s,"pid":%s,"image":"%s","ports":"%s"}' \
        "$NAME" "$STATE_NAME" "$HEALTH" "${SINCE:-null}" "${EXITED:-null}" "$RESTARTS" "${PID:-null}" "$IMAGE_NAME" "$PORTS"
    else
      ago "$((NOW - ${SINCE:-NOW}))"
      case $STATE_NAME in
      exited) STATE_NAME="exited ($EXITED) $AGO ago" ;;
      running) STATE_NAME="up $AGO $HEALTH" ;;
      paused) STATE_NAME="up $AGO (paused)" ;;
      *) ;;
      esac
      printf '%-20s %-28s %-9s %s\n' "$NAME" "$STATE_NAME" "${PID:--}" "$IMAGE_NAME${PORTS:+  $PORTS}"
    fi
  done
  [[ -z $JSON ]] || printf '%s\n]\n' "${LINE:-[}"
}

# container_image_name: sets IMAGE_NAME, NAME:TAG, of what its files are a copy of; empty where it has none.
container_image_name() {
  IMAGE_NAME=''
  { read -r IMAGE_NAME <"${ROOTFS%/*}/keep" || read -r IMAGE_NAME <"$STATE/image"; } 2>/dev/null || return 0
  IMAGE_NAME=${IMAGE_NAME#"$ROOT/images/"}
  IMAGE_NAME=${IMAGE_NAME%/*}:${IMAGE_NAME##*/}
}
