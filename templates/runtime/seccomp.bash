# ── seccomp filters: the same bytes in every script ──────────────────────────────────────────────
# SECCOMP is a filter of system calls (struct sock_filter, in base64), or empty: none. Perl loads it by prctl; where there is no Perl, setpriv of
# util-linux 2.41 does, which sets no_new_privs. What has that loads it last; else it needs CAP_SYS_ADMIN, before the rights are dropped.
# seccomp.pl PRCTL FILTER COMMAND…: PRCTL is the number of prctl on this machine.
SECCOMP_PROGRAM='
sub seccomp {
  my ($prctl, $filter) = @_;
  $filter =~ tr#A-Za-z0-9+/=# -_#d;
  my $code = unpack("u", join "", map { chr(32 + length() * 3 / 4) . $_ . "\n" } $filter =~ /.{1,60}/g);
  syscall($prctl, 22, 2, pack("S x6 P", length($code) / 8, $code)) == 0 or die "cash: the seccomp filter cannot be loaded: $!\n";    # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
}
'

# seccomp_loader [no_new_privs]: sets LOADER, a command that loads the filter and executes what follows it.
seccomp_loader() {
  LOADER=()
  [[ -n $SECCOMP ]] || return 0
  case $HOSTTYPE in
  x86_64*) LOADER=(157) ;;
  *) LOADER=(167) ;;
  esac
  if type -P perl >/dev/null; then
    LOADER=(perl -e "$SECCOMP_PROGRAM"'seccomp(shift, shift); exec { $ARGV[0] } @ARGV; die "cash: $ARGV[0]: $!\n"' -- "${LOADER[@]}" "$SECCOMP")
  else
    [[ -n ${1-} && $(setpriv --help) == *--seccomp-filter* ]] || {
      echo 'cash: nothing here loads a seccomp filter: install perl-base, or, for what has no_new_privs, util-linux 2.41; or leave it out by security_opt: [seccomp:unconfined]' >&2
      exit 125
    }
    base64 --decode <<<"$SECCOMP" >"$STATE/seccomp.bpf"
    exec {SECCOMP_FILE}<"$STATE/seccomp.bpf" # another user could not open it
    export SECCOMP_FILE
    LOADER=(setpriv --seccomp-filter "/proc/self/fd/$SECCOMP_FILE" bash -c 'exec {SECCOMP_FILE}<&-; exec "$@"' cash)
  fi
}
