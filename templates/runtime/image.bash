# ── images: the same bytes in every script that pulls one ───────────────────────────────────────
# Beside each image stands what is known of it, images/NAME/.TAG.meta: lines of KEY VALUE, \n and \\ in a value as in printf %b.
# Behind an empty line follows that of the image it was made of, and so on.

# image_begin NAME TAG [POLICY]: sets PART, an empty subvolume that does not count as an image yet. False where the image is
# there by now.
image_begin() {
  PART=$ROOT/images/$1/.$2.part
  until run 'a folder for its tags' mkdir -p "$ROOT/images/$1" && lock "$ROOT/images/$1" "it pulls $1"; do :; done
  [[ ${3-} == always ]] || ! there "$ROOT/images/$1/$2" || {
    unlock
    return 1
  }
  image_discard
  UNDO=(image_undo "${UNDO[@]}")
  run 'an empty subvolume' "${STORE_CREATE[@]}" "$PART"
}
image_discard() {
  local tag=${PART##*/.}
  [[ ! -d $PART ]] || run 'an unfinished pull' "${STORE_DELETE[@]}" "$PART"
  image_unknown "${PART%/*}" "${tag%.part}"
}
image_undo() {
  image_discard
  [[ ! -d ${PART%/*} ]] || ! empty "${PART%/*}" || run 'no tag is left' rmdir "${PART%/*}"
}
# image_unknown DIRECTORY TAG: what is known of an image that is not there.
image_unknown() {
  there "$1/$2" || ! there "$1/.$2.meta" || run 'of no image' rm "$1/.$2.meta"
  there "$1/$2" || gone "$1/.$2.meta"
}

# image_end NAME TAG KNOWN…: what every container needs to find in its image; then the image gets its name, at once and whole.
image_end() {
  local path known=("${@:3}")
  for path in etc dev proc sys; do
    [[ ! -L $PART/$path ]] || fail 125 "/$path of the image is a symbolic link: it cannot be mounted on"
  done
  run 'only the standard device nodes' find "$PART" -xdev '(' -type b -o -type c ')' -delete
  run 'a /dev of our own' rm -rf "$PART/dev"
  run 'what is mounted on' mkdir -p "$PART"/{dev,dev/pts,dev/shm,dev/mqueue,proc,sys,etc}
  if [[ $UNPRIVILEGED == rootless ]]; then
    run 'where the standard device nodes are mounted' touch "$PART"/dev/{null,zero,full,random,urandom,tty}
  else
    run 'the standard device nodes' cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty "$PART/dev/"
  fi
  run 'the standard links' ln -s pts/ptmx "$PART/dev/ptmx"
  run 'the standard links' ln -s /proc/self/fd "$PART/dev/fd"
  run 'the standard links' ln -s fd/0 "$PART/dev/stdin"
  run 'the standard links' ln -s fd/1 "$PART/dev/stdout"
  run 'the standard links' ln -s fd/2 "$PART/dev/stderr"
  run 'no link leads out' rm -rf "$PART"/etc/{hosts,hostname,resolv.conf}
  run 'what is mounted on' touch "$PART"/etc/{hosts,hostname,resolv.conf} "$PART/dev/console"
  run 'for all to read and pass' chmod 755 "$PART" "$PART/etc" "$PART/dev" "$PART/dev/pts" "$PART/dev/mqueue"
  run 'for all to read' chmod 644 "$PART"/etc/{hosts,hostname,resolv.conf}
  run 'for all to write' chmod 1777 "$PART/dev/shm"
  [[ -L $PART/tmp ]] || run 'for all to write' install -d -m 1777 "$PART/tmp"
  run 'to the disk' sync --file-system "$PART"
  [[ $UNPRIVILEGED == rootless ]] || run 'read-only from now on' btrfs property set "$PART" ro true
  lines 'what is known of it' "$ROOT/images/$1/.$2.meta" "${known[@]//$'\n'/ }"
  made "$ROOT/images/$1/.$2.meta"
  [[ ! -d $ROOT/images/$1/$2 ]] || run 'the one before' "${STORE_DELETE[@]}" "$ROOT/images/$1/$2"
  run 'whole: it gets its name' mv -T "$PART" "$ROOT/images/$1/$2"
  run 'its name, to the disk' sync --file-system "$ROOT/images/$1/$2"
  made "$ROOT/images/$1/$2"
  UNDO=("${UNDO[@]:1}")
  unlock
}

# image_configuration: what the image says of command, variables, user and directory (commit -c), where the definition is silent.
image_configuration() {
  local LINE VALUE MARK="${GIVEN[*]} " VARIABLES=() ITS_ENTRYPOINT=() ITS_COMMAND=()
  [[ -f ${IMAGE%/*}/.${IMAGE##*/}.meta ]] || return 0
  while IFS= read -r LINE && [[ -n $LINE ]]; do
    printf -v VALUE %b "${LINE#* }"
    case ${LINE%% *} in
    entrypoint) ITS_ENTRYPOINT+=("$VALUE") ;;
    command) ITS_COMMAND+=("$VALUE") ;;
    environment) [[ $VALUE != ?*=* || " $MARK" == *" ${VALUE%%=*}= "* ]] || VARIABLES+=("$VALUE") ;;
    user) [[ " $MARK" == *' user '* ]] || USER_SPEC=$VALUE ;;
    directory) [[ " $MARK" == *' directory '* ]] || WORKING_DIRECTORY=$VALUE ;;
    *) ;;
    esac
  done <"${IMAGE%/*}/.${IMAGE##*/}.meta"
  RUN_ENVIRONMENT=("${VARIABLES[@]}" "${RUN_ENVIRONMENT[@]}")
  ((${#ITS_ENTRYPOINT[@]} + ${#ITS_COMMAND[@]})) || return 0
  [[ " $MARK" == *' command '* ]] || COMMAND=("${ITS_COMMAND[@]}")
  [[ " $MARK" == *' entrypoint '* ]] || ENTRYPOINT=("${ITS_ENTRYPOINT[@]}")
}

# run_progress WHY COMMAND…: run_long; where somebody looks on, its lines are counted, elsewhere only its errors are said.
run_progress() {
  if [[ $MODE == plan ]]; then
    run "$@"
  else
    run_long "$@" > >(progress) 2>&1
  fi
}
progress() {
  local line count=0
  while IFS= read -r line; do
    ((count += 1))
    line=${line//[^[:print:]]/ }
    case $line in
    cash:* | E:* | W:* | tar:* | curl:*) printf '%s\n' "$line" >&3 ;;
    *) [[ ! -t 3 ]] || printf '\r\e[K%5d  %.60s' "$count" "$line" >&3 ;;
    esac
  done
  [[ ! -t 3 ]] || printf '\r\e[K' >&3
} 3>&2
