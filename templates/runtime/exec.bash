# ── exec: the same bytes in every script ────────────────────────────────────────────────────────
# A process enters a container that runs. No program of the image may be executed with more than the container's rights, and in
# there no other ones are to be found: so one program of the host must enter the namespaces *and* drop its rights. util-linux has
# none that does both; Perl, which every Debian has, can make the system calls.
#   exec.pl PID BIRTH UID GID,GID… DIRECTORY TTY FILTER PROFILE COMMAND…      the environment, each NAME=VALUE ended by NUL, from descriptor 3
# FILTER is the seccomp filter it was started with, PROFILE what AppArmor (`exec NAME`) or SELinux (a context) is told, or empty. Everything else is read from the container's process 1: capabilities (CapBnd),
# no_new_privs, rlimits, oom_score_adj.
EXEC_PROGRAM='
use strict;
my ($pid, $birth, $uid, $gids, $directory, $tty, $filter, $profile, @command) = @ARGV;
my ($machine) = do { require Config; $Config::Config{archname} =~ /^([^-]+)/ };
my %calls = (
  x86_64 => { capset => 126, close => 3, mount => 165, prctl => 157, prlimit64 => 302, setgroups => 116, setns => 308, setresgid => 119, setresuid => 117, setsid => 112, unshare => 272 },
  aarch64 => { capset => 91, close => 57, mount => 40, prctl => 167, prlimit64 => 261, setgroups => 159, setns => 268, setresgid => 149, setresuid => 147, setsid => 157, unshare => 97 },
);
my $call = $calls{$machine} or die "cash: exec knows no $machine\n";
sub must { my ($name, @words) = @_; my $got = syscall($call->{$name}, @words); die "cash: exec: $name: $!\n" if $got < 0; $got }
sub slurp { local $/; open(my $file, "<", $_[0]) or die "cash: exec: $_[0]: $!\n"; readline $file }

# relay: what stands between: $in is [our input, where it goes, its other end], each of @outputs [where it comes from, where it goes]. Until
# the command has ended, and all that it had written is where it goes; for what it has left in the background, a copy stays. What it has not
# read of a file is there for who reads that next. Returns its status.
sub relay {
  my ($child, $in, @outputs) = @_;
  my ($status, $reaped, $input, $sent, $rest, $stays) = (undef, undef, "", 0);
  my $inside = sub { my $count = pack "i", 0; ioctl($_[0], 0x541B, $count); unpack "i", $count };    # FIONREAD
  pipe(my $ended, my $ends);
  # At once, whatever we write waits for: while it is a zombie, process 1 of the container cannot end.
  my $reap = sub { $reaped = $? if !defined $reaped && waitpid($child, 1) == $child };    # WNOHANG
  $SIG{CHLD} = sub { $reap->(); syswrite $ends, "." };    # ends select
  $SIG{$_} = "IGNORE" for qw(PIPE TTIN);
  fcntl($_, 4, 04000) for $ends, map({ $_->[0] } @outputs), $in ? $in->[1] : ();    # F_SETFL, O_NONBLOCK
  while (@outputs || !defined $status) {
    $reap->();
    if (!defined $status && defined $reaped) {
      $status = $reaped;
      $rest = 1;    # and the end of file
      $rest += $inside->($_->[0]) for @outputs;
      if ($in) {
        my $left = $inside->($in->[2]);    # the command can write to it, too
        sysseek $in->[0], -(length($input) + ($left < $sent ? $left : $sent)), 1;
        close $_ for grep { defined } @$in[1, 2];
      }
      undef $in;
    }
    my ($reads, $writes) = ("", "");
    vec($reads, fileno $_, 1) = 1 for map({ $_->[0] } @outputs), defined $status ? () : $ended;
    if ($input ne "") { vec($writes, fileno $in->[1], 1) = 1 if $in }
    elsif ($in && $in->[1]) { vec($reads, fileno $in->[0], 1) = 1 }
    my $ready = select($reads, $writes, undef, $stays ? undef : defined $status ? 0 : 1);
    if (!$stays && defined $status && ($ready == 0 || $rest <= 0)) {
      return $status if fork // 1;
      $SIG{$_} = "IGNORE" for qw(HUP INT QUIT USR1 USR2);
      $SIG{TERM} = "DEFAULT";
      $stays = 1;
    }
    next if $ready <= 0;
    sysread $ended, my $dots, 99 if vec($reads, fileno $ended, 1);
    @outputs = grep {
      my ($from, $to, $text) = (@$_, "");
      my $got = vec($reads, fileno $from, 1) ? sysread $from, $text, 65536 : 1;
      $rest -= length $text if defined $rest;
      while ($text ne "") {
        my $put = syswrite $to, $text;
        if ($put) { substr($text, 0, $put) = "" }
        elsif ($! == 11) { select(undef, undef, undef, 0.01) }    # EAGAIN
        elsif ($! != 4) { $got = 0 * print STDERR "cash: exec: its output: $!\n"; last }    # EINTR
      }
      my $more = defined $got ? $got : $! == 4 || $! == 11;
      close $from if !$more;
      $more;
    } @outputs;
    if ($in && $in->[1] && vec($writes, fileno $in->[1], 1)) {
      my $put = syswrite $in->[1], $input;
      if ($put) { substr($input, 0, $put) = ""; $sent += $put }
    }
    elsif ($in && vec($reads, fileno $in->[0], 1) && !sysread $in->[0], $input, 65536) { close $in->[1]; $in->[1] = undef }
  }
  $status;
}

