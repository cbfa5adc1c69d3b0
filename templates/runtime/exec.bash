# ── exec: the same bytes in every script ────────────────────────────────────────────────────────
# A process enters a container that runs. No program of the image may be executed with more than the container's rights, and in
# there no other ones are to be found: so one program of the host must enter the namespaces *and* drop its rights. util-linux has
# none that does both; Perl, which every Debian has, can make the system calls.
#   exec.pl PID BIRTH UID GID,GID… DIRECTORY KIND FILTER PROFILE COMMAND…      the environment, each NAME=VALUE ended by NUL, from descriptor 3
# KIND is empty; or terminal: our input is one, of its own; or detached: it outlives who waits for it, and our standard error gets a NUL
# just before it is executed, then the end of file. FILTER is the seccomp filter it was started with, PROFILE what AppArmor (`exec NAME`) or SELinux (a context) is told,
# or empty. Everything else is read from the container's process 1: capabilities (CapBnd), no_new_privs, rlimits, oom_score_adj.
EXEC_PROGRAM='
use strict;
my ($pid, $birth, $uid, $gids, $directory, $kind, $filter, $profile, @command) = @ARGV;
my ($machine) = do { require Config; $Config::Config{archname} =~ /^([^-]+)/ };
my $errors = \*STDERR;
$SIG{__DIE__} = sub { print {$errors} @_; exit 125 };
my %calls = (
  x86_64 => { capset => 126, close => 3, mount => 165, prctl => 157, prlimit64 => 302, setgroups => 116, setns => 308, setresgid => 119, setresuid => 117, setsid => 112, unshare => 272 },
  aarch64 => { capset => 91, close => 57, mount => 40, prctl => 167, prlimit64 => 261, setgroups => 159, setns => 268, setresgid => 149, setresuid => 147, setsid => 157, unshare => 97 },
);
my $call = $calls{$machine} or die "cash: exec knows no $machine\n";
sub must { my ($name, @words) = @_; my $got = syscall($call->{$name}, @words); die "cash: exec: $name: $!\n" if $got < 0; $got }
sub slurp { local $/; open(my $file, "<", $_[0]) or die "cash: exec: $_[0]: $!\n"; readline $file }

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

# What it gets is owned by its user, who may open it by name (/dev/stdout).
my ($owner) = $own_user ? $uid : map { my ($its, $ours, $count) = split; $uid >= $its && $uid < $its + $count ? $ours + $uid - $its : () } split /\n/, slurp("/proc/$pid/uid_map");

must("setsid") if $kind eq "detached";
must("setns", fileno $_, 0) for grep { defined } @space{qw(pid time)};
my $child = fork // die "cash: exec: fork: $!\n";
if ($child) {
  for my $name (qw(HUP INT QUIT TERM USR1 USR2)) { $SIG{$name} = sub { kill $name, $child } }
  open(STDERR, ">&", STDOUT) if $kind eq "detached";
  1 until waitpid($child, 0) == $child;
  exit($? & 127 ? 128 + ($? & 127) : $? >> 8);
}
for my $file (\*STDIN, \*STDOUT, \*STDERR) { chown $owner, -1, $file if defined $owner && (stat $file)[4] == $> && readlink("/proc/self/fd/" . fileno $file) =~ m{^(pipe:|/dev/pts/)} }
open($errors = undef, ">&", STDERR) or exit 125;    # until the command is executed
open(STDERR, ">&", STDOUT) if $kind eq "detached";
must("setsid");
open(my $confine, ">", "/proc/self/attr/" . ($profile =~ /^exec / && -e "/proc/self/attr/apparmor" ? "apparmor/exec" : "exec")) or die "cash: exec: $profile: $!\n" if $profile ne "";
keyring($call->{prctl});
ioctl(STDIN, 0x540E, 1) if $kind eq "terminal";    # TIOCSCTTY
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
chdir $directory or do { print {$errors} "cash: exec: $directory: $!\n"; exit 126 };
syswrite($errors, "\0") if $kind eq "detached";
exec { $command[0] } @command;
print {$errors} "cash: exec: $command[0]: $!\n";
exit($!{ENOENT} ? 127 : 126);
'

