# What the kernel is told about a container beside its limits, and limits that not every kernel has.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load running

setup_file() {
  begin
  compile krn <<'YAML'
name: krn
x-cash: {root: "${ROOT}"}
services:
  plain: {image: "tar:${TINY}", network_mode: none}
  shm: {image: "tar:${TINY}", network_mode: none, shm_size: 8m}
  limited:
    image: tar:${TINY}
    network_mode: none
    ulimits:
      nofile: {soft: 128, hard: 256}
      core: 0
      memlock: {soft: 1000, hard: 4096}
      rttime: 500000
      nproc: 300
      stack: {soft: 4194304, hard: -1}
  reaped: {image: "tar:${TINY}", network_mode: none, init: true, userns_mode: auto, ulimits: {nofile: 99, memlock: 1001}}
  greedy: {image: "tar:${TINY}", network_mode: none, ulimits: {nofile: 2000000000}}
  tuned:
    image: tar:${TINY}
    sysctls:
      net.core.somaxconn: 77
      net.ipv4.conf.eth0.forwarding: 0
      net.ipv4.ip_local_port_range: 2000 3000
      kernel.msgmax: 9001
      kernel.sem: 250 32000 32 201
      kernel.shm_rmid_forced: 1
      fs.mqueue.msg_max: 21
  hosted: {image: "tar:${TINY}", network_mode: host, sysctls: [kernel.msgmax=9002]}
  mistuned: {image: "tar:${TINY}", network_mode: none, sysctls: {net.ipv4.ip_forward: lots}}
  unknown: {image: "tar:${TINY}", network_mode: none, sysctls: {net.ipv4.no_such_thing: 1}}
  first: {image: "tar:${TINY}", network_mode: none, oom_score_adj: 700}
  quota: {image: "tar:${TINY}", network_mode: none, cpu_quota: 20000, cpu_period: 40000}
  period: {image: "tar:${TINY}", network_mode: none, cpu_period: 50000}
  realtime: {image: "tar:${TINY}", network_mode: none, cpu_rt_period: 500ms, cpu_rt_runtime: 10ms}
  realtime2: {image: "tar:${TINY}", network_mode: none, cpu_rt_runtime: 30000}
  calm: {image: "tar:${TINY}", network_mode: none, mem_swappiness: 7}
  waiting: {image: "tar:${TINY}", network_mode: none, mem_limit: 64m, oom_kill_disable: true}
  grouped: {image: "tar:${TINY}", network_mode: none, group_add: [app, 44, "1234"]}
  mapped: {image: "tar:${TINY}", network_mode: none, userns_mode: auto, group_add: [extra]}
  stranger: {image: "tar:${TINY}", network_mode: none, group_add: [strangers]}
  small: {image: "tar:${TINY}", network_mode: none, storage_opt: {size: 12m}}
  streams: {image: "tar:${TINY}", network_mode: none, stdin_open: true, tty: true}
YAML
  compile krndisk <<'YAML'
name: krndisk
x-cash:
  root: ${ROOT}
  parameters: {disk: path}
services:
  rates:
    image: tar:${TINY}
    network_mode: none
    blkio_config:
      device_read_bps: [{path: "${disk}", rate: 1m}]
      device_write_bps: [{path: "${disk}", rate: 2m}]
      device_read_iops: [{path: "${disk}", rate: 100}]
  some: {image: "tar:${TINY}", network_mode: none, blkio_config: {device_write_iops: [{path: "${disk}", rate: 30}]}}
  heavy: {image: "tar:${TINY}", network_mode: none, blkio_config: {weight: 300}}
  heavier: {image: "tar:${TINY}", network_mode: none, blkio_config: {weight_device: [{path: "${disk}", weight: 400}]}}
YAML
}
setup() { script krn; }
teardown() {
  end_all
  [[ -z ${LOOP:-} ]] || losetup --detach "${LOOP}"
}
teardown_file() { finish; }

# version: of the cgroups of this host.
version() { if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then echo 2; else echo 1; fi; }

# limit CONTROLLER V1-FILE V1-VALUE V2-FILE V2-VALUE: of the service that runs.
limit() {
  local file=/sys/fs/cgroup/$1/cash/${PROJECT:-krn}/${SERVICE}/$2 wanted=$3
  [[ $(version) == 1 ]] || file=/sys/fs/cgroup/cash/${PROJECT:-krn}/${SERVICE}/$4 wanted=$5
  assert_equal "${file##*/} $(<"${file}")" "${file##*/} ${wanted}"
}
begin_service() {
  SERVICE=$1
  begin_run "$1" -- sh -c "$(waiting)"
}

