# ── user namespaces: the same bytes in every script that has one ────────────────────────────────
# A container's root is the user USERNS_START of the host, its user N is USERNS_START+N. Its files are mapped by an idmapped
# mount where mount(8) can make one, else by a copy of the image whose files belong to these users.

# userns_open: a user namespace with the map, held open by a process that waits.
# shellcheck disable=SC2094 # both ends of a pipe, by two names
userns_open() {
  local PIPE SAID READY GATE
  exec {PIPE}<> <(:) {READY}</proc/self/fd/"$PIPE" {SAID}>/proc/self/fd/"$PIPE" {PIPE}>&-
  exec {PIPE}<> <(:) {GATE}</proc/self/fd/"$PIPE" {USERNS_GATE}>/proc/self/fd/"$PIPE" {PIPE}>&-
  unshare --user bash -c 'for fd in /proc/self/fd/*; do fd=${fd##*/}; ((fd < 3)) || exec {fd}>&-; done; echo; exec >&-; read -r _' <&"$GATE" >&"$SAID" &
  export USERNS_HOLDER=$!
  exec {SAID}>&- {GATE}<&-
  read -r _ <&"$READY" || return 1
  exec {READY}<&-
  echo "0 $USERNS_START $USERNS_COUNT" >"/proc/$USERNS_HOLDER/uid_map" && echo "0 $USERNS_START $USERNS_COUNT" >"/proc/$USERNS_HOLDER/gid_map"
}
userns_close() {
  exec {USERNS_GATE}>&- # it reads the end of file, and ends
  await "$USERNS_HOLDER"
}

# userns_apart: none of its ids is another user's, too: whoever has the same could signal and trace the container's processes.
userns_apart() {
  local file user start count
  for file in /etc/subuid /etc/subgid; do
    [[ -f $file ]] || continue
    while IFS=: read -r user start count; do
      [[ $user != @(root|cash) && $start:$count =~ ^(0|[1-9][0-9]{0,9}):[1-9][0-9]{0,9}$ ]] || continue
      ((start + count <= USERNS_START || start >= USERNS_START + USERNS_COUNT)) ||
        fail 125 "of the ids $USERNS_START to $((USERNS_START + USERNS_COUNT - 1)) some are those of $user ($file): choose another x-cash.userns.start"
    done <"$file"
  done
}

# userns_image: sets IDMAP, an option of mount(8), or IMAGE, a copy whose files are mapped.
userns_image() {
  local version
  IDMAP='' SHIFTED=''
  userns_apart
  version=$(mount --version)
  if [[ $version =~ ([0-9]+)\.([0-9]+) ]] && ((BASH_REMATCH[1] * 100 + BASH_REMATCH[2] >= 239)); then
    IDMAP=,X-mount.idmap=/proc/self/fd/9 # SERVICE_first opens it
    return 0
  fi
  SHIFTED=$IMAGE@$USERNS_START
  there "$SHIFTED" || userns_shift
  IMAGE=$SHIFTED
}

userns_shift() {
  local part=${IMAGE%/*}/.${SHIFTED##*/}.part
  lock "${IMAGE%/*}" 'it maps the image'
  there "$SHIFTED" || {
    [[ ! -d $part ]] || run 'half made' btrfs -q subvolume delete "$part"
    run 'for the same files, of other users' btrfs -q subvolume create "$part"
    run 'its root' chown "$USERNS_START:$USERNS_START" "$part"
    [[ $MODE == apply ]] || planned "$(declare -p USERNS_START USERNS_COUNT)" "$(declare -f userns_open userns_close userns_copy)"
    told 'its files' '' userns_copy "$IMAGE" "$part" || userns_copy "$IMAGE" "$part" || ran "$?" 'its files' userns_copy "$IMAGE" "$part"
    run 'the standard device nodes' cp -a "$IMAGE/dev/." "$part/dev/"
    run 'read-only from now on' btrfs property set "$part" ro true
    run 'whole: it gets its name' mv -T "$part" "$SHIFTED"
  }
  made "$SHIFTED"
  unlock
}

# userns_copy FROM TO: inside the namespace tar gives each file the owner it has in there.
userns_copy() {
  local status=0
  userns_open || {
    userns_close
    return 1
  }
  tar --create --numeric-owner --xattrs '--xattrs-include=*' --directory "$1" --exclude './dev/*' . |
    (cd "$2" && nsenter --user="/proc/$USERNS_HOLDER/ns/user" tar --extract --numeric-owner --preserve-permissions --xattrs '--xattrs-include=*') || status=$?
  userns_close
  return "$status"
}

# userns_check: by the container's root: its root directory belongs to it, or the mount was not mapped.
userns_check() {
  local root=/
  ((EUID != 0)) || [[ -O $root ]] || fail 125 'the files are not mapped: the file system has no idmapped mounts'
}

# userns_volume PATH: a new volume is for the container's root.
userns_volume() { [[ -n $IDMAP || ! -O $1 ]] || run "the container's root owns it" chown "$USERNS_START:$USERNS_START" "$1"; }
