# ── the audit log: the same bytes in every script ───────────────────────────────────────────────
# /run/cash/PROJECT/audit, and audit.1, the one before: lines of SECONDS PROCESS KIND TEXT, for root alone, by builtins. It is there while something of the project is on the host, until down or a reboot. `events` shows it. What is written
# into files, variables, and words of a container's command are not in it: some are secret.
AUDIT_DIRECTORY=/run/cash/$PROJECT # whichever project PROJECT names where a signal comes
AUDIT=''                           # lines that are not written yet
AUDIT_COMMAND=''                   # what this invocation was told: the first change says it
AUDIT_SCRIPT=''                    # this script, where only root can change it and no note says so yet: see script_owned
AUDIT_MOST=262144                  # bytes; 0: no more lines

# audit KIND TEXT
audit() {
  local now=${EPOCHSECONDS-} line=$'\n'
  ((AUDIT_MOST > 0)) || return 0
  [[ -n $now ]] || printf -v now '%(%s)T' -1 # Bash 4.4; it takes longer
  AUDIT+="$now $$ $1 ${2//$line/ }$line"
}

# audit_change WHY END COMMAND…: of `told`, whose END is where its output goes, or what it is fed.
audit_change() {
  local text
  [[ -z $AUDIT_COMMAND ]] || {
    audit command "$AUDIT_COMMAND"
    AUDIT_COMMAND=''
    audit_write "/run/cash/$PROJECT" # what it does to others, these write, too
  }
  case $2 in
  ' >'*) text="write ${2# >}" ;;
  *) text=${*:3} ;;
  esac
  audit change "$text # $1"
}

# happened WHAT…: to the container in STATE.
happened() {
  audit event "${STATE##*/} $*"
  audit_write "${STATE%/containers/*}"
}

# audit_write DIRECTORY: what is not written yet. One that is full becomes audit.1.
audit_write() {
  local file position key
  [[ -n $AUDIT && -d $1 ]] || return 0
  { exec {file}>>"$1/audit"; } 2>/dev/null || return 0 # it was removed just now
  { printf '%s' "$AUDIT" >&"$file"; } 2>/dev/null || : # a full /run is no reason to stop
  AUDIT=''
  [[ -z ${AUDIT_SCRIPT-} ]] || { printf '%s\n' "$AUDIT_SCRIPT" >"$1/script"; } 2>/dev/null || : # as above
  AUDIT_SCRIPT=''
  read -r key position <"/proc/self/fdinfo/$file" # pos: where what was appended ends
  exec {file}>&-
  ((position < AUDIT_MOST)) || mv -f "$1/audit" "$1/audit.1" 2>/dev/null || : # another process was faster
}

# audit_told COMMAND WORD…: sets AUDIT_COMMAND, less what may be secret: of run, all but its options and its service.
audit_told() {
  local word
  AUDIT_COMMAND=$1
  for word in "${@:2}"; do
    if [[ $1 != run || $word == -* ]]; then
      AUDIT_COMMAND+=" ${word%%[=[:space:]]*}"
    elif [[ " ${SERVICES[*]} " == *" $word "* ]]; then
      AUDIT_COMMAND+=" $word"
      break
    fi
  done
}
