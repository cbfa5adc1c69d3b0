# For bench.sh: the verbs of a container in the background (start, exec, commit, stop) beside podman and docker, and the memory of
# the processes that stand by one.
# shellcheck shell=bash disable=SC2154,SC2312 # SCRIPT, WORK, NAMES, COMMANDS are those of bench.sh; what only informs may fail

# life: of the container `web`, of cash, and `bench`, of the others.
life() {
  local engine others=()
  ! podman_begin || others+=(podman)
  ! docker_begin || others+=(docker)
  verb 'Start a container in the background' 'rm -f web' 'run -d web -- sleep 1000' \
    'rm -f bench' "run -d --name bench ${ULIMITS} ${LIMITS} --network bridge bench sleep 1000"
  memory
  verb 'Execute /bin/true in it' '' 'exec web /bin/true' '' 'exec bench /bin/true'
  verb 'Make an image of it' 'rmi -f cash-bench-web:committed' 'commit web committed' 'rmi -f committed' 'commit bench committed'
  verb 'Stop it, by KILL' 'start web' 'stop -t 0 web' 'start bench' 'stop -t 0 bench'
  for engine in "${others[@]}"; do ${!engine} rm -f bench >/dev/null; done
}

# verb TITLE PREPARE-OF-CASH COMMAND-OF-CASH PREPARE COMMAND: of all that are installed, by turns. What is prepared may be so already.
verb() {
  local engine
  NAMES=(cash) COMMANDS=("${SCRIPT} $3") PREPARES=("sh -c '${2:+${SCRIPT} $2} >/dev/null 2>&1 || :'")
  for engine in "${others[@]}"; do
    peer "${engine}" "${!engine} $5"
    PREPARES+=("sh -c '${4:+${!engine} $4} >/dev/null 2>&1 || :'")
  done
  measure
  PREPARES=()
  table "$1" cash
}

# memory: the share of the memory that each process has which stands by a container.
memory() {
  local owner pid
  printf '\n## Who stands by a container in the background\n\n| | PSS, kB |\n| --- | --: |\n'
  owner=$(cut -d' ' -f1 /run/cash/cash-bench/containers/web/owner)
  resident 'cash: supervisor' "${owner}"
  for pid in $(cat "/proc/${owner}/task/${owner}/children"); do resident "cash: $(cat "/proc/${pid}/comm")" "${pid}"; done
  for pid in $(pgrep -x conmon || true) $(pgrep containerd-shim || true); do resident "$(cat "/proc/${pid}/comm")" "${pid}"; done # perhaps none
}
resident() { printf '| %s | %s |\n' "$1" "$(awk '$1 == "Pss:" { print $2 }' "/proc/$2/smaps_rollup")"; }
