# ── AppArmor: the same bytes in every script with a profile ─────────────────────────────────────
APPARMOR_POLICY=/sys/kernel/security/apparmor/policy/profiles

# apparmor_lacks: sets LACKED, why the host has no AppArmor; empty: it has.
apparmor_lacks() {
  local enabled=''
  LACKED=''
  { read -r enabled </sys/module/apparmor/parameters/enabled; } 2>/dev/null || : # the kernel has none
  if [[ $enabled != Y ]]; then
    LACKED='this kernel has no AppArmor, or it is off'
  elif [[ ! -r ${APPARMOR_POLICY%/*/*}/profiles ]]; then
    LACKED='first: mount -t securityfs securityfs /sys/kernel/security'
  fi
}
apparmor_enabled() {
  local LACKED
  apparmor_lacks
  [[ -z $LACKED ]] || fail 125 "apparmor:$1: $LACKED"
}
# apparmor_there PROFILE: it is loaded.
apparmor_there() {
  local loaded=()
  ! there "$APPARMOR_POLICY/$1" || return 0
  { stays "$APPARMOR_POLICY/$1" && mapfile -t loaded <"${APPARMOR_POLICY%/*/*}/profiles"; } 2>/dev/null || return 1
  [[ ${loaded[*]/#/$'\n'} == *$'\n'"$1 ("* ]]
}
apparmor_need() {
  apparmor_enabled "$1"
  apparmor_there "$1" || fail 125 "apparmor:$1: it is not loaded; first: apparmor_parser --replace FILE"
}
apparmor_check() {
  local profile LACKED
  apparmor_lacks
  checked "$([[ -n $LACKED ]] || echo 1)" AppArmor "$LACKED"
  for profile in "${APPARMOR_PROFILES[@]}"; do
    checked "$(! apparmor_there "$profile" || echo 1)" "AppArmor profile $profile" 'apparmor_parser --replace FILE'
  done
}

# apparmor_install NAME LINE…: by install: where AppArmor reads at boot what it loads.
apparmor_install() {
  local FILE=/etc/apparmor.d/$1 LINES=("$INSTALLED" "${@:2}") TEXT
  apparmor_enabled "$1"
  printf -v TEXT '%s\n' "${LINES[@]}"
  [[ ! -f $FILE || $(<"$FILE")$'\n' != "$TEXT" ]] || return 0
  feed 'read, and not loaded: is it right?' apparmor_parser --skip-kernel-load --skip-cache -- "${LINES[@]}"
  install_file 'the profile of its containers, loaded at boot' 644 "$FILE" "${LINES[@]}"
}

# apparmor_open: by process 1, while /proc is the host's: nobody else has laid something there.
apparmor_open() {
  local file=/proc/self/attr/apparmor/exec
  [[ -e $file ]] || file=/proc/self/attr/exec # Linux 5.7 and before
  exec {APPARMOR}>"$file"
}
# apparmor_confine PROFILE: what is executed next is confined by it; of init, its child.
apparmor_confine() {
  printf 'exec %s' "$1" >&"$APPARMOR" || {
    echo "cash: apparmor:$1: the kernel does not take it" >&2
    exit 125
  }
  exec {APPARMOR}>&-
  unset -v APPARMOR
}
