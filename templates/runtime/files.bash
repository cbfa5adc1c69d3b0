# ── cp: the same bytes in every script ───────────────────────────────────────────────────────────
# cp [-a] [-L] SERVICE:PATH PATH|-   or   cp [-a] PATH|- SERVICE:PATH: as docker cp. What the container may have put in the way, a
# symbolic link above all, is met by a tar that sees nothing of the host but its programs: see files_apart.
command_cp() {
  local OWNERS='' FOLLOW='' TARGET='^([A-Za-z0-9][A-Za-z0-9_.-]*):(.+)$' NAMED=''
  while [[ ${1-} == -?* ]]; do
    case $1 in
    -a | --archive) OWNERS=yes ;;
    -L | --follow-link) FOLLOW=yes ;;
    -aL | -La) OWNERS=yes FOLLOW=yes ;;
    --)
      shift
      break
      ;;
    *) fail 2 "cp has no option $1; see: $0 help" ;;
    esac
    shift
  done
  (($# == 2)) || fail 2 "usage: $0 cp [-a] [-L] SERVICE:PATH PATH|-   or   $0 cp [-a] [-L] PATH|- SERVICE:PATH"
  [[ ! $1 =~ $TARGET || ! $2 =~ $TARGET ]] || fail 2 'one of both has to be a path of the host; write ./NAME:… where that has a colon'
  [[ $1 =~ $TARGET || $2 =~ $TARGET ]] || fail 2 "one of both has to be SERVICE:PATH; services: ${SERVICES[*]}"
  NAMED=${BASH_REMATCH[1]} TARGET=${BASH_REMATCH[2]}
  container_given "$NAMED"
  container_files "$NAMED"
  container_process
  [[ -n $PID || $IMAGE != *@* ]] || fail 125 "the files of $NAMED are a mapped copy: cp while it runs"
  functions_planned files_apart files_inside files_walk files_step files_kind files_read files_write files_out files_in files_parent files_unpack say
  if [[ $2 == "$NAMED:$TARGET" ]]; then
    run "to $NAMED" files_in "$PID" "$ROOTFS" "$ROOT/cache" "$OWNERS" "$FOLLOW" "$1" "$TARGET"
  elif [[ $2 == - ]]; then
    output "from $NAMED" - files_apart "$PID" "$ROOTFS" "$ROOT/cache" files_read "$OWNERS" "$FOLLOW" "$TARGET"
  else
    run "from $NAMED" files_out "$PID" "$ROOTFS" "$ROOT/cache" "$OWNERS" "$FOLLOW" "$TARGET" "$2"
  fi
}

# files_apart PID ROOTFS PLACE FUNCTION ARGUMENT…: the function, where of the host's files only its programs are there, read-only, on
# a tmpfs at PLACE; ROOT_FD is the container's root: that of process PID with all its mounts, or ROOTFS where none runs.
files_apart() {
  export -f files_inside files_walk files_step files_kind files_read files_write files_unpack say
  unshare --mount --propagation private bash -c '"$@"' cash files_inside "$@"
}
files_inside() {
  set -Eeuo pipefail
  local path said PLACE=$3
  IN=(nsenter "--root=$3")
  [[ -z $1 ]] || { exec {ROOT_FD}<"/proc/$1/root/."; } 2>/dev/null || { say 'the container has just ended' && return 1; }
  [[ -z $1 || /proc/$1/ns/user -ef /proc/self/ns/user ]] || IN+=("--user=/proc/$1/ns/user")
  mount -t tmpfs -o mode=755,size=1m cash "$PLACE"
  for path in bin sbin usr lib lib32 lib64 libx32; do
    if [[ -L /$path ]]; then
      cp --no-dereference "/$path" "$PLACE/$path"
    elif [[ -d /$path ]]; then
      mkdir "$PLACE/$path"
      mount -o bind,ro,nosuid,nodev "/$path" "$PLACE/$path"
    fi
  done
  mkdir "$PLACE/container"
  [[ -n $1 ]] || {
    { exec {ROOT_FD}<"$2/."; } 2>/dev/null || { say 'the container was just removed' && return 1; }
    said=$(mount --bind --no-canonicalize "/proc/self/fd/$ROOT_FD" "$PLACE/container" 2>&1) || {
      [[ $2/. -ef /proc/self/fd/$ROOT_FD ]] || said='cash: the container was just removed'
      printf '%s\n' "$said" >&2
      return 1
    }
    exec {ROOT_FD}<"$PLACE/container/."
  }
  mount -o remount,ro "$PLACE"
  "${@:4}"
}

# files_walk FOLLOW PATH: sets DIRECTORY, a descriptor of the directory that PATH is in, and LEAF, its last component, or . for
# DIRECTORY itself. Links count from the container's root. With FOLLOW the last one too, and a directory is . then.
files_walk() {
  local rest=$2 part link links=0
  LEAF=.
  exec {DIRECTORY}<"/proc/self/fd/$ROOT_FD/."
  while [[ -n $rest ]]; do
    part=${rest%%/*} link=''
    if [[ $rest == */* ]]; then rest=${rest#*/} link=more; else rest=''; fi
    LEAF=.
    case $part in
    '' | .) ;;
    ..) [[ /proc/self/fd/$DIRECTORY/. -ef /proc/self/fd/$ROOT_FD/. ]] || files_step .. ;;
    *)
      if [[ -L /proc/self/fd/$DIRECTORY/$part && (-n $1 || -n $link) ]]; then
        ((++links <= 40)) || { say "$2: too many symbolic links" && return 1; }
        link=$(readlink --no-newline "/proc/self/fd/$DIRECTORY/$part" && printf /) # or a new line at its end would be lost
        [[ $link != /* ]] || exec {DIRECTORY}<"/proc/self/fd/$ROOT_FD/."
        rest=${link%/}${rest:+/$rest}
      elif [[ -z $link && (-z $1 || ! -d /proc/self/fd/$DIRECTORY/$part) ]]; then
        LEAF=$part
      else
        files_step "$part" || return 1
      fi
      ;;
    esac
  done
}
# files_step NAME: DIRECTORY becomes one in it. Were it a link by now, its parent would be another one.
files_step() {
  local step
  { exec {step}<"/proc/self/fd/$DIRECTORY/$1/."; } 2>/dev/null || { say "not a directory in the container: ${1@Q}" && return 1; }
  [[ $1 == .. || /proc/self/fd/$step/.. -ef /proc/self/fd/$DIRECTORY/. ]] || { say "${1@Q} changes meanwhile" && return 1; }
  exec {DIRECTORY}<&-
  DIRECTORY=$step
}

# files_kind FOLLOW PATH: says directory, file, or none.
files_kind() {
  files_walk "$@"
  local path=/proc/self/fd/$DIRECTORY/$LEAF
  if [[ -d $path && ! -L $path ]]; then echo directory; elif [[ -e $path || -L $path ]]; then echo file; else echo none; fi
}

# files_read OWNERS FOLLOW PATH: as a tar. Without OWNERS nothing that gives a right to whoever executes it.
files_read() {
  local options=(--mode=ug-s)
  [[ -z $1 ]] || options=(--xattrs '--xattrs-include=*')
  files_walk "$2" "$3"
  [[ -e /proc/self/fd/$DIRECTORY/$LEAF || -L /proc/self/fd/$DIRECTORY/$LEAF ]] || { say "no such file in the container: ${3@Q}" && return 1; }
  [[ $LEAF == . ]] || LEAF=./$LEAF
  exec "${IN[@]}" "--wd=/proc/self/fd/$DIRECTORY" tar --create --sparse --sort=name --numeric-owner "${options[@]}" -- "$LEAF"
}

# files_write OWNERS NAME PATH: unpacks standard input: into the directory PATH, or as PATH. NAME is what it is called there, empty: nothing.
files_write() {
  local name=$2
  files_walk yes "$3"
  [[ $LEAF == . ]] || name=$LEAF
  files_unpack "$1" "$name" "${IN[@]}" "--wd=/proc/self/fd/$DIRECTORY"
}

# files_unpack OWNERS NAME COMMAND…: tar, executed by COMMAND, with another NAME for the first component where it is not empty. In the container
# links to directories are followed; on the host none is: it may have come from the container, the last time.
files_unpack() {
  local options=(--no-same-owner) name=$2
  [[ -z $1 ]] || options=(--same-owner --xattrs '--xattrs-include=*')
  name=${name//\\/\\\\} name=${name//&/\\&} name=${name//|/\\|}
  [[ -z $2 ]] || options+=("--transform=s|^\./[^/]*|./$name|S")
  (($# < 3)) || options+=(--keep-directory-symlink)
  "${@:3}" tar --extract --numeric-owner --same-permissions --no-overwrite-dir "${options[@]}"
}

# files_parent PATH: sets PARENT, the directory that it is in, and NAME, its last component; empty where that is no name.
files_parent() {
  NAME=${1##*/}
  if [[ $1 == */* ]]; then PARENT=${1%/*}/; else PARENT=.; fi
  case $NAME in '' | . | ..) NAME='' PARENT=$1 ;; *) ;; esac
}

# files_out PID ROOTFS PLACE OWNERS FOLLOW PATH DESTINATION: a directory without a name, such as /etc/., or behind a link, is its contents.
files_out() {
  local kind from=$6 to=$7 NAME PARENT
  while [[ $from == *?/ ]]; do from=${from%/}; done
  kind=$(files_apart "$1" "$2" "$3" files_kind "$5" "$from") || return 1
  [[ $kind != none ]] || { say "no such file in the container: ${6@Q}" && return 1; }
  files_parent "$from"
  if [[ $kind == directory && -n $5 && -n $NAME ]]; then
    [[ ! -d $to ]] || to+=/$NAME
    NAME=''
  fi
  [[ ! -L $to ]] || to=$(readlink --canonicalize-missing -- "$to") || return 1
  if [[ ! -d $to ]]; then
    [[ $kind != directory || ! -e $to ]] || { say "${7@Q} is a file: a directory cannot take its place" && return 1; }
    while [[ $kind == directory && $to == *?/ ]]; do to=${to%/}; done
    if [[ $kind == directory && -z $NAME ]]; then
      mkdir -- "$to" || return 1
    else
      files_parent "$to"
      [[ -n $NAME && -d $PARENT ]] || { say "no such directory: ${7@Q}" && return 1; }
      to=$PARENT
    fi
  fi
  files_apart "$1" "$2" "$3" files_read "$4" "$5" "$from" | (cd -- "$to" && files_unpack "$4" "$NAME")
}

# files_in PID ROOTFS PLACE OWNERS FOLLOW SOURCE PATH
files_in() {
  local kind from=$6 to=$7 NAME PARENT OTHER options=()
  [[ -z $4 ]] || options=(--xattrs '--xattrs-include=*')
  while [[ $from == *?/ ]]; do from=${from%/}; done
  [[ $from == - || -e $from || -L $from ]] || { say "no such file: ${6@Q}" && return 1; }
  while [[ -d $from && $to == *?/ ]]; do to=${to%/}; done
  kind=$(files_apart "$1" "$2" "$3" files_kind yes "$to") || return 1
  if [[ $from == - ]]; then
    [[ $kind == directory ]] || { say "no such directory in the container: ${7@Q}" && return 1; }
    files_apart "$1" "$2" "$3" files_write "$4" '' "$to"
  else
    files_parent "$from"
    OTHER=$NAME
    [[ -z $5 && ($kind == directory || -n $NAME) ]] || from=$(readlink --canonicalize -- "$from") || return 1
    [[ $kind != file || ! -d $from || -L $from ]] || { say "${7@Q} is a file: a directory cannot take its place" && return 1; }
    files_parent "$from"
    [[ -n $OTHER || $kind != directory ]] || PARENT=$from NAME=''
    [[ -z $NAME ]] || NAME=./$NAME
    tar --create --sparse --sort=name --numeric-owner "${options[@]}" --directory "$PARENT" -- "${NAME:-.}" | files_apart "$1" "$2" "$3" files_write "$4" "$OTHER" "$to"
  fi
}
