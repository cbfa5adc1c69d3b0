# ── images as archives: the same bytes in every script ───────────────────────────────────────────
# The archive is a tar of the image's files, root file system of any other engine too. Its first member, ./.cash-image, says what is
# known of the image, and the SHA-256 of all that follows it.
command_image() {
  case ${1-} in
  save) image_save "${@:2}" ;;
  load) image_load "${@:2}" ;;
  *) fail 2 "usage: $0 image save NAME:TAG [-o FILE|-]   or   $0 image load [-i FILE|-]" ;;
  esac
}

image_save() {
  local NAME='' TAG='' FILE=-
  while (($#)); do
    case $1 in
    -o | --output)
      (($# > 1)) || fail 2 "$1 needs a value"
      FILE=$2
      shift
      ;;
    -*) fail 2 "image save has no option $1; see: $0 help" ;;
    *)
      [[ -z $NAME ]] || fail 2 'one image at a time'
      image_named "$1"
      ;;
    esac
    shift
  done
  [[ -n $NAME ]] || fail 2 "usage: $0 image save NAME:TAG [-o FILE|-]"
  image_there
  functions_planned saved_write saved_files saved_header
  output 'the image, as a tar' "$FILE" saved_write "$ROOT/images/$NAME/$TAG" "$NAME:$TAG" "$ROOT/images/$NAME/.$TAG.meta"
}

# saved_write PATH NAME:TAG META: the archive, on standard output. The files are read twice: their digest stands before them.
saved_write() {
  local digest created=0 text
  digest=$(saved_files "$1" | sha256sum) || return 1
  [[ ! -f $3 ]] || created=$(stat --format=%Y "$3") || return 1
  printf -v text '%s\n' 'cash-image 1' "sha256 ${digest%% *}" "image $2" "created $created"
  [[ ! -f $3 ]] || text+=$(<"$3")$'\n'
  saved_header ./.cash-image "${#text}" "$created" && printf %s "$text" || return 1
  head --bytes="$(((512 - ${#text} % 512) % 512))" /dev/zero && saved_files "$1"
}
# saved_files PATH: what takes no room takes none here. Of the forms that has, this is the one that does not say the number of tar's process.
saved_files() {
  tar --create --format=posix --sparse --sparse-version=0.0 --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \
    --blocking-factor=1 --sort=name --numeric-owner --xattrs '--xattrs-include=*' --exclude='./dev/*' --exclude=./.cash-image --directory "$1" .
}

# saved_header NAME SIZE TIME: the 512 bytes before a file of root's in a tar (pax(1), "ustar Interchange Format").
saved_header() {
  local size time text sum=256 index code # of the eight spaces that stand for the sum itself
  printf -v size %011o "$2"
  printf -v time %011o "$3"
  text=${1}000064400000000000000$size${time}0ustar00
  for ((index = 0; index < ${#text}; index++)); do
    printf -v code %d "'${text:index:1}"
    sum=$((sum + code))
  done
  printf '%s' "$1" && head --bytes="$((100 - ${#1}))" /dev/zero
  printf '0000644\0%s\0%s\0%s\0%s\0%06o\0 0' 0000000 0000000 "$size" "$time" "$sum" && head --bytes=100 /dev/zero
  printf 'ustar\0%s' 00 && head --bytes=247 /dev/zero
}

image_load() {
  local FILE=- ARCHIVE NAME TAG
  case ${1-} in
  '') ;;
  -i | --input) FILE=${2-} ;;
  *) fail 2 "usage: $0 image load [-i FILE|-]" ;;
  esac
  pool_create
  [[ $FILE == */* || $FILE == - ]] || FILE=./$FILE # tar takes NAME:TAG for a file of another host
  if [[ -p $FILE ]]; then
    [[ $MODE == plan ]] || exec <"$FILE"
    FILE=-
  fi
  ARCHIVE=${FILE@Q}
  [[ $FILE != - ]] || load_input
  [[ -f $FILE ]] || fail 125 "$ARCHIVE: no such file"
  load_known
  (image_named "$LOAD_IMAGE") 2>/dev/null || fail 125 "$ARCHIVE: ${LOAD_IMAGE@Q} is no name of an image"
  image_named "$LOAD_IMAGE"
  [[ ! -d $ROOT/images/$NAME/$TAG ]] || fail 125 "$NAME:$TAG is there; first: $0 rmi $NAME:$TAG"
  functions_planned saved_check say
  run 'it is what was saved' saved_check "$FILE" "$LOAD_SKIP" "$LOAD_DIGEST"
  image_begin "$NAME" "$TAG" || fail 125 "$NAME:$TAG is there by now"
  run_progress "the image $NAME:$TAG" tar --extract --numeric-owner --preserve-permissions --xattrs '--xattrs-include=*' --exclude=./.cash-image --file "$FILE" --directory "$PART"
  functions_planned load_devices say
  run 'no device nodes are in it' load_devices "$PART"
  image_end "$NAME" "$TAG" "${LOAD_KNOWN[@]}"
  [[ -z $LOAD_SPOOL ]] || load_undo
  [[ $MODE == plan ]] || printf '%s\n' "$NAME:$TAG"
}

# load_input: standard input becomes FILE, in the pool: it is checked before anything of it is unpacked.
LOAD_SPOOL=
load_input() {
  local INPUT
  [[ $MODE == apply ]] || fail 2 'a plan does not read its standard input: image load -i FILE'
  [[ ! -t 0 ]] || fail 2 "not from a terminal: image load -i FILE"
  exec {INPUT}<&0
  LOAD_SPOOL=$ROOT/images/.$BASHPID.download FILE=$LOAD_SPOOL ARCHIVE='standard input'
  UNDO=(load_undo "${UNDO[@]}")
  run_long 'the archive, from standard input' cp "/proc/self/fd/$INPUT" "$FILE"
  exec {INPUT}<&-
}
load_undo() {
  [[ ! -f $LOAD_SPOOL ]] || run 'it is unpacked' rm "$LOAD_SPOOL"
}

# load_known: sets LOAD_IMAGE, LOAD_DIGEST, LOAD_SKIP (bytes before the files) and LOAD_KNOWN, from the first member of FILE.
load_known() {
  local FIELDS=() FIELD AT=0 LINE KEY SIZE=0 INPUT LEFT
  exec {INPUT}<"$FILE"
  while ((AT < 512)) && IFS= read -r -d '' -n "$((512 - AT))" FIELD <&"$INPUT"; do
    AT=$((AT + ${#FIELD} + 1))
    [[ -z $FIELD ]] || FIELDS+=("$FIELD")
  done
  case ${FIELDS[0]-} in
  $'\x1f\x8b'*) fail 125 "$ARCHIVE is compressed: gzip -dc FILE | $0 image load" ;;
  $'\xfd7zXZ') fail 125 "$ARCHIVE is compressed: xz -dc FILE | $0 image load" ;;
  $'\x28\xb5\x2f\xfd'*) fail 125 "$ARCHIVE is compressed: zstd -dc FILE | $0 image load" ;;
  *) ;;
  esac
  [[ ${FIELDS[0]-} == ./.cash-image && ${FIELDS[4]-} =~ ^[0-7]{11}$ ]] || fail 125 "$ARCHIVE is no archive of image save"
  SIZE=$((8#${FIELDS[4]}))
  ((AT == 512 && SIZE < 1 << 20)) || fail 125 "$ARCHIVE is no archive of image save"
  LOAD_SKIP=$((512 + (SIZE + 511) / 512 * 512)) LOAD_KNOWN=() LOAD_DIGEST='' LOAD_IMAGE='' LEFT=$SIZE KEY=''
  while ((LEFT > 0)) && IFS= read -r LINE <&"$INPUT"; do
    LEFT=$((LEFT - ${#LINE} - 1))
    load_line
  done
  exec {INPUT}<&-
  [[ -n $LOAD_DIGEST && -n $LOAD_IMAGE ]] || fail 125 "$ARCHIVE: its first member says not what it is"
}
# load_line: one of them: KEY is that of the line before; at the beginning stand the version, the digest and the name.
load_line() {
  [[ $LINE != *[[:cntrl:]]* ]] || fail 125 "$ARCHIVE: a line of its first member is no text"
  case $KEY:$LINE in
  ':cash-image 1') ;;
  ':'*) fail 125 "$ARCHIVE is of another version of cash: ${LINE@Q}" ;;
  'cash-image:sha256 '*)
    LOAD_DIGEST=${LINE#* }
    [[ $LOAD_DIGEST =~ ^[0-9a-f]{64}$ ]] || fail 125 "$ARCHIVE: ${LINE@Q} is no digest"
    ;;
  'sha256:image '*) LOAD_IMAGE=${LINE#* } ;;
  *)
    [[ $LINE =~ ^((source|sha256|image|parent|container|author|message|entrypoint|command|environment|user|directory)\ .*|created\ [0-9]{1,12})?$ ]] ||
      fail 125 "$ARCHIVE: ${LINE@Q} is not understood: it is of a newer cash"
    LOAD_KNOWN+=("$LINE")
    ;;
  esac
  KEY=${LINE%% *}
  [[ -z $LOAD_IMAGE || ${#LOAD_KNOWN[@]} -eq 0 ]] || KEY=known
}

# saved_check FILE SKIP DIGEST: the same files, and none that would lie elsewhere.
saved_check() {
  local digest name
  digest=$(tail --bytes="+$(($2 + 1))" -- "$1" | sha256sum) || return 1
  [[ ${digest%% *} == "$3" ]] || {
    say "its files are not those that were saved: SHA-256 ${digest%% *}, not $3"
    return 1
  }
  tar --list --absolute-names --file "$1" | while IFS= read -r name; do
    [[ $name == /* || /$name/ == */../* ]] || continue
    say "it would lie outside of the image: ${name@Q}"
    return 1
  done
}
# load_devices DIRECTORY: image save leaves /dev out.
load_devices() {
  local found
  found=$(find "$1" '(' -type b -o -type c ')' -print -quit) || return 1
  [[ -z $found ]] || {
    say "a device node is in it: ${found@Q}"
    return 1
  }
}