# A program of the container may be /proc/self/exe, which is ours, then, and could be written to: so it lies where nothing can.
if (readlink("/proc/self/ns/mnt") eq readlink("/proc/" . getppid . "/ns/mnt")) {
  must("unshare", 0x20000);    # CLONE_NEWNS
  my $root = "/";
  must("mount", 0, $root, 0, 0x44000, 0);    # MS_REC | MS_PRIVATE
  for my $place (grep { m{^(/|/usr|/bin|/usr/bin)$} } map { (split)[1] } split /\n/, slurp("/proc/self/mounts")) {
    must("mount", 0, $place, 0, 0x1021, 0);    # MS_REMOUNT | MS_BIND | MS_RDONLY
  }
  exec { $^X } split /\0/, slurp("/proc/self/cmdline") =~ s/\0$//r, -1;
  die "cash: exec: $^X: $!\n";
}

open(my $variables, "<&=", 3) or die "cash: exec: no environment\n";
my %environment = map { /^([^=]+)=(.*)$/s ? ($1, $2) : () } split /\0/, do { local $/; readline($variables) // "" };
close $variables;

my %space = map { open(my $file, "<", "/proc/$pid/ns/$_") or die "cash: exec: $_: $!\n"; ($_, $file) } qw(cgroup ipc uts net pid mnt user), grep { -e "/proc/$pid/ns/$_" && readlink("/proc/$pid/ns/$_") ne readlink("/proc/self/ns/$_") } "time";    # Linux 5.6; ours, only root of the host may join
my %status = slurp("/proc/$pid/status") =~ /^(\w+):\s+(.*)$/mg;
my $bounding = hex $status{CapBnd};
my @limits = map { pack "Q2", map { $_ eq "unlimited" ? ~0 : $_ } @$_ } map { /^Max .{21} (\S+)\s+(\S+)/ ? [$1, $2] : () } split /\n/, slurp("/proc/$pid/limits");    # in the order of their numbers
my $own_user = readlink("/proc/self/ns/user") eq readlink("/proc/$pid/ns/user");
my $score = slurp("/proc/$pid/oom_score_adj");
die "cash: exec: it has ended\n" if (split / /, slurp("/proc/$pid/stat") =~ s/.*\) //sr)[19] != $birth;
if (open(my $own, ">", "/proc/self/oom_score_adj")) { print {$own} $score }

# Of our descriptors its command gets what is a pipe, a socket or /dev/null. Anything else it could open again, to read and to write: so a
# pipe stands between. What it gets is owned by its user, who may open it by name (/dev/stdout).
my ($owner) = $own_user ? $uid : map { my ($its, $ours, $count) = split; $uid >= $its && $uid < $its + $count ? $ours + $uid - $its : () } split /\n/, slurp("/proc/$pid/uid_map");
my @standard = (\*STDIN, \*STDOUT, \*STDERR);
my ($in, @outputs, @its, %same);
for my $fd ($tty ? () : 0 .. 2) {
  my ($device, $number, $special) = (stat $standard[$fd])[0, 1, 6] or next;
  next if -p _ || -S _ || -c _ && $special == 0x103;
  if ($fd == 2 && $its[1] && $same{"$device $number"}) { $its[2] = $its[1]; next }
  pipe(my $from, my $to) or die "cash: exec: pipe: $!\n";
  if ($fd == 0) { ($in, $its[0]) = ([$standard[0], $to, $from], $from) } else { push @outputs, [$from, $standard[$fd]]; $its[$fd] = $to }
  $same{"$device $number"} = 1 if $fd == 1;
}

must("setns", fileno $_, 0) for grep { defined } @space{qw(pid time)};
my $child = fork // die "cash: exec: fork: $!\n";
if ($child) {
  for my $name (qw(HUP INT QUIT TERM USR1 USR2)) { $SIG{$name} = sub { kill $name, $child } }
  my $relayed = @its;
  close $_ for grep { defined } @its[1, 2];
  my $status = $relayed ? relay($child, $in, @outputs) : do { 1 until waitpid($child, 0) == $child; $? };
  exit($status & 127 ? 128 + ($status & 127) : $status >> 8);
}
for my $fd (grep { $its[$_] } 0 .. 2) { open($standard[$fd], $fd ? ">&" : "<&", $its[$fd]) or die "cash: exec: dup: $!\n" }
for my $file (@standard) { chown $owner, -1, $file if defined $owner && (stat $file)[4] == $> && readlink("/proc/self/fd/" . fileno $file) =~ m{^(pipe:|/dev/pts/)} }
must("setsid");
open(my $confine, ">", "/proc/self/attr/" . ($profile =~ /^exec / && -e "/proc/self/attr/apparmor" ? "apparmor/exec" : "exec")) or die "cash: exec: $profile: $!\n" if $profile ne "";
keyring($call->{prctl});
ioctl(STDIN, 0x540E, 1) if $tty;    # TIOCSCTTY
syscall($call->{prlimit64}, 0, $_, $limits[$_], 0) for 0 .. $#limits;    # where ours are lower already, they stay
must("setns", fileno $space{$_}, 0) for qw(cgroup ipc uts net mnt), $own_user ? () : "user";
umask 022;
must("prctl", 4, 0, 0, 0, 0);    # PR_SET_DUMPABLE: nothing in there can look into it
my @groups = split /,/, $gids;
must("setgroups", scalar @groups, pack("L*", @groups));
must("setresgid", ($groups[0] + 0) x 3);
for my $capability (0 .. 63) { syscall($call->{prctl}, 24, $capability, 0, 0, 0) unless $bounding >> $capability & 1 }    # PR_CAPBSET_DROP
seccomp($call->{prctl}, $filter) if $filter ne "" && !$status{NoNewPrivs};    # while it has CAP_SYS_ADMIN
must("setresuid", ($uid + 0) x 3);
must("prctl", 1, 9, 0, 0, 0);    # PR_SET_PDEATHSIG: it ends with the one that waits for it
my @words = $uid == 0 ? ($bounding & 0xffffffff, $bounding >> 32) : (0, 0);
my ($header, $sets) = (pack("LL", 0x20080522, 0), pack("L6", $words[0], $words[0], 0, $words[1], $words[1], 0));
must("capset", $header, $sets);
must("prctl", 38, 1, 0, 0, 0) if $status{NoNewPrivs};
seccomp($call->{prctl}, $filter) if $filter ne "" && $status{NoNewPrivs};
syswrite($confine, $profile) or die "cash: exec: $profile: $!\n" if $profile ne "";
%ENV = %environment;
chdir $directory or do { print STDERR "cash: exec: $directory: $!\n"; exit 126 };
exec { $command[0] } @command;
print STDERR "cash: exec: $command[0]: $!\n";
exit($!{ENOENT} ? 127 : 126);
'

EXEC_BEFORE=() # a command that executes it

command_exec() {
  local FLAGS='' RUN_ENVIRONMENT=() RUN_USER='' RUN_DIRECTORY='' VARIABLES DIRECTORY
  while (($#)); do
    case $1 in
    -e | -u | -w | --env | --user | --workdir | --detach-keys)
      (($# > 1)) || fail 2 "$1 needs a value"
      case $1 in
      -e | --env)
        [[ $2 =~ ^[^=]+= ]] || fail 2 "$1 $2: NAME=VALUE is wanted"
        RUN_ENVIRONMENT+=("$2")
        ;;
      -u | --user) RUN_USER=$2 ;;
      --detach-keys) detach_keys "$2" ;;
      *) RUN_DIRECTORY=$2 ;;
      esac
      shift
      ;;
    --interactive | --tty | --detach) FLAGS+=${1:2:1} ;;
    -*)
      [[ $1 =~ ^-[itd]+$ ]] || fail 2 "exec has no option $1; see: $0 help"
      FLAGS+=${1#-}
      ;;
    *) break ;;
    esac
    shift
  done
  (($# > 1)) || fail 2 "usage: $0 exec [-itd] [-e NAME=VALUE] [-u USER] [-w DIRECTORY] [--detach-keys KEYS] NAME [--] COMMAND…"
  container_pick "$1"
  container_need
  [[ ! -e $STATE/paused ]] || fail 125 "$CONTAINER is paused; first: $0 unpause $CONTAINER"
  shift
  [[ $1 != -- ]] || shift
  [[ $MODE == apply ]] || fail 2 'exec has no plan: it makes nothing on the host'
  exec_settings
  happened exec "${1##*/}"
  case $FLAGS in
  *d*)
    EXEC_BEFORE=(setsid) # our terminal is not its
    exec_enter '' "$@" 3< <(printf '%s\0' "${ENVIRONMENT[@]}") </dev/null >/dev/null 2>&1 &
    ;;
  *t*)
    ENVIRONMENT=("TERM=${TERM:-dumb}" "${ENVIRONMENT[@]}")
    exec_enter terminal "$@" 3< <(printf '%s\0' "${ENVIRONMENT[@]}") || exit "$?"
    ;;
  *)
    [[ ! -t 0 || $FLAGS == *i* ]] || exec </dev/null
    exec_enter '' "$@" 3< <(printf '%s\0' "${ENVIRONMENT[@]}") || exit "$?"
    ;;
  esac
}