EXEC_BEFORE=() # a command that executes it

command_exec() {
  local FLAGS='' STDIN_OPEN='' RUN_ENVIRONMENT=() RUN_USER='' RUN_DIRECTORY='' VARIABLES DIRECTORY
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
  *d*) exec_detached "$@" ;;
  *t*)
    ENVIRONMENT=("TERM=${TERM:-dumb}" "${ENVIRONMENT[@]}")
    exec_enter terminal "$@" 3< <(printf '%s\0' "${ENVIRONMENT[@]}") || exit "$?"
    ;;
  *)
    [[ $FLAGS != *i* ]] || STDIN_OPEN=true
    exec_relayed "$@" || exit "$?"
    ;;
  esac
}

# exec_detached COMMAND…: returns when it is executed, or says why it cannot be.
exec_detached() {
  local PIPE SAID
  exec {PIPE}< <(exec_become detached "$@" 3< <(printf '%s\0' "${ENVIRONMENT[@]}") </dev/null 2>&1 >/dev/null)
  ! IFS='' read -r -d '' SAID <&"$PIPE" || { # NUL: what is said from now on, is that it could not be
    IFS='' read -r -d '' SAID <&"$PIPE" || : # to its end
    [[ -n $SAID ]] || return 0
  }
  printf '%s' "$SAID" >&2
  wait "$!" || exit "$?"
}

# exec_relayed COMMAND…: between its descriptors and ours a pipe stands, where that is wanted.
exec_relayed() {
  local STATUS=0 FD STDIO=(0 1 2)
  UNDO=(container_relayed "${UNDO[@]}")
  container_relays stay
  exec_enter '' "$@" 3< <(printf '%s\0' "${ENVIRONMENT[@]}") <&"${STDIO[0]}" >&"${STDIO[1]}" 2>&"${STDIO[2]}" || STATUS=$?
  for FD in "${STDIO[@]}"; do ((FD < 3)) || exec {FD}>&-; done
  UNDO=("${UNDO[@]:1}")
  container_relayed
  return "$STATUS"
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

# exec_enter ''|terminal COMMAND…: in the container, to its end.
exec_enter() {
  local STATUS=0 ERRORS
  exec {ERRORS}>&2 2>/dev/null # Bash names what a signal ended
  (
    exec 2>&"$ERRORS"
    exec_become "$@"
  ) || STATUS=$?
  exec 2>&"$ERRORS" {ERRORS}>&-
  return "$STATUS"
}

# exec_become ''|terminal|detached COMMAND…: becomes it, in the cgroups of the container, without a descriptor of ours but 0 to 3, and
# without our environment. terminal: on one of its own, ours is out of its reach.
exec_become() {
  local FD FILTER='' PROFILE='' KIND=$1
  shift
  trap - ERR EXIT HUP INT QUIT TERM
  { read -r FILTER <"$STATE/seccomp" &&
    { [[ ! -e $STATE/apparmor ]] || { read -r PROFILE <"$STATE/apparmor" && PROFILE="exec $PROFILE"; }; } &&
    { [[ ! -e $STATE/selinux ]] || read -r PROFILE <"$STATE/selinux"; } &&
    container_birth "$PID"; } 2>/dev/null || fail 125 "$CONTAINER has ended"
  cgroup_enter 2>/dev/null || {
    if container_birth "$PID"; then fail 125 "the cgroups of $CONTAINER cannot be entered"; else fail 125 "$CONTAINER has ended"; fi
  }
  for FD in /proc/self/fd/*; do
    FD=${FD##*/}
    ((FD < 4)) || exec {FD}<&-
  done
  set -- "${ENTER[@]}" "${EXEC_BEFORE[@]}" perl -e "$SECCOMP_PROGRAM$EXEC_PROGRAM" -- "$PID" "$BIRTH" "$USER_ID" "$GROUP_IDS" "$DIRECTORY" "$KIND" "$FILTER" "$PROFILE" "$@"
  [[ $KIND != terminal ]] || set -- perl -e "$TERMINAL_PROGRAM" exec '' "$DETACH_KEYS" "$@"
  exec -c "$@"
}
