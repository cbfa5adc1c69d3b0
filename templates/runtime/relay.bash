# ── what stands between a command and ours: the same bytes in every script ──────────────────────
# It copies from 0 to 1, until 4 is closed. in: 1 is a pipe that the command reads, 3 its other end; what the command has not read of a file
# is there for who reads that next. out: 0 is a pipe; what is in it is copied still. stay: the same, and for what the command has left in the
# background, a copy of us stays.
RELAY_PROGRAM='
sub inside { my $count = pack "i", 0; ioctl($_[0], 0x541B, $count); unpack "i", $count } # FIONREAD
sub ready {
  my ($reads, $writes) = ("\x10", "");
  vec($reads, 0, 1) = 1 if $_[0];
  vec($writes, 1, 1) = 1 if $_[1];
  select($reads, $writes, undef, undef) > 0 ? (vec($reads, 4, 1), vec($reads, 0, 1), vec($writes, 1, 1)) : ();
}
sub copy {
  my $got = sysread STDIN, my $text, $_[0] or exit;
  until ($text eq "") {
    my $put = syswrite STDOUT, $text;
    if ($put) { substr($text, 0, $put) = "" }
    elsif ($! == 32) { exit } # EPIPE
    elsif ($! == 11) { select undef, undef, undef, 0.01 } # EAGAIN
    elsif ($! != 4) { die "cash: its output: $!\n" } # EINTR
  }
  $got;
}
if ($ARGV[0] ne "in") {
  while () {
    my ($end, $more) = ready(1);
    last if $end;
    copy(65536) if $more;
  }
  for (my $left = inside(\*STDIN); $left > 0; $left -= copy($left)) { }
  copy(65536) if select(my $reads = "\1", undef, undef, 0); # at its end this exits
  exit if $ARGV[0] eq "out" || (fork // 1);
  $SIG{TERM} = "DEFAULT";
  copy(65536) while 1;
}
my ($text, $more, $sent) = ("", 1, 0);
open(my $pipe, "<&=", 3);
fcntl(STDOUT, 4, 04000); # F_SETFL, O_NONBLOCK
while () {
  my ($end, $reads, $writes) = ready($more && $text eq "", $text ne "");
  last if $end;
  if ($writes) { my $put = syswrite STDOUT, $text; if ($put) { substr($text, 0, $put) = ""; $sent += $put } }
  elsif ($reads && !sysread STDIN, $text, 65536) { $more = ""; close STDOUT }
}
my $left = inside($pipe); # the command can write to it, too
sysseek STDIN, -(length($text) + ($left < $sent ? $left : $sent)), 1;
'

# container_relays out|stay: STDIO, the descriptors that become 0 to 2 of its command, are ours where they are pipes (its output: without a name), sockets or
# /dev/null.
# Anything else it could open again, to read and to write (/proc/self/fd/1): so a pipe stands between, and a process, in RELAYS.
# A terminal is its input only where that is asked for: who else reads from it would lose what is typed.
# shellcheck disable=SC2094 # both ends of a pipe, by two names
container_relays() {
  local PIPE FROM TO FD END
  container_pipe
  exec {END}</proc/self/fd/"$PIPE" {RELAY_END}>/proc/self/fd/"$PIPE" {PIPE}>&-
  if [[ -t 0 && $STDIN_OPEN != true ]]; then
    exec {FROM}</dev/null
    STDIO[0]=$FROM
  elif relayed 0; then
    container_pipe
    exec {FROM}</proc/self/fd/"$PIPE" {TO}>/proc/self/fd/"$PIPE" {PIPE}>&-
    relay in 0 "$TO" "$FROM" "$END"
    exec {TO}>&-
    STDIO[0]=$FROM
  fi
  for FD in 1 2; do
    if [[ $FD == 2 && ${STDIO[1]} != 1 && /proc/self/fd/2 -ef /proc/self/fd/1 ]]; then
      STDIO[2]=${STDIO[1]} # in the order in which it is written
    elif relayed "$FD" || relayed_fifo "$FD" "$END"; then
      container_pipe
      exec {FROM}</proc/self/fd/"$PIPE" {TO}>/proc/self/fd/"$PIPE" {PIPE}>&-
      relay "$1" "$FROM" "$FD" '' "$END"
      exec {FROM}<&-
      STDIO[FD]=$TO
    fi
  done
  exec {END}<&-
}
relayed() { [[ -e /proc/self/fd/$1 && ! -p /proc/self/fd/$1 && ! -S /proc/self/fd/$1 && ! /proc/self/fd/$1 -ef /dev/null ]]; }

# relayed_fifo DESCRIPTOR PIPE: it is a pipe that has a name on the host (mkfifo), whose mode its command could change, too: it is on another mount
# than a pipe without one.
relayed_fifo() {
  local DESCRIPTOR KEY VALUE MOUNTS=()
  [[ -p /proc/self/fd/$1 ]] || return 1
  for DESCRIPTOR; do
    while read -r KEY VALUE; do [[ $KEY != mnt_id: ]] || MOUNTS+=("$VALUE"); done <"/proc/self/fdinfo/$DESCRIPTOR"
  done
  [[ ${MOUNTS[0]-} != "${MOUNTS[1]-}" ]]
}

# relay in|out|stay FROM TO PIPE END: RELAY_PROGRAM. No signal ends it, which our terminal sends to us, too.
relay() {
  (
    trap - ERR EXIT
    trap '' HUP INT PIPE QUIT TERM TTIN
    exec <&"$2" >&"$3" 4<&"$5"
    [[ $1 != in ]] || exec 3<&"$4"
    for FD in /proc/self/fd/*; do
      FD=${FD##*/}
      ((FD < 3 || FD == 4)) || [[ $1$FD == in3 ]] || exec {FD}<&-
    done
    exec perl -e "$RELAY_PROGRAM" "$1"
  ) <&0 &
  RELAYS+=("$!")
}

# container_relayed: when the command has ended: all that it has written is where it was to go. A second signal does not wait for
# a terminal that takes nothing.
container_relayed() {
  [[ -z $RELAY_END ]] || exec {RELAY_END}>&-
  trap relays_kill HUP INT TERM
  await "${RELAYS[@]}" 2>/dev/null # Bash names what a signal ended; what they could not write, they have said
  trap '' HUP INT TERM
  RELAYS=() RELAY_END=''
}
relays_kill() { kill -s KILL "${RELAYS[@]}" 2>/dev/null || :; } # some may have ended
