# Limits, as the kernel has them: in cgroup v1 and v2, whichever this host has.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load running

setup_file() {
  begin
  compile cgr <<'YAML'
name: cgr
x-cash: {root: "${ROOT}"}
services:
  box: {image: "tar:${TINY}", network_mode: none}
  all:
    image: tar:${TINY}
    network_mode: none
    cpu_shares: 512
    cpus: 0.5
    cpuset: "0"
    mem_limit: 64m
    memswap_limit: 96m
    mem_reservation: 32m
    pids_limit: 50
  swap: {image: "tar:${TINY}", network_mode: none, mem_limit: 64m, memswap_limit: -1}
  deployed:
    image: tar:${TINY}
    network_mode: none
    deploy: {resources: {limits: {cpus: "0.25", memory: 32M, pids: 20}}}
  unlimited: {image: "tar:${TINY}", network_mode: none, pids_limit: -1}
  small: {image: "tar:${TINY}", network_mode: none, mem_limit: 16m, memswap_limit: 16m}
  reaped: {image: "tar:${TINY}", network_mode: none, mem_limit: 16m, memswap_limit: 16m, init: true}
  bomb: {image: "tar:${TINY}", network_mode: none, pids_limit: 10}
  few: {image: "tar:${TINY}", network_mode: none, pids_limit: 1, restart: on-failure}
  impossible: {image: "tar:${TINY}", cpuset: "4000", mem_limit: 64m, command: "true"}
YAML
  compile cgrone <<'YAML'
name: cgrone
x-cash: {root: "${ROOT}", cgroup: v1}
services: {box: {image: "tar:${TINY}", network_mode: none, command: echo ran}}
YAML
  compile cgrtwo <<'YAML'
name: cgrtwo
x-cash: {root: "${ROOT}", cgroup: v2}
services: {box: {image: "tar:${TINY}", network_mode: none, command: echo ran}}
YAML
}
setup() { script cgr; }
teardown() { end_all; }
teardown_file() { finish; }

# version: of the cgroups of this host.
version() { if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then echo 2; else echo 1; fi; }

# limit CONTROLLER V1-FILE V1-VALUE V2-FILE V2-VALUE: of the service that runs.
limit() {
  local file=/sys/fs/cgroup/$1/cash/cgr/${SERVICE}/$2 wanted=$3
  [[ $(version) == 1 ]] || file=/sys/fs/cgroup/cash/cgr/${SERVICE}/$4 wanted=$5
  assert_equal "${file##*/} $(<"${file}")" "${file##*/} ${wanted}"
}
# begin_service SERVICE
begin_service() {
  SERVICE=$1
  begin_run "$1" -- sh -c "$(waiting)"
}
sleeps() { grep -q sleep "/proc/$(cut -d' ' -f1 "/run/cash/cgr/containers/${SERVICE}/pid")/cmdline"; }
cgroups_left() { find /sys/fs/cgroup -path '*/cash/cgr/*' -type d; }

# bats test_tags=vm
@test 'every limit of a service' {
  begin_service all
  limit cpu cpu.shares 512 cpu.weight 50
  limit cpu cpu.cfs_quota_us 50000 cpu.max '50000 100000'
  limit cpu cpu.cfs_period_us 100000 cpu.max '50000 100000'
  limit cpuset cpuset.cpus 0 cpuset.cpus 0
  limit memory memory.limit_in_bytes 67108864 memory.max 67108864
  limit memory memory.memsw.limit_in_bytes 100663296 memory.swap.max 33554432
  limit memory memory.soft_limit_in_bytes 33554432 memory.low 33554432
  limit pids pids.max 50 pids.max 50
  stop_run
}

@test 'deploy.resources.limits' {
  begin_service deployed
  limit cpu cpu.cfs_quota_us 25000 cpu.max '25000 100000'
  limit memory memory.limit_in_bytes 33554432 memory.max 33554432
  limit memory memory.memsw.limit_in_bytes 67108864 memory.swap.max 33554432
  limit pids pids.max 20 pids.max 20
  stop_run
}

# bats test_tags=vm
@test 'memswap_limit -1: swap is not limited' {
  begin_service swap
  limit memory memory.memsw.limit_in_bytes 9223372036854771712 memory.swap.max max
  stop_run
}

# bats test_tags=vm
@test 'without limits: 2048 processes, and nothing else' {
  begin_service box
  limit pids pids.max 2048 pids.max 2048
  stop_run
  begin_service unlimited
  limit pids pids.max max pids.max max
  stop_run
}

# bats test_tags=vm
@test 'all processes of the container are in its cgroup, and it sees itself as the root' {
  local pids
  begin_service all
  pids=$(cat "$(find /sys/fs/cgroup -path '*/cash/cgr/all/cgroup.procs' -print -quit)")
  ((${#pids} > 0)) || fail 'no process is in it'
  stop_run
  run --separate-stderr cash run box -- grep -v ':/$' /proc/self/cgroup
  refute_output -p cash
}

# bats test_tags=vm
@test 'cpuset: it sees one processor' {
  run --separate-stderr cash run all -- nproc
  assert_output 1
}

# bats test_tags=vm
@test 'over its memory: killed, 137, and said' {
  run cash run small -- dd if=/dev/zero of=/dev/null bs=64M count=1
  assert_status 137
  assert_output -p 'went over its memory limit'
  run cash run reaped -- dd if=/dev/zero of=/dev/null bs=64M count=1
  assert_status 137
  assert_output -p 'went over its memory limit'
  run cash run small -- true
  assert_status 0
  refute_output -p memory
}

# bats test_tags=vm
@test 'a fork bomb ends at pids_limit' {
  run timeout 100 "${SCRIPT}" run bomb -- sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & done; echo all'
  [[ ${status} != 0 ]] || fail 'it ran'
  assert_output -p "can't fork"
  refute_output -e '(^|'$'\n'')all'
}

# bats test_tags=vm
@test 'fewer processes than those that start it are: it starts, again too, and has no more' {
  run cash run few -- true
  assert_status 0
  run cash run few -- sh -c 'true & wait'
  assert_output -p "can't fork"
  run command script --quiet --return --command "${SCRIPT} run few -- true" /dev/null
  assert_status 0
  SERVICE=few
  cash run -d few -- sh -c '[ -e /again ] && exec sleep 300; : >/again; exit 1'
  eventually 30 sleeps
  limit pids pids.max 1 pids.max 1
  cash rm -f few
}

# bats test_tags=vm
@test 'a limit that does not take: 125, and nothing is left' {
  run cash run impossible
  assert_status 125
  assert_output -p cpuset
  run cgroups_left
  assert_output ''
  refute_exists /run/cash/cgr/containers/impossible
  refute_exists "${ROOT}/containers/cgr/impossible"
}

# bats test_tags=vm
@test 'x-cash.cgroup: the one this host has runs, the other is refused' {
  local names=(cgrone cgrtwo) own
  own=$(version)
  script "${names[own - 1]}"
  run --separate-stderr cash run box
  assert_status 0
  assert_output ran
  script "${names[2 - own]}"
  run cash run box
  assert_status 125
  assert_output -p "x-cash.cgroup wants v$((3 - own)), and this host has v${own}"
}

@test 'no cgroup is left by a run' {
  cash run all -- true
  run cgroups_left
  assert_output ''
}
