# Secrets and configs: what arrives, where else it is not, how long it is there.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load apart

setup_file() {
  begin
  apart_begin
  export DATA=/tmp/given-data
  rm -rf "${DATA}"
  mkdir -p "${DATA}"
  printf 'one\0two\n\xff$(touch /tmp/given-data/ran)\n\n' >"${DATA}/token"
  compile given <<'YAML'
name: given
x-cash: {root: "${ROOT}"}
services:
  box:
    image: tar:${TINY}
    network_mode: none
    user: app
    command: [sh, -c, 'trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done']
    restart: on-failure
    secrets: [token, key, {source: key, target: deep/key, uid: 7, gid: "8", mode: 0440}, {source: token, target: /t/x/token, mode: 0777}]
    configs: [{source: site, mode: 0555}, {source: site, target: etc/site.conf}]
    tmpfs: /t
  mapped: {image: "tar:${TINY}", network_mode: none, userns_mode: auto, secrets: [token], configs: [{source: site, uid: 3}]}
  sealed: {image: "tar:${TINY}", network_mode: none, read_only: true, tmpfs: /run, secrets: [token], configs: [site]}
  lacking: {image: "tar:${TINY}", network_mode: none, secrets: [absent]}
  odd: {image: "tar:${TINY}", network_mode: none, secrets: [folder]}
  large: {image: "tar:${TINY}", network_mode: none, secrets: [large]}
secrets:
  token: {file: /tmp/given-data/token}
  key: {environment: ROOT_KEY}
  absent: {file: /tmp/given-data/absent}
  folder: {file: /tmp/given-data}
  large: {file: /tmp/given-data/large}
configs:
  site: {content: "#!/bin/sh\necho 'of the config' \"$$0\"\n"}
YAML
  compile less <<'YAML'
name: given
x-cash: {root: "${ROOT}"}
services:
  box: {image: "tar:${TINY}", network_mode: none, user: app, command: [sh, -c, "ls -R /run/secrets; sleep 1000"], secrets: [token]}
secrets: {token: {file: /tmp/given-data/token}}
YAML
  script given
}
setup() { script given; }
teardown_file() {
  apart_end
  rm -rf "${DATA}"
}

KEY=$'geheim-4711 "$(id)"\n\'x\n'
given() { ROOT_KEY=${KEY} cash "$@"; }
inside() { cash exec box "$@"; }
nothing_left() {
  run apart sh -c 'find /run/cash/given/secrets /run/cash/given/containers -mindepth 1 2>/dev/null' # they need not be there
  assert_output ''
  run apart grep '^secrets ' /proc/self/mounts
  assert_output ''
}

@test 'byte for byte, with owner and mode; read-only, in memory, and nothing of it stays' {
  given run box -- sh -c 'cat /run/secrets/token; cat /t/x/token' >"${BATS_TEST_TMPDIR}/token"
  cat "${DATA}/token" "${DATA}/token" | cmp - "${BATS_TEST_TMPDIR}/token"
  given run box -- cat /run/secrets/key >"${BATS_TEST_TMPDIR}/key"
  printf %s "${KEY}" | cmp - "${BATS_TEST_TMPDIR}/key"
  refute_exists "${DATA}/ran"
  run --separate-stderr given run -u root box -- sh -c 'cd /run/secrets && stat -c "%n %u:%g %a" token key deep/key /t/x/token /site /etc/site.conf . && stat -f -c %T token /t/x/token /site && /site
    for file in token /t/x/token /site; do { echo x >$file; } 2>/dev/null || echo refused; done'
  assert_output $'token 0:0 400\nkey 0:0 400\ndeep/key 7:8 440\n/t/x/token 0:0 555\n/site 0:0 555\n/etc/site.conf 0:0 444\n. 0:0 755\ntmpfs\ntmpfs\ntmpfs\nof the config /site\nrefused\nrefused\nrefused'
  run --separate-stderr given run box -- sh -c 'stat -c %u:%g /run/secrets/token /t/x/token /site; env | grep -c KEY; wc -c </etc/site.conf; cat /run/secrets/deep/key'
  assert_output $'1000:1000\n1000:1000\n1000:1000\n0\n36'
  assert_status 1
  nothing_left
}

@test 'with a user namespace, and in a read-only container with a tmpfs on /run' {
  run --separate-stderr cash run mapped -- sh -c 'stat -c %u:%g /run/secrets/token /site; head -c 3 /run/secrets/token'
  assert_output $'0:0\n3:0\none'
  run --separate-stderr cash run sealed -- sh -c 'head -c 3 /run/secrets/token; /bin/sh /site'
  assert_output 'oneof the config /site'
  nothing_left
}

