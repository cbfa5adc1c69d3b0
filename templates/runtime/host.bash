# ── files of the host: the same bytes in every script that gives one to a container ──────────────
# What the definition names, and nothing else: a path is walked by descriptors, which nobody can exchange. Symbolic links are followed
# where a distribution has them: in /, /var, /etc and /usr, as far as only root can write there. By Perl: Bash opens no socket, and no
# link itself.
#   walk FROM PATH MAKE FOLLOW    a descriptor (O_PATH) of PATH below FROM. MAKE: directory, file, or '': what it is made as, where it is
#                                 not there. FOLLOW: none, system, all
# shellcheck disable=SC2016 # Perl expands it
HOST_PROGRAM='
use strict;
use Fcntl;
use constant O_PATH => 010000000;
sub refuse { print STDERR "cash: ", @_, "\n"; exit 125 }
sub name { "/proc/self/fd/" . fileno $_[0] }
sub kind { my @found = stat $_[0]; $found[2] & 0170000 }
sub system_link { my @owner = stat $_[0]; readlink(name $_[0]) =~ m{^/(var$|(etc|usr)(/|$)|$)} && $owner[4] == 0 && !($owner[2] & 022) }
sub walk {
  my ($from, $path, $make, $follow) = @_;
  my @rest = grep { $_ ne "" && $_ ne "." } split m{/}, $path;
  my $links = 0;
  sysopen(my $at, $from, O_PATH | O_DIRECTORY) or refuse "$from: $!";
  while (defined(my $part = shift @rest)) {
    my ($place, $next) = (name($at) . "/$part");
    if (!sysopen($next, $place, O_PATH | O_NOFOLLOW)) {
      refuse "$path: $!" if $make eq "" || !$!{ENOENT};
      if (@rest || $make eq "directory") { mkdir $place, 0755 } else { sysopen my $new, $place, O_WRONLY | O_CREAT | O_EXCL, 0644 }
      sysopen($next, $place, O_PATH | O_NOFOLLOW) or refuse "$path: $!";
    }
    if (kind($next) == 0120000) {
      $follow eq "all" || $follow eq "system" && system_link($at)
        or refuse "$path passes through a symbolic link, ", readlink(name $at), "/$part: name the path it stands for";
      refuse "$path: too many symbolic links" if ++$links > 40;
      my $to = readlink $place;
      unshift @rest, grep { $_ ne "" && $_ ne "." } split m{/}, $to;
      next if $to !~ m{^/};
      sysopen($next, "/", O_PATH) or refuse "/: $!";
    }
    $at = $next;
  }
  return $at;
}
'

# bind_source PATH: the directory of a bind mount, made where there is nothing of that name.
bind_source() {
  [[ ! -e $1 ]] || return 0
  [[ $MODE == apply ]] || planned "$(declare -p "${HOST_VALUES[@]}")" "$(declare -f bind_make)"
  run 'a bind mount of it' bind_make "$1"
}
HOST_VALUES=(HOST_PROGRAM) # for a plan
bind_make() { perl -e "$HOST_PROGRAM"'walk("/", $ARGV[0], "directory", "system")' -- "$1"; }

# Mounts the lines of an fstab that are not for mount --all (noauto), in their order: those whose source is a path of the host, and those
# whose target lies in a mount that others may write to. An rbind gets its options wherever something is mounted below it, too.
#   late ROOTFS FSTAB STORAGE
# shellcheck disable=SC2016 # Perl expands it
LATE_PROGRAM='
my ($root, $fstab, $storage) = @ARGV;
my ($machine) = do { require Config; $Config::Config{archname} =~ /^([^-]+)/ };
my $mount = { x86_64 => 165, aarch64 => 40 }->{$machine} or refuse "no bind mounts on $machine";
my %bits = (ro => 1, nosuid => 2, nodev => 4, noexec => 8, nosymfollow => 256);
$^F = 255;    # mount(8) gets the descriptors
sub attach { my ($from, $to, $flags) = @_; syscall($mount, $from, $to, 0, $flags, 0) == 0 or refuse "mount $_[3]: $!" }
sub plain { $_[0] =~ s/\\([0-7]{3})/chr oct $1/ger }
sub guard {
  my ($path, $real) = ($_[0], readlink name $_[1]);
  for my $place ("/proc", "/sys", "/dev", "/run/cash", $storage, "$storage.btrfs") {
    sysopen(my $guarded, $place, O_PATH) or next;
    my ($inner, $outer) = map { $_ eq "/" ? "/" : "$_/" } readlink(name $guarded), $real;
    refuse "$path is, or holds, or lies in $place: x-cash.allow has to name it" if index($inner, $outer) == 0 || index($outer, $inner) == 0;
  }
}
sub below {
  my ($target) = @_;
  open(my $list, "<", "/proc/self/mountinfo") or refuse "mountinfo: $!";
  my %top = map { my @field = split / /; (plain($field[4]) => $field[5]) } <$list>;    # of those at one place the last
  return map { [$_, split /,/, $top{$_}] } grep { $_ eq $target || index($_, "$target/") == 0 } sort keys %top;
}
sub restrict {
  my ($target, @wanted) = @_;
  for my $try (1, 2) {
    for (below($target)) {
      my ($place, %has) = ($_->[0], map { $_ => 1 } @$_[1 .. $#$_]);
      next unless grep { !$has{$_} } @wanted;
      refuse "$place cannot be restricted" if $try == 2;
      my $flags = 4096 | 32;    # MS_BIND, MS_REMOUNT
      $flags |= $bits{$_} for grep { $bits{$_} } keys %has, @wanted;
      my $top = walk($root, substr($place, length $root), "", "none");
      attach("none", name($top), $flags, $place);
    }
  }
}
my @fixed;
open(my $lines, "<", $fstab) or refuse "$fstab: $!";
while (<$lines>) {
  my ($source, $target, $type, $options) = map { plain $_ } split / /;
  my @options = split /,/, $options;
  my %option = map { $_ => 1 } @options;
  next unless $option{noauto};
  if ($option{remount}) {
    push @fixed, $target;
    next;
  }
  my $from;
  if ($option{rbind}) {
    $from = walk("/", $source, "", $option{"x-cash.allow"} ? "all" : "system");
    guard($source, $from) unless $option{"x-cash.allow"};
  } elsif ($type eq "none") {
    sysopen($from, $source, O_PATH) or refuse "$source: $!";
  }
  my $file = $from && kind($from) != 0040000;
  my $on = walk($root, substr($target, length $root), $file ? "file" : "directory", "none");
  if ($from && !grep { /^X-mount/ } @options) {
    attach(name($from), name($on), 4096 | ($option{rbind} ? 16384 : 0), $target);
    restrict($target, grep { $bits{$_} } @options);
  } else {
    my $own = join ",", grep { $_ ne "noauto" } @options;
    system("mount", "--internal-only", "--no-canonicalize", "--types", $type, "--options", $own, $source, name($on) . "/.") == 0 or exit 125;
  }
}
attach("none", $_, 4096 | 32 | 1, $_) for @fixed;    # only now: what is mounted of it would be read-only, too
'
# container_masks_late: what is read-only of the host is so when all is mounted.
container_masks_late() { MASKS=("${MASKS[@]/none remount,/none noauto,remount,}"); }
container_late() { perl -e "$HOST_PROGRAM$LATE_PROGRAM" -- "$ROOTFS" "$STATE/fstab" "$1" >&2; }
