# x-cash.require_signature: nothing is done that is not signed, and what is done is what was signed.
# shellcheck disable=SC2030,SC2031,SC2154,SC2312 # each test is a process of its own; variables of helper.bash and of bats
load helper

setup_file() {
  begin
  export SIGNERS=${BATS_FILE_TMPDIR}/signers KEYS=${BATS_FILE_TMPDIR}
  for name in ann bob; do ssh-keygen -q -t ed25519 -N '' -f "${KEYS}/${name}"; done
  compile signed <<'YAML'
x-cash: {root: "${ROOT}", require_signature: {allowed_signers: "${SIGNERS}", identity: ann@example.org}}
services: {app: {image: "tar:${TINY}", command: echo hello, network_mode: none}}
YAML
}
teardown_file() {
  sign ann "${SCRIPTS}/signed.sh" # finish calls it
  finish
}
setup() {
  cp "${SCRIPTS}/signed.sh" "${BATS_TEST_TMPDIR}/signed.sh"
  SCRIPT=${BATS_TEST_TMPDIR}/signed.sh
  echo "ann@example.org namespaces=\"cash\" $(<"${KEYS}/ann.pub")" >"${SIGNERS}"
  sign ann "${SCRIPT}"
}
# sign KEY FILE: without cash, which would verify it first.
sign() {
  rm -f "$2.sig"
  ssh-keygen -q -Y sign -n cash -f "${KEYS}/$1" "$2" 2>/dev/null
}
# refused TEXT COMMAND…: by a line that begins with it, and nothing is done.
refused() {
  local text=$1
  shift
  run --separate-stderr "$@"
  assert_status 125
  assert_output ''
  assert_output --stderr -p "cash: ${text}"
}

@test 'signed, it works as any other: input, output, exit status, plan, line numbers, sourced' {
  run --separate-stderr cash run app -- sh -c 'cat; exit 7' <<<'from outside'
  assert_status 7
  assert_output 'from outside'
  assert_equal "$(cash run app)" hello
  assert_equal "$(cash run app -- ls /proc/self/fd)" $'0\n1\n2\n3' # the last is that of ls
  cash plan run app >"${BATS_TEST_TMPDIR}/plan" || assert_equal $? 2
  assert_equal "$(bash "${BATS_TEST_TMPDIR}/plan")" hello
  # shellcheck source=/dev/null disable=SC2016 # the script of the test; the other shell expands it
  assert_equal "$(cd "${BATS_TEST_TMPDIR}" && bash -c 'source ./signed.sh && cash_run app')" hello
  run cash plan install
  assert_output -p " ${SCRIPT}.sig /etc/cash/signed.sh.sig.part"
  run --separate-stderr cash nope
  assert_status 2
  # An error says the line that it is in, in the file.
  sed -i 's/^dispatch() {$/&\n  false/' "${SCRIPT}"
  sign ann "${SCRIPT}"
  run --separate-stderr cash version
  assert_output --stderr -e "cash: line $(grep -n '^  false$' "${SCRIPT}" | cut -d: -f1): status 1: false"
}

@test 'unsigned, signed by another, for another purpose, or changed by one byte: refused' {
  rm "${SCRIPT}.sig"
  refused "${SCRIPT} has to be signed by ann@example.org, and there is no ${SCRIPT}.sig: cash sign" cash run app
  sign bob "${SCRIPT}"
  refused "${SCRIPT} is not what ann@example.org has signed: " cash version
  echo "bob@example.org $(<"${KEYS}/bob.pub")" >>"${SIGNERS}"
  refused "${SCRIPT} is not what ann@example.org has signed: " cash help
  rm "${SCRIPT}.sig"
  ssh-keygen -q -Y sign -n file -f "${KEYS}/ann" "${SCRIPT}" 2>/dev/null
  refused "${SCRIPT} is not what ann@example.org has signed: " cash up
  sign ann "${SCRIPT}"
  cash version >/dev/null
  local whole
  IFS= read -r -d '' whole <"${SCRIPT}" || true # to its end
  printf '%s\n' "${whole}" >"${SCRIPT}"
  refused "${SCRIPT} is not what ann@example.org has signed: " cash version
  printf '%s\0' "${whole}" >"${SCRIPT}"
  refused "${SCRIPT} cannot be read, or is no text" cash version
  printf '%s' "${whole/fail 125/fail 126}" >"${SCRIPT}"
  refused "${SCRIPT} is not what ann@example.org has signed: " cash version
  printf '%s' "${whole}" >"${SCRIPT}"
  cash version >/dev/null
}

@test 'over a pipe, without the file of who may sign, or where others can write to that: refused' {
  refused 'this script has to be a file, with its signature beside it; over a pipe it has none' bash -s -- version <"${SCRIPT}"
  chmod g+w "${SIGNERS}"
  refused "${SIGNERS} says who may sign what root executes, and others can write to it: chown root ${SIGNERS}" cash version
  rm "${SIGNERS}"
  refused "there is no ${SIGNERS} on this host" cash version
}

# written_over FILE: the script waits behind its check, and all of it is written over by lines that make a file. True where one was executed.
written_over() {
  local pid gate=${BATS_TEST_TMPDIR}/gate
  rm -f "${BATS_TEST_TMPDIR}/executed"
  # What Bash has read ahead ends in empty lines, and what is written over it begins with some: no line is cut.
  sed "s|^ *signature_check\$|&; read -r _ <${gate}|" "$1" | awk '/^# .* pool: / { while (i++ < 30000) print "" } 1' >"$1.part"
  cat "$1.part" >"$1"
  sign ann "$1"
  "$1" version 3>&- &
  pid=$!
  exec {opened}>"${gate}" # there it is
  awk -v line=": >>${BATS_TEST_TMPDIR}/executed" 'BEGIN { while (i++ < 60000) print ""; while (j++ < 100) print line }' | dd of="$1" conv=notrunc status=none
  echo go >&"${opened}"
  exec {opened}>&-
  wait "${pid}" || true # what it says then is not asked for
  [[ -e ${BATS_TEST_TMPDIR}/executed ]]
}

@test 'what is written into the file after the check is not executed' {
  mkfifo "${BATS_TEST_TMPDIR}/gate"
  sed "/^  SIGNED_HEAD=''/,/^unset -v SIGNED_TEXT/c }" "${SCRIPT}" >"${BATS_TEST_TMPDIR}/checks.sh"
  chmod +x "${BATS_TEST_TMPDIR}/checks.sh"
  written_over "${BATS_TEST_TMPDIR}/checks.sh" || fail 'this test cannot tell: what only checks does not execute it either'
  ! written_over "${SCRIPT}" || fail 'it was executed'
}
