# For bench.sh: from commands to times, from times to a table.
# shellcheck shell=bash disable=SC2154,SC2312 # RUNS, ROUNDS, WORK, NAMES and COMMANDS are those of bench.sh; what only informs may fail

PREPARES=() # of each command, what goes before it; or none
# measure [OPTION]: COMMANDS by turns, into $WORK/times.json: {name: [milliseconds…]}
measure() {
  local round each words=()
  for each in "${!COMMANDS[@]}"; do words+=(--command-name "${NAMES[each]}" "${COMMANDS[each]}"); done
  for each in "${!PREPARES[@]}"; do words+=(--prepare "${PREPARES[each]}"); done
  rm -f "${WORK}"/round.*.json
  for ((round = 0; round < ROUNDS; round++)); do
    hyperfine -N -w 1 -r "$(((RUNS + ROUNDS - 1) / ROUNDS))" --style none "$@" --export-json "${WORK}/round.${round}.json" "${words[@]}" \
      >/dev/null 2>"${WORK}/errors" || {
      cat "${WORK}/errors" >&2
      return 1
    }
  done
  jq -s '[.[].results[]] | group_by(.command) | map({key: .[0].command, value: ([.[].times[]] | sort | map(. * 1000))}) | from_entries' \
    "${WORK}"/round.*.json >"${WORK}/times.json"
}

# table TITLE REFERENCE…: of medians, fastest first, with the ratio to each reference.
table() {
  local title=$1
  shift
  printf '\n## %s\n\n| | median, ms | least | 90 %% |' "${title}"
  printf ' : %s |' "$@"
  printf '\n| --- | --: | --: | --: |'
  printf ' %s |' "${@/*/--:}"
  printf '\n'
  jq -r --args 'def r: . * 10 | round / 10; def median: .[length / 2 | floor];
    . as $all | to_entries | sort_by(.value | median)[] | (.value | median) as $m | (.value | .[length * 9 / 10 | floor]) as $most |
    "| \(.key) | \($m | r) | \(.value[0] | r) | \($most | r) | \([$ARGS.positional[] | $m / ($all[.] | median) | r] | join(" | ")) |"' \
    "$@" <"${WORK}/times.json"
}

heading() {
  local version
  printf '# What a container costs\n\n'
  # shellcheck disable=SC2016 # Markdown
  printf 'Made by `npm run bench -- --write`, in one run: %s times each command, by turns. Milliseconds.\n\n' "${RUNS}"
  printf 'Machine: %s processors (load %s as it began), Linux %s, bash %s, ' "$(nproc)" "$(cut -d" " -f1 /proc/loadavg)" "$(uname -r)" "${BASH_VERSION%%(*}"
  unshare --version
  for version in crun runc podman docker; do
    ! type -P "${version}" >/dev/null || "${version}" --version | head -1
  done | paste -sd, | sed 's/,/, /g; s/.*/\nThere: &./'
}
