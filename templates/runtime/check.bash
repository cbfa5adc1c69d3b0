# ── check: the same bytes in every script ───────────────────────────────────────────────────────
# command_check [NAME…]: what the script needs of this host, a line each; exit 1 where something is missing. With names: whether these
# containers are as defined; exit 2 where one is not.
command_check() {
  local need command package OTHERS=''
  (($# == 0)) || {
    check_containers "$@"
    return 0
  }
  MISSING=0
  ! parameters_known || pool_root
  "$UNPRIVILEGED" check
  checked "$((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404))" "bash 4.4 (here: $BASH_VERSION)" 'install a newer bash'
  for need in "${NEEDS[@]}"; do
    command=${need%%:*} package=${need#*:}
    checked "$([[ -z $(type -P "$command") ]] || echo 1)" "$command" "apt-get install $package"
  done
  [[ ! -f $0 ]] || {
    script_others "$0"
    checked "$([[ -n $OTHERS ]] || echo 1)" "$0: of root, written by nobody else" "${OTHERS:+$OTHERS: }chown root $0; chmod go-w $0"
  }
  check_version unshare 234
  for need in "${CHECKS[@]}"; do "$need"; done
  [[ $STORE != btrfs ]] || check_filesystem btrfs
  ((EUID != 0 || ${#NETWORKS[@]} == 0)) || checked "$(check_bridges && echo 1)" 'nftables for bridges in the kernel' 'a kernel with CONFIG_NF_TABLES_BRIDGE'
  cgroup_find "$CGROUP_WANTED"
  check_controllers
  check_space
  ((MISSING == 0)) || exit 1
}

# checked TRUTH WHAT MEND
checked() {
  if [[ ${1:-0} != 0 ]]; then
    printf 'ok       %s\n' "$2"
  else
    printf 'missing  %s   (%s)\n' "$2" "$3"
    MISSING=$((MISSING + 1))
  fi
}

check_version() {
  local text
  text=$("$1" --version)
  [[ $text =~ ([0-9]+)\.([0-9]+) ]] || return 0
  checked "$((BASH_REMATCH[1] * 100 + BASH_REMATCH[2] >= $2))" "$1 of util-linux $(($2 / 100)).$(($2 % 100)) (here: ${BASH_REMATCH[0]})" 'install a newer util-linux'
}

check_filesystem() {
  local line release found=0
  while read -r line; do
    [[ $line != *"$1" ]] || found=1
  done </proc/filesystems
  read -r release </proc/sys/kernel/osrelease
  for line in /lib/modules/"$release"/kernel/fs/"$1"/*; do
    [[ ! -e $line ]] || found=1
  done
  checked "$found" "$1 in the kernel" "a kernel with CONFIG_BTRFS_FS"
}

check_bridges() { nft --check -f - <<<'table bridge cash { chain probe { type filter hook prerouting priority -300; }; }' 2>/dev/null; }

check_controllers() {
  local service controller
  for service in "${SERVICES[@]}"; do
    service_id "$service"
    (
      CONTROLLERS=()
      "${ID}_controllers"
      for controller in "${CONTROLLERS[@]}"; do
        if [[ $CGROUP_VERSION == v1 ]]; then
          checked "${CGROUP_MOUNTS[$controller]+1}" "cgroup v1 $controller, for $service" "mount -t cgroup -o $controller $controller DIRECTORY"
        else
          read -r line </sys/fs/cgroup/cgroup.controllers
          checked "$([[ " $line " != *" $controller "* ]] || echo 1)" "cgroup v2 $controller, for $service" 'boot a kernel that has it'
        fi
      done
      ((MISSING == 0))
    ) || MISSING=1
  done
}

check_space() {
  local directory free
  [[ -n $ROOT ]] || return 0 # named by a parameter
  directory=$ROOT
  while [[ ! -d $directory ]]; do directory=${directory%/*} directory=${directory:-/}; done
  free=$(df --output=avail --block-size=1M "$directory")
  free=${free##*$'\n'}
  checked "$((free >= POOL_LEAST))" "$POOL_LEAST MiB free at $directory (here: ${free// /} MiB)" 'make room'
}

check_containers() {
  local NAME DIFFERENT=''
  ((EUID == 0)) || "$UNPRIVILEGED" enter check
  parameters_check
  pool_root
  pool_resume
  containers_given "$@"
  for NAME in "${CONTAINERS[@]}"; do check_container "$NAME" || DIFFERENT=yes; done
  [[ -z $DIFFERENT ]] || exit 2
}
