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
    ((EUID == 0)) || "$UNPRIVILEGED" enter "$VERB" "$@"
    [[ ! -f $0 || -O $0 || -n ${CASH_ROOTLESS-} ]] || say "$0 belongs to another user, who says what root executes: chown root $0"
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

# root_needed enter VERB… | check | end: where the definition says nothing of users without root, see rootless.
root_needed() {
  case $1 in
  enter) fail 125 "root is needed: sudo $0 $2 …" ;;
  check) checked "$((EUID == 0))" 'root' 'run it by sudo' ;;
  *) ;;
  esac
}

main() {
  INVOKED=("$@")
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
