# plan -o and apply: what was reviewed is what is done, or nothing.
# shellcheck disable=SC2030,SC2031,SC2154,SC2312 # each test is a process of its own; variables of helper.bash and of bats
load helper
load apart

setup_file() {
  begin
  compile applied <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 256m}, parameters: {greeting: {type: string, pattern: "^.*$", default: hello}}}
services:
  app:
    image: "tar:${TINY}"
    command: [sh, -c, 'echo "$$0"; echo x >>/data/file; exit 7', "${greeting}"]
    volumes: [data:/data]
  waiting: {image: "tar:${TINY}", command: [sleep, "1000"], init: true, stop_grace_period: 1s}
volumes: {data: {}}
YAML
  apart_begin
}
teardown_file() { apart_end; }
setup() {
  cash down -v --images
  PLAN=${BATS_TEST_TMPDIR}/plan
}

# waits: its command is executed, and the state of the host the same until something changes it.
waits() { cash top waiting | grep -q 'sleep 1000'; }
# planned COMMAND…: its plan is in PLAN, and there is something to do.
planned() {
  run --separate-stderr cash plan -o "${PLAN}" "$@"
  assert_status 2
  assert_output ''
}
# refused TEXT: apply does nothing, and says TEXT.
refused() {
  local before
  before=$(state applied)
  run --separate-stderr cash apply "${PLAN}"
  assert_status 125
  assert_output ''
  assert_output --stderr -p "$1"
  assert_equal "$(state applied)" "${before}"
}

@test 'what was planned is done; once' {
  planned pull
  assert_equal "$(stat -c '%a %u' "${PLAN}")" '600 0'
  assert_equal "$(grep -v '^# [a-z]* ' "${PLAN}")" "$(cash plan pull | grep -v '^# shellcheck')"
  cash apply "${PLAN}"
  assert_equal "$(cash plan pull)" ''
  refused 'then: mkfs.btrfs'
  run cash plan -o "${PLAN}" pull
  assert_status 0
  run cash apply "${PLAN}"
  assert_status 0
  assert_output ''
}

@test 'words and parameters arrive as they were; the exit status is that of the command' {
  cash pull
  run --separate-stderr cash --set 'greeting=a \n $(id) b' plan -o "${PLAN}" run --keep app
  assert_status 2
  run --separate-stderr cash apply "${PLAN}"
  assert_status 7
  assert_output 'a \n $(id) b'
  cash rm app
  planned run -e $'A=one\n\\two' app -- sh -c $'printf %s "$A"\nexit 3'
  run --separate-stderr cash apply "${PLAN}"
  assert_status 3
  assert_output $'one\n\\two'
}

@test 'a host that has changed: refused, and what has changed is said' {
  planned run app
  cash pull
  refused 'then: mkfs.btrfs'
  planned run app
  cash rmi "$(cash images -q)" && sleep 1 && cash pull # the same name, other files for all that one knows
  refused 'then: '
  planned run -d waiting
  cash run -d waiting
  eventually 20 waits
  refused 'waiting is running already'
  planned stop waiting
  cash restart waiting
  eventually 20 waits
  refused 'now:  kill -s TERM'
  cash pause waiting
  planned down
  cash unpause waiting
  refused 'then: '
  planned down
  cash apply "${PLAN}"
  assert_equal "$(cash plan down)" ''
}

@test 'a plan that others could write to, of another script, or changed' {
  local text
  planned pull
  text=$(<"${PLAN}")
  chmod g+w "${PLAN}"
  refused 'nobody else can write to'
  chmod 666 "${PLAN}"
  refused 'nobody else can write to'
  chmod 600 "${PLAN}" && chown 1000 "${PLAN}"
  refused 'of user 1000'
  chown 0 "${PLAN}"
  printf '%s\n' "${text//mkdir/touch}" >"${PLAN}"
  refused 'then: touch'
  printf '%s\n' "${text/$'\n{'/$'\ntouch /run/evil\n{'}" >"${PLAN}"
  refused 'of another state of this host'
  printf '%s\n' "${text/\# word pull/# word down}" >"${PLAN}"
  refused 'then: mkdir'
  printf '%s\n' "${text/\# script ??/# script 00}" >"${PLAN}"
  refused 'of another script'
  sed -i 's/^\(# word \)pull/\1$(touch \/run\/evil)/' "${PLAN}"
  run cash apply "${PLAN}"
  assert_status 125
  printf '%s\n' "${text}" | sed 's/^# word pull/# word plan/' >"${PLAN}"
  run cash apply "${PLAN}"
  assert_status 2
  rm "${PLAN}" && mkfifo -m 600 "${PLAN}"
  run apart timeout 60 "${SCRIPT}" apply "${PLAN}"
  assert_status 2
  run apart ls /run/evil
  assert_output -p 'No such file'
  run cash apply "${BATS_TEST_TMPDIR}/nosuch"
  assert_status 2
}

