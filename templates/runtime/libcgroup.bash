# ── cgroups, by libcgroup: the same bytes in every script with x-cash.cgroup: libcgroup ─────────
# cgroup_create DIRECTORY…: these, and the container's cgroups.
cgroup_create() {
  run 'its directories' mkdir -p "$@"
  cgroup_list
  run 'its cgroups' cgcreate -g "$LIST"
}
cgroup_list() {
  local IFS=,
  LIST=${CONTROLLERS[*]}:$CGROUP_NAME
}
cgroup_write() { run "$1" cgset -r "${3##*/}=$2" "$CGROUP_NAME"; }

# cgroup_enter: sets ENTER, what puts a command into the cgroups.
cgroup_enter() {
  cgroup_list
  ENTER=(cgexec -g "$LIST")
}

# cgroup_delete DIRECTORY…: cgroups and folders, empty. One controller a call: cgdelete of libcgroup 2.0.2 forgets the others.
cgroup_delete() {
  local controller folders=" $* "
  for controller in "${!CGROUP[@]}"; do
    [[ $folders == *" ${CGROUP[$controller]} "* ]] || continue
    run 'its cgroup' cgdelete -g "$controller:$CGROUP_NAME"
    folders=${folders/ ${CGROUP[$controller]} / }
  done
  while (($#)); do
    [[ $folders != *" $1 "* ]] || run 'its folder' rmdir "$1"
    shift
  done
}
CGROUP_FUNCTIONS=(cgroup_enter cgroup_list) # for a plan
