# ── events: the same bytes in every script ──────────────────────────────────────────────────────
# What happened to containers, and what commands changed, from the audit log: by builtins, and with -f one tail.
command_events() {
  local FOLLOW='' SINCE=0 ALL='' JSON_WANTED='' FILE FILES=()
  while (($#)); do
    [[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
    -f | --follow) FOLLOW=yes ;;
    -a | --all) ALL=yes ;;
    --json) JSON_WANTED=yes ;;
    --since)
      (($# > 1)) || fail 2 "$1 needs a value"
      SINCE=$2
      logs_since
      shift
      ;;
    *) fail 2 "usage: $0 events [-f] [-a] [--json] [--since TIME]" ;;
    esac
    shift
  done
  [[ $MODE == apply ]] || fail 2 'events has no plan: it makes nothing on the host'
  for FILE in "/run/cash/$PROJECT"/audit{.1,}; do [[ ! -f $FILE ]] || FILES+=("$FILE"); done
  [[ -z $FOLLOW || ${#FILES[@]} -eq 0 ]] || unset -v 'FILES[-1]'
  for FILE in "${FILES[@]}"; do events_show <"$FILE"; done
  [[ -z $FOLLOW ]] || events_show < <(exec tail --pid="$$" --follow=name --retry --lines=+1 "/run/cash/$PROJECT/audit" 2>/dev/null)
}

# events_show: lines of the log, from standard input, as they are wanted.
events_show() {
  local AT PROCESS KIND TEXT JSON TZ=UTC0
  while read -r AT PROCESS KIND TEXT; do
    shown "$TEXT" # what a terminal would obey is shown, not sent
    [[ $AT =~ ^[0-9]{1,12}$ && $AT -ge $SINCE && ($KIND != change || -n $ALL) ]] || continue
    if [[ -n $JSON_WANTED ]]; then
      json_object time= "$AT" process= "$PROCESS" kind "$KIND" text "$TEXT"
      printf '%s\n' "$JSON"
    else
      printf '%(%FT%TZ)T %-7s %s\n' "$AT" "$KIND" "$SHOWN"
    fi
  done
}