# refused SERVICE MESSAGE: it does not start, says why, and nothing is left of it.
refused() {
  run cash run "$1" -- echo ran
  assert_status 125
  assert_output -p "$2"
  refute_output -e '(^|'$'\n'')ran'
  refute_exists "/run/cash/krn/containers/$1"
  refute_exists "${ROOT}/containers/krn/$1"
  run find /sys/fs/cgroup -path "*/cash/krn/$1" -type d
  assert_output ''
}

# has_io: the host has the controller of disks.
has_io() {
  if [[ $(version) == 1 ]]; then
    [[ -d /sys/fs/cgroup/blkio ]]
  else
    grep -qw io /sys/fs/cgroup/cgroup.controllers
  fi
}
# make_disk: LOOP, a block device.
make_disk() {
  truncate -s 8M "${BATS_TEST_TMPDIR}/disk"
  LOOP=$(losetup --find --show "${BATS_TEST_TMPDIR}/disk")
  NUMBER=$(tr -d ' ' <"/sys/block/${LOOP##*/}/dev")
}

# set_disk PATH: SCRIPT is the one with disks, that parameter given.
set_disk() {
  script krndisk
  printf '#!/bin/bash\nexec %q --set disk=%q "$@"\n' "${SCRIPT}" "$1" >"${BATS_TEST_TMPDIR}/set"
  chmod +x "${BATS_TEST_TMPDIR}/set"
  export SCRIPT=${BATS_TEST_TMPDIR}/set
}

@test 'shm_size: of /dev/shm; 64 MiB by default' {
  local size='df -k /dev/shm | tail -n 1 | tr -s " " | cut -d " " -f 2'
  run --separate-stderr cash run shm -- sh -c "${size}; dd if=/dev/zero of=/dev/shm/a bs=1M count=9 2>&1 | grep -c 'No space'"
  assert_output $'8192\n1'
  run --separate-stderr cash run plain -- sh -c "${size}"
  assert_output 65536
}

@test 'ulimits: soft, hard, in bytes, also what the builtin of Bash lacks' {
  run --separate-stderr cash run limited -- sh -c 'sed "s/  */ /g" /proc/self/limits'
  assert_output -p 'Max open files 128 256 files'
  assert_output -p 'Max core file size 0 0 bytes'
  assert_output -p 'Max locked memory 1000 4096 bytes'
  assert_output -p 'Max realtime timeout 500000 500000 us'
  assert_output -p 'Max processes 300 300 processes'
  assert_output -p 'Max stack size 4194304 unlimited bytes'
  run --separate-stderr cash run limited -- sh -c 'ulimit -n 256 && ulimit -n && ulimit -H -n 257'
  [[ ${status} != 0 ]] || fail 'it raised its hard limit'
  assert_output 256
  run --separate-stderr cash run -u app limited -- sh -c 'ulimit -n'
  assert_output 128
  run --separate-stderr cash run reaped -- sh -c 'ulimit -n; sed "s/  */ /g" /proc/self/limits'
  assert_output -p $'99\n'
  assert_output -p 'Max locked memory 1001 1001 bytes'
}

@test 'ulimits: the limits of the caller stay' {
  local before after
  before=$(ulimit -Hn)
  cash run limited -- true
  after=$(ulimit -Hn)
  assert_equal "${after}" "${before}"
}

@test 'ulimits: more than the kernel has is refused' { refused greedy 'ulimits: nofile: the kernel does not take it'; }

@test 'sysctls: in the container, and nowhere else' {
  local files='/proc/sys/net/core/somaxconn /proc/sys/net/ipv4/ip_local_port_range /proc/sys/kernel/msgmax /proc/sys/kernel/sem /proc/sys/kernel/shm_rmid_forced /proc/sys/fs/mqueue/msg_max' host
  # shellcheck disable=SC2086 # words
  host=$(cat ${files})
  # shellcheck disable=SC2086 # words
  run --separate-stderr cash run tuned -- cat ${files}
  assert_output $'77\n2000\t3000\n9001\n250\t32000\t32\t201\n1\n21'
  # shellcheck disable=SC2086 # words
  run cat ${files}
  assert_output "${host}"
  run --separate-stderr cash run plain -- cat /proc/sys/kernel/msgmax
  assert_output 8192
  run --separate-stderr cash run hosted -- cat /proc/sys/kernel/msgmax
  assert_output 9002
  run cash run tuned -- sh -c 'echo 1 >/proc/sys/net/core/somaxconn'
  assert_output -p 'Read-only file system'
}

