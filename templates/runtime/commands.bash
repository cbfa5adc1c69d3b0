# ── commands: the same bytes in every script ─────────────────────────────────────────────────────
# known_command VERB: the script has it.
known_command() { [[ $1 =~ ^[a-z]+$ && " ${COMMANDS[*]} " == *" $1 "* ]] || fail 2 "no such command: $1; see: $0 help"; }

dispatch() {
  local VERB=$1
  shift
  case $VERB in
  --help | -h) VERB=help ;;
  --version) VERB=version ;;
  *) ;;
  esac
  known_command "$VERB"
  case $VERB in
  help | version | check | completion) ;;
  *)
    script_owned
    ((EUID == 0)) || "$UNPRIVILEGED" enter "$VERB" "$@"
    SIGNED=''
    if declare -F "signature_$VERB" >/dev/null; then
      SIGNED=yes
      "signature_$VERB" "$@"
      set -- "${ARGUMENTS[@]}"
    fi
    parameters_check
    pool_root
    [[ $VERB == @(plan|apply|install|uninstall) ]] || pool_resume
    ;;
  esac
  audit_told "$VERB" "$@"
  "command_$VERB" "$@"
}

# root_needed enter VERB… | check | end: where the definition says nothing of users without root, see rootless.
root_needed() {
  case $1 in
  enter) fail 125 "root is needed: sudo $0 $2 …" ;;
  check) checked "$((EUID == 0))" 'root' 'run it by sudo' ;;
  *) ;;
  esac
}

# script_others FILE: sets OTHERS, who else could change what root executes; empty: nobody.
script_others() {
  local access owner group _
  access=$(ls -ldLn -- "$1")
  read -r access _ owner group _ <<<"$access"
  OTHERS=''
  if [[ $owner != 0 && $owner != "$EUID" ]]; then
    OTHERS='it belongs to another user than root'
  elif [[ $access == ????????w* ]]; then
    OTHERS='everybody can write to it'
  elif [[ $access == ?????w* && ($group != 0 || $access == *+) ]]; then
    OTHERS='a group can write to it, or a user of its access control list'
  fi
}

# script_owned: this file is root's, and nobody else can write to it; else CASH_TRUST says why it is executed. The audit log has, in `script`,
# which file was looked at: while that is older than this note, no process has to look again.
script_owned() {
  local path=$0 looked='' OTHERS
  [[ ${BASH_SOURCE[0]-} == "$0" && -f $0 ]] || return 0               # it comes from a pipe
  [[ $UNPRIVILEGED != rootless || -z ${CASH_ROOTLESS-} ]] || return 0 # looked at before, by its user: in there all others are nobody
  [[ $path == /* ]] || path=$PWD/$path
  [[ ! /run/cash/$PROJECT/script -nt $path ]] || { IFS= read -r looked <"/run/cash/$PROJECT/script"; } 2>/dev/null || : # it was just removed
  [[ ! -O $path || $looked != "$path" ]] || return 0
  script_others "$path"
  if [[ -z $OTHERS ]]; then
    AUDIT_SCRIPT=$path
  elif [[ -n ${CASH_TRUST-} ]]; then
    say "$0: $OTHERS; executed all the same, as CASH_TRUST says: $CASH_TRUST"
  else
    fail 125 "$0: $OTHERS, and root would execute what they write; first: chown root $0; chmod go-w $0. Or say why not: CASH_TRUST=WHY $0 …"
  fi
}

main() {
  INVOKED=("$@")
  # one that is closed would be the next file that anything opens
  [[ -e /proc/self/fd/0 ]] || exec </dev/null
  [[ -e /proc/self/fd/1 ]] || exec >/dev/null
  [[ -e /proc/self/fd/2 ]] || exec 2>/dev/null
  [[ -z ${SECRET_VARIABLES-} ]] || export -n "${SECRET_VARIABLES[@]}" # no child of ours needs to know them
  trap unwind EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'erred "$?" "$LINENO" "$BASH_COMMAND"' ERR
  while (($#)); do
    case $1 in
    -v | --verbose) VERBOSE=yes ;;
    --set)
      parameter_set "${2-}"
      shift
      ;;
    --profile)
      profile "${2-}"
      shift
      ;;
    *) break ;;
    esac
    shift
  done
  dispatch "${@:-help}"
}
