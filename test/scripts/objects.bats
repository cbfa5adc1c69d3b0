# Whose the script is, and kernel objects that are a container's own.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper

setup_file() {
  begin debian
  compile objects <<'YAML'
name: objects
x-cash: {root: "${ROOT}"}
x-tiny: &tiny {image: "tar:${TINY}", network_mode: none}
services:
  box: {<<: *tiny, command: echo hello}
  keys: {image: "tar:${DEBIAN}", network_mode: none, security_opt: ["seccomp:unconfined"]}
  clock: {<<: *tiny, x-cash: {time: {monotonic: -100, boottime: 1000000}}}
  ahead: {<<: *tiny, userns_mode: auto, pid: host, x-cash: {time: {boottime: 1000000}}}
  before: {<<: *tiny, command: "true", x-cash: {time: {boottime: -4000000000}}}
  setuid: {image: "tar:${DEBIAN}", network_mode: none, security_opt: ["seccomp:unconfined", "no-new-privileges:false"]}
YAML
}
teardown_file() { finish; }

# looked COMMAND…: it looked with a process at who can write to the script.
looked() { strace -f -qq -e trace=execve -o "${BATS_TEST_TMPDIR}/calls" "${SCRIPT}" "$@" 3>&- && grep -q '"ls"' "${BATS_TEST_TMPDIR}/calls"; }
refused() {
  run --separate-stderr cash run box
  assert_status 125
  assert_output ''
  assert_output --stderr -p "${SCRIPT}: $1, and root would execute what they write; first: chown root ${SCRIPT}; chmod go-w ${SCRIPT}. Or say why not: CASH_TRUST=WHY"
  run cash check
  assert_output -p "missing  ${SCRIPT}: of root, written by nobody else   ($1: chown root"
}

@test 'the script is executed as a file of root that nobody else can write to, or says why' {
  local run=/run/cash/objects
  looked run --keep box
  assert_equal "$(<"${run}/script")" "${SCRIPT}"
  run ! looked run box
  run ! looked plan rm box
  touch "${SCRIPT}"
  looked run box
  chmod 775 "${SCRIPT}"
  touch "${SCRIPT}"
  cash run box # the group is root's
  chgrp 5 "${SCRIPT}"
  touch "${SCRIPT}"
  refused 'a group can write to it, or a user of its access control list'
  chgrp 0 "${SCRIPT}"
  # setxattr: user 1000 may read and write
  perl -e 'my ($file, $name, $value) = ($ARGV[0], "system.posix_acl_access", pack("L", 2) . pack("(SSL)*", 1, 7, -1, 2, 6, 1000, 4, 5, -1, 16, 7, -1, 32, 5, -1));
    require Config; syscall($Config::Config{archname} =~ /^x86_64/ ? 188 : 5, $file, $name, $value, length $value, 0) == 0 or die "$!\n"' "${SCRIPT}"
  refused 'a group can write to it, or a user of its access control list'
  chmod 757 "${SCRIPT}"
  refused 'everybody can write to it'
  chmod 755 "${SCRIPT}"
  chown 1000 "${SCRIPT}"
  refused 'it belongs to another user than root'
  CASH_TRUST='it is a test' run --separate-stderr cash run box
  assert_status 0
  assert_output hello
  assert_output --stderr -p 'it belongs to another user than root; executed all the same, as CASH_TRUST says: it is a test'
  run --separate-stderr bash -s -- run box <"${SCRIPT}" # no file, nobody who could write to it
  assert_output hello
  chown root "${SCRIPT}"
  cash down
  refute_exists "${run}"
}

# with_key COMMAND…: executed by somebody with a session keyring that has a key in it. KEYS says what is to be seen of both.
with_key() {
  perl -e "${NUMBERS}"'
    call(keyctl => 1, my $name = "cash-host\0") > 0 or die "$!\n";
    call(add_key => my $type = "user\0", my $of = "cash-secret\0", my $text = "hidden", 6, -3) > 0 or die "$!\n";
    exec @ARGV' "$@" 3>&-
}
NUMBERS='use Config; my %number = $Config{archname} =~ /^x86_64/ ? (add_key => 248, keyctl => 250) : (add_key => 217, keyctl => 219); sub call { my $number = $number{+shift}; syscall($number, @_) }'
KEYS=${NUMBERS}'
  my $name = "\0" x 99;
  call(keyctl => 6, -3, $name, 99);
  my $found = call(keyctl => 10, -3, my $type = "user\0", my $of = "cash-secret\0", 0);
  print $name =~ /cash-host/ ? "theirs" : $name =~ /^keyring;.*;_ses\0/ ? "its own" : $name, $found > 0 ? ", with the key" : ", without the key", "\n";
  call(add_key => $type, $of, $of, 4, -3) > 0 and print "it can have keys\n"'

@test 'keys: a session keyring of its own, for run and exec, root and another user, whatever the filter lets through' {
  local service
  run with_key perl -e "${KEYS}"
  assert_output -p 'theirs, with the key'
  for service in keys setuid; do
    run --separate-stderr with_key "${SCRIPT}" run "${service}" -- perl -e "${KEYS}"
    assert_output $'its own, without the key\nit can have keys'
    run --separate-stderr with_key "${SCRIPT}" run -u 1000 "${service}" -- perl -e "${KEYS}"
    assert_output $'its own, without the key\nit can have keys'
    with_key "${SCRIPT}" run -d "${service}" -- sleep 300
    run --separate-stderr with_key "${SCRIPT}" exec -u 1000 "${service}" perl -e "${KEYS}"
    assert_output $'its own, without the key\nit can have keys'
    cash rm -f "${service}"
  done
}

# ahead SECONDS NAME COMMAND…: the uptime it prints is so much more than ours, give or take ten minutes.
ahead() {
  local ours theirs
  theirs=$("${@:2}")
  read -r ours _ </proc/uptime
  ((${theirs%.*} - ${ours%.*} - $1 < 600 && ${theirs%.*} - ${ours%.*} - $1 > -600)) || fail "${theirs}, not $1 more than ${ours}"
}

@test 'time: clocks of its own, for run and exec; what the kernel does not take is said' {
  local service
  for service in clock ahead; do
    ahead 1000000 cash run "${service}" -- cut -d ' ' -f 1 /proc/uptime
    cash run -d "${service}" -- sleep 300
    ahead 1000000 cash exec "${service}" cut -d ' ' -f 1 /proc/uptime
    cash rm -f "${service}"
  done
  run --separate-stderr cash run clock -- cat /proc/self/timens_offsets
  assert_output -e $'^monotonic +-100 +0\nboottime +1000000 +0$'
  ahead 0 cash run box -- cut -d ' ' -f 1 /proc/uptime
  run --separate-stderr cash run before
  assert_status 125
  assert_output --stderr -p 'Numerical result out of range'
  run --separate-stderr cash ps -a
  refute_output -p before
  run cash check
  assert_output -p 'ok       time namespaces in the kernel, for x-cash.time'
  assert_output -e 'ok       unshare of util-linux 2.36'
}
