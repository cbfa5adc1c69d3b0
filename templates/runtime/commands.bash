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
    ((EUID == 0)) || fail 125 "root is needed: sudo $0 $VERB …"
    [[ ! -f $0 || -O $0 ]] || say "$0 belongs to another user, who says what root executes: chown root $0"
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
