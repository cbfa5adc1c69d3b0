# ── AppArmor: the same bytes in every script with a profile ─────────────────────────────────────
# apparmor_lacks PROFILE: sets LACKED, why the host does not have it; empty: it has, or the kernel will say.
apparmor_lacks() {
  local enabled='' loaded
  LACKED=''
  { read -r enabled </sys/module/apparmor/parameters/enabled; } 2>/dev/null || : # the kernel has none
  if [[ $enabled != Y ]]; then
    LACKED='this kernel has no AppArmor, or it is off'
  elif [[ -r /sys/kernel/security/apparmor/profiles ]]; then
    mapfile -t loaded </sys/kernel/security/apparmor/profiles
    [[ $'\n'${loaded[*]/#/$'\n'} == *$'\n'"$1 ("* ]] || LACKED='it is not loaded; first: apparmor_parser --replace FILE'
  fi
}
apparmor_need() {
  local LACKED
  apparmor_lacks "$1"
  [[ -z $LACKED ]] || fail 125 "apparmor:$1: $LACKED"
}
apparmor_check() {
  local profile LACKED
  for profile in "${APPARMOR_PROFILES[@]}"; do
    apparmor_lacks "$profile"
    checked "$([[ -n $LACKED ]] || echo 1)" "AppArmor profile $profile" "$LACKED"
  done
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
