# ── names of other containers: the same bytes in every script ────────────────────────────────────
# /etc/hosts of a container has a line for each other one on its networks, from its start to its end: "ADDRESS NAME…  # cash". STATE/names
# has its own lines, each behind its network, and is written after its hosts: of two that start at once, one sees the other, and tells both.
KNOWN_AS=()                            # our own lines
declare -A KNOWN_THEN=() HOSTS_THEN=() # in a plan: what those files will hold, by STATE

# names_on NETWORK ADDRESS NAME…: our line of that network.
names_on() {
  local NAME ALL=" $CONTAINER"
  for NAME in "${@:3}"; do [[ "$ALL " == *" $NAME "* ]] || ALL+=" $NAME"; done
  KNOWN_AS+=("$1 $2$ALL  # cash")
}

# names_meet LINE…: our /etc/hosts has these lines; the others on our networks and we get to know each other.
names_meet() {
  local OTHER PEERS THEIRS LINE OURS NAME CALLED LIST=()
  for LINE; do
    for OURS in "${KNOWN_AS[@]#* }"; do # what the others call us, we are for ourselves, too
      [[ ${OURS%% *} == "${LINE%% *}" ]] || continue
      read -ra CALLED <<<"${OURS%  # cash}"
      for NAME in "${CALLED[@]:1}"; do [[ "$LINE " == *" $NAME "* ]] || LINE+=" $NAME"; done
    done
    LIST+=("$LINE")
  done
  set -- "${LIST[@]}"
  lines 'its names' "$ETC/hosts" "$@"
  lines 'its names, for the others' "$STATE/names" "${KNOWN_AS[@]}"
  [[ $MODE == apply ]] || printf -v "KNOWN_THEN[$STATE]" '%s\n' "${KNOWN_AS[@]}"
  [[ $MODE == apply ]] || printf -v "HOSTS_THEN[$STATE]" '%s\n' '' "$@"
  names_others
  for OTHER in "${PEERS[@]}"; do
    names_read "$OTHER" || continue
    for LINE in "${THEIRS[@]}"; do
      for OURS in "${KNOWN_AS[@]}"; do
        [[ ${OURS%% *} == "${LINE%% *}" ]] || continue
        names_tell "$STATE" "${LINE#* }"
        names_tell "$OTHER" "${OURS#* }"
      done
    done
  done
}

# names_part: the others know it no more. FORESEEN: somebody else will do that; in a plan.
names_part() {
  local OTHER PEERS THEIRS LINE
  declare -gA KNOWN_THEN HOSTS_THEN # a supervisor has none yet
  names_read "$STATE" || return 0
  names_others
  for OTHER in "${PEERS[@]}"; do
    for LINE in "${THEIRS[@]#* }"; do names_turn "$OTHER" "$LINE" "#${LINE:1}"; done
  done
  [[ $MODE == apply ]] || unset -v "KNOWN_THEN[$STATE]"
}

# names_others: sets PEERS, their runtime directories.
names_others() {
  local OTHER
  PEERS=()
  for OTHER in "${STATE%/*}"/*; do
    [[ $OTHER == "$STATE" ]] || ! stays "$OTHER" || PEERS+=("$OTHER")
  done
  for OTHER in "${!KNOWN_THEN[@]}"; do
    [[ $OTHER == "$STATE" || " ${PEERS[*]} " == *" $OTHER "* ]] || PEERS+=("$OTHER")
  done
}

# names_read STATE: sets THEIRS, that one's lines; false where it has none. names_hosts STATE: sets HOSTS, the file that is its /etc/hosts, and
# TEXT, a newline and what is in it. It is the container's to write to: of what is longer than 64 KiB nothing is read.
names_read() {
  THEIRS=()
  if [[ -n ${KNOWN_THEN[$1]-} ]]; then
    mapfile -t THEIRS <<<"${KNOWN_THEN[$1]%$'\n'}"
  else
    [[ -f $1/names ]] && stays "$1" && { mapfile -t THEIRS <"$1/names"; } 2>/dev/null
  fi
}
names_hosts() {
  HOSTS=${ROOTFS%/*/*}/${1##*/}/etc/hosts
  TEXT=${HOSTS_THEN[$1]-}
  [[ -z $TEXT ]] || return 0
  { [[ -f $HOSTS ]] && ! IFS= read -r -d '' -N 65536 TEXT <"$HOSTS"; } 2>/dev/null || return 1
  TEXT=$'\n'$TEXT
}

# names_tell STATE LINE: adds it to that one's /etc/hosts. Of one that had the address before, and was killed, no line is left there.
names_tell() {
  local TEXT HOSTS OLD
  names_hosts "$1" || return 0
  [[ $TEXT != *$'\n'"$2"$'\n'* ]] || return 0
  if [[ $TEXT =~ $'\n'("${2%% *} "[^$'\n']*'  # cash')$'\n' ]]; then
    OLD=${BASH_REMATCH[1]}
    names_turn "$1" "$OLD" "#${OLD:1}"
    names_hosts "$1"
  fi
  if [[ $TEXT == *$'\n'"#${2:1}"$'\n'* ]]; then
    names_turn "$1" "#${2:1}" "$2"
  else
    names_where
    told 'who is on its network, too' " >>$HOSTS" echo "$2" || echo "$2" 2>/dev/null >>"$HOSTS" ||
      [[ ! -e $HOSTS ]] || say "$HOSTS cannot be written to: that one does not know the names: $2" # else it has just ended
    [[ $MODE == apply ]] || HOSTS_THEN[$1]=$TEXT$2$'\n'
  fi
}

# names_turn STATE FROM TO: a line FROM of that one's /etc/hosts becomes TO, by its first byte: who reads it meanwhile sees one or the other.
names_turn() {
  local TEXT HOSTS BEFORE WHY='who is on its network, again'
  [[ $3 != '#'* ]] || WHY='who is on its network no more'
  names_hosts "$1" && [[ $TEXT == *$'\n'"$2"$'\n'* ]] || return 0
  BEFORE=${TEXT%%$'\n'"$2"$'\n'*}
  if [[ $MODE == plan ]]; then
    HOSTS_THEN[$1]=$BEFORE$'\n'$3${TEXT#"$BEFORE"$'\n'"$2"}
    [[ -z ${FORESEEN-} ]] || return 0
    planned "$(declare -f names_byte)"
  fi
  names_where
  told "$WHY" '' names_byte "$HOSTS" "${#BEFORE}" "${3::1}" || names_byte "$HOSTS" "${#BEFORE}" "${3::1}" 2>/dev/null || : # it has just ended
}
# names_where: in a plan, the next command is for that one where it is there still.
names_where() {
  [[ $MODE == apply ]] || words "$HOSTS"
  [[ $MODE == apply ]] || CONDITION="[[ ! -e $WORDS ]] || "
}
# names_byte FILE OFFSET BYTE
names_byte() {
  local fd
  exec {fd}<>"$1" || return 1
  IFS= read -r -d '' -N "$2" _ <&"$fd"
  printf %s "$3" >&"$fd"
  exec {fd}>&-
}
