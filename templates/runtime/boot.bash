# ── at boot: the same bytes in every script of root's ────────────────────────────────────────────
# install_places: where it is written, and what reads it: systemd where it runs, else an init script.
install_places() {
  COPY=/etc/cash/$PROJECT.sh
  UNIT=/etc/systemd/system/cash-$PROJECT.service
  TARGET=multi-user.target
  UNIT_AFTER=('Wants=network-online.target' 'After=network-online.target nftables.service firewalld.service')
  SYSTEMCTL=(systemctl)
  INIT=/etc/init.d/cash-$PROJECT
}
systemd_runs() { [[ -d /run/systemd/system ]]; }

install_starter() {
  if systemd_runs; then
    install_copy
    install_unit
  else
    type -P update-rc.d >/dev/null || fail 125 'neither systemd runs here, nor is there update-rc.d (of init-system-helpers)'
    install_copy
    install_init
  fi
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

# uninstall_further: an init script; profiles of AppArmor, those of other definitions, too.
uninstall_further() {
  local FILE LINE FOUND=()
  uninstall_files 'not at boot any more' "$INIT" "${INIT%/*}/.${INIT##*/}.part" /etc/rc?.d/[SK]??"${INIT##*/}"
  ((${#LEFT[@]} == 0)) || ! type -P update-rc.d >/dev/null || run 'the order of the others' update-rc.d "${INIT##*/}" remove
  for FILE in /etc/apparmor.d/{,.}cash-"$PROJECT"-*; do
    [[ $FILE == */.cash-"$PROJECT"-????????.part ]] || { [[ -f $FILE ]] && read -r LINE <"$FILE" && [[ $LINE == "$INSTALLED" ]]; } || continue
    FOUND+=("$FILE")
  done
  uninstall_files 'no profile of ours is loaded at boot' "${FOUND[@]}"
}
