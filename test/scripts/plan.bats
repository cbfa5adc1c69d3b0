# What you plan is what happens: promise 2 of the design, under strace, for every command that changes the host.
# shellcheck disable=SC2154,SC2312 # variables of helper.bash and of bats; a failure inside a substitution shows in the comparison
load helper
load apart

setup_file() {
  begin
  compile plan <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 256m}}
services:
  app:
    image: "tar:${TINY}"
    command: [sh, -c, 'echo ran; echo new >>/data/file; exit 7']
    working_dir: /home/app
    mem_limit: 64m
    cpus: 0.5
    volumes: [data:/data]
    read_only: false
  bare:
    image: "tar:${TINY}"
    command: [sh, -c, exit 3]
    network_mode: none
volumes: {data: {}}
YAML
  apart_begin
}
teardown_file() { apart_end; }

# The hosts: each begins with nothing.
host_fresh() { cash down -v --images; }
host_pulled() { host_fresh && cash pull; }
host_up() {
  host_pulled && { cash run --keep app || (($? == 7)); } </dev/null && cash commit app one
}
# Of two runs that were killed, one with the image of a pull that was killed beside it; its container's processes live.
host_left() {
  host_up && cash rmi plan-app:one && cash rm app
  killed app
  killed bare
  local image
  image=$(apart find "${ROOT}/images/tar" -mindepth 1 -maxdepth 1 -type d)
  apart btrfs -q subvolume create "${image%/*}/.${image##*/}.part"
  apart btrfs -q subvolume create "${ROOT}/volumes/.plan_data.part"
}
# One of which a process runs.
host_running() {
  host_up
  apart bash -c 'for file in /sys/fs/cgroup/{pids/,}cash/plan/app/cgroup.procs; do [[ ! -f $file ]] || kill -KILL $(<"$file"); done' 2>/dev/null || true # of the time before
  started "${BATS_TEST_TMPDIR}/running" "${SCRIPT}" run app -- sh -c 'echo up; sleep 1000'
  eventually 5 grep -q up "${BATS_TEST_TMPDIR}/running"
}
killed() {
  started "${BATS_TEST_TMPDIR}/$1" "${SCRIPT}" run "$1" -- sh -c 'echo up; sleep 1000'
  eventually 5 grep -q up "${BATS_TEST_TMPDIR}/$1"
  kill -KILL "${PID}"
  ended
}
# A pull that was killed: half an image, of the very name.
host_halved() {
  host_pulled
  local image
  image=$(apart find "${ROOT}/images/tar" -mindepth 1 -maxdepth 1 -type d)
  apart btrfs -q property set "${image}" ro false
  apart mv "${image}" "${image%/*}/.${image##*/}.part"
}

# A volume with a snapshot, one that no service names, and a stream from elsewhere.
host_copied() {
  host_up && cash volume snapshot data one && cash volume clone data copy && cash volume snapshot copy one
  [[ -e ${BATS_TEST_TMPDIR}/stream ]] || cash volume send data one -o "${BATS_TEST_TMPDIR}/stream"
}
# A restore, and a receive, that were killed: the old content has its name no more.
host_torn() {
  host_copied
  apart btrfs -q subvolume snapshot "${ROOT}/volumes/.snapshots/plan_data/one" "${ROOT}/volumes/.plan_data.next"
  apart mv -T "${ROOT}/volumes/plan_data" "${ROOT}/volumes/.plan_data.part"
  apart btrfs -q subvolume create "${ROOT}/volumes/.snapshots/plan_data/.two.part"
  apart btrfs -q subvolume create "${ROOT}/volumes/.snapshots/plan_data/.two.part/inside"
}

# traced FILE COMMAND…: sets CODE. The descriptor of bats is closed by apart.
traced() {
  CODE=0
  apart strace -f -qq -o "$1" -s 65536 --seccomp-bpf -e signal=none -e trace=%process,open,openat,creat "${@:2}" </dev/null >"$1.out" 2>"$1.err" || CODE=$?
}

