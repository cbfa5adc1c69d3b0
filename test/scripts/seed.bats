#!/usr/bin/env bats
# generated/cash.sh: the article's three functions, sourced and called as in the article, at its /var/work.
load helper

setup_file() {
  begin
  [[ ! -e /var/work && ! -e /var/work.btrfs ]] || fail '/var/work exists: this test needs the place for itself'
  cp "${REPO}/generated/cash.sh" "${SCRIPTS}/cash.sh"
  script cash
}
teardown_file() {
  "${SCRIPTS}/cash.sh" --set name=my down --images 3>&- >&2
  finish
}

# article COMMANDS: in a new shell that has sourced the script.
article() { bash -c "source '${SCRIPT}' && $1" 3>&-; }

@test 'sourced, it defines cash_* and changes nothing else' {
  # shellcheck disable=SC2016 # for the new shell
  run bash -c 'state() { set -o; shopt; trap; pwd; umask; declare -F; compgen -v; }
    before=$(state)
    source "$1"
    diff <(printf "%s\n" "$before") <(state) | grep "^[<>]" | grep -v " before$\| PIPESTATUS$" | grep -v "^> cash_script$\|^> declare -f cash_" || echo same
    declare -F cash_pull cash_run cash_commit' bash "${SCRIPT}"
  assert_output "same
cash_pull
cash_run
cash_commit"
}

@test 'cash_pull my bookworm: an image, whole' {
  run article 'cash_pull my bookworm'
  assert_status 0
  run article 'cash_images -q'
  assert_output my:latest
  assert_exists /var/work/images/my/latest/etc/debian_version
}

@test 'cash_run my 2 100 100000000: its address, its limits, its private root' {
  # shellcheck disable=SC2016 # for the shell in the container
  run article 'cash_run my 2 100 100000000 /bin/bash -c '\''hostname; head -1 /etc/hosts; tail -1 /etc/hosts; echo $$; id -u; echo made >/srv/made'\'
  assert_status 0
  assert_output -p '10.0.0.2 my'
  assert_output -p $'\n1\n0'
}

@test 'the limits are those of the call, while it runs' {
  article 'cash_run my 2 100 100000000 sh -c "until [ -e /tmp/end ]; do sleep 0.1; done; rm /tmp/end"' &
  if [[ -d /sys/fs/cgroup/memory ]]; then
    eventually 3 grep -qs 99999744 /sys/fs/cgroup/memory/cash/cash/my/memory.limit_in_bytes
    assert_equal "$(</sys/fs/cgroup/cpu/cash/cash/my/cpu.shares)" 100
  else
    eventually 3 grep -qs 99999744 /sys/fs/cgroup/cash/cash/my/memory.max
    assert_equal "$(</sys/fs/cgroup/cash/cash/my/cpu.weight)" 10
  fi
  assert_equal "$(ip -brief address show dev cash-cash | awk '{print $3}')" 10.0.0.1/24
  eventually 3 test -e /run/cash/cash/containers/my/pid
  eventually 3 end
  wait "$!"
}
# end: it is to, as soon as it is in its root.
end() {
  local pid
  read -r pid _ </run/cash/cash/containers/my/pid
  [[ ! /proc/${pid}/root -ef / ]] && touch "/proc/${pid}/root/tmp/end"
}

@test 'what a run has done is there in the next, and in what cash_commit makes of it' {
  run article 'cash_run my 2 100 100000000 cat /srv/made'
  assert_output made
  run article 'cash_commit my 1'
  assert_status 0
  assert_equal "$(</var/work/images/my/1/srv/made)" made
  refute_exists /var/work/images/my/latest/srv/made
}

@test 'a wrong argument is refused before anything happens' {
  run article 'cash_run my 1 100 100000000 true'
  assert_status 2
  assert_output -p 'octet: expected an integer from 2 to 254'
  run article "cash_run 'my; touch /tmp/canary' 2 100 100000000 true"
  assert_status 2
  assert_output -p 'name: expected a name'
  refute_exists /tmp/canary
  run article 'cash_run my 2 100'
  assert_status 2
  assert_output -p 'usage: run NAME OCTET SHARES MEMORY'
}

@test 'as over ssh: bash -s' {
  run bash -c "bash -s -- run my 3 100 100000000 sh -c 'cat; hostname -i 2>/dev/null; tail -1 /etc/hosts' <'${SCRIPT}'"
  assert_status 0
  assert_output -p '10.0.0.3 my'
}

@test 'in a shell with set -e, in a condition, a failure is a failure' {
  run bash -euc "source '${SCRIPT}'; if cash_run my 2 100 100000000 false; then echo wrong; else echo right; fi"
  assert_output -p right
}