# exec_settings: sets ID LABELS USER_ID GROUP_IDS DIRECTORY ENVIRONMENT: the container's, or what was asked for.
exec_settings() {
  local SETTINGS NAME COUNT
  { mapfile -d '' -t SETTINGS <"$STATE/settings"; } 2>/dev/null || fail 125 "$CONTAINER has just ended"
  ID=${SETTINGS[0]} IMAGE=${SETTINGS[1]} USER_ID=${SETTINGS[2]} GROUP_IDS=${SETTINGS[3]} DIRECTORY=${RUN_DIRECTORY:-${SETTINGS[4]}}
  COUNT=${SETTINGS[5]}
  LABELS=("${SETTINGS[@]:6:COUNT}") ENVIRONMENT=("${SETTINGS[@]:6+COUNT}")
  [[ -z $RUN_USER ]] || {
    container_user "$RUN_USER"
    ENVIRONMENT+=("HOME=$HOME_DIRECTORY")
  }
  ENVIRONMENT+=("${RUN_ENVIRONMENT[@]}")
  SETTINGS=("${CGROUPS[@]}") CGROUPS=()
  for NAME in "${SETTINGS[@]}"; do [[ ! -d $NAME ]] || CGROUPS+=("$NAME"); done # those it is in
  SETTINGS=("${CONTROLLERS[@]}") CONTROLLERS=()
  for NAME in "${SETTINGS[@]}"; do [[ ! -d ${CGROUP[$NAME]} ]] || CONTROLLERS+=("$NAME"); done
}

