# ── plans: the same bytes in every script ────────────────────────────────────────────────────────
# plan [-o FILE | --json] [--explain] [COMMAND…]: as a script, on standard output; -o FILE: for apply; --json: what it does, and why; --explain:
# the fields of the definition that each command comes from, too.
PLAN_FORM=plan_print PLAN_FILE='' PLAN_COMMAND=()
command_plan() {
  MODE=plan
  while [[ ${1-} == -* ]]; do
    case $1 in
    --json) PLAN_FORM=plan_json ;;
    --explain) plan_map ;;
    -o | --output)
      [[ -n ${2-} ]] || fail 2 "$1 needs a value: a file"
      PLAN_FORM=plan_save PLAN_FILE=$2
      [[ -f $0 && ! -d $PLAN_FILE ]] || fail 2 "plan -o $PLAN_FILE: a script that is a file, and a file for the plan are wanted"
      shift
      ;;
    *) fail 2 "usage: $0 plan [-o FILE | --json] [--explain] [COMMAND…]" ;;
    esac
    shift
  done
  [[ -z $PLAN_FILE || ${#PLAN_LINES[@]} -eq 0 ]] || fail 2 'plan -o is for apply: without --explain'
  (($#)) || set -- pull
  PLAN_COMMAND=("$@")
  dispatch "$@"
}

# plan_end: by unwind: sets status: 0 nothing to do, 2 something, 1 it cannot be planned.
plan_end() {
  if ((status > 0)); then
    ((status > 128)) || status=1
    return 0
  fi
  # shellcheck disable=SC2016 # the plan expands it
  [[ -z $PLANNED ]] || { planned 'exit "$STATUS"' '}' && status=2; }
  ("$PLAN_FORM") || status=1
}
plan_print() { printf '%s' "$PLANNED"; }

# plan_json: a list of what it does and why; the text of functions it executes apart.
plan_json() {
  local LINE FROM='' STEPS=()
  while IFS= read -r LINE; do
    [[ $LINE != '# from '* ]] || FROM=${LINE#\# from }
    [[ $LINE =~ ^([^ #].*)'  # '(.*)$ && $LINE != 'declare -'* ]] || continue
    json_object command "${BASH_REMATCH[1]}" why "${BASH_REMATCH[2]}" from "$FROM"
    STEPS+=("$JSON") FROM=''
  done <<<"$PLANNED"
  printf -v LINE ',\n  %s' "${STEPS[@]}"
  ((${#STEPS[@]})) || LINE=','
  printf '[%s\n]\n' "${LINE:1}"
}

# plan_map: reads the map of this script, which `cash generate --map` writes beside it: sets PLAN_FIELDS, by line of the script the fields that it comes
# from, "FIELD FILE:LINE, …"; PLAN_LINES, the script.
declare -A PLAN_FIELDS=()
PLAN_LINES=()
plan_map() {
  local MAP=${0%.sh}.map.json LINE REST FILE DIGEST NUMBER LAST FIELDS
  [[ -f $0 && -f $MAP ]] || fail 2 "plan --explain reads $MAP, which is not there: cash generate --map, and copy it beside $0"
  DIGEST=$(sha256sum "$0")
  exec {REST}<"$MAP"
  IFS= read -r LINE <&"$REST"
  [[ $LINE == *"\"sha256\":\"${DIGEST%% *}\""* && $LINE =~ \"definition\":\"([^\"]*)\" ]] || fail 2 "$MAP is the map of another script, or of another version of this one: cash generate --map, and copy both"
  FILE=${BASH_REMATCH[1]}
  while IFS= read -r LINE <&"$REST"; do
    [[ $LINE =~ ^\{\"first\":([0-9]+),\"last\":([0-9]+),\"fields\":(.*) ]] || continue
    FIELDS='' NUMBER=${BASH_REMATCH[1]} LINE=${BASH_REMATCH[3]} LAST=${BASH_REMATCH[2]}
    while [[ $LINE =~ \"field\":\"(([^\"\\]|\\.)*)\",\"line\":([0-9]+)(.*) ]]; do
      FIELDS+=", ${BASH_REMATCH[1]} $FILE:${BASH_REMATCH[3]}" LINE=${BASH_REMATCH[4]}
    done
    for (( ; NUMBER <= LAST; NUMBER++)); do PLAN_FIELDS[$NUMBER]=${FIELDS#, }; done
  done
  exec {REST}<&-
  mapfile -t PLAN_LINES <"$0"
}

# plan_from: by planned: what comes next in the plan, from which fields it is: those of the innermost line of a section that has led to it, to the
# end of that command; else those of the section of the service.
plan_from() {
  local NUMBER FOUND='' NAME FIELD
  [[ " ${FUNCNAME[*]} " != *' plan_end '* ]] || return 0
  for NUMBER in "${BASH_LINENO[@]}"; do
    [[ -z ${PLAN_FIELDS[$NUMBER]-} ]] || break
  done
  if [[ -z ${PLAN_FIELDS[$NUMBER]-} && -n ${ID-} ]]; then
    NAME=$(shopt -s extdebug && declare -F "${ID}_settings") # with its line
    read -r _ NUMBER _ <<<"$NAME"
  fi
  FOUND=${PLAN_FIELDS[$NUMBER]-}
  while [[ ${PLAN_LINES[NUMBER - 1]-} == *\\ ]]; do
    NUMBER=$((NUMBER + 1))
    while IFS= read -r -d, FIELD; do
      [[ ", $FOUND, " == *", ${FIELD# }, "* ]] || FOUND+=", ${FIELD# }"
    done <<<"${PLAN_FIELDS[$NUMBER]-},"
  done
  [[ -z $FOUND ]] || PLANNED+="# from ${FOUND#, }"$'\n'
}

# plan_facts: sets FACTS, "PATH VALUE": what there is of the project, and of the images of the pool: when it was made, or what runs in it.
plan_facts() {
  local path value paths=()
  read -r value </proc/sys/kernel/random/boot_id
  FACTS=("/proc/sys/kernel/random/boot_id $value")
  for path in "$ROOT"/images/*/* "$ROOT/containers/$PROJECT"/* "$ROOT"/volumes/{,.snapshots/*/}"${PROJECT}_"* "$ROOT/volumes/.snapshots/${PROJECT}_"*/*; do
    [[ ! -d $path || $path == *[[:space:]]* ]] || paths+=("$path")
  done
  ((${#paths[@]} == 0)) || mapfile -t -O 1 FACTS < <(stat --format='%n made %W' -- "${paths[@]}")
  for path in "/run/cash/$PROJECT/containers"/*/{pid,paused} "/run/cash/$PROJECT"/{networks/*,ports}/* /sys/class/net/"${PROJECT}"*/ifindex /sys/class/net/cash-"${PROJECT}"*/ifindex; do
    value=there
    [[ ! -f $path ]] || read -r value <"$path" || : # empty
    [[ ! -e $path ]] || FACTS+=("$path $value")
  done
}

# plan_text: sets TEXT: what the plan is for, and the plan. No word is to be read by a shell: \\ and \n stand for what they do in printf %b.
plan_text() {
  local DIGEST NAME LINES=() FACTS WORD
  DIGEST=$(sha256sum "$0")
  LINES=('cash plan 1' "script ${DIGEST%% *}")
  for NAME in "${PARAMETERS[@]}"; do [[ ! -v $NAME ]] || LINES+=("set $NAME=${!NAME}"); done
  for WORD in "${PLAN_COMMAND[@]}"; do
    WORD=${WORD//\\/\\\\}
    LINES+=("word ${WORD//$'\n'/\\n}")
  done
  plan_facts
  printf -v TEXT '# %s\n' "${LINES[@]}" "${FACTS[@]/#/fact }"
  TEXT+=$PLANNED
}
plan_save() {
  local TEXT
  plan_text
  MODE=apply UNDOING=''
  umask 077
  run 'what is left of it' rm -f "$PLAN_FILE.part"
  set -o noclobber # a link that somebody has laid there is not followed
  lines 'for apply' "$PLAN_FILE.part" "${TEXT%$'\n'}"
  run 'whole: it gets its name' mv -T "$PLAN_FILE.part" "$PLAN_FILE"
}

# apply FILE: nothing of the file is executed. The same command is planned again; where that plan is the same, byte for byte, and so are
# the facts that are named in it, it is done.
command_apply() {
  local SAVED SAVED_FACTS=() WORDS_OF=() NOW FACTS LINE BODY=''
  (($# == 1)) || fail 2 "usage: $0 apply FILE"
  apply_read "$1"
  [[ ${SAVED[0]-} == '# cash plan 1' ]] || fail 2 "$1 is no plan of cash: $0 plan -o FILE COMMAND…"
  LINE=$(sha256sum "$0")
  [[ ${SAVED[1]} == "# script ${LINE%% *}" ]] || fail 125 "$1 is the plan of another script, or of another version of this one: plan again"
  for LINE in "${SAVED[@]:2}"; do
    case $BODY$LINE in
    '# set '*) parameter_set "${LINE#\# set }" ;;
    '# word '*)
      printf -v LINE %b "${LINE#\# word }"
      WORDS_OF+=("$LINE")
      ;;
    '# fact '*) SAVED_FACTS+=("${LINE#\# fact }") ;;
    *) BODY+=$LINE$'\n' ;;
    esac
  done
  [[ ${WORDS_OF[0]-} == [a-z]* && ${WORDS_OF[0]} != @(plan|apply) ]] || fail 2 "$1 names no command"
  parameters_check
  plan_facts
  apply_same "$1"
  dispatch "${WORDS_OF[@]}"
}

# apply_read FILE: sets SAVED, its lines. Whoever could write to it could choose what is done.
apply_read() {
  local INPUT OWNER MODES
  { [[ -f $1 ]] && exec {INPUT}<"$1"; } 2>/dev/null || fail 2 "$1: there is no such file"
  OWNER=$(stat --dereference --format='%u %a %F' "/proc/self/fd/$INPUT")
  read -r OWNER MODES LINE <<<"$OWNER"
  [[ $OWNER == 0 && $LINE == 'regular file' && $MODES =~ ^[0-7]*[0145][0145]$ ]] ||
    fail 125 "$1: a file is wanted that is root's, and that nobody else can write to; here: a $LINE of user $OWNER with mode $MODES"
  mapfile -t SAVED <&"$INPUT"
  exec {INPUT}<&-
}

# apply_same FILE: what COMMAND would do now is what the plan says; else says what has changed.
apply_same() {
  local INPUT LINE CHANGED=() OTHER=''
  exec {INPUT}< <(apply_again)
  IFS= read -r -d '' NOW <&"$INPUT" || : # all of it, to its end
  exec {INPUT}<&-
  wait "$!" || OTHER=yes # it has said why
  [[ $NOW == "$BODY" ]] || OTHER=yes
  apply_differs fact "$(printf '%s\n' "${SAVED_FACTS[@]}")" "$(printf '%s\n' "${FACTS[@]}")"
  [[ -z $OTHER ]] || apply_differs command "$BODY" "$NOW"
  [[ -n $OTHER || ${#CHANGED[@]} -gt 0 ]] || return 0
  say "$1 is of another state of this host; nothing is done. What has changed since:"
  for LINE in "${CHANGED[@]}"; do say "  $LINE"; done
  fail 125 "plan again: $0 plan -o FILE ${WORDS_OF[*]@Q}"
}
# apply_differs fact|command THEN NOW: adds to CHANGED lines of one of both: at most ten of each. While the plan is the same, a fact
# counts that it names.
apply_differs() {
  local WHEN LINE COUNT TEXTS=("$2" "$3")
  for WHEN in 0 1; do
    COUNT=0
    while IFS= read -r LINE && ((COUNT < 10)); do
      case $1 in
      fact) [[ -n $OTHER || $LINE == /proc/* || $BODY == *"${LINE%% *}"* ]] || continue ;;
      *) [[ $LINE == *'  # '* ]] || continue ;;
      esac
      [[ $'\n'${TEXTS[1 - WHEN]}$'\n' != *$'\n'"$LINE"$'\n'* ]] || continue
      if ((WHEN == 0)); then CHANGED+=("then: $LINE"); else CHANGED+=("now:  $LINE"); fi
      COUNT=$((COUNT + 1))
    done <<<"${TEXTS[WHEN]}"
  done
}
apply_again() {
  local WORD
  MODE=plan
  dispatch "${WORDS_OF[@]}" >/dev/null
  UNDOING=yes
  for WORD in "${UNDO[@]}"; do "$WORD"; done
  # shellcheck disable=SC2016 # the plan expands it
  [[ -z $PLANNED ]] || planned 'exit "$STATUS"' '}'
  printf '%s' "$PLANNED"
}
