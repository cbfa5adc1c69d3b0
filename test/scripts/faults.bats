# A sample of npm run faults (docs/reliability.md): some rows, some places.
# shellcheck disable=SC2030,SC2031,SC2154,SC2312 # each test is a process of its own; variables of helper.bash and of bats
load helper
load apart
load faults
load faults_rows
load faults_modes

setup_file() {
  begin
  fault_definitions
  apart_begin
  faults_begin
}
teardown_file() { apart_end; }
setup() {
  OUTSIDE=${BATS_TEST_TMPDIR}
  ROWS=()
}

# sample MODE EVERY ROW…
sample() {
  ROWS=("${@:3}") EVERY=$2
  tally_begin "$1"
  "mode_$1"
  ((TRIED > 0 && LOST == 0)) || fail "${LOST} of ${TRIED} left a mess"
}

@test 'signals between commands' { sample signals 9 'faultw|fresh|run -d web|run --replace -d web' 'faultw|running|rm -f web'; }
@test 'signals before statements' { sample statements 6 'faultw|kept|commit web one||is there' 'faultw|running|down'; }
@test 'commands that fail' { sample commands 9 'faultw|pulled|run -d web|run --replace -d web' 'faultw|running|stop web'; }
@test 'no inode' { sample resources 8 'faulth|pulled|run hello'; }
@test 'no space' { sample resources 24 'faultw|running|restart web' 'faultw|pulled|run --keep web -- true'; }
@test 'many at a time, at random: nothing is left, and nothing is a mistake of the script' {
  tally_begin together
  TOGETHER_RIGHT='^' # what one says of another in the same moment is for npm run faults
  together 16 15
  ((TRIED > 30 && LOST == 0)) || fail "${LOST} of ${TRIED}"
  run grep -hE 'unbound variable|syntax error|not found|bad array|it did not end' "${BATS_FILE_TMPDIR}"/many/*.said
  assert_output ''
}
