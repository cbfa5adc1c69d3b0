# ── without root: the same bytes in every script that an ordinary user runs ─────────────────────
# What the kernel gives root alone on the host, it gives everybody in a user namespace of their own. So the script goes on in one, with mounts,
# a network and a part of the cgroups of the user's: there it does what it does for root, and reaches nothing that the user does not. /run is
# a tmpfs there. A process that only sleeps holds these namespaces from one command to the next, until down.
# rootless_directory: sets ROOTLESS, where a file says who holds them: PID BIRTH, and which they are: MOUNTS UUID, the number of the mount
# namespace, which the kernel gives to another one later, and what lies in its /run.
# Another one, who leads out of them: PID BIRTH LEAST.
rootless_directory() { ROOTLESS=${XDG_RUNTIME_DIR:-/run/user/$UID}/cash/$PROJECT; }

# rootless enter VERB WORD… | check | end
rootless() {
  case $1 in
  enter) rootless_enter "${@:2}" ;;
  check) rootless_check ;;
  *) rootless_end ;;
  esac
}

# rootless_enter VERB WORD…: executes this script in there. What downloads, or starts something, does so in namespaces that have a way out.
rootless_enter() {
  local HOLDER='' MOUNTS='' UUID='' DELEGATED=() SCRIPT=$0 STARTS=''
  case $1 in
  pull | run | up | start | restart | apply) STARTS=yes ;;
  *) ;;
  esac
  rootless_directory
  [[ -f $0 ]] || fail 125 'without root the script has to be a file: it executes itself once more'
  [[ $0 == /* ]] || SCRIPT=$PWD/$0
  [[ -O ${ROOTLESS%/cash/*} ]] || fail 125 "${ROOTLESS%/cash/*} is not there, or not yours: log in (su gives no XDG_RUNTIME_DIR)"
  rootless_cgroups
  export CASH_ROOTLESS=yes XDG_RUNTIME_DIR=${ROOTLESS%/cash/*} # in there, our user has another number
  trap - EXIT
  rootless_found || {
    [[ -n $STARTS ]] || rootless_unshare exec "$BASH" -- "$SCRIPT" "${INVOKED[@]}" # nothing runs, or will: in namespaces that end with it
    rootless_hold
  }
  # shellcheck disable=SC2016 # for that Bash
  exec nsenter --target="$HOLDER" --user --mount --net "$BASH" -c 'cd -- "$1" && shift && exec "$@"' cash "$PWD" "$BASH" -- "$SCRIPT" "${INVOKED[@]}"
}

# rootless_delegated: sets DELEGATED: the cgroups we are in and may write to, each behind the mount in whose place it is in there.
rootless_delegated() {
  local CONTROLLER DIRECTORY MOUNT
  cgroup_find "$CGROUP_WANTED"
  while IFS=: read -r _ CONTROLLER DIRECTORY; do
    if [[ -z $CONTROLLER ]]; then MOUNT=/sys/fs/cgroup; else MOUNT=${CGROUP_MOUNTS[${CONTROLLER%%,*}]-}; fi # v2 names none
    [[ $DIRECTORY == / || -z $MOUNT || ! -w $MOUNT$DIRECTORY/cgroup.procs ]] || DELEGATED+=("$MOUNT" "$MOUNT$DIRECTORY")
  done </proc/self/cgroup
  ((${#DELEGATED[@]}))
}
rootless_systemd() { [[ $CGROUP_VERSION == v2 && -S ${ROOTLESS%/cash/*}/systemd/private ]]; }

# rootless_cgroups: what starts something has a scope of its own, where systemd makes one: nobody else takes that for theirs. After a login the
# cgroup that we are in is root's, too. At the end of the user's systemd the unit stops the containers first, see install.
rootless_cgroups() {
  if rootless_delegated; then
    [[ -n $STARTS && -z ${CASH_SCOPE-} ]] && rootless_systemd || return 0
  fi
  { rootless_systemd && [[ -z ${CASH_SCOPE-} ]]; } || fail 125 'no cgroup is yours here: it takes systemd for users, or a cgroup that root makes and gives you'
  CASH_SCOPE=yes exec systemd-run --user --scope --quiet --property=Delegate=yes --property="Before=cash-$PROJECT.service" -- "$BASH" -- "$SCRIPT" "${INVOKED[@]}"
}

# rootless_held: who holds the namespaces lives. Sets HOLDER; MOUNTS and UUID where there was one.
rootless_held() {
  local BORN=''
  HOLDER='' MOUNTS='' UUID=''
  { read -r HOLDER BORN MOUNTS UUID <"$ROOTLESS/holder"; } 2>/dev/null && container_birth "$HOLDER" && [[ $BIRTH == "$BORN" ]]
}

# rootless_found: rootless_held, or, where it was killed, there is another one now.
rootless_found() {
  ! rootless_held || return 0
  [[ -n $UUID ]] || return 1
  lock "$ROOTLESS" 'it looks for the namespaces' || return 1
  rootless_held || { [[ -n $UUID ]] && rootless_adopt; } || HOLDER=''
  unlock
  [[ -n $HOLDER ]]
}

# rootless_adopt: one more process in the namespaces that it held, where one of ours is left there. Else what is left of the containers ends too.
rootless_adopt() {
  local PID PIDS=()
  while IFS=/ read -r _ _ PID _; do # of others it sees none
    rootless_ours "$PID" && rootless_ready < <(
      unlock
      export -f rootless_wait
      exec nsenter --target="$PID" --user --mount --net "$BASH" -c rootless_wait
    ) && return
  done < <(find /proc -maxdepth 3 -path '/proc/[0-9]*/ns/mnt' -lname "mnt:\\[$MOUNTS\\]" 2>/dev/null)
  for PID in /proc/[0-9]*; do
    ! rootless_contained "${PID#/proc/}" || PIDS+=("${PID#/proc/}")
  done
  ((${#PIDS[@]} == 0)) || kill -s KILL "${PIDS[@]}" 2>/dev/null || : # some may have ended
  rootless_inward
  rm "$ROOTLESS/holder"
  return 1
}
# rootless_ours PID: it is in the namespaces of UUID, and in no container, which could say so, too.
rootless_ours() {
  local FOUND
  ! rootless_contained "$1" && { read -r FOUND <"/proc/$1/root/run/namespaces"; } 2>/dev/null && [[ $FOUND == "$UUID" ]]
}
# rootless_contained PID: it is in the cgroup of a container of ours.
rootless_contained() {
  local FOUND=''
  { read -r -d '' FOUND <"/proc/$1/cgroup"; } 2>/dev/null || : # to its end, or it has ended
  [[ $FOUND == */cash/"$PROJECT"/* ]]
}

# rootless_hold: sets HOLDER: a new one, unless another process was faster.
rootless_hold() {
  until mkdir -p "$ROOTLESS" && lock "$ROOTLESS" 'it makes the namespaces'; do :; done
  rootless_held || {
    rootless_ready < <(rootless_unshare rootless_wait) || fail 125 "the namespaces cannot be made; what is missing: $0 check"
    rootless_outward
  }
  unlock
}
# rootless_ready: sets HOLDER, which says that it is ready, and who it is.
rootless_ready() {
  read -r HOLDER MOUNTS UUID && container_birth "$HOLDER" && echo "$HOLDER $BIRTH $MOUNTS $UUID" >"$ROOTLESS/holder"
}

# rootless_unshare COMMAND…: becomes it, in namespaces that are ready.
rootless_unshare() {
  local GROUP PID PIDS
  trap - ERR EXIT HUP INT QUIT TERM
  unlock
  [[ $CGROUP_VERSION == v1 || -z $STARTS ]] || { # cgroups below one with processes in it get no controllers
    GROUP=${DELEGATED[1]}
    mkdir -p "$GROUP/holder"
    while mapfile -t PIDS <"$GROUP/cgroup.procs" && ((${#PIDS[@]})); do
      for PID in "${PIDS[@]}"; do echo "$PID" >"$GROUP/holder/cgroup.procs" || :; done 2>/dev/null # it may have ended since
    done
  }
  export -f rootless_setup rootless_wait
  # shellcheck disable=SC2016 # for that Bash
  exec unshare --user --map-root-user --map-auto --mount --net "$BASH" -c 'set -Eeuo pipefail && rootless_setup "$@"' cash "$XDG_RUNTIME_DIR" "${#DELEGATED[@]}" "${DELEGATED[@]}" "$@"
}

# rootless_setup DIRECTORY COUNT (MOUNT CGROUP)… COMMAND…: in the namespaces: a /run, a /sys of this network, the cgroups; becomes COMMAND.
rootless_setup() {
  local DIRECTORY=$1 COUNT=$2 NAME
  shift 2
  mount -t tmpfs -o mode=755 cash "$DIRECTORY"
  mkdir -p "$DIRECTORY/.cgroup"
  cat /proc/sys/kernel/random/uuid >"$DIRECTORY/namespaces"
  for NAME in user systemd resolvconf NetworkManager; do # of the host: what is of the user, and names of resolvers
    [[ ! -d /run/$NAME ]] || { mkdir "$DIRECTORY/$NAME" && mount --rbind "/run/$NAME" "$DIRECTORY/$NAME"; }
  done
  [[ $DIRECTORY != /run/user/* ]] || umount "$DIRECTORY${DIRECTORY#/run}" # itself in itself, where the holder's name is to be seen
  mount --rbind /sys/fs/cgroup "$DIRECTORY/.cgroup"
  mount -t sysfs sysfs /sys
  mount --rbind "$DIRECTORY/.cgroup" /sys/fs/cgroup
  while ((COUNT > 0)); do
    mount --bind "$DIRECTORY/.cgroup/${2#/sys/fs/cgroup}" "$1"
    shift 2
    COUNT=$((COUNT - 2))
  done
  umount --lazy "$DIRECTORY/.cgroup"
  mount --no-mtab --move "$DIRECTORY" /run # mount has no /run to note it in
  ip link set lo up
  "$@"
}
rootless_wait() {
  local MOUNTS
  MOUNTS=$(readlink "/proc/$$/ns/mnt")
  echo "$$ ${MOUNTS//[^0-9]/} $(</run/namespaces)"
  exec setsid sleep infinity </dev/null >/dev/null 2>&1
}

# rootless_end: by down: nothing of the project is left. Its namespaces end with the last process in them, which is ours.
rootless_end() {
  local HOLDER MOUNTS UUID
  rootless_directory
  rootless_held || return 0
  rootless_inward
  run 'who held its namespaces' rm -r "$ROOTLESS"
  run 'nobody holds its namespaces' kill "$HOLDER"
}

# rootless_check: what the host has to allow.
rootless_check() {
  local DELEGATED=() PLACE OPTIONS LONGEST='' ALLOWED=''
  rootless_directory
  cgroup_find "$CGROUP_WANTED"
  while read -r _ PLACE _ OPTIONS _; do
    [[ $ROOT/ != "${PLACE%/}"/* || ${#PLACE} -lt ${#LONGEST} ]] || LONGEST=$PLACE ALLOWED=,$OPTIONS,
  done </proc/self/mounts
  checked "$(unshare --user true 2>/dev/null && echo 1)" 'user namespaces for users' 'as root: sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000; or AppArmor forbids them'
  checked "$(unshare --user --map-root-user --map-auto true 2>/dev/null && echo 1)" 'further ids, of /etc/subuid and /etc/subgid, for unshare 2.38' "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${USER-$UID}"
  checked "$([[ -O ${ROOTLESS%/cash/*} ]] && echo 1)" "${ROOTLESS%/cash/*}" 'log in: su gives no XDG_RUNTIME_DIR'
  checked "$({ rootless_delegated || rootless_systemd; } && echo 1)" 'a cgroup of yours, or systemd to make one' 'as root: loginctl enable-linger, or a cgroup that is given to you'
  checked "$([[ -O $ROOT || (! -e $ROOT && -w ${ROOT%/*}) ]] && echo 1)" "$ROOT is yours" "as root: mkdir -p $ROOT; chown ${USER-$UID} $ROOT"
  [[ $STORE != btrfs ]] || checked "$([[ $ALLOWED == *,user_subvol_rm_allowed,* ]] && echo 1)" "on $LONGEST users delete subvolumes" "as root: mount -o remount,user_subvol_rm_allowed $LONGEST"
}
