# ── attach: the same bytes in every script ──────────────────────────────────────────────────────
# The output of a container without a terminal comes from its log, as it grows, and byte for byte: each line there begins with a time.
ATTACH_PROGRAM='
my ($inside, $text) = ($ARGV[0] ne "", "");    # inside: of a line
$| = 1;
while (sysread STDIN, $text, 65536, length $text) {
  while ($text ne "") {
    last if !$inside && $text =~ /^\d*\z/;    # half a time
    $text =~ s/^\d+ // unless $inside;
    $text =~ s/^([^\n]*\n?)//;
    print $1;
    $inside = $1 !~ /\n/;
  }
}'

command_attach() {
  local INPUT=yes PROXY=yes
  while [[ ${1-} == -* ]]; do
    case $1 in
    --no-stdin) INPUT='' ;;
    --sig-proxy | --sig-proxy=true) PROXY=yes ;;
    --sig-proxy=false) PROXY='' ;;
    --detach-keys=*) detach_keys "${1#*=}" ;;
    --detach-keys)
      (($# > 1)) || fail 2 "$1 needs a value"
      detach_keys "$2"
      shift
      ;;
    *) fail 2 "usage: $0 attach [--no-stdin] [--sig-proxy=false] [--detach-keys KEYS] NAME" ;;
    esac
    shift
  done
  (($# == 1)) || fail 2 "usage: $0 attach [--no-stdin] [--sig-proxy=false] [--detach-keys KEYS] NAME"
  container_pick "$1"
  container_need
  [[ ! -e $STATE/paused ]] || fail 125 "$CONTAINER is paused; first: $0 unpause $CONTAINER"
  [[ $MODE == apply ]] || fail 2 'attach has no plan: it makes nothing on the host'
  if [[ -S $STATE/attach ]]; then
    [[ -n $INPUT ]] || exec </dev/null
    exec perl -e "$TERMINAL_PROGRAM" join "$STATE" "$DETACH_KEYS"
  fi
  attach_streams
}

attach_signal() { kill -s "$1" "$PID" 2>/dev/null || :; } # it may have ended

attach_end() { kill "${BESIDE[@]}" 2>/dev/null || :; } # they may have ended

ATTACH_ELSEWHERE=(false) # a function that shows what is in no file

# attach_streams: what it writes from now on; our input and our signals are for it.
attach_streams() {
  local READER SIGNAL SHOWN=0 STATUS=255 # nobody knows, where nothing of it is kept
  container_owner
  container_lives owner
  [[ -z $PROXY ]] || for SIGNAL in HUP INT QUIT TERM USR1 USR2; do
    trap 'attach_signal '"$SIGNAL" "$SIGNAL"
  done
  attach_log || "${ATTACH_ELSEWHERE[@]}" || fail 125 "$CONTAINER has no output to be seen: it runs in the foreground, or its logging driver is none"
  [[ -z $INPUT || ! -p $STATE/stdin ]] || {
    cat <&0 >"$STATE/stdin" &
    BESIDE+=("$!")
  }
  while [[ -d /proc/$READER ]]; do wait "$READER" || SHOWN=$?; done # or a signal, which it has got
  ((SHOWN != 141)) || exit 141                                      # who reads it has had enough
  container_unlocked
  STATUS=255 # it is not kept
  ! container_ending || STATUS=${ENDING[0]}
  exit "$STATUS"
}

# attach_log: sets READER, who shows what comes into the log. False where there is none.
attach_log() {
  local SIZE INSIDE LOG=${ROOTFS%/*}/log GROWS
  [[ -f $STATE/supervisor && -f $LOG ]] || return 1
  SIZE=$(stat --format=%s "$LOG") # before anything is said to it
  INSIDE=$(tail --bytes=1 "$LOG") # of a line, where that is not its end
  exec {GROWS}< <(exec tail --pid="$LIVING" --follow=name --retry --bytes=+"$((SIZE + 1))" "$LOG" 2>/dev/null)
  BESIDE=("$!")
  UNDO=(attach_end)
  perl -e "$ATTACH_PROGRAM" "$INSIDE" <&"$GROWS" &
  READER=$!
}
