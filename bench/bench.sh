#!/bin/bash
# npm run bench -- [run|life|compile|plan]… [--write]: measures with hyperfine; all parts without one. --write: bench/RESULTS.md too.
#   run      a whole container (snapshot, isolation, limits, network, cleanup) beside the bare unshare floor, the prototypes
#            and whatever of crun, runc, podman and docker is installed
#   life     start, exec, commit, stop of one in the background, beside podman and docker; the memory of who stands by it
#   compile  cash generate, cold; two thousand different definitions in one process, by stage
#   plan     what a script takes to be read, and to say what it would do
# Environment: RUNS (40) of each command. Root; cgroup v1 for the prototypes.
# It happens in network, mount and process namespaces of its own: nothing of it is seen, or left, outside.
# shellcheck disable=SC2034 # table.sh reads ROUNDS and COMMANDS
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=${here%/*}

if [[ -z ${CASH_BENCH:-} ]]; then
  ((EUID == 0)) || {
    echo 'bench.sh: needs root' >&2
    exit 1
  }
  [[ -e ${repo}/dist/cash.js ]] || npm --prefix "${repo}" run --silent build
  ROOTFS=$("${repo}/test/tools/rootfs.sh" debian)
  CASH_BENCH=$(mktemp -d /var/tmp/cash-bench.XXXXXX)
  export ROOTFS CASH_BENCH
  trap 'rm -rf --one-file-system "${CASH_BENCH}"' EXIT
  # No signal is ignored in there, whatever the caller ignores: the script would have to reset that.
  env --default-signal unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc "${here}/bench.sh" "$@"
  exit
fi

ROUNDS=8 # of all commands, one after the other: what disturbs this machine disturbs all of them alike
RUNS=${RUNS:-40}
WORK=${CASH_BENCH}
POOL=${WORK}/pool
SCRIPT=${WORK}/bench.sh
CGROUPS=(/sys/fs/cgroup /sys/fs/cgroup/{cpu,memory,pids})

# peers.sh: the engines and runtimes, where they are installed. table.sh: from the times to a table.
# shellcheck disable=SC1091 # checked by itself
source "${here}/peers.sh"
# shellcheck disable=SC1091 # checked by itself
source "${here}/table.sh"
# life.sh: containers in the background.
# shellcheck disable=SC1091 # checked by itself
source "${here}/life.sh"

# cgroups_remove NAME: those of runtimes that were stopped.
cgroups_remove() {
  local top
  for top in "${CGROUPS[@]}"; do
    [[ ! -d ${top} ]] || find "${top}" -depth -mindepth 1 -type d -path "${top}/$1*" -exec rmdir {} + 2>/dev/null || true # another cash may use it
  done
}
leave() {
  local status=$?
  [[ ! -e ${SCRIPT} ]] || "${SCRIPT}" down --images >/dev/null 2>&1 || status=1
  peers_end
  cgroups_remove cash-bench-
  umount --lazy "${POOL}" 2>/dev/null || true # not mounted yet
  exit "${status}"
}

# host: what a network namespace of its own needs to be a host: its interfaces in /sys, a place for runtime files.
host() {
  local folder
  ip link set lo up
  mount -t tmpfs tmpfs /run
  mkdir "${WORK}/sys" "${POOL}"
  mount -t sysfs sysfs "${WORK}/sys"
  for folder in class/net devices/virtual/net; do mount --bind "${WORK}/sys/${folder}" "/sys/${folder}"; done
  # crun and podman refuse two versions of cgroups at once.
  [[ ! -d /sys/fs/cgroup/unified ]] || mount -t tmpfs none /sys/fs/cgroup/unified
  truncate -s 8G "${WORK}/pool.btrfs"
  mkfs.btrfs -q "${WORK}/pool.btrfs" >/dev/null 2>&1
  mount -o loop,noatime "${WORK}/pool.btrfs" "${POOL}"
}

# script: compiles the container of which all of this is about, and pulls its image.
script() {
  cat >"${WORK}/compose.yaml" <<YAML
name: cash-bench
services:
  web:
    image: tar:${ROOTFS}
    command: /bin/true
    cpu_shares: 512
    mem_limit: 512m
    pids_limit: 100
x-cash: {root: ${POOL}/cash, storage: {type: btrfs}}
YAML
  node "${repo}/dist/cash.js" generate "${WORK}/compose.yaml" -o "${SCRIPT}" >/dev/null 2>&1
  "${SCRIPT}" pull 2>/dev/null
  "${SCRIPT}" run web # makes the bridge
  btrfs -q subvolume snapshot "${POOL}"/cash/images/tar/* "${POOL}/image"
  BRIDGE_IF=$(cat /sys/class/net/c*/ifindex) # of the one bridge
  export BRIDGE_IF
}

