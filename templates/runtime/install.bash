# ── install, uninstall: the same bytes in every script ──────────────────────────────────────────
# At boot a copy of this script is called with `up`, at the end with `stop`. What calls it starts nothing again: the supervisors do, as the
# definition says. Containers are in cgroups of their own, and not in that of the unit.

# commands: up stop uninstall
command_install() {
  local BOOT_WORDS=() BOOT_NAMES=() SELF=$0 PROFILE
  install_options "$@"
  install_names
  [[ ${BASH_SOURCE[-1]-} == "$0" && -f $0 ]] || fail 125 'it was read from a pipe: copy it to this host, and install it from there'
  [[ $SELF == /* ]] || SELF=$PWD/$SELF
  for PROFILE in "${OWN_PROFILES[@]}"; do "${PROFILE}_install"; done
  install_starter
  [[ -z ${SECRET_VARIABLES-} || -f $SECRETS_AT_BOOT ]] || say "$SECRETS_AT_BOOT is not there: lines of NAME=VALUE, for its owner alone, of ${SECRET_VARIABLES[*]}"
}

# install_options [--profile NAME]… [SERVICE…]: sets BOOT_WORDS, what is before the command; BOOT_NAMES, what is behind `up`.
install_options() {
  local RUN_WORDS WORD
  parameters_need
  run_parameters
  for WORD in "${RUN_WORDS[@]:1}"; do BOOT_WORDS+=(--set "$WORD"); done
  while (($#)); do
    case $1 in
    --profile)
      profile "${2-}"
      BOOT_WORDS+=(--profile "$2")
      shift
      ;;
    -*) fail 2 "usage: $0 install [--profile NAME]… [SERVICE…]" ;;
    *)
      service_id "$1"
      BOOT_NAMES+=("$1")
      ;;
    esac
    shift
  done
}

install_names() {
  install_places
  WANTED_UNIT=${UNIT%/*}/$TARGET.wants/${UNIT##*/}
  SECRETS_AT_BOOT=${COPY%.sh}.env
  INSTALLED="# Written by $COPY install; $COPY uninstall removes it."
}

# install_copy: what starts is what was reviewed, wherever this file goes.
install_copy() {
  local END
  for END in .sig ''; do # the signature lies beside it, where it has one
    [[ -f $SELF$END && ! $SELF$END -ef $COPY$END ]] || continue
    [[ ! -f $COPY$END || $(<"$SELF$END") != "$(<"$COPY$END")" ]] || continue
    run 'a copy, for its owner alone' install -D -m 700 -T "$SELF$END" "$COPY$END.part"
    run 'whole: it gets its name' mv -T "$COPY$END.part" "$COPY$END"
  done
}

# install_file WHY MODE FILE LINE…: true where it was not like that before. Until it is whole it has a name that is not read at boot.
install_file() {
  local TEXT HALF_NAME=${3%/*}/.${3##*/}.part
  printf -v TEXT '%s\n' "${@:4}"
  [[ ! -f $3 || $(<"$3")$'\n' != "$TEXT" ]] || return 1
  [[ -d ${3%/*} ]] || run 'where it is looked for' mkdir -p "${3%/*}"
  lines "$1" "$HALF_NAME" "${@:4}"
  run 'for all to read' chmod "$2" "$HALF_NAME"
  run 'whole: it gets its name' mv -T "$HALF_NAME" "$3"
}

install_unit() {
  local BEFORE START ENVIRONMENT_FILE=()
  [[ -z ${SECRET_VARIABLES-} ]] || ENVIRONMENT_FILE=("EnvironmentFile=-$SECRETS_AT_BOOT")
  install_words install_word "$COPY" "${BOOT_WORDS[@]}"
  BEFORE=$BOOT_LINE
  install_words install_word up "${BOOT_NAMES[@]}"
  START=$BOOT_LINE
  install_word "$ROOT"
  ! install_file 'how it is started at boot' 644 "$UNIT" \
    "$INSTALLED" \
    '[Unit]' \
    "Description=Containers of $PROJECT" \
    "${UNIT_AFTER[@]}" \
    "RequiresMountsFor=${WORD//\$\$/\$}" \
    '' \
    '[Service]' \
    'Type=oneshot' \
    'RemainAfterExit=yes' \
    "${ENVIRONMENT_FILE[@]}" \
    "ExecStart=$BEFORE $START" \
    "ExecReload=$BEFORE $START" \
    "ExecStop=$BEFORE stop" \
    "TimeoutStopSec=$STOP_TIMEOUT" \
    '# A container that fails at the start takes no other one with it.' \
    'KillMode=process' \
    '' \
    '[Install]' \
    "WantedBy=$TARGET" || run 'systemd reads it' "${SYSTEMCTL[@]}" daemon-reload
  [[ -L $WANTED_UNIT ]] || run 'at each boot' "${SYSTEMCTL[@]}" --quiet enable "${UNIT##*/}"
}

# install_words FUNCTION WORD…: sets BOOT_LINE, the words as the function writes each.
install_words() {
  local EACH
  BOOT_LINE=''
  for EACH in "${@:2}"; do
    "$1" "$EACH"
    BOOT_LINE+=" $WORD"
  done
  BOOT_LINE=${BOOT_LINE# }
}
# install_word TEXT: sets WORD, as systemd reads it in a command, systemd.service(5).
install_word() {
  WORD=${1//\\/\\\\}
  WORD=${WORD//\"/\\\"}
  WORD=${WORD//%/%%}
  WORD=${WORD//\$/\$\$}
  [[ $WORD =~ ^[A-Za-z0-9_./:,=+@%-]+$ ]] || WORD="\"$WORD\""
}

# command_uninstall: it is started at boot no more. What runs, runs on.
command_uninstall() {
  (($# == 0)) || fail 2 "usage: $0 uninstall"
  install_names
  uninstall_files 'not at boot any more' "$WANTED_UNIT" "$UNIT" "${UNIT%/*}/.${UNIT##*/}.part"
  ((${#LEFT[@]} == 0)) || ! systemd_runs || run 'systemd forgets it' "${SYSTEMCTL[@]}" daemon-reload
  uninstall_further
  uninstall_files 'its copy' "$COPY"{,.sig}{,.part}
  gone "${LEFT[@]}"
  [[ ! -d ${COPY%/*} ]] || ! empty "${COPY%/*}" || run 'nothing is left in it' rmdir "${COPY%/*}"
}
# uninstall_files WHY PATH…: sets LEFT, those that were there.
uninstall_files() {
  local FILE
  LEFT=()
  for FILE in "${@:2}"; do
    [[ ! -f $FILE && ! -L $FILE ]] || LEFT+=("$FILE")
  done
  ((${#LEFT[@]} == 0)) || run "$1" rm -f "${LEFT[@]}"
}
