# ── the way out of the network of a user: the same bytes in every script that an ordinary user runs ──
# rootless_outward: a way out of the user's network, where a program for that is here: it speaks to the world as a process of the user does.
rootless_outward() {
  local PROGRAM SOCKET='' LEAST=1024 TRIES DEFAULT=$'\n[^\t]+\t00000000\t'
  rootless_inward
  if [[ -n ${FORWARD-} ]] && type -P slirp4netns >/dev/null; then
    SOCKET=$ROOTLESS/forward
    rm -f "$SOCKET" # of one that was killed
    PROGRAM=(slirp4netns --configure --mtu=65520 --disable-host-loopback --api-socket="$SOCKET" "$HOLDER" tap0)
  elif type -P pasta >/dev/null; then
    PROGRAM=(pasta --foreground --quiet --config-net --no-map-gw --ipv4-only --tcp-ports none --udp-ports none --tcp-ns none --udp-ns none "$HOLDER")
  elif type -P slirp4netns >/dev/null; then
    PROGRAM=(slirp4netns --configure --mtu=65520 --disable-host-loopback "$HOLDER" tap0)
  else
    return 0
  fi
  (
    unlock
    exec setsid "${PROGRAM[@]}" </dev/null >/dev/null 2>&1
  ) &
  [[ ! -e /proc/sys/net/ipv4/ip_unprivileged_port_start ]] || read -r LEAST </proc/sys/net/ipv4/ip_unprivileged_port_start
  ! container_birth "$!" || echo "$! $BIRTH $LEAST" >"$ROOTLESS/outward"
  for ((TRIES = 0; TRIES < 200; TRIES++)); do # it takes a moment; where it finds no way out of the host, it ends
    container_birth "$!" || break
    [[ ! $(<"/proc/$HOLDER/net/route") =~ $DEFAULT || (-n $SOCKET && ! -S $SOCKET) ]] || break
    sleep 0.05
  done
}
# rootless_leads: the process that leads out lives. Sets PID; LEAST, the first port that it may listen on.
rootless_leads() {
  local BORN
  { read -r PID BORN LEAST <"$ROOTLESS/outward"; } 2>/dev/null && container_birth "$PID" && [[ $BIRTH == "$BORN" ]]
}
# rootless_inward: no way out.
rootless_inward() {
  local PID LEAST
  ! rootless_leads || run 'the way out' kill "$PID"
}
