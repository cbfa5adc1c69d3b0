# ── terminals: the same bytes in every script ───────────────────────────────────────────────────
# A command on a terminal of its own has a keeper: a process that holds the other side of that terminal, and outlives whoever looks
# at it. Our terminal is out of the command's reach. Those who look at it (attach, run, exec) hand on keys and sizes; KEYS leave it.
#   terminal.pl serve DIRECTORY '' COMMAND…      becomes the keeper; what the command writes goes to our output, too
#   terminal.pl run DIRECTORY KEYS COMMAND…      a keeper, and our terminal is at it; who leaves makes DIRECTORY/detached
#   terminal.pl exec '' KEYS COMMAND…            the same, of a command that ends with us, unless we leave
#   terminal.pl join DIRECTORY KEYS              our terminal is at it
#   terminal.pl log DIRECTORY                    to its end, in place of who did it before; what the command writes goes to our output
# The exit status is that of the command. A keeper listens on DIRECTORY/attach. Both sides say frames: a letter, a length, so many
# bytes. To the keeper: i input, w size, d we leave, l we are its log; from it: o output, e the exit status.
DETACH_KEYS=ctrl-p,ctrl-q
TERMINAL_PROGRAM='
use strict;
my ($role, $directory, $leave, @command) = @ARGV;
$leave = join "", map { /^ctrl-(.)$/ ? chr(31 & ord uc $1) : $_ } split /,/, $leave // "";
my ($modes, $size) = ("\0" x 64, pack("S4", 24, 80, 0, 0));
my $terminal = -t STDIN && ioctl(STDIN, 0x5401, $modes) && ioctl(STDIN, 0x5413, $size);    # TCGETS, TIOCGWINSZ
my ($unix, $place) = (1, pack "S a108", 1, "attach");    # AF_UNIX, and SOCK_STREAM; unix(7)
my $most = 65536;    # bytes that wait for somebody who does not take them

sub failed { print STDERR "cash: terminal: $_[0]: $!\r\n"; exit 125 }
sub later { !defined $_[0] && ($! == 4 || $! == 11) }    # EINTR, EAGAIN
sub status { $? & 127 ? 128 + ($? & 127) : $? >> 8 }
sub frame { pack "a n/a*", @_ }
sub frames {
  my ($text, @found) = @_;
  while (length $$text > 2 && length $$text >= 3 + unpack "x n", $$text) {
    push @found, [unpack "a n/a*", $$text];
    substr($$text, 0, 3 + length $found[-1][1]) = "";
  }
  @found;
}

# write_some HANDLE TEXT: as much as it takes now. False where it is closed.
sub write_some {
  my ($handle, $text) = @_;
  my $put = syswrite $handle, $$text;
  substr($$text, 0, $put) = "" if $put;
  defined $put || later($put);
}

# Closes what is not ours: the gates of the container, of which an open end keeps somebody waiting.
sub forget {
  my %ours = map { fileno $_ => 1 } grep defined, @_;
  for my $fd (map { m{(\d+)$} } glob "/proc/self/fd/*") {
    next if $fd < 3 || $ours{$fd};
    if (open(my $file, "<&=", $fd)) { close $file }
  }
}

# The command, on a new terminal: its process, and the other side.
sub start {
  # O_RDWR O_NOCTTY, and O_NONBLOCK
  sysopen(my $master, "/dev/ptmx", 04402) or failed("/dev/ptmx");
  my ($locked, $number) = (pack("i", 0), pack("I", 0));
  ioctl($master, 0x40045431, $locked) && ioctl($master, 0x80045430, $number) or failed("TIOCSPTLCK, TIOCGPTN");
  sysopen(my $slave, "/dev/pts/" . unpack("I", $number), 0402) or failed("/dev/pts");
  ioctl($slave, 0x5402, $modes) if $terminal;    # TCSETS
  ioctl($slave, 0x5414, $size);                  # TIOCSWINSZ
  my $child = fork // failed("fork");
  return ($child, $master) if $child;
  open(STDIN, "<&", $slave) && open(STDOUT, ">&", $slave) && open(STDERR, ">&", $slave) or failed("dup");
  exec { $command[0] } @command or failed($command[0]);
}

