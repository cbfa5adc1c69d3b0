# ── prelude: the same bytes in every script ─────────────────────────────────────────────────────
MODE=apply   # apply: do it · plan: print it
VERBOSE=     # not empty: say each command before it is executed
PLANNED=     # the plan so far
UNDOING=     # not empty: cleaning up, where a failure is said and the rest goes on
ASIDE=''     # the process of run_aside
LOCK=''      # the descriptor of the lock that is held
CONDITION='' # in a plan: what the next command depends on, where that is not known before
UNDO=()      # functions that take back what this invocation made, newest first

say() { printf 'cash: %s\n' "$*" >&2; }

# fail STATUS MESSAGE…: 125 cash failed · 2 wrong usage
fail() {
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# words WORD…: sets WORDS, the words as a shell reads them again, quoted only where it needs that.
words() {
  local word
  WORDS=''
  for word; do
    [[ $word =~ ^[A-Za-z0-9_./:,=+@%-]+$ ]] || word=${word@Q}
    WORDS+=" $word"
  done
  WORDS=${WORDS# }
}

# planned LINE…: a part of the plan, which is a Bash script, read whole before any of it runs.
planned() {
  [[ -n $PLANNED ]] || printf -v PLANNED '# shellcheck disable=SC2034,SC2174 # not every plan reads both; only the last directory is for root alone\n{\nset -Eeuo pipefail\numask 022\nexport LC_ALL=C PATH=%s\nASIDE='"''"' STATUS=0\n' "$PATH"
  [[ -z ${PLAN_LINES-} ]] || plan_from
  local part
  for part; do PLANNED+=$part$'\n'; done
}

# ran STATUS WHY COMMAND…: a command has failed: say which, and stop.
ran() {
  words "${@:3}"
  say "this failed with status $1: $WORDS   ($2)"
  [[ -n $UNDOING ]] || exit 125
}

# What a plan has made or removed so far is there, or gone, for what follows in it. anew: made, and of what the host has there now,
# nothing is left.
declare -A THERE=()
made() {
  [[ $MODE == apply ]] || while (($#)); do
    case ${THERE[$1]-} in no | anew) THERE[$1]=anew ;; *) THERE[$1]=yes ;; esac
    shift
  done
}
gone() { [[ $MODE == apply ]] || while (($#)); do THERE[$1]=no && shift; done; }
there() {
  case ${THERE[$1]-} in
  yes | anew) return 0 ;;
  no) return 1 ;;
  *) [[ -e $1 ]] ;;
  esac
}
stays() { [[ ${THERE[$1]-} != @(no|anew) ]]; }
# empty DIRECTORY: nothing is in it, hidden or not.
empty() {
  local inside
  for inside in "$1"/* "$1"/.[!.]*; do
    ! there "$inside" || return 1
  done
}

# told WHY END COMMAND…: prints the command where it is only planned; else false, having said it where that is wanted.
told() {
  [[ $MODE == plan ]] || audit_change "$@"
  [[ $MODE == plan || -n $VERBOSE ]] || return 1
  words "${@:3}"
  if [[ $MODE == plan ]]; then
    planned "$CONDITION$WORDS$2  # $1"
    CONDITION=''
  else
    say "$WORDS$2  # $1"
    return 1
  fi
}

# run WHY COMMAND…: the only way to change the host.
run() {
  local why=$1
  shift
  told "$why" '' "$@" || "$@" >&2 || ran "$?" "$why" "$@"
}

# run_on PATH WHY COMMAND…: run, on what another process may remove meanwhile: then false, and nothing is said. Again, where it is there again.
run_on() {
  local path=$1 why=$2 said='' status=0 tries
  shift 2
  told "$why" '' "$@" || for tries in {1..5}; do
    status=0
    said=$("$@" 2>&1) || status=$?
    ((status != 0)) || break
    [[ -e $path ]] || return 1
  done
  [[ -z $said ]] || printf '%s\n' "$said" >&2
  ((status == 0)) || ran "$status" "$why" "$@"
}

# run_aside WHY COMMAND…: run, beside what follows, until join.
run_aside() {
  local why=$1
  shift
  ASIDE=new ASIDE_BEFORE=${!-}
  told "$why" ' & ASIDE=$!' "$@" || {
    "$@" >&2 &
    ASIDE=$!
  }
}

# join WHY: the end of what run_aside began, if anything. Until then ASIDE names it: for who takes it back by a signal.
join() {
  if [[ -n $ASIDE && $MODE == plan ]]; then
    planned "wait \"\$ASIDE\"; ASIDE=''  # $1"
  elif [[ -n $ASIDE ]]; then
    wait "$ASIDE" || ran "$?" "$1" wait
  fi
  ASIDE=''
}

# run_long WHY COMMAND…: run, but a signal ends it at once.
run_long() {
  local why=$1
  shift
  if [[ $MODE == plan ]]; then
    run "$why" "$@"
  else
    say "$why"
    UNDO=(end_aside "${UNDO[@]}") # before there is one: a signal may come between the two
    run_aside "$why" "$@"
    wait "$ASIDE" || ran "$?" "$why" "$@"
    ASIDE=''
    UNDO=("${UNDO[@]:1}")
  fi
}
# aside_pid: where a signal came between its start and its name.
aside_pid() {
  [[ $ASIDE == new ]] || return 0
  ASIDE=${!-}
  [[ $ASIDE != "$ASIDE_BEFORE" ]] || ASIDE='' # it was not started
}
end_aside() {
  local tries signal=TERM
  aside_pid
  [[ -n $ASIDE ]] || return 0
  for ((tries = 0; tries < 100; tries++)); do
    [[ /proc/$ASIDE/exe -ef /proc/$$/exe ]] || break # it has executed its command; before that, Bash would lose a signal
    sleep 0.01
  done
  ((tries < 100)) || signal=KILL
  kill -s "$signal" "$ASIDE" 2>/dev/null || : # it may have ended by itself
  await "$ASIDE"
}

# await PID…: until they have ended, with whatever status. Where a signal ends a wait just as the process ends, Bash loses its status, and
# would wait for ever: so only for what is there.
await() {
  local PID
  for PID; do [[ ! -d /proc/$PID ]] || wait "$PID" || :; done # its status says nothing new
  jobs >/dev/null                                             # Bash has said which of them a signal ended: not once more, on stderr
}
# lost PID: of this process that has happened.
lost() { [[ ! -d /proc/$1 && $'\n'$(jobs -rp)$'\n' == *$'\n'"$1"$'\n'* ]]; }

# put WHY VALUE FILE: write one value into a file of the kernel.
put() {
  told "$1" " >$3" echo "$2" || { printf '%s\n' "$2" >"$3"; } 2>/dev/null || # a child that ends meanwhile interrupts it: once more
    printf '%s\n' "$2" >"$3" || ran "$?" "$1" echo "$2" ">$3"
}

# lines WHY FILE LINE…: write a file of the script's own.
lines() {
  told "$1" " >$2" printf '%s\n' "${@:3}" || printf '%s\n' "${@:3}" >"$2" || {
    rm -f "$2" # half of it is worse than none
    ran 1 "$1" printf '%s\n' "${@:3}" ">$2"
  }
}

# lock DIRECTORY WHAT [--shared]: wait for its lock, and hold it until unlock, or this process ends. A directory needs no lock file.
# False where it is not there, or was removed meanwhile.
lock() {
  local fd
  [[ $MODE == apply ]] || return 0
  while :; do
    { exec {fd}<"$1"; } 2>/dev/null || return 1
    flock --nonblock "${@:3}" "$fd" || {
      say "waiting for another process: $2"
      flock "${@:3}" "$fd" || ran "$?" "$2" flock "${@:3}" "$1"
    }
    [[ ! /proc/self/fd/$fd -ef $1 ]] || break # else it was removed, and made again, while we waited
    exec {fd}<&-
  done
  LOCK=$fd
}
unlock() {
  [[ -z $LOCK ]] || exec {LOCK}<&-
  LOCK=''
}

# An unexpected failure. Subshells stay silent: their parent speaks.
erred() {
  [[ $BASHPID != "$$" ]] || say "line $2: status $1: $3"
}

unwind() {
  local status=$? undo
  trap - ERR EXIT
  trap '' HUP INT TERM
  set +o noclobber # of lease_take, where a signal ended that
  UNDOING=yes
  for undo in "${UNDO[@]}"; do
    "$undo" || say "$undo failed; the next command tries again"
  done
  [[ $MODE != plan ]] || plan_end
  audit_write "${AUDIT_DIRECTORY-}"
  exit "$status"
}

# feed WHY COMMAND… -- LINE…: run, with the lines on standard input.
feed() {
  local why=$1 command=() text
  shift
  while [[ $1 != -- ]]; do
    command+=("$1")
    shift
  done
  shift
  printf -v text '%s\n' "$@"
  told "$why" " <<<${text@Q}" "${command[@]}" || "${command[@]}" <<<"$text" >&2 || ran "$?" "$why" "${command[@]}"
}
