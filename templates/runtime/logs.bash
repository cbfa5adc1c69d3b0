# ── logs: the same bytes in every script ────────────────────────────────────────────────────────
# A line of a log is SECONDS and what the container wrote; the journal has parts of seconds, and names who wrote it. On a terminal, its control characters are shown, not sent.
LOGS_PROGRAM='
my ($since, $times, $terminal, $prefix) = @ARGV;
$| = 1;
while (readline STDIN) {
  my $at = s/^(\d+)(?:\.\d+ [^ ]+:)? // ? $1 : 0;
  next if $at < $since;
  s/\e/^[/g, s/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|(?<![\x80-\xff])[\x80-\x9f]/?/g if $terminal;
  print $prefix;
  if ($times) { my @t = gmtime $at; printf "%04d-%02d-%02dT%02d:%02d:%02dZ ", $t[5] + 1900, $t[4] + 1, @t[3, 2, 1, 0] }
  print;
}'

LOGS_ELSEWHERE=() # a function that has what is in no file
command_logs() {
  local FOLLOW='' COUNT=all TIMES='' SINCE='' USAGE="usage: $0 logs [-f] [-n COUNT] [-t] [--since TIME] [NAME…]"
  while (($#)); do
    [[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
    -f | --follow) FOLLOW=yes ;;
    -t | --timestamps) TIMES=1 ;;
    -n | --tail | --since)
      (($# > 1)) || fail 2 "$1 needs a value"
      case $1 in
      --since) SINCE=$2 ;;
      *) COUNT=$2 ;;
      esac
      shift
      ;;
    -*) fail 2 "$USAGE" ;;
    *) break ;;
    esac
    shift
  done
  [[ $COUNT =~ ^([0-9]{1,9}|all)$ ]] || fail 2 "-n $COUNT: a number of lines, or all, is wanted"
  [[ -z $SINCE ]] || logs_since
  if (($# == 1)); then
    logs_of "$1" ''
  else
    logs_several "$@"
  fi
}

# logs_several [NAME…]: each line behind the name of its container. Without names: of all that have a log. -f: of all at once.
logs_several() {
  local NAME PREFIX WIDTH=0 ASKED=$#
  containers_given "$@"
  set --
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    ((ASKED > 0 || ${#LOGS_ELSEWHERE[@]})) || [[ -f ${ROOTFS%/*}/log ]] || continue
    ((${#NAME} <= WIDTH)) || WIDTH=${#NAME}
    set -- "$@" "$NAME"
  done
  BESIDE=() UNDO=(logs_several_end "${UNDO[@]}")
  for NAME; do
    printf -v PREFIX "%-${WIDTH}s | " "$NAME"
    if [[ -n $FOLLOW ]]; then
      set -m # a process group each
      (
        trap - ERR EXIT
        logs_of "$NAME" "$PREFIX"
      ) &
      set +m
      BESIDE+=("$!")
    else
      logs_of "$NAME" "$PREFIX"
    fi
  done
  await "${BESIDE[@]}"
  BESIDE=()
}
logs_several_end() {
  local GROUP
  for GROUP in "${BESIDE[@]}"; do kill -s TERM -- "-$GROUP" 2>/dev/null || :; done # it may have ended by itself
}

# logs_of NAME PREFIX
logs_of() {
  local FILE FILES=() LOGS TERMINAL
  container_pick "$1"
  for FILE in "${ROOTFS%/*}"/log.{9..1} "${ROOTFS%/*}/log"; do [[ ! -f $FILE ]] || FILES+=("$FILE"); done
  TERMINAL=''
  [[ ! -t 1 ]] || TERMINAL=1
  LOGS=(perl -e "$LOGS_PROGRAM" "${SINCE:-0}" "$TIMES" "$TERMINAL" "$2")
  if ((${#FILES[@]} == 0 && ${#LOGS_ELSEWHERE[@]})) && container_is "$CONTAINER"; then
    "${LOGS_ELSEWHERE[@]}"
  elif ((${#FILES[@]} == 0)); then
    container_is "$CONTAINER" || container_need
    fail 125 "$CONTAINER has no log: it runs, or ran, in the foreground, or its logging driver is none"
  elif [[ -z $FOLLOW ]] || ! container_lives owner; then
    cat "${FILES[@]}" | tail -n "${COUNT/all/+1}" | "${LOGS[@]}" || logs_left "$?"
  else
    ((${#FILES[@]} == 1)) || [[ $COUNT != all ]] || cat "${FILES[@]:0:${#FILES[@]}-1}" | "${LOGS[@]}" || logs_left "$?"
    tail --pid="$LIVING" --follow=name --retry -n "${COUNT/all/+1}" "${ROOTFS%/*}/log" 2>/dev/null | "${LOGS[@]}" || logs_left "$?"
  fi
}
# logs_left STATUS: who reads them may have had enough, and nothing is to be said.
logs_left() {
  (($1 != 141)) || exit 141
  [[ -z ${FILES[0]-} || -f ${FILES[0]} ]] || fail 125 "$CONTAINER was just removed"
  return "$1"
}

# logs_since: SINCE becomes seconds since 1970: 10m, 2h30m, or a time that date(1) knows.
logs_since() {
  local rest=$SINCE seconds=0
  while [[ $rest =~ ^([0-9]{1,9})([smhd])(.*)$ ]]; do
    rest=${BASH_REMATCH[3]}
    case ${BASH_REMATCH[2]} in
    d) seconds=$((seconds + BASH_REMATCH[1] * 86400)) ;;
    h) seconds=$((seconds + BASH_REMATCH[1] * 3600)) ;;
    m) seconds=$((seconds + BASH_REMATCH[1] * 60)) ;;
    *) seconds=$((seconds + BASH_REMATCH[1])) ;;
    esac
  done
  if [[ -z $rest ]]; then
    printf -v SINCE '%(%s)T' -1
    SINCE=$((SINCE - seconds))
  elif [[ ! $SINCE =~ ^[0-9]+$ ]]; then
    rest=$SINCE
    SINCE=$(date --date="$rest" +%s 2>/dev/null) || fail 2 "--since $rest: 10m, 2h, or a time such as 2026-11-24T10:00:00 is wanted"
  fi
}
