# ── seccomp filters, keyrings: the same bytes in every script ────────────────────────────────────
# SECCOMP is a filter of system calls (struct sock_filter, in base64), or empty: none. What has no_new_privs loads it last; else it needs
# CAP_SYS_ADMIN, before the rights are dropped.
# PRCTL is the number of prctl on this machine.
SECCOMP_PROGRAM='
sub keyring {    # KEYCTL_JOIN_SESSION_KEYRING; where keyctl is refused (EPERM, ENOSYS), it is to its command, too
  my ($prctl) = @_;
  syscall($prctl == 157 ? 250 : 219, 1, 0) >= 0 or $! == 1 or $! == 38 or die "cash: no session keyring of its own: $!\n";
}
sub seccomp {
  my ($prctl, $filter) = @_;
  $filter =~ tr#A-Za-z0-9+/=# -_#d;
  my $code = unpack("u", join "", map { chr(32 + length() * 3 / 4) . $_ . "\n" } $filter =~ /.{1,60}/g);
  syscall($prctl, 22, 2, pack("S x6 P", length($code) / 8, $code)) == 0 or die "cash: the seccomp filter cannot be loaded: $!\n";    # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
}
'

# seccomp_loader: sets LOADER, a command that loads it, and executes what follows it: in a session of its own, with its terminal, and with a
# session keyring of its own: that of our caller came along, with its keys.
seccomp_loader() {
  local PRCTL=167
  [[ $HOSTTYPE != x86_64* ]] || PRCTL=157
  LOADER=(perl -e "$SECCOMP_PROGRAM"'
    my ($prctl, $filter) = splice @ARGV, 0, 2;
    syscall($prctl == 157 ? 112 : 157) >= 0 or die "cash: no session of its own: $!\n";    # setsid
    ioctl(STDIN, 0x540E, 0) or die "cash: its terminal: $!\n" if $ENV{TTY};    # TIOCSCTTY
    keyring($prctl);
    seccomp($prctl, $filter) if $filter ne "";
    exec { $ARGV[0] } @ARGV;
    die "cash: $ARGV[0]: $!\n"' -- "$PRCTL" "$SECCOMP")
}
