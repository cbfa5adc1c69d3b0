# ── devices of the host: the same bytes in every script with some ───────────────────────────────
DEVICES=() # lines of its fstab

# device SOURCE TARGET ACCESS: a node of the host, or all those in a directory. It is mounted, read-only: who writes to it can, but its
# owner and mode, which are those on the host, stay.
device() { device_each device_mount "$@"; }
device_mount() {
  container_mountpoint "$2" "$1"
  DEVICES+=("$1 $ROOTFS$2 none bind,ro,nosuid,noexec 0 0")
}

# device_each FUNCTION SOURCE TARGET ACCESS: FUNCTION NODE TARGET ACCESS, of that node, or of each in that directory.
device_each() {
  local INSIDE FOUND=''
  [[ $2$3 =~ ^[A-Za-z0-9_./:@+,=~-]+$ ]] || fail 125 "devices: $2: letters, digits and _ . / : @ + , = ~ - are wanted"
  if [[ -d $2 ]]; then
    for INSIDE in "$2"/*; do
      [[ ! -L $INSIDE && (-b $INSIDE || -c $INSIDE || -d $INSIDE) ]] || continue
      device_each "$1" "$INSIDE" "$3/${INSIDE##*/}" "$4"
      FOUND=yes
    done
    [[ -n $FOUND ]] || fail 125 "devices: no device is in $2"
    return 0
  fi
  [[ -b $2 || -c $2 ]] || fail 125 "devices: $2 is no device of this host"
  "$1" "${@:2}"
}

# device_guard [SOURCE TARGET ACCESS]… -- RULE…: the kernel looks at each access: it may do what these devices, the standard ones and the
# rules let it do. While no process is in its cgroup: for a moment nothing is allowed.
device_guard() {
  local RULE RULES=('c 1:3 rwm' 'c 1:5 rwm' 'c 1:7 rwm' 'c 1:8 rwm' 'c 1:9 rwm' 'c 5:0 rwm' 'c 5:1 rwm' 'c 5:2 rwm' 'c 136:* rwm')
  while [[ $1 != -- ]]; do
    device_each device_rule "${@:1:3}"
    shift 3
  done
  RULES+=("${@:2}")
  if [[ $CGROUP_VERSION == v2 ]]; then
    run 'devices: none but these' perl -e "$DEVICE_PROGRAM" "${CGROUPS[0]}" "${RULES[@]}"
  else
    cgroup_write 'devices: none but these' a "${CGROUP[devices]}/devices.deny"
    for RULE in "${RULES[@]}"; do cgroup_write 'devices' "$RULE" "${CGROUP[devices]}/devices.allow"; done
  fi
}
# device_rule NODE TARGET ACCESS: one more in RULES, with the numbers of the node.
device_rule() {
  local NUMBERS TYPE=c
  [[ ! -b $1 ]] || TYPE=b
  NUMBERS=$(stat --dereference --format='%t %T' -- "$1")
  RULES+=("$TYPE $((16#${NUMBERS% *})):$((16#${NUMBERS#* })) $3")
}

# In v2 that is a program in the kernel: bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE. Of each access it gets type, bits and numbers; it lets
# through what a rule allows whole.   CGROUP RULE…
DEVICE_PROGRAM='
use strict;
use Config;
my $bpf = $Config{archname} =~ /^x86_64/ ? 321 : 280;
my ($cgroup, @rules) = @ARGV;
sub op { my ($code, $to, $from, $skip, $value) = @_; pack "CCsl", $code, $to | $from << 4, $skip, $value }
sub address { unpack "Q", pack "P", $_[0] }
my $program = op(0x61, 2, 1, 0, 0) . op(0xbc, 3, 2, 0, 0) . op(0x54, 2, 0, 0, 0xffff) . op(0x74, 3, 0, 0, 16)    # r2 its type, r3 the bits
  . op(0x61, 4, 1, 4, 0) . op(0x61, 5, 1, 8, 0);                                                            # r4 major, r5 minor
for my $rule (@rules) {
  my ($type, $major, $minor, $access) = $rule =~ /^([abc]) (\d+|\*):(\d+|\*) ([rwm]+)$/ or die "cash: devices: $rule\n";
  my $bits = ($access =~ /m/ ? 1 : 0) | ($access =~ /r/ ? 2 : 0) | ($access =~ /w/ ? 4 : 0);
  my @tests = $bits == 7 ? () : [op(0xbc, 1, 3, 0, 0) . op(0x54, 1, 0, 0, $bits), 0x5d, 1, 3, 0];
  unshift @tests, ["", 0x55, 2, 0, $type eq "b" ? 1 : 2] if $type ne "a";
  push @tests, ["", 0x55, 4, 0, $major] if $major ne "*";
  push @tests, ["", 0x55, 5, 0, $minor] if $minor ne "*";
  my $rest = op(0xb7, 0, 0, 0, 1) . op(0x95, 0, 0, 0, 0);
  for my $test (reverse @tests) { my ($before, $code, $to, $from, $value) = @$test; $rest = $before . op($code, $to, $from, length($rest) / 8, $value) . $rest }
  $program .= $rest;
}
$program .= op(0xb7, 0, 0, 0, 0) . op(0x95, 0, 0, 0, 0);
my $licence = "MIT\0";
my $load = pack "LLQQLLQLLx16LL", 15, length($program) / 8, address($program), address($licence), 0, 0, 0, 0, 0, 0, 6;
my $loaded = syscall($bpf, 5, $load, length $load);
die "cash: devices: the kernel takes no program for them: $!\n" if $loaded < 0;
open(my $directory, "<", $cgroup) or die "cash: devices: $cgroup: $!\n";
my $attach = pack "LLLL", fileno $directory, $loaded, 6, 2;    # beside what others have attached
die "cash: devices: the cgroup takes no program: $!\n" if syscall($bpf, 8, $attach, length $attach) < 0;
'

# container_unmasked: of a privileged container: nothing is covered. Sets MASKS, what of /dev only some hosts have.
container_unmasked() {
  MASKS=()
  [[ ! -d /dev/mqueue ]] || MASKS=("mqueue $ROOTFS/dev/mqueue mqueue nosuid,nodev,noexec 0 0")
}