# same WHAT ONE TWO
same() { same_order "$1" "$(sort <<<"$2")" "$(sort <<<"$3")"; }
same_order() {
  local difference
  difference=$(diff <(cat <<<"$2") <(cat <<<"$3")) || fail "$1 differ: < by the command, > by the plan"$'\n'"${difference:0:3000}"
}

# plans HOST COMMAND…: all of promise 2.
plans() {
  local host=$1 here=${BATS_TEST_TMPDIR} before after command_state plan_state command_code kind
  shift
  "host_${host}" 3>&-
  before=$(state plan)
  traced "${here}/planning" "${SCRIPT}" plan "$@"
  cp "${here}/planning.out" "${here}/plan"
  after=$(state plan)
  same_order 'before and after the plan, the hosts' "${before}" "${after}"
  assert_equal "$("${REPO}/test/tools/trace.py" execs "${here}/planning")" ''
  assert_equal "$("${REPO}/test/tools/trace.py" writes "${here}/planning")" ''
  if [[ -s ${here}/plan ]]; then assert_equal "${CODE}" 2; else assert_equal "${CODE}" 0; fi
  bash -n "${here}/plan"
  [[ ! -s ${here}/plan ]] || shellcheck -s bash -S warning "${here}/plan"

  traced "${here}/command" "${SCRIPT}" "$@"
  command_code=${CODE} command_state=$(state plan)
  cat "${here}/command.err" >&2
  "host_${host}" 3>&-
  CODE=0
  apart strace -f -qq -o "${here}/planned" -s 65536 --seccomp-bpf -e signal=none -e trace=%process,open,openat,creat bash "${here}/plan" </dev/null >"${here}/planned.out" 2>"${here}/planned.err" || CODE=$?
  cat "${here}/planned.err" >&2
  plan_state=$(state plan)
  [[ ${CODE} == "${command_code}" ]] || "${REPO}/test/tools/trace.py" execs "${here}/planned" | tail -n 5 >&2
  assert_equal "${CODE}" "${command_code}"
  for kind in execs steps writes; do
    "${REPO}/test/tools/trace.py" "${kind}" "${here}/command" >"${here}/command.${kind}"
    "${REPO}/test/tools/trace.py" "${kind}" "${here}/planned" >"${here}/planned.${kind}"
  done
  same 'the programs executed' "$(<"${here}/command.execs")" "$(<"${here}/planned.execs")"
  same_order 'the order of programs' "$(<"${here}/command.steps")" "$(<"${here}/planned.steps")"
  same_order 'the files written' "$(<"${here}/command.writes")" "$(<"${here}/planned.writes")"
  same_order 'the hosts afterwards' "${command_state}" "${plan_state}"
}

# repeats COMMAND…: done once, it has nothing more to do.
repeats() {
  run --separate-stderr cash plan "$@"
  assert_output ''
  assert_status 0
}

