#!/usr/bin/env bats
# The committed scripts of the examples, on this host, as they are: hello, web, tools, parameters.
load helper

setup_file() {
  begin
  [[ ! -e /var/lib/cash ]] || fail '/var/lib/cash exists: this test needs the place for itself'
  for name in hello web tools parameters; do cp "${REPO}/generated/${name}.sh" "${SCRIPTS}/"; done
  mkdir "${BATS_FILE_TMPDIR}/data"
  printf 12345 >"${BATS_FILE_TMPDIR}/data/input"
}
teardown_file() {
  tools down -v --images >&2 || return
  parameters --set who=x down -v --images >&2 || return
  rm "${SCRIPTS}"/{tools,parameters}.sh # they do not go down without their parameters
  finish
}
tools() { "${SCRIPTS}/tools.sh" --set archive="${TINY}" --set data="${BATS_FILE_TMPDIR}/data" "$@" 3>&-; }
parameters() { "${SCRIPTS}/parameters.sh" --set archive="${TINY}" "$@" 3>&-; }

@test 'hello: the first words' {
  script hello
  run --separate-stderr cash run hello
  assert_status 0
  assert_output 'hello from a container'
}

# serves TEXT: where the network is there; else whoever is behind our gateway would be asked, and may answer.
serves() { ip -o -4 address show | grep -q ' 10[.]89[.]7[.]1/' && [[ $(curl --silent --max-time 5 http://10.89.7.10/) == *"$1"* ]]; }

greeted() { [[ $(cash run client) == *'Welcome to nginx'* ]]; }

@test 'web: answers to another container, and to the host; its volume holds the page' {
  script web
  run cash pull
  assert_status 0
  cash run web &
  eventually 20 serves 'Welcome to nginx'
  eventually 20 greeted # it waits five seconds for an answer
  echo changed >/var/lib/cash/volumes/web_content/index.html
  run curl --silent http://10.89.7.10/
  assert_output changed
  pkill -TERM -f "^/bin/bash ${SCRIPT} run web"
  wait "$!"
}

@test 'web: the page is there after a new start' {
  script web
  cash run web &
  eventually 20 serves changed
  pkill -TERM -f "^/bin/bash ${SCRIPT} run web"
  wait "$!"
}

@test 'tools: no root, no network, nothing writable but /tmp' {
  run --separate-stderr tools run tools
  assert_status 0
  assert_output "65534
5"
  run tools run tools -- 'touch /tmp/x && echo tmp; touch /x || echo read-only; touch /data/x || echo read-only; ls /sys/class/net'
  assert_output -p tmp
  assert_output -p lo
  refute_output -p eth0
  assert_equal "$(grep -c read-only <<<"${output}")" 2
}

@test 'parameters: their values, as given' {
  run --separate-stderr parameters --set who=world run greeter
  assert_status 0
  assert_output 'Good morning, world'
  run --separate-stderr parameters --set who=world --set daytime=evening --set memory=32m --set address=10.89.8.9 run greeter
  assert_output 'Good evening, world'
}

@test 'parameters: each is checked before anything happens' {
  while read -r wrong expected; do
    run parameters --set who=world --set "${wrong}" run greeter
    assert_status 2
    assert_output -p "parameter ${wrong%%=*}: expected ${expected}"
  done <<'CASES'
who=a/b a name
daytime=Evening text that matches
seconds=61 an integer from 0 to 60
seconds=1e1 an integer from 0 to 60
memory=4m from 8388608 to 1073741824 bytes
memory=much a number of bytes
address=10.89.8.999 an IPv4 address
archive=../x an absolute path
CASES
  run parameters run greeter
  assert_status 2
  assert_output -p 'parameter who is missing'
}