sub listener {
  socket(my $socket, $unix, $unix, 0) && chdir $directory or failed($directory);
  unlink "attach";
  bind($socket, $place) && listen($socket, 16) or failed("attach");
  $socket;
}

# The keeper; $first: who looks at it already. Returns the exit status.
sub keep {
  my ($first) = @_;
  my ($child, $master) = start();
  $SIG{$_} = "IGNORE" for qw(HUP INT QUIT TERM TSTP PIPE USR1 USR2);
  $SIG{CHLD} = sub { };    # it interrupts select
  my $logs = $role eq "serve";
  open(STDIN, "<", "/dev/null");
  open(STDOUT, ">", "/dev/null"), open(STDERR, ">", "/dev/null") unless $logs;
  my $listener = $directory eq "" ? undef : listener();
  forget($master, $first, $listener);
  my ($input, $status, @all) = ("");    # input: what the terminal has not taken yet
  my $admit = sub { fcntl($_[0], 4, 04000); push @all, { socket => $_[0], in => "", out => "" } };
  $admit->($first) if $first;
  until (defined $status) {
    my ($reads, $writes) = ("", "");
    my @full = grep { length $_->{out} > $most } @all;
    vec($reads, fileno $master, 1) = 1 unless @full;
    vec($writes, fileno $master, 1) = 1 if $input ne "";
    vec($reads, fileno $listener, 1) = 1 if $listener;
    for (@all) {
      vec($reads, fileno $_->{socket}, 1) = 1 if length $input < $most;
      vec($writes, fileno $_->{socket}, 1) = 1 if $_->{out} ne "";
    }
    # What an exec has left in the background may have its terminal still, so there the end of the command is the end; of which the
    # signal may come just before select. Who takes nothing for half a minute holds up the command no longer.
    select($reads, $writes, undef, $listener && !@full ? undef : 1) < 0 and ($reads, $writes) = ("", "");
    $_->{gone} = 1 for grep { time - $_->{took} > 30 } @full;
    $status = status() if !$listener && waitpid($child, 1) == $child;    # WNOHANG
    if (defined $status || vec($reads, fileno $master, 1)) {
      my $got;
      while ($got = sysread $master, my $block, 32768) {
        for (@all) { $_->{took} = time if $_->{out} eq ""; $_->{out} .= frame("o", $block) }
        while ($logs && $block ne "") { write_some(\*STDOUT, \$block) or last }
        last unless defined $status;
      }
      $status //= do { waitpid($child, 0); status() } unless $got || later($got);    # EIO: nobody has it any more
    }
    if ($listener && vec($reads, fileno $listener, 1) && accept(my $socket, $listener)) { $admit->($socket) }
    for my $one (@all) {
      if (vec($writes, fileno $one->{socket}, 1)) { $one->{took} = time; write_some($one->{socket}, \$one->{out}) or $one->{gone} = 1 }
      next unless vec($reads, fileno $one->{socket}, 1);
      my $got = sysread $one->{socket}, $one->{in}, $most, length $one->{in};
      $one->{gone} = 1 unless $got || later($got);
      for (frames(\$one->{in})) {
        my ($kind, $text) = @$_;
        if ($kind eq "i") { $input .= $text }
        elsif ($kind eq "w" && length $text == 8) { ioctl($master, 0x5414, $text) }
        elsif ($kind eq "d") { $one->{left} = 1 }
        elsif ($kind eq "l") { $_->{gone} = 1 for grep { $_->{log} } @all; $one->{log} = 1 }    # the one before had its turn
      }
      return 129 if $one->{gone} && !$one->{left} && $role eq "exec";    # it hangs up
    }
    @all = grep { !$_->{gone} } @all;
    write_some($master, \$input) if $input ne "" && vec($writes, fileno $master, 1);
  }
  for my $one (@all) {
    my $rest = $one->{out} . frame("e", pack "n", $status);
    vec(my $ready = "", fileno $one->{socket}, 1) = 1;
    while ($rest ne "" && select(undef, my $now = $ready, undef, 10) > 0) { write_some($one->{socket}, \$rest) or last }
  }
  $status;
}

sub raw {
  my ($in, $out, $control, $local, $line, $characters) = unpack "L4 C a*", $modes;
  # Without BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON, OPOST, ECHO ECHONL ICANON ISIG IEXTEN: termios(3).
  my $raw = pack "L4 C a*", $in & ~02753, $out & ~01, $control, $local & ~0100113, $line, $characters;
  ioctl(STDIN, 0x5402, $raw);
}

