# Whose the script is, and kernel objects that are a container's own.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper

setup_file() {
  begin
  compile objects <<'YAML'
name: objects
x-cash: {root: "${ROOT}"}
x-tiny: &tiny {image: "tar:${TINY}", network_mode: none}
services:
  box: {<<: *tiny, command: echo hello}
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