@test 'sysctls: what the kernel does not take, or does not have, is refused' {
  refused mistuned 'sysctls: net.ipv4.ip_forward: the kernel does not take it'
  refused unknown 'sysctls: net.ipv4.no_such_thing: the kernel does not take it'
}

@test 'oom_score_adj: of all its processes' {
  run --separate-stderr cash run first -- sh -c 'cat /proc/1/oom_score_adj; (cat /proc/self/oom_score_adj)'
  assert_output $'700\n700'
  run --separate-stderr cash run plain -- cat /proc/1/oom_score_adj
  assert_output "$(</proc/self/oom_score_adj)"
}

# bats test_tags=vm
@test 'cpu_quota, cpu_period' {
  begin_service quota
  limit cpu cpu.cfs_quota_us 20000 cpu.max '20000 40000'
  limit cpu cpu.cfs_period_us 40000 cpu.max '20000 40000'
  stop_run
  begin_service period
  limit cpu cpu.cfs_quota_us -1 cpu.max 'max 50000'
  limit cpu cpu.cfs_period_us 50000 cpu.max 'max 50000'
  stop_run
}

# bats test_tags=vm
@test 'cpu_rt_runtime: the cgroups above have what those below have, and no more' {
  if [[ $(version) == 2 ]]; then
    refused realtime 'cgroup v2 has no real-time limits'
  elif [[ ! -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ]]; then
    refused realtime 'this kernel has no real-time limits'
  else
    local above=/sys/fs/cgroup/cpu/cash/krn/cpu.rt_runtime_us first
    begin_service realtime
    limit cpu cpu.rt_period_us 500000 - -
    limit cpu cpu.rt_runtime_us 10000 - -
    assert_equal "$(<"${above}")" 20000 # of a second
    first=${RUNNING}
    begin_service realtime2
    limit cpu cpu.rt_runtime_us 30000 - -
    assert_equal "$(<"${above}")" 50000
    stop_run
    RUNNING=${first}
    stop_run
    begin_service realtime2
    assert_equal "$(<"${above}")" 50000
    stop_run
  fi
}

# bats test_tags=vm
@test 'mem_swappiness: ignored with cgroup v2, and said' {
  begin_service calm
  if [[ $(version) == 1 ]]; then
    limit memory memory.swappiness 7 - -
  else
    assert_equal "$(grep -c 'mem_swappiness: cgroup v2 has no such limit: it is ignored' "${MARK}.err")" 1
  fi
  stop_run
}

# bats test_tags=vm
@test 'oom_kill_disable: refused with cgroup v2' {
  if [[ $(version) == 2 ]]; then
    refused waiting 'oom_kill_disable: cgroup v2 always kills'
  else
    begin_service waiting
    run grep oom_kill_disable /sys/fs/cgroup/memory/cash/krn/waiting/memory.oom_control
    assert_output 'oom_kill_disable 1'
    stop_run
  fi
}

# bats test_tags=vm
@test 'blkio_config: rates of a device, by its number' {
  has_io || skip 'this host has no cgroup controller of disks'
  make_disk
  PROJECT=krndisk SERVICE=rates
  ln -s "${LOOP}" "${BATS_TEST_TMPDIR}/link"
  set_disk "${BATS_TEST_TMPDIR}/link"
  begin_service rates
  limit blkio blkio.throttle.read_bps_device "${NUMBER} 1048576" io.max "${NUMBER} rbps=1048576 wbps=2097152 riops=100 wiops=max"
  limit blkio blkio.throttle.write_bps_device "${NUMBER} 2097152" io.max "${NUMBER} rbps=1048576 wbps=2097152 riops=100 wiops=max"
  limit blkio blkio.throttle.read_iops_device "${NUMBER} 100" io.max "${NUMBER} rbps=1048576 wbps=2097152 riops=100 wiops=max"
  stop_run
  begin_service some
  limit blkio blkio.throttle.write_iops_device "${NUMBER} 30" io.max "${NUMBER} rbps=max wbps=max riops=max wiops=30"
  stop_run
}

# bats test_tags=vm
@test 'blkio_config: what is no block device is refused; so is all of it without the controller' {
  script krndisk
  local message='/dev/null is no block device of this host'
  has_io || message='blkio_config: this kernel has no cgroup controller io'
  run cash --set disk=/dev/null run some -- echo ran
  assert_status 125
  assert_output -p "${message}"
  run find /sys/fs/cgroup -path '*/cash/krndisk/some' -type d
  assert_output ''
}

