# The walls of a container, one probe each (probes.pl), tried from inside by root and by another user.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper

setup_file() {
  begin debian
  compile probes <<'YAML'
name: probes
x-cash: {root: "${ROOT}"}
services:
  box:
    image: "tar:${DEBIAN}"
    command: [perl, "-", cash-probe-abstract, 10.77.6.9]
    networks: [front]
    pids_limit: 64
    mem_limit: 64m
    storage_opt: {size: 300m}
  late: {image: "tar:${DEBIAN}", network_mode: none, volumes: ["${CACHE}/probes:/data"], tmpfs: [/data/inside]}
networks: {front: {ipam: {config: [{subnet: 10.77.6.0/24}]}}}
YAML
  cash pull
  btrfs quota enable "${ROOT}"
  mkdir -p "${CACHE}/probes/inside"
}
teardown_file() {
  finish
  rm -rf "${CACHE}/probes"
}

# expect WHO: what the probes are to say of root (the second column) and of another user (the third; empty: the same).
expect() {
  local name root user got failed=''
  while IFS=$'\t' read -r name root user; do
    [[ $1 == root || -z ${user} ]] || root=${user}
    got=$(grep -F "${name}: " <<<"${output}") || got="${name}: said nothing"
    [[ ${got#"${name}: "} =~ ^(${root})$ ]] || failed+="${got}, not ${root}"$'\n'
  done <"${BATS_TEST_DIRNAME}/probes.expected"
  [[ -z ${failed} ]] || fail "${failed}"
  assert_equal "$(wc -l <<<"${output}")" "$(wc -l <"${BATS_TEST_DIRNAME}/probes.expected")"
}

@test 'root and another user: what has to fail fails as it should, what has to work works' {
  perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, pack "Sa*", AF_UNIX, "\0cash-probe-abstract") or die $!; listen($s, 9); sleep 300' 3>&- &
  export CASH_PROBE=1
  eventually 30 grep -q '@cash-probe-abstract' /proc/net/unix
  run --separate-stderr cash run box <"${BATS_TEST_DIRNAME}/probes.pl"
  expect root
  run --separate-stderr cash run -u 1000 box <"${BATS_TEST_DIRNAME}/probes.pl"
  expect user
  kill "$!"
}

@test 'a command that is /proc/self/exe is a program of the host: it cannot be changed' {
  local service
  for service in box late; do
    run cash run "${service}" -- /proc/self/exe -c 'exec 5</proc/self/exe; exec chmod 755 /proc/self/fd/5'
    assert_status 1
    assert_output -p 'Read-only file system'
    cash run -d "${service}" -- sleep 300
    run cash exec "${service}" /proc/self/exe -e 'chmod(0755, "/proc/self/exe") or die "$!\n"'
    assert_output -p 'Read-only file system'
    cash exec "${service}" sh -c 'touch /tmp/own /etc/hosts'
    run cash check "${service}"
    assert_output "ok       ${service} is as defined"
    cash rm -f "${service}"
  done
  run --separate-stderr cash run late -- sh -c 'touch /data/file /data/inside/file && echo writable'
  assert_output writable
}
