# ── SELinux: the same bytes in every script with a label ────────────────────────────────────────
# The files of a container have the context of its service, those of a volume that several use the level s0. What is labelled is so from
# the leaves to its root: where that has the context, all has.
SELINUX_FILES=/sys/fs/selinux

# selinux_lacks CONTEXT: sets LACKED, why no process of ours can get it; empty: one can.
selinux_lacks() {
  local fd from='' enforcing='' class permission
  LACKED='this kernel has no SELinux, or it is off (security=selinux selinux=1)'
  { read -r enforcing <"$SELINUX_FILES/enforce"; } 2>/dev/null || [[ -n $enforcing ]] || return 0
  LACKED='its policy has no such context'
  exec {fd}<>"$SELINUX_FILES/context" # it answers; nothing is written
  { printf %s "$1" >&"$fd"; } 2>/dev/null || {
    exec {fd}>&-
    return 0
  }
  exec {fd}>&-
  LACKED=''
  [[ $enforcing == 1 ]] || return 0
  read -r -d '' from </proc/self/attr/current || : # it ends without NUL
  for permission in process/transition process2/nnp_transition; do
    class=${permission%/*} permission=${permission#*/}
    selinux_allows "$from" "$1" "$class" "$permission" || LACKED="its policy does not let $from start it: $class { $permission }"
  done
}
# selinux_allows FROM TO CLASS PERMISSION
selinux_allows() {
  local fd class bit allowed=0
  { read -r class <"$SELINUX_FILES/class/$3/index" || [[ -n $class ]]; } 2>/dev/null || return 0 # the policy has none such
  { read -r bit <"$SELINUX_FILES/class/$3/perms/$4" || [[ -n $bit ]]; } 2>/dev/null || return 0
  exec {fd}<>"$SELINUX_FILES/access"
  printf '%s %s %s' "$1" "$2" "$class" >&"$fd"
  read -r allowed _ <&"$fd" || : # it ends without a line break
  exec {fd}>&-
  allowed=0x$allowed
  ((allowed >> (bit - 1) & 1))
}
selinux_need() {
  local LACKED
  selinux_lacks "$1"
  [[ -z $LACKED ]] || fail 125 "label: $1: $LACKED"
}
selinux_check() {
  local context contexts LACKED
  read -ra contexts <<<"$SELINUX_CONTEXTS"
  for context in "${contexts[@]}"; do
    selinux_lacks "$context"
    checked "$([[ -n $LACKED ]] || echo 1)" "SELinux context $context" "$LACKED"
  done
}

# selinux_labelled CONTEXT PATH: it is there, and has it.
selinux_labelled() {
  local context=''
  if stays "$2" && [[ -d $2 ]]; then context=$(stat --format %C -- "$2"); fi
  [[ $context == "$1" ]]
}
selinux_volume() {
  selinux_labelled "$1" "$2" || run_long 'the SELinux context of the volume' chcon --recursive --no-dereference "$1" -- "$2"
}
# selinux_root CONTEXT: of its own copy of the image; what the kernel makes for it (tmpfs) has it from its fstab.
selinux_root() {
  join 'its own copy of the image'
  selinux_labelled "$1" "$ROOTFS" || run 'the SELinux context of its files' chcon --recursive --no-dereference "$1" -- "$ROOTFS"
}

# selinux_open: by process 1, while /proc is the host's: nobody else has laid something there.
selinux_open() { exec {SELINUX}>/proc/self/attr/exec; }
# selinux_confine CONTEXT: what is executed next has it; of init, its child.
selinux_confine() {
  printf %s "$1" >&"$SELINUX" || {
    echo "cash: label: $1: the kernel does not take it" >&2
    exit 125
  }
  exec {SELINUX}>&-
  unset -v SELINUX
}