part_run() {
  local image=${POOL}/image each
  host
  script
  # What of cash's time is its own: its plan is the same commands, with nothing read, asked, locked or noted.
  "${SCRIPT}" plan run web -- /bin/true >"${WORK}/plan.sh" || (($? == 2))
  NAMES=(floor cash 'the plan of cash')
  COMMANDS=("unshare -fpiumn -R ${image} --mount-proc /bin/true" "${SCRIPT} run web -- /bin/true" "bash ${WORK}/plan.sh")
  # A definition demands pivot_root, never chroot alone: the second prototype has that, too.
  [[ ! -d /sys/fs/cgroup/cpu || ! -d /sys/fs/cgroup/memory ]] || {
    peer prototype "${here}/prototype.sh ${image} /bin/true"
    peer 'prototype, pivot_root' "${here}/prototype.sh --pivot ${image} /bin/true"
  }
  peers "${image}"
  # Each begins when the kernel has taken away the interface of the one before, which the plan was not made for.
  for each in "${NAMES[@]}"; do PREPARES+=("${here}/settled.sh"); done
  measure
  PREPARES=()
  table 'Run a container of /bin/true, and remove it' floor ${NAMES[4]:+"${NAMES[3]}" "${NAMES[4]}"}
}

part_life() {
  [[ -e ${SCRIPT} ]] || { host && script; }
  life
}

part_compile() {
  NAMES=('node -e 0' 'generate examples/web')
  COMMANDS=('node -e 0' "node ${repo}/dist/cash.js generate ${repo}/examples/web/compose.yaml -o -")
  measure
  table 'Compile one definition, cold' 'node -e 0'
  node "${here}/compile.mjs" 2000
}

part_plan() {
  [[ -e ${SCRIPT} ]] || { host && script; }
  NAMES=('bash -c :' 'bash -n SCRIPT' 'SCRIPT version' 'SCRIPT plan run')
  COMMANDS=('bash -c :' "bash -n ${SCRIPT}" "${SCRIPT} version" "${SCRIPT} plan run web -- /bin/true")
  measure --ignore-failure # a plan of something exits with 2
  table 'Read, and plan' 'bash -c :'
}

trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
PARTS=() WRITE=
for word; do
  if [[ ${word} == --write ]]; then
    WRITE=yes
  elif [[ ${word} == run || ${word} == life || ${word} == compile || ${word} == plan ]]; then
    PARTS+=("${word}")
  else
    echo "bench.sh: run, life, compile, plan, --write; not ${word}" >&2
    exit 2
  fi
done
((${#PARTS[@]})) || PARTS=(run life plan compile)
heading >"${WORK}/results.md"
cat "${WORK}/results.md"
for word in "${PARTS[@]}"; do
  "part_${word}" >"${WORK}/part.md"
  tee -a "${WORK}/results.md" <"${WORK}/part.md"
done
[[ -z ${WRITE} ]] || cp "${WORK}/results.md" "${here}/RESULTS.md"
