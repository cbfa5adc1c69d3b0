# ── output: the same bytes in every script ───────────────────────────────────────────────────────
# shown TEXT: sets SHOWN, the text; quoted as a shell would where something in it is not to be printed: a terminal obeys nothing.
shown() {
  SHOWN=$1
  [[ $1 != *[![:print:]]* ]] || SHOWN=${1@Q}
}

# columns COUNT CELL…: a table, each column as wide as it needs.
columns() {
  local count=$1 widths=() cells=() index line
  shift
  while (($#)); do
    shown "${1:--}"
    index=$((${#cells[@]} % count))
    ((${#SHOWN} <= ${widths[index]:-0})) || widths[index]=${#SHOWN}
    cells+=("$SHOWN")
    shift
  done
  for ((index = 0; index < ${#cells[@]}; index++)); do
    if ((index % count < count - 1)); then
      printf -v line '%s%-*s  ' "${line-}" "${widths[index % count]}" "${cells[index]}"
    else
      printf '%s%s\n' "${line-}" "${cells[index]}"
      line=''
    fi
  done
}

# json_text TEXT: sets JSON, a string.
json_text() {
  local rest=$1 part code
  JSON=''
  while [[ -n $rest ]]; do
    part=${rest%%[\"\\[:cntrl:]]*}
    JSON+=$part rest=${rest:${#part}}
    [[ -n $rest ]] || break
    case ${rest:0:1} in
    \" | \\) JSON+=\\${rest:0:1} ;;
    *)
      printf -v code '\\u%04x' "'${rest:0:1}"
      JSON+=$code
      ;;
    esac
    rest=${rest:1}
  done
  JSON=\"$JSON\"
}

# json_object NAME VALUE…: sets JSON, an object; NAME= is a number or what is JSON already, an empty VALUE is left out.
json_object() {
  local object=''
  while (($#)); do
    if [[ -n $2 ]]; then
      JSON=$2
      [[ $1 == *= ]] || json_text "$2"
      object+=", \"${1%=}\": $JSON"
    fi
    shift 2
  done
  JSON="{${object#, }}"
}

# json_list TEXT…: sets JSON, a list of strings.
json_list() {
  local text joined=''
  for text; do
    json_text "$text"
    joined+=", $JSON"
  done
  JSON="[${joined#, }]"
}

# functions_planned NAME…: in a plan, what a function that it calls consists of.
functions_planned() { [[ $MODE == apply ]] || planned "$(declare -f "$@")"; }

# output WHY FILE COMMAND…: run, its output to FILE, which has its name when it is whole; - is our own output.
output() {
  if [[ $2 == - ]]; then
    [[ ! -t 1 || $MODE == plan ]] || fail 2 'not to a terminal: name a file with -o, or lead the output elsewhere'
    told "$1" '' "${@:3}" || "${@:3}" || ran "$?" "$1" "${@:3}"
    return 0
  fi
  [[ ! -d $2 ]] || fail 2 "$2 is a directory: name a file"
  OUTPUT=$2
  if [[ ! -e $2 || -f $2 ]]; then
    OUTPUT=${2##*/}
    OUTPUT=${2%"$OUTPUT"}.$OUTPUT.part
    UNDO=(output_undo "${UNDO[@]}")
    run 'for its owner alone' install -m 600 /dev/null "$OUTPUT"
  fi
  words "$OUTPUT"
  told "$1" " >$WORDS" "${@:3}" || "${@:3}" >"$OUTPUT" || ran "$?" "$1" "${@:3}"
  [[ $OUTPUT == "$2" ]] || {
    run 'whole: it gets its name' mv -T "$OUTPUT" "$2"
    UNDO=("${UNDO[@]:1}")
  }
}
output_undo() { [[ ! -f $OUTPUT ]] || run 'half written' rm "$OUTPUT"; }