# Who looks at it, to the end of the command, or until the keys that leave. Returns the exit status.
sub look {
  my ($socket) = @_;
  my ($status, $keys, $in, $out, $changed, $input) = (255, "", "", "", $terminal, $role ne "log");
  my $end = sub { ioctl(STDIN, 0x5402, $modes) if $terminal; exit $_[0] };
  $SIG{HUP} = $role eq "run" ? "IGNORE" : sub { $end->(129) };    # the container decides
  $SIG{TERM} = sub { $end->(143) };
  $SIG{WINCH} = sub { $changed = 1 };
  $SIG{PIPE} = "IGNORE";
  forget($socket);
  fcntl($socket, 4, 04000);    # F_SETFL, O_NONBLOCK
  $out = frame("l", "") if $role eq "log";
  raw() if $terminal && $input;
  my $resize = sub { if ($changed) { $changed = 0; $out .= frame("w", substr $size, 0, 8) if ioctl(STDIN, 0x5413, $size) } };
  while (1) {
    $resize->();
    my ($reads, $writes) = ("", "");
    vec($reads, fileno STDIN, 1) = 1 if $input && length $out < $most;
    vec($reads, fileno $socket, 1) = 1;
    vec($writes, fileno $socket, 1) = 1 if $out ne "";
    next if select($reads, $writes, undef, $terminal ? 1 : undef) < 0;    # a size may have changed just before it slept
    $resize->();
    if ($input && vec($reads, fileno STDIN, 1)) {
      my $got = sysread STDIN, $keys, 32768, length $keys;
      $input = 0 unless $got || later($got);
      my $leaves = $terminal && $leave ne "" && $keys =~ s/\Q$leave\E.*//s;
      my $held = "";    # the beginning of them: the next key decides
      for my $most (reverse 1 .. $terminal && $input && !$leaves ? length($leave) - 1 : 0) {
        my $start = substr $leave, 0, $most;
        if ($keys =~ s/\Q$start\E\z//) { $held = $start; last }
      }
      $out .= frame("i", $keys) if $keys ne "";
      $keys = $held;
      if ($leaves) {
        fcntl($socket, 4, 0);
        syswrite $socket, $out . frame("d", "");
        if ($role eq "run") { open(my $note, ">", "$directory/detached") or failed("detached") }
        print "\r\n";
        return 0;
      }
    }
    write_some($socket, \$out) or last if vec($writes, fileno $socket, 1);
    next unless vec($reads, fileno $socket, 1);
    my $got = sysread $socket, $in, $most, length $in;
    last unless $got || later($got);
    for (frames(\$in)) {
      my ($kind, $text) = @$_;
      if ($kind eq "o") { while ($text ne "") { write_some(\*STDOUT, \$text) or last } }
      elsif ($kind eq "e") { return unpack "n", $text }
    }
  }
  255;    # its keeper was killed
}

exit keep() if $role eq "serve";
my $socket;
if (@command) {
  socketpair($socket, my $other, $unix, $unix, 0) or failed("socketpair");
  my $keeper = fork // failed("fork");
  if (!$keeper) {
    require Config;
    syscall($Config::Config{archname} =~ /^aarch64/ ? 157 : 112);    # setsid
    close $socket;
    exit keep($other);
  }
  close $other;
} else {
  chdir $directory && socket($socket, $unix, $unix, 0) && connect($socket, $place) or failed("attach");
}
my $status = look($socket);
ioctl(STDIN, 0x5402, $modes) if $terminal && $role ne "log";
exit $status;
'

# detach_keys LIST: sets DETACH_KEYS; as Docker's: characters, ctrl-a to ctrl-z, ctrl-@ [ \ ] ^ _, with commas between. Empty: none leave it.
detach_keys() {
  local FORM='([!-+.-~-]|ctrl-[]a-z@\\^_[])'
  [[ ,$1 =~ ^(,$FORM)*$ || -z $1 ]] || fail 2 "--detach-keys $1: characters or ctrl-CHARACTER are wanted, with commas between: ctrl-p,ctrl-q"
  DETACH_KEYS=$1
}
