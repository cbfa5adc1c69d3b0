# ── signature: the same bytes in every script that has to be signed ─────────────────────────────
# Nothing of what follows is executed before every byte of this file is verified. Bash reads a file as it goes on in it, and somebody could
# write to it meanwhile: so it is read once, here, and what was verified is what runs, from memory.
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
IFS=$' \t\n'
signature_refuse() {
  printf 'cash: %s\n' "$@" >&2
  exit 125
}

# signature_read: sets SIGNED_TEXT. True where it has a NUL, at which read ends.
signature_read() { IFS= read -r -d '' SIGNED_TEXT <"$0"; }

signature_check() {
  local said
  [[ ${BASH_SOURCE[-1]-} == "$0" && -f $0 ]] ||
    signature_refuse 'this script has to be a file, with its signature beside it; over a pipe it has none: copy both to this host, and call it there'
  if signature_read || [[ -z $SIGNED_TEXT ]]; then signature_refuse "$0 cannot be read, or is no text: copy it here again, with $0.sig"; fi
  [[ -f $0.sig ]] || signature_refuse "$0 has to be signed by $SIGNED_BY, and there is no $0.sig: cash sign --key FILE $0, and copy both"
  [[ -f $ALLOWED_SIGNERS ]] || signature_refuse "there is no $ALLOWED_SIGNERS on this host, a file of who may sign: lines of IDENTITY namespaces=\"cash\" PUBLIC-KEY"
  ((EUID != 0)) || [[ $(stat -L -c '%u %A' -- "$ALLOWED_SIGNERS") == '0 '?????-??-? ]] ||
    signature_refuse "$ALLOWED_SIGNERS says who may sign what root executes, and others can write to it: chown root $ALLOWED_SIGNERS; chmod go-w $ALLOWED_SIGNERS"
  type -P ssh-keygen >/dev/null || signature_refuse 'ssh-keygen is needed: apt-get install openssh-client'
  said=$(printf %s "$SIGNED_TEXT" | ssh-keygen -Y verify -n cash -f "$ALLOWED_SIGNERS" -I "$SIGNED_BY" -s "$0.sig" 2>&1) ||
    signature_refuse "$0 is not what $SIGNED_BY has signed: ${said##*$'\n'}" "nothing is done; see what it is (cash verify, cash diff), then: cash sign --key FILE $0, and copy both"
}
# What was verified goes on; in place of the lines before it there are empty ones, so that those after it have their numbers. Bash has read
# this group to its end before it checks.
{
  signature_check
  SIGNED_HEAD='' SIGNED_LINE='' SIGNED_LINES=''
  while [[ $SIGNED_LINE != '# ── verified ──' ]] && IFS= read -r SIGNED_LINE; do
    SIGNED_HEAD+=$SIGNED_LINE. SIGNED_LINES+=$'\n'
  done <<<"$SIGNED_TEXT"
  exec {SIGNED_FD}< <(printf %s "$SIGNED_LINES${SIGNED_TEXT:${#SIGNED_HEAD}}")
  # shellcheck disable=SC1090 # it is this file
  source "/dev/fd/$SIGNED_FD"
  exit
}
# ── verified ──
exec {SIGNED_FD}<&-
unset -v SIGNED_TEXT SIGNED_HEAD SIGNED_LINE SIGNED_LINES SIGNED_FD
