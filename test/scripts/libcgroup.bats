#!/usr/bin/env bats
# x-cash.cgroup: libcgroup: cgcreate, cgset, cgexec and cgdelete, as the article has it.
load helper
load running

setup_file() {
  begin
  compile libcgroup <<'YAML'
name: libcgroup
services:
  limited:
    image: tar:${TINY}
    network_mode: none
    command: cat /proc/self/cgroup
    mem_limit: 50m
    cpu_shares: 300
    cpus: 0.5
x-cash: {root: "${ROOT}", cgroup: libcgroup}
YAML
}
teardown() { end_all; }
teardown_file() { finish; }

@test 'the tools of libcgroup make, set, enter and remove' {
  run cash plan run limited
  assert_output -p 'cgcreate -g pids,cpu,memory:cash/libcgroup/limited'
  assert_output -p 'cgset -r memory.limit_in_bytes=52428800 cash/libcgroup/limited'
  assert_output -p 'cgdelete -g memory:cash/libcgroup/limited'
  refute_output -p 'echo 0 >'
}

@test 'the limits hold, and nothing is left: cgdelete once a controller' {
  begin_run limited sh -c "$(waiting)"
  assert_equal "$(</sys/fs/cgroup/memory/cash/libcgroup/limited/memory.limit_in_bytes)" 52428800
  grep -q . /sys/fs/cgroup/cpu/cash/libcgroup/limited/cgroup.procs
  assert_equal "$(</sys/fs/cgroup/cpu/cash/libcgroup/limited/cpu.shares)" 300
  assert_equal "$(</sys/fs/cgroup/cpu/cash/libcgroup/limited/cpu.cfs_quota_us)" 50000
  stop_run
  run find /sys/fs/cgroup -type d -path '*cash/libcgroup/*'
  assert_output ''
}
