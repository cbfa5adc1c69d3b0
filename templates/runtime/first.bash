# ── run ends here: the same bytes in every script ────────────────────────────────────────────────
# What follows, `run SERVICE` does not need, but on a terminal, and does not even read. Over a pipe it would be the input of the container.
if [[ ${1-} == run && ${2-} != -* && ! (-t 0 && -t 1) && -n ${BASH_SOURCE[0]-} ]]; then
  main "$@"
  exit
fi
