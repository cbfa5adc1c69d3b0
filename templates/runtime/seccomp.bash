# ── seccomp filters, keyrings: the same bytes in every script ────────────────────────────────────
# SECCOMP is a filter of system calls (struct sock_filter, in base64), or empty: none. Perl loads it by prctl; where there is no Perl, setpriv of
# util-linux 2.41 does, which sets no_new_privs. What has that loads it last; else it needs CAP_SYS_ADMIN, before the rights are dropped.
# It gets a session of its own before, and a session keyring: that of our caller came along, with its keys. By Perl too; without, setsid(1) makes
# the session, and the filter alone keeps the keys.
# seccomp.pl PRCTL FILTER COMMAND…: PRCTL is the number of prctl on this machine.
SECCOMP_PROGRAM='
sub session {
  my ($prctl) = @_;
  syscall($prctl == 157 ? 112 : 157) >= 0 or die "cash: no session of its own: $!\n";    # setsid
}
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

# seccomp_loader [no_new_privs]: sets LOADER, a command that does all this and executes what follows it; SESSION, what comes before it, where the
# session has a terminal, or there is no Perl.
seccomp_loader() {
  SESSION=()
  [[ -z $TTY ]] || SESSION=(setsid --ctty)
  case $HOSTTYPE in
  x86_64*) LOADER=(157) ;;
  *) LOADER=(167) ;;
  esac
  if type -P perl >/dev/null; then
    LOADER=(perl -e "$SECCOMP_PROGRAM"'my ($prctl, $filter) = splice @ARGV, 0, 2; session($prctl) unless $ENV{TTY}; keyring($prctl); seccomp($prctl, $filter) if $filter ne ""; exec { $ARGV[0] } @ARGV; die "cash: $ARGV[0]: $!\n"' -- "${LOADER[@]}" "$SECCOMP")
  elif [[ -z $SECCOMP ]]; then
    echo 'cash: nothing here gives it a session keyring of its own: install perl-base' >&2
    exit 125
  else
    [[ -n ${1-} && $(setpriv --help) == *--seccomp-filter* ]] || {
      echo 'cash: nothing here loads a seccomp filter: install perl-base, or, for what has no_new_privs, util-linux 2.41' >&2
      exit 125
    }
    base64 --decode <<<"$SECCOMP" >"$STATE/seccomp.bpf"
    exec {SECCOMP_FILE}<"$STATE/seccomp.bpf" # another user could not open it
    export SECCOMP_FILE
    [[ -n $TTY ]] || SESSION=(setsid)
    LOADER=(setpriv --seccomp-filter "/proc/self/fd/$SECCOMP_FILE" bash -c 'exec {SECCOMP_FILE}<&-; exec "$@"' cash)
  fi
}