@test 'a link where the plan is to be written is not followed' {
  echo precious >"${BATS_TEST_TMPDIR}/precious"
  ln -s "${BATS_TEST_TMPDIR}/precious" "${PLAN}"
  ln -s "${BATS_TEST_TMPDIR}/precious" "${PLAN}.part"
  planned pull
  assert_equal "$(<"${BATS_TEST_TMPDIR}/precious")" precious
  [[ ! -L ${PLAN} && ! -e ${PLAN}.part ]]
}

@test 'exit status as that of terraform plan -detailed-exitcode, and JSON' {
  run --separate-stderr cash plan run nosuch
  assert_status 1
  run --separate-stderr cash plan commit app two
  assert_status 1
  run --separate-stderr cash plan -o "${BATS_TEST_TMPDIR}/no/where" pull
  assert_status 1
  run --separate-stderr cash plan --json pull
  assert_status 2
  assert_equal "$(jq -r '.[0].command' <<<"${output}")" "mkdir -p ${ROOT}"
  assert_equal "$(jq -r '.[0].why' <<<"${output}")" 'where everything lives'
  assert_equal "$(jq length <<<"${output}")" "$(cash plan pull | grep -c '  # ')"
  cash pull
  run --separate-stderr cash plan --json pull
  assert_status 0
  assert_equal "$(jq -c . <<<"${output}")" '[]'
}

@test 'plan --explain: above each command the fields it is from, by the map beside the script; the rest is the plan' {
  local field
  [[ -z ${CASH_COMPILED:-} ]] || skip 'there is no cash in here'
  run --separate-stderr cash plan --explain pull
  assert_status 1
  assert_output --stderr -p "plan --explain reads ${SCRIPT%.sh}.map.json, which is not there: cash generate --map"
  node "${REPO}/dist/cash.js" generate --map "${BATS_FILE_TMPDIR}/definitions/applied/compose.yaml" -o "${SCRIPT}"
  cash plan run app >"${PLAN}" || assert_equal $? 2
  cash plan --explain run app >"${PLAN}.explained" || assert_equal $? 2
  assert_equal "$(grep -v '^# from ' "${PLAN}.explained")" "$(<"${PLAN}")"
  for field in 'mkfs[.]btrfs .*a file system:x-cash[.]root' 'tar --extract.*:services[.]app[.]image compose[.]yaml:4' 'btrfs -q subvolume create .*an empty volume:services[.]app[.]volumes.0. compose[.]yaml:6' \
    'echo 2048 .*pids_limit:services[.]app compose[.]yaml:3' 'container_start :services[.]app compose[.]yaml:3'; do
    grep -B 1 "^${field%%:*}" "${PLAN}.explained" | grep -q "^# from.*${field#*:}" || fail "$(grep -B 1 "^${field%%:*}" "${PLAN}.explained"), not ${field}"
  done
  run --separate-stderr cash plan --json --explain pull
  assert_status 2
  assert_output -e '"why": "read-only from now on", "from": "services.app.image compose.yaml:4'
  jq -e 'all(.[]; .from != null)' <<<"${output}" >/dev/null
  run --separate-stderr cash plan --explain -o "${PLAN}" pull
  assert_status 1
  sed -i 's/"sha256":"./"sha256":"x/' "${SCRIPT%.sh}.map.json"
  run --separate-stderr cash plan --explain pull
  assert_output --stderr -p 'is the map of another script'
  rm "${SCRIPT%.sh}.map.json"
}
