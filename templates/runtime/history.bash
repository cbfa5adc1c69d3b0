# ── history of an image: the same bytes in every script ──────────────────────────────────────────
command_history() {
  local NAME TAG FORM=table
  [[ ${1-} != --json ]] || { FORM=json && shift; }
  (($# == 1)) || fail 2 "usage: $0 history [--json] NAME:TAG"
  image_named "$1"
  image_there
  if [[ -f $ROOT/images/$NAME/.$TAG.meta ]]; then
    "history_$FORM" <"$ROOT/images/$NAME/.$TAG.meta"
  else
    say "nothing is known of $NAME:$TAG"
  fi
}

# history_entry: sets TITLE, CREATED and what image_block sets, from standard input: the image itself, then what it was made of.
history_entry() {
  image_block || return 1
  TITLE=${KNOWN[image]:-$NAME:$TAG}
  image_created "$ROOT/images/$NAME/$TAG"
}
history_table() {
  local cells=(IMAGE CREATED FROM AUTHOR MESSAGE)
  while history_entry; do
    [[ -z $CREATED ]] || printf -v CREATED '%(%F %R)T' "$CREATED"
    cells+=("$TITLE" "$CREATED" "${KNOWN[source]:-${KNOWN[container]:+container ${KNOWN[container]}}}" "${KNOWN[author]-}" "${KNOWN[message]-}")
  done
  columns 5 "${cells[@]}"
}
history_json() {
  local rows=''
  while history_entry; do
    image_json "$TITLE"
    rows+=",
  $JSON"
  done
  printf '[%s\n]\n' "${rows#,}"
}