@test 'nowhere else: not in the script, a plan, a log, an environment, the words of a process, a file' {
  run grep -c geheim "${SCRIPT}"
  assert_output 0
  run --separate-stderr given plan run -d box
  refute_output -p geheim
  refute_output -p 'touch /tmp/given-data/ran'
  assert_output -p 'secret_variable run/key'
  run given -v run -d box
  assert_status 0
  refute_output -p geheim
  eventually 10 is_ready
  for command in 'inspect box' 'logs box' 'ps -a --json' 'check box'; do
    read -ra command <<<"${command}"
    run cash "${command[@]}"
    assert_status 0
    refute_output -p geheim
    refute_output -p ROOT_KEY
  done
  printf '%s\n' geheim ROOT_KEY= >"${BATS_TEST_TMPDIR}/words"
  run apart bash -c 'for file in /proc/[0-9]*/{environ,cmdline}; do { tr "\0" "\n" <"$file"; } 2>/dev/null; done | grep -cF -f "$1"' bash "${BATS_TEST_TMPDIR}/words"
  assert_output 0
  run apart grep -rlF geheim "${ROOT}" /run/cash
  assert_equal "${output//"$(apart printf /run/cash/given/secrets/box/)"/}" $'run/deep/key\nrun/key'
  assert_equal "$(apart stat -c %a:%u /run/cash /run/cash/given/secrets/box)" $'700:0\n700:0'
  cash rm -f box
  nothing_left
}

@test 'it is there again: when its command is started again, after stop and start, and until rm' {
  given run -d box
  assert_equal "$(inside cat /run/secrets/key)"$'\n' "${KEY}"
  printf changed >"${DATA}/token.new"
  mv "${DATA}/token" "${DATA}/token.old"
  mv "${DATA}/token.new" "${DATA}/token"
  cash stop box
  assert_equal "$(apart find /run/cash/given/secrets/box/run -name key -printf x)" xx
  cash start box
  assert_equal "$(inside cat /run/secrets/key)"$'\n' "${KEY}"
  assert_equal "$(inside cat /run/secrets/token)" changed
  mv "${DATA}/token.old" "${DATA}/token"
  ROOT_KEY=other cash restart box
  assert_equal "$(inside cat /run/secrets/key)" other
  cash stop box
  script less
  cash start box
  run cash exec box ls -R /run/secrets
  assert_output $'/run/secrets:\ndeep\ntoken\n\n/run/secrets/deep:'
  script given
  cash rm -f box
  nothing_left
}

@test 'a supervised one that dies gets it again, without the variable' {
  given run -d box
  local before
  before=$(process)
  apart kill -KILL "${before}"
  eventually 20 restarted "${before}"
  eventually 20 inside test -s /run/secrets/key
  assert_equal "$(inside cat /run/secrets/key)"$'\n' "${KEY}"
  cash down
  nothing_left
}
is_ready() { cash logs box | grep -q ready; }
process() { apart cut -d ' ' -f 1 /run/cash/given/containers/box/pid; }
restarted() { [[ $(process) != "$1" ]]; }

@test 'a plan, executed, does the same' {
  given plan run -d box >"${BATS_TEST_TMPDIR}/plan" || true # 2: there is something to do
  ROOT_KEY=${KEY} apart bash "${BATS_TEST_TMPDIR}/plan"
  assert_equal "$(inside cat /run/secrets/key)"$'\n' "${KEY}"
  inside cat /t/x/token | cmp - "${DATA}/token"
  run apart bash -c 'read -r pid _ </run/cash/given/containers/box/owner; grep -zc ^ROOT_KEY= "/proc/$pid/environ"'
  assert_output 0
  cash down
  nothing_left
}

@test 'what is not there is said, and nothing is left' {
  run cash run box -- true
  assert_status 125
  assert_output -p 'the variable ROOT_KEY holds a secret or config, and is not set'
  run cash run lacking -- true
  assert_status 125
  assert_output -p '/tmp/given-data/absent: No such file'
  run cash run odd -- true
  assert_status 125
  assert_output -p '/tmp/given-data: not a file'
  truncate -s 17M "${DATA}/large"
  run cash run -d large -- true
  assert_status 125
  assert_output -p 'No space left'
  ln -s /etc/hostname "${DATA}/absent"
  run cash run lacking -- true
  assert_status 125
  assert_output -p '/tmp/given-data/absent passes through a symbolic link'
  rm "${DATA}/absent"
  nothing_left
}

@test 'what a kill leaves is taken back' {
  given run -d box
  apart bash -c 'read -r pid _ </run/cash/given/containers/box/owner; kill -KILL "$pid"'
  cash rm -f box
  nothing_left
}

@test 'up that is to make a container anew asks for its secrets before: else it stays as it is' {
  given up box
  run cash up --force-recreate box
  assert_status 125
  assert_output -p 'the variable ROOT_KEY holds a secret or config, and is not set'
  run cash plan up --force-recreate box
  assert_status 1
  run cash ps
  assert_output -p 'box'
  run inside cat /run/secrets/key
  assert_status 0
  run given up --force-recreate box
  assert_status 0
  given down
}
