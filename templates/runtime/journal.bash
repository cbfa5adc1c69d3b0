# ── logs from the journal: the same bytes in every script with a service whose output goes there ─
# What COUNT options show of the journal, what comes into it then, until we get TERM, and, after the last entry that was whole, what has come since. A line is SECONDS
# and the text, or, without TIMES, the text. By the export format of journalctl.
JOURNAL_PROGRAM='
my ($times, $now, $count) = splice @ARGV, 0, 3;
my @first = splice @ARGV, 0, $count;
my ($cursor, $ended, $follower);
$| = 1;
$SIG{TERM} = sub { $ended = 1; kill "KILL", $follower if $follower };
sub after { (@ARGV, "--lines=all", defined $cursor ? "--after-cursor=$cursor" : "--since=\@$now") }
sub show {
  my ($follows, @command) = @_;
  my $pid = open(my $from, "-|", @command) or exit 1;
  $follower = $pid if $follows;
  kill "KILL", $pid if $follows && $ended;
  my %entry;
  while (defined(my $line = readline $from)) {
    if ($line eq "\n") {
      my $text = $entry{MESSAGE} // "";
      $text = substr($entry{__REALTIME_TIMESTAMP}, 0, -6) . " $text" if $times;
      print "$text\n";
      $cursor = $entry{__CURSOR};
      %entry = ();
    }
    elsif ($line =~ /^([^=]+)=(.*)\n\z/) { $entry{$1} = $2 }
    elsif ($line =~ /^(.+)\n\z/) {    # its length in 8 bytes, and not only text
      my $key = $1;
      read($from, my $length, 8) == 8 or last;
      read($from, $entry{$key}, unpack "V", $length);
      readline $from;
    }
  }
}
show(0, @ARGV, @first) if @first;
show(1, after(), "--follow") unless $ended;
show(0, after());'

LOGS_ELSEWHERE=(logs_journal)
ATTACH_ELSEWHERE=(attach_journal)
# logs_journal: of the container that was picked; LOGS shows the lines.
logs_journal() {
  local FOLLOWED LAST=(--lines="$COUNT")
  type -P journalctl >/dev/null || fail 125 'logs of the journal: needs journalctl (of systemd)'
  [[ -z $SINCE ]] || LAST+=("--since=@$SINCE")
  if [[ -z $FOLLOW ]] || ! container_busy; then
    journalctl --quiet --no-pager --all --no-hostname --output=short-unix --identifier="cash/$PROJECT/$CONTAINER" "${LAST[@]}" | "${LOGS[@]}" || logs_left "$?"
    return 0
  fi
  journal_follow 1 "${LAST[@]}"
  "${LOGS[@]}" <&"$FOLLOWED" || logs_left "$?"
}

# attach_journal: sets READER, who shows what comes into the journal. False where its output goes nowhere.
attach_journal() {
  local FOLLOWED
  [[ -f $STATE/supervisor && $(<"$STATE/supervisor") == *'declare -- LOG_DRIVER="journald"'* ]] || return 1
  journal_follow ''
  cat <&"$FOLLOWED" &
  READER=$!
}

# journal_follow TIMES [OPTION…]: sets FOLLOWED, a descriptor of what comes into the journal until the end of the container that was picked, and of what the
# options show of before; BESIDE.
journal_follow() {
  local NOW
  NOW=$(date +%s.%6N) # before anything is said to it
  exec {FOLLOWED}< <(exec perl -e "$JOURNAL_PROGRAM" "$1" "$NOW" "$(($# - 1))" "${@:2}" journalctl --quiet --no-pager --output=export --identifier="cash/$PROJECT/$CONTAINER")
  BESIDE=("$!")
  UNDO=(logs_end)
  (
    exec {FOLLOWED}<&- >/dev/null 2>&1
    container_unlocked
    journalctl --sync
    kill "${BESIDE[0]}"
  ) &
  BESIDE+=("$!")
}
logs_end() { kill "${BESIDE[@]}" 2>/dev/null || :; } # they may have ended
