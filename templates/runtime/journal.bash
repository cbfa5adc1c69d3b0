# ── logs from the journal: the same bytes in every script with a service whose output goes there ─
LOGS_ELSEWHERE=(logs_journal)
ATTACH_ELSEWHERE=(attach_journal)
# logs_journal: of the container that was picked; LOGS shows the lines.
logs_journal() {
  local FOLLOWED JOURNAL=(journalctl --quiet --no-pager --all --no-hostname --output=short-unix --identifier="cash/$PROJECT/$CONTAINER" --lines="$COUNT")
  type -P journalctl >/dev/null || fail 125 'logs of the journal: needs journalctl (of systemd)'
  [[ -z $SINCE ]] || JOURNAL+=("--since=@$SINCE")
  if [[ -z $FOLLOW ]] || ! container_busy; then
    "${JOURNAL[@]}" | "${LOGS[@]}" || logs_left "$?"
    return 0
  fi
  journal_follow "${JOURNAL[@]}"
  "${LOGS[@]}" <&"$FOLLOWED" || logs_left "$?"
}

# attach_journal: sets READER, who shows what comes into the journal. False where its output goes nowhere.
attach_journal() {
  local NOW FOLLOWED
  [[ -f $STATE/supervisor && $(<"$STATE/supervisor") == *'declare -- LOG_DRIVER="journald"'* ]] || return 1
  NOW=$(date +%s.%6N) # before anything is said to it
  journal_follow journalctl --quiet --no-pager --all --output=cat --identifier="cash/$PROJECT/$CONTAINER" --lines=all --since="@$NOW"
  cat <&"$FOLLOWED" &
  READER=$!
}

# journal_follow COMMAND…: sets FOLLOWED, a descriptor of what it says until the end of the container that was picked; BESIDE.
journal_follow() {
  exec {FOLLOWED}< <(exec "$@" --follow)
  BESIDE=("$!")
  UNDO=(logs_end)
  (
    exec {FOLLOWED}<&- >/dev/null 2>&1
    container_unlocked
    journalctl --sync
    sleep 1 # readers hear of new lines a quarter of a second late
    kill "${BESIDE[0]}"
  ) &
  BESIDE+=("$!")
}
logs_end() { kill "${BESIDE[@]}" 2>/dev/null || :; } # they may have ended
