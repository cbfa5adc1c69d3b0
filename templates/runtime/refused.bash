# ── refused: the same bytes in every script with sysctls, ulimits or oom_score_adj ──────────────
# container_refused KEY: by SERVICE_setup, or process 1: the kernel, which has said why, does not let it.
container_refused() {
  printf 'cash: %s: the kernel does not take it\n' "$1" >&2
  exit 125
}
