# ── cgroups, by their files: the same bytes in every script but those of x-cash.cgroup: libcgroup ─
# cgroup_create DIRECTORY…: these, and the container's cgroups. Another project's down may just remove a folder that both have: once more, then.
cgroup_create() {
  told 'its directories, its cgroups' '' mkdir -p "$@" "${CGROUPS[@]}" || mkdir -p "$@" "${CGROUPS[@]}" 2>/dev/null ||
    mkdir -p "$@" "${CGROUPS[@]}" >&2 || ran "$?" 'its directories, its cgroups' mkdir -p "$@" "${CGROUPS[@]}"
}
cgroup_write() { put "$@"; }

# cgroup_enter: the calling process goes in. Sets ENTER, what else its command needs before it.
cgroup_enter() {
  local DIRECTORY
  ENTER=()
  for DIRECTORY in "${CGROUPS[@]}"; do
    # In v1 a process of one thread enters by tasks too, and spares the kernel its lock on all processes: a few milliseconds.
    if [[ -f $DIRECTORY/tasks ]]; then DIRECTORY+=/tasks; else DIRECTORY+=/cgroup.procs; fi
    echo 0 >"$DIRECTORY" || return 1
  done
}

# cgroup_delete DIRECTORY…: cgroups, empty.
cgroup_delete() { run 'its cgroups' rmdir "$@"; }
CGROUP_FUNCTIONS=(cgroup_enter) # for a plan