@test 'pull, on a fresh host' {
  plans fresh pull
  repeats pull
}
@test 'pull, on one that has all' {
  plans pulled pull
  [[ ! -s ${BATS_TEST_TMPDIR}/plan ]]
}
@test 'pull, after one that was killed' { plans halved pull; }
@test 'run, on a fresh host' { plans fresh run app; }
@test 'run, of another service' { plans fresh run bare; }
@test 'run, on one that has the images' { plans pulled run app; }
@test 'run, where files are kept' { plans up run app; }
@test 'run, after one that was killed' { plans left run app; }
@test 'run of a service without network, after one that was killed' { plans left run bare; }
@test 'run --keep, on a fresh host' { plans fresh run --keep app; }
@test 'run --keep, where files are kept' { plans up run --keep app; }
@test 'run --keep, after one that was killed' { plans left run --keep -e A=b -w /tmp -u app --name other app -- sh -c 'exit 4'; }
@test 'up, on a fresh host' { plans fresh up bare; }
@test 'up, after runs that were killed' { plans left up bare; }
@test 'commit' { plans up commit app two; }
@test 'commit, with what is known of it' { plans up commit -m $'two\nlines' -c 'ENV A=b' app two; }
@test 'commit of a container that runs' { plans running commit app two; }
@test 'tag' { plans up tag plan-app:one plan-app:two; }
@test 'image save' { plans up image save plan-app:one -o "${BATS_TEST_TMPDIR}/one.tar"; }
@test 'image load' {
  host_up
  cash image save plan-app:one -o "${BATS_TEST_TMPDIR}/one.tar"
  plans pulled image load -i "${BATS_TEST_TMPDIR}/one.tar"
}
@test 'cp' {
  echo x >"${BATS_TEST_TMPDIR}/x"
  plans up cp "${BATS_TEST_TMPDIR}/x" app:/tmp
  plans up cp app:/etc "${BATS_TEST_TMPDIR}/etc"
  plans up cp app:/etc/passwd -
}
@test 'diff, export' {
  plans up diff app
  plans up export app -o "${BATS_TEST_TMPDIR}/app.tar"
}
@test 'rmi --force' { plans up rmi --force plan-app:one; }
@test 'rm' {
  plans up rm app
  repeats rm app
}
@test 'rm, after a run that was killed' { plans left rm app; }
@test 'rmi' {
  plans up rmi plan-app:one
  repeats rmi plan-app:one
}
@test 'prune, where nothing is left' {
  plans up prune
  [[ ! -s ${BATS_TEST_TMPDIR}/plan ]]
}
@test 'prune, after runs that were killed' {
  plans left prune
  repeats prune
}
@test 'down, on a fresh host' {
  plans fresh down
  [[ ! -s ${BATS_TEST_TMPDIR}/plan ]]
}
@test 'down' {
  plans up down
  repeats down
}
@test 'down -v --images' {
  plans up down -v --images
  repeats down -v --images
}
@test 'down, after runs that were killed' {
  plans left down
  repeats down
}
@test 'down -v --images, after runs that were killed' {
  plans left down -v --images
  repeats down -v --images
}

@test 'volume snapshot' { plans up volume snapshot data one; }
@test 'volume snapshot, beside another' { plans copied volume snapshot data two; }
@test 'volume restore' { plans copied volume restore data one --as before; }
@test 'volume restore --discard, where a restore was killed' { plans torn volume restore data one --discard; }
@test 'volume clone' { plans up volume clone data new; }
@test 'volume clone of a snapshot' { plans copied volume clone data@one new; }
@test 'volume send' { plans copied volume send data one -o "${BATS_TEST_TMPDIR}/sent"; }
@test 'volume receive' { plans copied volume receive data two -i "${BATS_TEST_TMPDIR}/stream"; }
@test 'volume receive, on a fresh host' {
  host_copied
  plans fresh volume receive data two -i "${BATS_TEST_TMPDIR}/stream"
}
@test 'volume receive, after one that was killed' { plans torn volume receive data two -i "${BATS_TEST_TMPDIR}/stream"; }
@test 'volume rm' { plans copied volume rm data copy@one; }
@test 'volume rm, after a restore that was killed' { plans torn volume rm data; }
@test 'volume prune' {
  plans copied volume prune
  repeats volume prune
}
@test 'volume ls has no plan' {
  plans copied volume ls
  [[ ! -s ${BATS_TEST_TMPDIR}/plan ]]
}
@test 'run, prune and down -v, after a restore that was killed' {
  plans torn run app
  plans torn prune
  repeats prune
  plans torn down -v --images
  repeats down -v --images
}

@test 'plan without a command is that of pull' {
  host_fresh
  run cash plan
  assert_status 2
  assert_equal "${output}" "$(cash plan pull || true)" # status 2: there is something
}

@test 'a plan that fails has no half plan' {
  host_fresh
  run --separate-stderr cash plan run nosuch
  assert_status 1
  assert_output ''
  run --separate-stderr cash plan commit app two
  assert_status 1
  assert_output ''
}
