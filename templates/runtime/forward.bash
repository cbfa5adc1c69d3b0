# ── ports of the host without root: the same bytes in every script that has some, and rootless ──────
# slirp4netns, which leads out of the user's network, leads into it, too: it is told on a socket, ROOTLESS/forward, on what to listen. What comes
# arrives in there under the same number, and goes on as with root: see ports.bash.
# forward.pl SOCKET add|remove PROTOCOL HOST PORT
FORWARD_PROGRAM='
use strict;
use Socket;
my ($path, $verb, $protocol, $host, $port) = @ARGV;
sub ask {
  my $socket;
  socket($socket, PF_UNIX, SOCK_STREAM, 0) && connect($socket, pack_sockaddr_un($path)) or return;
  syswrite $socket, $_[0];
  shutdown $socket, 1;
  local $/;
  readline $socket;
}
if ($verb eq "add") {
  my $said = ask(qq({"execute":"add_hostfwd","arguments":{"proto":"$protocol","host_addr":"$host","host_port":$port,"guest_port":$port}}));
  exit 0 if defined $said && $said =~ /"return"/;
  print STDERR "cash: slirp4netns does not listen on port $port/$protocol of the host: ", $said // $!, "\n";
  exit 1;
}
my $said = ask(q({"execute":"list_hostfwd"})) // exit 0;    # it has ended: it listens no more
for my $one ($said =~ /\{[^{}]*\}/g) {
  next unless $one =~ /"proto":\s*"$protocol"/ && $one =~ /"host_addr":\s*"\Q$host\E"/ && $one =~ /"host_port":\s*$port\b/ && $one =~ /"id":\s*(\d+)/;
  ask(qq({"execute":"remove_hostfwd","arguments":{"id":$1}}));
}'

FORWARD=forward
# forward HOST:FIRST[-LAST]:…: sets FORWARDER, that socket, and WORLD, a process whose network the ports of the host are in.
forward() {
  local PID LEAST RANGE
  rootless_directory
  FORWARDER=$ROOTLESS/forward
  if rootless_leads && [[ -S $FORWARDER ]]; then
    WORLD=$PID
    for RANGE; do
      RANGE=${RANGE#*:}
      ((${RANGE%%[-:]*} >= LEAST)) || fail 125 "port ${RANGE%%:*} of the host is root's; publish one from $LEAST on, or as root: sysctl net.ipv4.ip_unprivileged_port_start=${RANGE%%[-:]*}; then $0 down"
    done
  elif [[ $MODE == apply ]]; then
    fail 125 "no port of the host can lead to $CONTAINER: slirp4netns does not run, or without its socket; install it, then: $0 down"
  fi
}