# exec_enter ''|terminal COMMAND…: in the cgroups of the container, without a descriptor of ours but 0 to 3, and without our
# environment. terminal: on one of its own, ours is out of its reach.
exec_enter() {
  local STATUS=0 FD ERRORS FILTER='' PROFILE='' TERMINAL=$1
  shift
  { read -r FILTER <"$STATE/seccomp"; } 2>/dev/null || fail 125 "$CONTAINER has ended"
  [[ ! -e $STATE/apparmor ]] || { read -r PROFILE <"$STATE/apparmor" && PROFILE="exec $PROFILE"; } || fail 125 "$CONTAINER has ended"
  [[ ! -e $STATE/selinux ]] || read -r PROFILE <"$STATE/selinux" || fail 125 "$CONTAINER has ended"
  container_birth "$PID" || fail 125 "$CONTAINER has ended"
  exec {ERRORS}>&2 2>/dev/null # Bash names what a signal ended
  (
    exec 2>&"$ERRORS"
    trap - ERR EXIT HUP INT QUIT TERM
    cgroup_enter 2>/dev/null || {
      if container_birth "$PID"; then say "the cgroups of $CONTAINER cannot be entered"; else say "$CONTAINER has ended"; fi
      exit 125
    }
    for FD in /proc/self/fd/*; do
      FD=${FD##*/}
      ((FD < 4)) || exec {FD}<&-
    done
    set -- "${ENTER[@]}" "${EXEC_BEFORE[@]}" perl -e "$SECCOMP_PROGRAM$EXEC_PROGRAM" -- "$PID" "$BIRTH" "$USER_ID" "$GROUP_IDS" "$DIRECTORY" "$TERMINAL" "$FILTER" "$PROFILE" "$@"
    [[ -z $TERMINAL ]] || set -- perl -e "$TERMINAL_PROGRAM" exec '' "$DETACH_KEYS" "$@"
    exec -c "$@"
  ) || STATUS=$?
  exec 2>&"$ERRORS" {ERRORS}>&-
  return "$STATUS"
}
