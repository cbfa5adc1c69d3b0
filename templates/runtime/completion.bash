# ── completion: the same bytes in every script ───────────────────────────────────────────────────
# command_completion bash: commands, then services and volumes, or files; for source <(SCRIPT completion bash).
command_completion() {
  local NAME VOLUME WORDS="${SERVICES[*]}"
  [[ ${1-} == bash && $# == 1 ]] || fail 2 "usage: $0 completion bash"
  for VOLUME in "${VOLUMES[@]}"; do
    WORDS+=" ${VOLUME%%:*}"
  done
  printf -v NAME %q "${0##*/}"
  cat <<COMPLETION
# What $NAME completion bash prints.
_cash_${PROJECT//-/_}() {
  local each verb='' word=\${COMP_WORDS[COMP_CWORD]}
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ \$each == -* || \$each == *=* || \$each == plan ]] || verb=\${verb:-\$each}
  done
  if [[ -z \$verb ]]; then
    mapfile -t COMPREPLY < <(compgen -W '${COMMANDS[*]}' -- "\$word")
  else
    mapfile -t COMPREPLY < <(compgen -W '$WORDS' -- "\$word")
  fi
}
complete -o bashdefault -o default -F _cash_${PROJECT//-/_} -- $NAME
COMPLETION
}
