# ── commands: the same bytes in every script ─────────────────────────────────────────────────────
dispatch() {
  local VERB=$1
  shift
  case $VERB in
  --help | -h) VERB=help ;;
  --version) VERB=version ;;
  *) ;;
  esac
  declare -F "command_$VERB" >/dev/null || fail 2 "no such command: $VERB; see: $0 help"
  case $VERB in
  help | version | check | completion) ;;
  *)
    ((EUID == 0)) || fail 125 "root is needed: sudo $0 $VERB …"
    script_owned
    SIGNED=''
    if declare -F "signature_$VERB" >/dev/null; then
      SIGNED=yes
      "signature_$VERB" "$@"
      set -- "${ARGUMENTS[@]}"
    fi
    parameters_check
    ;;
  esac
  audit_told "$VERB" "$@"
  "command_$VERB" "$@"
}

# script_others FILE: sets OTHERS, who else could change what root executes; empty: nobody.
script_others() {
  local access owner group _
  access=$(ls -ldLn -- "$1")
  read -r access _ owner group _ <<<"$access"
  OTHERS=''
  if [[ $owner != 0 ]]; then
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
  [[ ${BASH_SOURCE[0]-} == "$0" && -f $0 ]] || return 0 # it comes from a pipe
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
