# For bench.sh: adds to NAMES and COMMANDS what of crun, runc, podman and docker is installed.
# crun and runc take an unpacked root file system as it stands: no snapshot, an empty network, limits of their own bundle.
# podman and docker do the whole job, on a bridge of theirs.
# shellcheck shell=bash disable=SC2154,SC2312 # WORK and ROOTFS are those of bench.sh; what only informs may fail

LIMITS='--cpu-shares 512 --memory 512m --pids-limit 100'
ULIMITS='--ulimit nofile=1024:1024 --ulimit nproc=4096:4096' # their own need a right that some hosts do not give

# peers IMAGE
peers() {
  local runtime
  for runtime in crun runc; do
    ! type -P "${runtime}" >/dev/null || peer_runtime "${runtime}" "$1"
  done
  ! podman_begin || peer_podman
  ! docker_begin || peer_docker
}
peer() {
  NAMES+=("$1")
  COMMANDS+=("$2")
}
peers_end() {
  [[ -z ${DOCKER:-} ]] || kill "${DOCKER}" 2>/dev/null || true # it may have ended
  [[ -z ${DOCKER:-} ]] || wait "${DOCKER}" || true             # so told
}

peer_runtime() {
  local bundle=${WORK}/$1
  mkdir "${bundle}"
  (cd "${bundle}" && "$1" spec)
  jq --arg root "$2" '.process.terminal = false | .process.args = ["/bin/true"] | .root = {path: $root, readonly: false} |
    .linux.resources += {cpu: {shares: 512}, memory: {limit: 536870912}, pids: {limit: 100}}' "${bundle}/config.json" >"${bundle}/new"
  mv "${bundle}/new" "${bundle}/config.json"
  peer "$1, bare" "$1 --root ${bundle}/state run -b ${bundle} cash-bench-$1"
}

# podman_begin: podman is the command, where it is installed and has the image.
podman_begin() {
  [[ -z ${podman:-} ]] || return 0
  type -P podman >/dev/null || return 1
  podman="podman --root ${WORK}/podman/root --runroot ${WORK}/podman/run --tmpdir ${WORK}/podman/tmp --cgroup-manager cgroupfs"
  ${podman} import "${ROOTFS}" bench >"${WORK}/podman.log" 2>&1 || {
    echo "podman: $(tail -1 "${WORK}/podman.log")" >&2
    podman=''
    return 1
  }
}
peer_podman() {
  local run="${podman} run ${ULIMITS} ${LIMITS} --rm --network"
  peer 'podman, no network' "${run} none bench /bin/true"
  peer podman "${run} bridge bench /bin/true"
}

# docker_begin: the same of docker, with a daemon of its own.
docker_begin() {
  [[ -z ${docker:-} ]] || return 0
  [[ -x /usr/bin/docker ]] && type -P dockerd >/dev/null || return 1
  docker="/usr/bin/docker -H unix://${WORK}/docker/sock"
  mkdir -p "${WORK}/docker"
  echo '{}' >"${WORK}/docker/daemon.json"
  dockerd --config-file "${WORK}/docker/daemon.json" --data-root "${WORK}/docker/data" --exec-root "${WORK}/docker/run" \
    --pidfile "${WORK}/docker/pid" -H "unix://${WORK}/docker/sock" --bip 10.252.0.1/16 >"${WORK}/docker/log" 2>&1 &
  DOCKER=$!
  SECONDS=0
  until ${docker} info >/dev/null 2>&1 || ((SECONDS > 20)); do sleep 0.2; done
  ${docker} import "${ROOTFS}" bench >/dev/null || {
    echo "docker: $(tail -1 "${WORK}/docker/log")" >&2
    docker=''
    return 1
  }
}
peer_docker() {
  local run="${docker} run ${LIMITS} --rm --network"
  peer 'docker, no network' "${run} none bench /bin/true"
  peer docker "${run} bridge bench /bin/true"
}
