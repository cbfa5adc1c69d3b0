#!/usr/bin/env bats
# Containers that run, looked into and changed: inspect, top, stats, update, check NAME, healthcheck run; options of run.
load helper

setup_file() {
  begin
  compile look <<'YAML'
name: look
services:
  app:
    image: tar:${TINY}
    command: [sh, -c, 'while :; do sleep 0.05; done']
    environment: {COLOUR: "red \"and\" green"}
    labels: {team: blue}
    mem_limit: 64m
    cpus: 0.5
    cpu_shares: 512
  busy:
    image: tar:${TINY}
    network_mode: none
    command: [sh, -c, 'while :; do :; done']
  well:
    image: tar:${TINY}
    network_mode: none
    command: sleep 1000
    healthcheck: {test: [CMD-SHELL, 'echo asked; test -e /well'], interval: 1h, timeout: 60s}
  more:
    image: tar:${TINY}
    network_mode: none
    command: sleep 1000
    cap_add: [NET_ADMIN, CAP_NET_RAW]
    cap_drop: [chown]
    security_opt: ["no-new-privileges:false"]
  less:
    image: tar:${TINY}
    network_mode: none
    command: sleep 1000
    cap_drop: [ALL]
    cap_add: [KILL]
x-cash: {root: "${ROOT}"}
YAML
  cash pull
}
teardown_file() { finish; }
teardown() {
  local name
  for name in $(cash ps -a -q); do cash rm -f "${name}"; done
}

process() { cut -d' ' -f1 "/run/cash/look/containers/$1/pid"; }
cgroup_file() { # CONTAINER CONTROLLER V1-FILE V2-FILE
  if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then echo "/sys/fs/cgroup/cash/look/$1/$4"; else echo "/sys/fs/cgroup/$2/cash/look/$1/$3"; fi
}

@test 'inspect: a list of what is known, and what the kernel says' {
  cash run -d -l 'note=a "quoted" one' app
  run --separate-stderr cash inspect app
  assert_status 0
  jq -e '.[0] | .name == "app" and .state == "running" and (.labels | index("team=blue")) and (.labels | index("note=a \"quoted\" one"))
    and (.environment | index("COLOUR=red \"and\" green")) and .live.capabilities.NoNewPrivs == 1
    and .live.capabilities.CapBnd == "00000000800405fb" and (.live.mounts | length > 5)
    and (.live.network | map(.ifname) | index("eth0"))' <<<"${output}" || fail "${output}"
  assert_equal "$(jq '.[0].pid' <<<"${output}")" "$(process app)"
  limit=$(cgroup_file app memory memory.limit_in_bytes memory.max)
  assert_equal "$(jq -r --arg file "${limit}" '.[0].live.limits[$file]' <<<"${output}")" 67108864
  cash stop -t 0 app
  run cash inspect app
  assert_equal "$(jq -r '.[0].state' <<<"${output}")" exited
  run cash inspect nobody
  assert_status 2
}

@test 'top: processes of the container alone; what they call themselves is shown, not sent' {

  cash run -d app
  eventually 20 in_top app '^0 .* sh -c'
  run cash top app
  refute_output -p unshare
  refute_output -p flock
  cash run -d --name escape busy sh -c "sh -c 'while :; do sleep 0.1; done' \$(printf 'a\\033[2Jb')"
  eventually 20 in_top escape 'E\[2J'
  run cash top escape
  refute_output -p $'\e'
}
in_top() { cash top "$1" | grep -qE -- "$2"; }

# bats test_tags=vm
@test 'stats: what runs, as a table and as JSON' {
  cash run -d app
  cash run -d busy
  run --separate-stderr cash stats --no-stream
  assert_status 0
  assert_output -e 'NAME +CPU'
  assert_output -e 'app .*64\.0 MiB'
  run --separate-stderr cash stats --no-stream --json
  jq -e 'map(.name) == ["app", "busy"] and all(.[]; .pids >= 1 and .memory_bytes > 0)' <<<"${output}" || fail "${output}"
  eventually 20 is_busy # as far as others leave it a processor
  jq -e '.[] | select(.name == "app") | .memory_limit_bytes == 67108864' <<<"${output}" || fail "${output}"
  run cash stats --no-stream well
  assert_status 125
  assert_output -p 'well does not run'
}

is_busy() { cash stats --no-stream --json busy | jq -e '.[0].cpu_percent > 10'; }

@test 'stats: what was read of a process that has just ended is not taken for what is read next' {
  local file=${BATS_TEST_TMPDIR}/value FOUND pid end=$((SECONDS + 60))
  # shellcheck source=/dev/null
  source <(sed -n '/^stats_value() {/,/^}/p' "${SCRIPT}")
  echo 4711 >"${file}"
  for _ in {1..200}; do
    ((SECONDS < end)) || break # a slow machine has to try less often
    sleep 0.005 &
    pid=$!
    while stats_value "/proc/${pid}/status" VmRSS:; do
      stats_value "${file}" '' || true
      [[ ${FOUND} == 4711 ]] || fail "${FOUND}"
    done
  done
}