# bats test_tags=vm
@test 'blkio_config: weight, by the scheduler of this kernel' {
  has_io || skip 'this host has no cgroup controller of disks'
  make_disk
  set_disk "${LOOP}"
  local folder=/sys/fs/cgroup/blkio/cash/krndisk
  [[ $(version) == 1 ]] || folder=/sys/fs/cgroup/cash/krndisk
  echo bfq >"/sys/block/${LOOP##*/}/queue/scheduler" || skip 'this kernel has no bfq'
  begin_service heavy
  if [[ -e ${folder}/heavy/io.bfq.weight ]]; then
    run cat "${folder}/heavy/io.bfq.weight"
    assert_output -e '^(default )?300'
  elif [[ -e ${folder}/heavy/io.weight ]]; then
    run cat "${folder}/heavy/io.weight"
    assert_output 'default 2930'
  else
    run cat "${folder}"/heavy/blkio{,.bfq}.weight
    assert_output -p 300
  fi
  stop_run
  begin_service heavier
  run cat "${folder}"/heavier/{io.bfq.weight,blkio.bfq.weight_device,blkio.weight_device}
  assert_output -p "${NUMBER} 400"
  stop_run
}

@test 'group_add: numbers, and names of the image' {
  run --separate-stderr cash run grouped -- id -G
  assert_output '0 44 1000 1234'
  run --separate-stderr cash run -u app grouped -- id -G
  assert_output '1000 44 1234 2000'
  run --separate-stderr cash run mapped -- id -G
  assert_output '0 2000'
  refused stranger 'group_add: strangers is not in /etc/group of the image'
}

@test 'storage_opt.size: refused without quotas, which the message turns on; then it holds' {
  cash pull small
  refused small "quotas are off in the pool: btrfs quota enable ${ROOT}"
  btrfs quota enable "${ROOT}"
  run cash run small -- dd if=/dev/zero of=/big bs=1M count=20
  [[ ${status} != 0 ]] || fail 'it was written'
  assert_output -p 'Disk quota exceeded'
  run --separate-stderr cash run small -- sh -c 'dd if=/dev/zero of=/fits bs=1M count=5 2>/dev/null && echo it fits'
  assert_output 'it fits'
  run --separate-stderr cash run plain -- sh -c 'dd if=/dev/zero of=/big bs=1M count=20 2>/dev/null && echo it fits'
  assert_output 'it fits'
  btrfs quota disable "${ROOT}"
}

@test 'in the background too, and for exec' {
  local service
  for service in limited first grouped tuned; do cash run -d "${service}" -- sleep 100; done
  run --separate-stderr cash exec limited sh -c 'ulimit -n; ulimit -Hn; ulimit -l'
  assert_output $'128\n256\n0'
  run --separate-stderr cash exec first cat /proc/self/oom_score_adj
  assert_output 700
  run --separate-stderr cash exec grouped id -G
  assert_output '0 44 1000 1234'
  run --separate-stderr cash exec tuned cat /proc/sys/net/core/somaxconn
  assert_output 77
  cash down
  for service in greedy mistuned stranger; do
    run cash run -d "${service}" -- sleep 100
    assert_status 125
    refute_exists "/run/cash/krn/containers/${service}"
  done
}

@test 'stdin_open, tty: in the foreground the streams are those of run' {
  run --separate-stderr bash -c 'echo in | "$1" run streams -- cat 3>&-' - "${SCRIPT}"
  assert_status 0
  assert_output in
}

@test 'the plan of run does the same' {
  local service
  for service in shm limited tuned first grouped quota; do
    cash plan run "${service}" -- sh -c 'df /dev/shm; ulimit -n; id -G; cat /proc/sys/kernel/msgmax /proc/self/oom_score_adj' >"${BATS_TEST_TMPDIR}/plan" || [[ $? == 2 ]]
    run --separate-stderr bash "${BATS_TEST_TMPDIR}/plan"
    assert_status 0
    local planned=${output}
    run --separate-stderr cash run "${service}" -- sh -c 'df /dev/shm; ulimit -n; id -G; cat /proc/sys/kernel/msgmax /proc/self/oom_score_adj'
    assert_equal "${planned}" "${output}"
  done
}

# bats test_tags=vm
@test 'check looks for the controllers' {
  has_io || skip 'this host has no cgroup controller of disks'
  script krndisk
  run cash check
  assert_output -e 'ok +cgroup v[12] (blkio|io), for heavy'
}
