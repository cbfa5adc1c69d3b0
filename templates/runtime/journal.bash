# ── logs from the journal: the same bytes in every script with a service whose output goes there ─
LOGS_ELSEWHERE=(logs_journal)
# logs_journal: of the container that was picked; LOGS shows the lines.
logs_journal() {
  local FOLLOWED JOURNAL=(journalctl --quiet --no-pager --all --no-hostname --output=short-unix --identifier="cash/$PROJECT/$CONTAINER" --lines="$COUNT")
  type -P journalctl >/dev/null || fail 125 'logs of the journal: needs journalctl (of systemd)'
  [[ -z $SINCE ]] || JOURNAL+=("--since=@$SINCE")
  if [[ -z $FOLLOW ]] || ! container_busy; then
    "${JOURNAL[@]}" | "${LOGS[@]}"
    return 0
  fi
  exec {FOLLOWED}< <(exec "${JOURNAL[@]}" --follow)
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
  "${LOGS[@]}" <&"$FOLLOWED"
}
logs_end() { kill "${BESIDE[@]}" 2>/dev/null || :; } # they may have ended