# bats test_tags=vm
@test 'update: limits of a container that runs, read back; what is none is refused' {
  cash run -d app
  cash update --memory 128m --cpus=0.25 --cpu-shares 2048 --pids-limit 77 app
  assert_equal "$(cat "$(cgroup_file app memory memory.limit_in_bytes memory.max)")" 134217728
  assert_equal "$(cat "$(cgroup_file app pids pids.max pids.max)")" 77
  assert_equal "$(cut -d' ' -f1 "$(cgroup_file app cpu cpu.cfs_quota_us cpu.max)")" 25000
  cash update --memory 32m app
  assert_equal "$(cat "$(cgroup_file app memory memory.limit_in_bytes memory.max)")" 33554432
  run cash plan update --pids-limit 78 app
  assert_output -p 'pids.max'
  assert_equal "$(cat "$(cgroup_file app pids pids.max pids.max)")" 77
  cash update --pids-limit 0 app # as in a definition
  assert_equal "$(cat "$(cgroup_file app pids pids.max pids.max)")" max
  for wrong in '--memory 12x' '--cpus many' '--cpus 0' '--pids-limit ;' '--cpuset-cpus 0,' '--disk 5'; do
    # shellcheck disable=SC2086 # two words
    run cash update ${wrong} app
    assert_status 2
  done
}

@test 'update: of a container that ends meanwhile nothing else is said' {
  cash run -d app
  # shellcheck disable=SC2016 # for the script
  sed 's|^      limit "--$1" "$4"|      "$ORIGINAL" rm -f app >/dev/null; &|' "${SCRIPT}" >"${BATS_TEST_TMPDIR}/late.sh"
  run env ORIGINAL="${SCRIPT}" bash "${BATS_TEST_TMPDIR}/late.sh" update --pids-limit 70 app
  assert_status 125
  assert_output 'cash: app has just ended'
}

# bats test_tags=vm
@test 'check NAME: nothing differs; then each thing that was changed behind our back' {
  cash run -d app
  run cash check app
  assert_status 0
  assert_output -p 'app is as defined'
  echo 55 >"$(cgroup_file app pids pids.max pids.max)"
  nsenter --mount="/proc/$(process app)/ns/mnt" mount -t tmpfs none /tmp
  nsenter --net="/proc/$(process app)/ns/net" ip address add 10.99.99.99/32 dev eth0
  nft add rule ip cash-look input accept
  run cash check app
  assert_status 2
  assert_output -e 'differs  app: pids_limit.*: 55, not'
  assert_output -p 'differs  app: mount /tmp: mounted'
  assert_output -p '10.99.99.99'
  assert_output -p 'nft tables ip and bridge cash-look: changed'
  refute_output -p 'capabilities'
  cash down # with the rules
}

@test 'healthcheck run: once, its output, its answer' {
  cash run -d well
  run cash healthcheck run well
  assert_status 1
  assert_output -p asked
  cash exec well touch /well
  run cash healthcheck run well
  assert_status 0
}

@test 'cap_add, cap_drop, no-new-privileges: exactly these, for exec too; named at the top' {
  cash run -d more
  cash run -d less
  bounding() { cash exec "$1" grep CapBnd /proc/self/status | cut -f2; }
  assert_equal "$(bounding more)" 00000000800435fa
  assert_equal "$(bounding less)" 0000000000000020
  assert_equal "$(cash exec more grep NoNewPrivs /proc/1/status | cut -f2)" 0
  assert_equal "$(cash exec less grep NoNewPrivs /proc/1/status | cut -f2)" 1
  run cash check more less
  assert_status 0
  run head -20 "${SCRIPT}"
  assert_output -p 'loosens  capabilities NET_ADMIN, NET_RAW (more)'
  assert_output -p 'set-user-ID files give rights'
}

@test 'run: --entrypoint, --env-file, --pull, -i -t, --label' {
  printf '%s\n' '# a comment' '' 'FIRST=a $(touch /nothing) `b` "c"' CALLERS >"${BATS_TEST_TMPDIR}/variables"
  CALLERS=mine run --separate-stderr cash run --env-file "${BATS_TEST_TMPDIR}/variables" -i --entrypoint sh busy -c 'echo "$FIRST|$CALLERS"'
  assert_status 0
  assert_output 'a $(touch /nothing) `b` "c"|mine'
  printf 'no name=1\n' >"${BATS_TEST_TMPDIR}/wrong"
  run cash run --env-file "${BATS_TEST_TMPDIR}/wrong" busy
  assert_status 2
  assert_output -p 'wrong, line 1: NAME=VALUE is wanted'
  run cash run -it busy true </dev/null
  assert_status 2
  assert_output -p 'no terminal'
  cash down --images
  run cash run --pull=never busy -- true
  assert_status 125
  assert_output -p 'is not there; pull it first'
  cash run --pull always busy -- true
  run cash run --pull sometimes busy
  assert_status 2
  cash pull
}

@test 'run -d --env-file: a second start has the same variables, without the file' {
  echo 'LEFT=over' >"${BATS_TEST_TMPDIR}/variables"
  cash run -d --env-file "${BATS_TEST_TMPDIR}/variables" well
  cash stop -t 0 well
  rm "${BATS_TEST_TMPDIR}/variables"
  cash start well
  run cash exec well sh -c 'echo "$LEFT"'
  assert_output over
}
