# ── at login: the same bytes in every script without root ────────────────────────────────────────
# install_places: where it is written: the user's systemd reads it, which starts at the first login, or at boot.
install_places() {
  local CONFIGURATION=${XDG_CONFIG_HOME:-${HOME-}/.config}
  [[ $CONFIGURATION == /* && $CONFIGURATION != /.config ]] || fail 125 'HOME is not set: whose systemd is to start it?'
  COPY=$CONFIGURATION/cash/$PROJECT.sh
  UNIT=$CONFIGURATION/systemd/user/cash-$PROJECT.service
  TARGET=default.target
  UNIT_AFTER=()
  SYSTEMCTL=(systemctl --user)
}
systemd_runs() { [[ -S $XDG_RUNTIME_DIR/systemd/private ]]; }

install_starter() {
  systemd_runs || fail 125 "no systemd runs for ${USER:-this user}, which could start it"
  install_copy
  install_unit
  [[ -f /var/lib/systemd/linger/${USER-} ]] || say "it starts at the first login of ${USER:-this user}, and ends with the last one; at boot: loginctl enable-linger"
}
uninstall_further() { :; }
