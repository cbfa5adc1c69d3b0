# What a container can do to its host: `NAME: what came of it` for each wall, on a line. Executed in a container, as root and as another user:
#   perl probes.pl ABSTRACT-SOCKET NEIGHBOUR      ABSTRACT-SOCKET: one on which somebody listens outside; NEIGHBOUR: an address of another
# ok: it was let. An error: the kernel's word for it. Other words are explained where they are.
use strict;
use warnings;
use Config;
use Errno;
use Socket;
$| = 1;
my ($abstract, $neighbour) = @ARGV;
my %numbers = (
  x86_64 => {
    acct => 163, add_key => 248, bpf => 321, delete_module => 176, init_module => 175, ioperm => 173, kexec_load => 246, mknodat => 259, mount => 165, name_to_handle_at => 303, open_by_handle_at => 304,
    perf_event_open => 298, pivot_root => 155, ptrace => 101, reboot => 169, setdomainname => 171, setns => 308, settimeofday => 164, swapon => 167, syslog => 103,
    umount2 => 166, unshare => 272, userfaultfd => 323,
  },
  aarch64 => {
    acct => 89, add_key => 217, bpf => 280, delete_module => 106, init_module => 105, ioperm => -1, kexec_load => 104, mknodat => 33, mount => 40, name_to_handle_at => 264, open_by_handle_at => 265,
    perf_event_open => 241, pivot_root => 41, ptrace => 117, reboot => 142, setdomainname => 162, setns => 268, settimeofday => 170, swapon => 224, syslog => 116,
    umount2 => 39, unshare => 97, userfaultfd => 282,
  },
);
my $number = $numbers{ $Config{archname} =~ s/-.*//r } or die "no numbers of system calls for this machine\n";

sub error { my ($code) = grep { $!{$_} } sort keys %!; $code // 'error' }
sub said { print "$_[0]: $_[1]\n" }
sub did { said($_[0], $_[1] ? 'ok' : error()) }
sub call { my ($name, @words) = @_; return syscall($number->{$name}, @words) >= 0 }
sub text { my $text = "$_[0]\0"; $text }
sub writes { my ($name, $file) = @_; did($name, sysopen(my $handle, $file, 1)) }

# its files
sub root { join ':', (stat '/')[0, 1] }
my $inside = root();
mkdir '/tmp/jail';
if (chroot '/tmp/jail') {    # the working directory is outside of it
  chdir '..' for 1 .. 64;
  chroot '.';
  chdir '/';
  said('chroot in chroot', root() eq $inside ? 'contained' : 'OUT');
} else { did('chroot in chroot', 0) }
my ($handle, $mount) = (pack('II', 128, 0) . "\0" x 128, pack 'I', 0);
my $file = text('/etc/hosts');
if (call('name_to_handle_at', -100, $file, $handle, $mount, 0)) {
  opendir(my $directory, '/');
  did('open_by_handle_at', call('open_by_handle_at', fileno $directory, $handle, 0));
} else { did('open_by_handle_at', 0) }
my ($none, $here, $proc, $agent) = (text('none'), text('/tmp'), text('proc'), text('cgroup'));
my $all = text('memory');
did('mount', call('mount', $none, $here, $proc, 0, 0));
did('release_agent', call('mount', $agent, $here, $agent, 0, $all));
my $sys = text('/proc/sys');
did('umount /proc/sys', call('umount2', $sys, 2));
did('remount /sys writable', call('mount', $none, text('/sys'), $none, 32 | 4096, 0));
did('pivot_root', call('pivot_root', $here, $here));
did('setns', do { open(my $space, '<', '/proc/self/ns/mnt'); call('setns', fileno $space, 0) });
did('unshare mounts', call('unshare', 0x20000));
did('swapon', call('swapon', $here, 0));
did('acct', call('acct', $here));

# devices
my $disk = text('/tmp/disk');
did('mknod of a disk', call('mknodat', -100, $disk, 060600, 7 << 8));
for my $node (qw(mem kmsg sda vda loop0 net/tun fuse)) { said("/dev/$node", -e "/dev/$node" ? 'THERE' : 'absent') }
did('ioperm', call('ioperm', 0x80, 1, 1)) if $number->{ioperm} >= 0;

# the kernel's own files: as of open, nothing is written
writes('core_pattern', '/proc/sys/kernel/core_pattern');
writes('modprobe', '/proc/sys/kernel/modprobe');
writes('ip_forward', '/proc/sys/net/ipv4/ip_forward');
writes('sysrq', '/proc/sysrq-trigger');
writes('uevent_helper', '/sys/kernel/uevent_helper');
writes('a file of /sys', '/sys/kernel/mm/transparent_hugepage/enabled');
writes('powercap', '/sys/devices/virtual/powercap/intel-rapl/uevent');
for my $covered (qw(kcore keys timer_list interrupts sched_debug latency_stats)) {
  my $got;
  if (open(my $opened, '<', "/proc/$covered")) { $got = sysread($opened, my $byte, 1) }
  said("/proc/$covered", defined $got ? $got ? 'READ' : 'empty' : error());
}

# the kernel
did('reboot', call('reboot', 0xfee1dead, 672274793, 0x89abcdef, 0));    # Ctrl-Alt-Del only: nothing happens where it is let
did('settimeofday', call('settimeofday', pack('q2', 0, 0), 0));
did('setdomainname', do { my $name = 'probe'; call('setdomainname', $name, length $name) });
did('init_module', call('init_module', 0, 0, $none));
did('delete_module', call('delete_module', $none, 0));
did('kexec', call('kexec_load', 0, 0, 0, 0));
did('syslog', call('syslog', 3, my $buffer = "\0" x 64, 64));
did('bpf', call('bpf', 0, my $map = pack('L8x64', 1, 4, 4, 1), 72));
did('perf_event_open of all', call('perf_event_open', my $event = pack('LLQx100', 1, 112, 0), -1, 0, -1, 0));
my ($kind, $key) = (text('user'), text('cash-probe'));
did('add_key', call('add_key', $kind, $key, $key, 4, -3));
did('userfaultfd', call('userfaultfd', 0));

# other processes
my @others = grep { $_ != $$ } map { m{/(\d+)$} ? $1 : () } glob '/proc/[0-9]*';
said('processes it sees', @others ? scalar @others : 'none');
said('signals outwards', do { $! = 0; kill(0, -1) ? 'ok' : error() });
said('ptrace outwards', (grep { $_ != $$ && call('ptrace', 16, $_, 0, 0) } 1 .. 4096) ? 'ok' : error());
said('descriptors', do { opendir(my $open, '/proc/self/fd'); my @left = grep { /^\d+$/ && $_ > 2 && $_ != fileno $open } readdir $open; @left ? "LEFT @left" : 'none' });
did('a terminal of the caller', open(my $terminal, '+<', '/dev/tty'));
did('TIOCSTI', ioctl(STDIN, 0x5412, my $typed = 'x'));
said('environment of the caller', exists $ENV{CASH_PROBE} ? 'SEEN' : 'unseen');

# the network
did('packet socket (ARP)', socket(my $packet, 17, SOCK_RAW, 0x0300));
did('raw socket (IP)', socket(my $raw, AF_INET, SOCK_RAW, 255));
socket(my $udp, AF_INET, SOCK_DGRAM, 0);
did('IP_TRANSPARENT', setsockopt($udp, 0, 19, pack 'i', 1));
did("a neighbour's address", bind($udp, pack_sockaddr_in(0, inet_aton($neighbour))));
socket(my $local, AF_UNIX, SOCK_STREAM, 0);
did('abstract socket outside', connect($local, pack 'Sa*', AF_UNIX, "\0$abstract"));

# what is to work
did('fork', do { my $child = fork; exit 0 if !$child; waitpid($child, 0); $? == 0 });
did('ptrace of its own', do { my $child = fork; if (!$child) { sleep 60; exit } my $did = call('ptrace', 16, $child, 0, 0); my $why = $! + 0; kill 'KILL', $child; waitpid $child, 0; $! = $why; $did });
did('shared memory', open(my $shared, '>', '/dev/shm/probe'));
did('null', open(my $null, '>', '/dev/null'));
did('urandom', open(my $random, '<', '/dev/urandom'));
did('its own file', open(my $own, '>', "/tmp/own.$>"));
did('chown', chown 1234, 1234, "/tmp/own.$>");
socket(my $web, AF_INET, SOCK_STREAM, 0);
did('port 80', bind($web, pack_sockaddr_in(80, INADDR_ANY)));
did('another user', do { my $child = fork; if (!$child) { $! = 0; $> = 1234; exit($> == 1234 ? 0 : 1) } waitpid $child, 0; $! = &Errno::EPERM; $? == 0 });

# hogs
sub bomb {
  my ($why, @children) = ('ok');
  for (1 .. 4096) {
    my $child = fork;
    if (!defined $child) { $why = error(); last }
    if (!$child) { sleep 300; exit }
    push @children, $child;
  }
  kill 'KILL', @children;
  waitpid $_, 0 for @children;
  return $why;
}
sub hog {
  my $child = fork;
  if (!$child) {
    my @held;
    push @held, 'x' x (1 << 20) for 1 .. 1024;
    exit;
  }
  waitpid $child, 0;
  return $? & 127 ? 'killed' : 'ok';
}
sub fill {
  my $block = "\1" x (1 << 20);
  open(my $filled, '>', '/var/tmp/hog') or return error();
  for (1 .. 1024) { next if syswrite $filled, $block; my $why = error(); unlink '/var/tmp/hog'; return $why }
  unlink '/var/tmp/hog';
  return 'ok';
}
said('fork bomb', bomb());
said('memory hog', hog());
said('disk hog', fill());
