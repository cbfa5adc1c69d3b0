# ── install, uninstall: the same bytes in every script ──────────────────────────────────────────
# At boot a copy of this script is called with `up`, at the end with `stop`: by systemd where it runs, else by an init script. Neither starts
# anything again: the supervisors do, as the definition says. Containers are in cgroups of their own, and not in that of the unit.

# commands: up stop uninstall
command_install() {
  local BOOT_WORDS=() BOOT_NAMES=() SELF=$0 PROFILE
  install_options "$@"
  install_names
  [[ ${BASH_SOURCE[-1]-} == "$0" && -f $0 ]] || fail 125 'it was read from a pipe: copy it to this host, and install it from there'
  [[ $SELF == /* ]] || SELF=$PWD/$SELF
  for PROFILE in "${OWN_PROFILES[@]}"; do "${PROFILE}_install"; done
  if [[ -d /run/systemd/system ]]; then
    install_copy
    install_unit
  else
    type -P update-rc.d >/dev/null || fail 125 'neither systemd runs here, nor is there update-rc.d (of init-system-helpers)'
    install_copy
    install_init
  fi
  [[ -z ${SECRET_VARIABLES-} || -f $SECRETS_AT_BOOT ]] || say "$SECRETS_AT_BOOT is not there: lines of NAME=VALUE, for root alone, of ${SECRET_VARIABLES[*]}"
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
  COPY=/etc/cash/$PROJECT.sh
  UNIT=/etc/systemd/system/cash-$PROJECT.service
  WANTED_UNIT=/etc/systemd/system/multi-user.target.wants/cash-$PROJECT.service
  INIT=/etc/init.d/cash-$PROJECT
  SECRETS_AT_BOOT=/etc/cash/$PROJECT.env
  INSTALLED="# Written by $COPY install; $COPY uninstall removes it."
}

# install_copy: what starts is what was reviewed, wherever this file goes.
install_copy() {
  local END
  for END in .sig ''; do # the signature lies beside it, where it has one
    [[ -f $SELF$END && ! $SELF$END -ef $COPY$END ]] || continue
    [[ ! -f $COPY$END || $(<"$SELF$END") != "$(<"$COPY$END")" ]] || continue
    run 'a copy, for root alone' install -D -m 700 -T "$SELF$END" "$COPY$END.part"
    run 'whole: it gets its name' mv -T "$COPY$END.part" "$COPY$END"
  done
}

# install_file WHY MODE FILE LINE…: true where it was not like that before. Until it is whole it has a name that is not read at boot.
install_file() {
  local TEXT HALF_NAME=${3%/*}/.${3##*/}.part
  printf -v TEXT '%s\n' "${@:4}"
  [[ ! -f $3 || $(<"$3")$'\n' != "$TEXT" ]] || return 1
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
    'Wants=network-online.target' \
    'After=network-online.target nftables.service firewalld.service' \
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
    'WantedBy=multi-user.target' || run 'systemd reads it' systemctl daemon-reload
  [[ -L $WANTED_UNIT ]] || run 'at each boot' systemctl --quiet enable "${UNIT##*/}"
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

install_init() {
  local WORDS START ENVIRONMENT_FILE=() RULES=(/etc/rc?.d/S??"${INIT##*/}")
  [[ -z ${SECRET_VARIABLES-} ]] || ENVIRONMENT_FILE=("[ ! -r $SECRETS_AT_BOOT ] || { set -a && . $SECRETS_AT_BOOT && set +a; }")
  words "$COPY" "${BOOT_WORDS[@]}"
  START=$WORDS
  words up "${BOOT_NAMES[@]}"
  ! install_file 'how it is started at boot' 755 "$INIT" \
    '#!/bin/bash' \
    "$INSTALLED" \
    '### BEGIN INIT INFO' \
    "# Provides:          ${INIT##*/}" \
    '# Required-Start:    $local_fs $remote_fs $network' \
    '# Required-Stop:     $local_fs $remote_fs $network' \
    '# Should-Start:      nftables firewalld cgroupfs-mount' \
    '# Should-Stop:       nftables firewalld cgroupfs-mount' \
    '# Default-Start:     2 3 4 5' \
    '# Default-Stop:      0 1 6' \
    "# Short-Description: Containers of $PROJECT" \
    '### END INIT INFO' \
    "${ENVIRONMENT_FILE[@]}" \
    'case $1 in' \
    "start | reload | force-reload) exec $START $WORDS ;;" \
    "stop) exec $START stop ;;" \
    "restart) $START stop && exec $START $WORDS ;;" \
    "status) [ -n \"\$($COPY ps -q)\" ] || exit 3 ;;" \
    '*)' \
    '  echo "usage: $0 start|stop|restart|reload|force-reload|status" >&2' \
    '  exit 2' \
    '  ;;' \
    'esac # of the verbs' || RULES=(new)
  [[ -L ${RULES[0]} ]] || run 'at each boot' update-rc.d "${INIT##*/}" defaults
}

# command_uninstall: it is started at boot no more. What runs, runs on.
command_uninstall() {
  local LEFT=() FILE LINE
  (($# == 0)) || fail 2 "usage: $0 uninstall"
  install_names
  for FILE in "$WANTED_UNIT" "$UNIT" "${UNIT%/*}/.${UNIT##*/}.part"; do
    [[ ! -f $FILE && ! -L $FILE ]] || LEFT+=("$FILE")
  done
  ((${#LEFT[@]} == 0)) || {
    run 'not at boot any more' rm -f "${LEFT[@]}"
    [[ ! -d /run/systemd/system ]] || run 'systemd forgets it' systemctl daemon-reload
  }
  LEFT=()
  for FILE in "$INIT" "${INIT%/*}/.${INIT##*/}.part" /etc/rc?.d/[SK]??"${INIT##*/}"; do
    [[ ! -f $FILE && ! -L $FILE ]] || LEFT+=("$FILE")
  done
  ((${#LEFT[@]} == 0)) || {
    run 'not at boot any more' rm -f "${LEFT[@]}"
    ! type -P update-rc.d >/dev/null || run 'the order of the others' update-rc.d "${INIT##*/}" remove
  }
  LEFT=()
  for FILE in /etc/apparmor.d/{,.}cash-"$PROJECT"-*; do # of other definitions, too
    [[ $FILE == */.cash-"$PROJECT"-????????.part ]] || { [[ -f $FILE ]] && read -r LINE <"$FILE" && [[ $LINE == "$INSTALLED" ]]; } || continue
    LEFT+=("$FILE")
  done
  ((${#LEFT[@]} == 0)) || run 'no profile of ours is loaded at boot' rm -f "${LEFT[@]}"
  LEFT=()
  for FILE in "$COPY"{,.sig}{,.part}; do
    [[ ! -f $FILE ]] || LEFT+=("$FILE")
  done
  ((${#LEFT[@]} == 0)) || run 'its copy' rm -f "${LEFT[@]}"
  gone "${LEFT[@]}"
  [[ ! -d ${COPY%/*} ]] || ! empty "${COPY%/*}" || run 'nothing is left in it' rmdir "${COPY%/*}"
}
