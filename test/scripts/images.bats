# Images and the pool they are in: pull, commit, images, rmi, prune, down.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load running

setup_file() {
  begin
  export FILES=${CACHE}/images
  rm -rf "${FILES}"
  mkdir -p "${FILES}"
  gzip -c "${TINY}" >"${FILES}/tiny.tar.gz"
  xz -c -1 "${TINY}" >"${FILES}/tiny.tar.xz"
  zstd -q -c "${TINY}" >"${FILES}/tiny.tar.zst"
  SHA=$(sha256sum <"${TINY}") GZ=$(sha256sum <"${FILES}/tiny.tar.gz")
  export SHA=${SHA%% *} GZ=${GZ%% *}
  compile imgs <<'YAML'
name: imgs
x-cash: {root: "${ROOT}"}
services:
  plain: {image: "tar:${TINY}", network_mode: none}
  several: {image: "tar:${TINY}", network_mode: none, scale: 2, command: sleep 1000, stop_signal: KILL}
  gz: {image: "tar:${FILES}/tiny.tar.gz", network_mode: none}
  xz: {image: "tar:${FILES}/tiny.tar.xz", network_mode: none}
  zst: {image: "tar:${FILES}/tiny.tar.zst", network_mode: none}
  right: {image: "tar:${TINY}", network_mode: none, x-cash: {sha256: "${SHA}", tag: "checked:one"}}
  wrong: {image: "tar:${TINY}", network_mode: none, x-cash: {sha256: "${GZ}", tag: "checked:two"}}
  scratch: {image: scratch, network_mode: none, volumes: ["/bin/busybox:/busybox:ro"], command: [/busybox, echo, from scratch]}
  slow: {image: "tar:${FILES}/slow.tar", network_mode: none, x-cash: {tag: "slow:1"}}
  again: {image: "tar:${FILES}/tiny.tar.gz", network_mode: none, pull_policy: always, x-cash: {tag: "again:1"}}
  missing: {image: "tar:${FILES}/missing.tar", network_mode: none, x-cash: {tag: "missing:1"}}
  broken: {image: "tar:${FILES}/broken.tar", network_mode: none, x-cash: {tag: "broken:1"}}
  configured:
    image: tar:${TINY}
    network_mode: none
    environment: {B: mine}
    x-cash: {command: [sh, -c, "echo $$A $$B; id -un; pwd"], environment: {A: image, B: image}, user: app, working_dir: /var/tmp}
YAML
  compile imgother <<'YAML'
name: imgother
x-cash: {root: "${ROOT}"}
services:
  right: {image: "tar:${TINY}", network_mode: none, x-cash: {sha256: "${SHA}", tag: "checked:one"}}
  never: {image: "tar:${TINY}", network_mode: none, pull_policy: never, x-cash: {sha256: "${SHA}", tag: "checked:one"}}
  always: {image: "tar:${TINY}", network_mode: none, pull_policy: always, x-cash: {sha256: "${SHA}", tag: "checked:one"}}
YAML
  compile imglocal <<'YAML'
name: imglocal
x-cash: {root: "${ROOT}"}
services:
  one: {image: "imgs-plain:v1", pull_policy: never, network_mode: none, command: cat /mine}
  none: {image: "imgs-plain:v9", pull_policy: never, network_mode: none, command: "true"}
  changed: {image: "imgs-plain:c1", pull_policy: never, network_mode: none}
  own: {image: "imgs-plain:c1", pull_policy: never, network_mode: none, entrypoint: [echo, own], environment: {A: own}, user: "0", working_dir: /}
  user: {image: "imgs-plain:v1", pull_policy: never, network_mode: none, user: app, restart: always, command: [sh, -c, "id -un; sleep 0.5"]}
  loaded: {image: "imgs-plain:s1", pull_policy: never, network_mode: none}
YAML
}
setup() { script imgs; }
teardown() { end_all; }
teardown_file() {
  finish
  rm -rf "${FILES}"
}

# half_made: what a pull that did not end has left.
half_made() { find "${ROOT}/images" -maxdepth 2 '(' -name '*.part' -o -name '*.download' ')'; }

@test 'tar: plain, gz, xz, zst' {
  local service
  for service in plain gz xz zst; do
    run --separate-stderr cash run "${service}" -- tail -n 1 /etc/passwd
    assert_output -p nobody
  done
}

@test 'tar with the right sha256, and with a wrong one' {
  run --separate-stderr cash run right -- echo ok
  assert_output ok
  run cash run wrong -- echo ok
  assert_status 125
  assert_output -p sha256sum
  run cash images
  assert_output -p checked:one
  refute_output -p checked:two
  run half_made
  assert_output ''
}

@test 'a tar that is not there, or broken: 125, nothing left' {
  head -c 100000 "${TINY}" >"${FILES}/broken.tar"
  local service
  for service in missing broken; do
    run cash pull "${service}"
    assert_status 125
    assert_output -p "${service}.tar"
    refute_exists "${ROOT}/images/${service}"
  done
  run half_made
  assert_output ''
}

@test 'scratch: a program of the host by a bind mount' {
  run --separate-stderr cash run scratch
  assert_status 0
  assert_output 'from scratch'
}

@test 'down --images leaves what a container of another project is made of, and what another project has committed' {
  cash pull right
  script imgother
  cash run --keep right -- true
  cash commit right mine
  script imgs
  run cash down --images
  assert_status 0
  assert_output -p 'checked:one stays'
  script imgother
  run cash images
  assert_output -p checked:one
  assert_output -p checked:mine
  run cash down --images
  assert_status 0
  run cash images
  refute_output -p checked:one
  refute_output -p checked:mine
}

@test 'pull_policy is that of the service, not of another one with the same image' {
  script imgother
  cash pull right
  local before
  before=$(stat -c %z "${ROOT}/images/checked/one")
  run cash run never -- true
  assert_status 0
  assert_equal "$(stat -c %z "${ROOT}/images/checked/one")" "${before}"
  run cash run always -- true
  assert_status 0
  [[ $(stat -c %z "${ROOT}/images/checked/one") != "${before}" ]]
  cash down --images
  run cash run never -- true
  assert_status 125
  assert_output -p 'checked:one is not there; pull it first'
}

@test 'pull again: nothing happens' {
  local before
  cash pull plain gz
  before=$(stat -c '%i %z' "${ROOT}"/images/tar/tiny-*)
  run cash pull plain gz
  assert_status 0
  assert_output ''
  assert_equal "$(stat -c '%i %z' "${ROOT}"/images/tar/tiny-*)" "${before}"
  run cash plan pull plain
  assert_status 0
  assert_output ''
}

@test 'pull_policy always: made anew' {
  local before
  cash pull again
  before=$(btrfs subvolume show "${ROOT}/images/again/1" | grep -i uuid:)
  cash pull again
  [[ $(btrfs subvolume show "${ROOT}/images/again/1" | grep -i uuid:) != "${before}" ]] || fail 'the same subvolume'
  run --separate-stderr cash run again -- echo ok
  assert_output ok
}

@test 'a pull that is killed leaves no image; the next one finishes' {
  mkfifo "${FILES}/slow.tar"
  "${SCRIPT}" pull slow 3>&- >/dev/null 2>&1 &
  eventually 30 test -d "${ROOT}/images/slow/.1.part"
  eventually 30 reads_slow
  kill -KILL $!
  wait $! || true
  pkill -KILL -f "tar --extract.*${FILES}/slow.tar" # it outlives the script, and ends with its input
  eventually 30 run ! reads_slow
  run cash images
  refute_output -p slow
  rm "${FILES}/slow.tar"
  cp "${TINY}" "${FILES}/slow.tar"
  run cash run slow -- echo ok
  assert_status 0
  run half_made
  assert_output ''
  cash rmi slow:1
}

reads_slow() { pgrep -f "tar --extract.*${FILES}/slow.tar"; }

@test 'a pull that is ended by TERM, also as tar is just being started, takes back what it made, and ends tar' {
  local got
  rm -f "${FILES}/slow.tar" && mkfifo "${FILES}/slow.tar"
  for _ in {1..15}; do
    "${SCRIPT}" pull slow 3>&- >"${BATS_TEST_TMPDIR}/said" 2>&1 &
    until [[ -d ${ROOT}/images/slow/.1.part ]]; do [[ -d /proc/$! ]]; done
    kill $!
    got=0
    wait $! || got=$?
    # Bash 5.2 cannot read a trap while it expands >(…): it says so, and ends with 2; what EXIT does, is done all the same.
    [[ ${got} == 143 || ${got}:$(<"${BATS_TEST_TMPDIR}/said") == 2:*'unexpected EOF'* ]] || fail "status ${got}: $(<"${BATS_TEST_TMPDIR}/said")"
    run pgrep -f "tar --extract.*${FILES}/slow.tar"
    assert_output ''
    run half_made
    assert_output ''
  done
}

@test 'two pulls of one image: one waits for the other' {
  local first second
  rm -f "${FILES}/slow.tar" && mkfifo "${FILES}/slow.tar"
  "${SCRIPT}" pull slow 3>&- 2>"${BATS_TEST_TMPDIR}/first" &
  first=$!
  eventually 30 test -d "${ROOT}/images/slow/.1.part"
  "${SCRIPT}" pull slow 3>&- 2>"${BATS_TEST_TMPDIR}/second" &
  second=$!
  eventually 30 grep -q 'waiting for another process: it pulls slow' "${BATS_TEST_TMPDIR}/second"
  cat "${TINY}" >"${FILES}/slow.tar" || fail "status $?: $(cat "${BATS_TEST_TMPDIR}"/{first,second})"
  wait "${first}"
  wait "${second}"
  run cash images
  assert_output -p slow:1
}

@test 'commit, images, run of the committed image, rmi' {
  cash run --keep plain -- sh -c 'echo mine >/mine'
  cash commit plain v1
  run cash commit plain v1
  assert_status 125
  run cash images
  assert_output -p imgs-plain:v1
  run touch "${ROOT}/images/imgs-plain/v1/new"
  assert_status 1
  script imglocal
  run --separate-stderr cash run one
  assert_output mine
  run cash run none
  assert_status 125
  assert_output -p 'imgs-plain:v9 is not there'
  script imgs
  cash rm plain
  cash rmi imgs-plain:v1
  run cash images
  refute_output -p imgs-plain
  run cash commit plain v2
  assert_status 125
  assert_output -p 'run --keep plain'
}

@test 'commit: of a container, as it is called: run --name, --rm, scale' {
  cash run --keep --name mine plain -- sh -c 'echo mine >/mine'
  cash commit mine m1
  cash run -d --rm --name short plain -- sleep 1000
  cash commit short m2
  cash up several
  cash exec several-2 touch /second
  cash commit imgs-several-2 m3
  assert_exists "${ROOT}/images/imgs-plain/m1/mine"
  assert_exists "${ROOT}/images/imgs-plain/m2"
  assert_exists "${ROOT}/images/imgs-several/m3/second"
  run cash commit nosuch m4
  assert_status 2
  assert_output -p 'no such service: nosuch'
  cash rm -f mine short several-1 several-2
  cash rmi imgs-plain:m1 imgs-plain:m2 imgs-several:m3
}

# meta NAME:TAG: what stands beside the image.
meta() { printf '%s' "${ROOT}/images/${1%:*}/.${1#*:}.meta"; }
keep() { cash run --keep plain -- sh -c "$1"; }

@test 'images: a table, names alone, JSON' {
  cash pull right
  run cash images
  assert_output -e '^IMAGE +CREATED +SIZE +PARENT'
  assert_output -e 'checked:one +20[0-9-]+ [0-9:]+ +[0-9.]+ MiB +-'
  run cash images -q
  assert_output -p checked:one
  refute_output -p IMAGE
  cash images --json | python3 -c '
import json, sys
image = [each for each in json.load(sys.stdin) if each["image"] == "checked:one"][0]
assert image["size"] > 1000000 and image["source"].startswith("tar:/") and len(image["sha256"]) == 64 and image["created"].endswith("Z"), image'
  run cash images --nonsense
  assert_status 2
}

@test 'what is known of an image goes with it' {
  cash pull right
  assert_exists "$(meta checked:one)"
  cash tag checked:one checked:three
  assert_equal "$(cat "$(meta checked:three)")" "$(cat "$(meta checked:one)")"
  assert_equal "$(stat -c %Y "$(meta checked:three)")" "$(stat -c %Y "$(meta checked:one)")"
  cash rmi checked:one
  refute_exists "$(meta checked:one)"
  run --separate-stderr cash history checked:three
  assert_output -p "tar:${TINY}"
  run cash tag checked:three checked:three
  assert_status 125
  run cash tag checked:none checked:four
  assert_status 125
  run cash tag checked:three ../x:y
  assert_status 2
  cash rmi checked:three
  refute_exists "${ROOT}/images/checked"
}

@test 'a pull that failed leaves nothing that is known' {
  run cash pull broken
  assert_status 125
  refute_exists "$(meta broken:1)"
  mkdir -p "${ROOT}/images/broken" && echo source x >"$(meta broken:1)" # of one that was killed at its end
  run cash prune
  assert_output -p 'of no image: images/broken/.1.meta'
  refute_exists "$(meta broken:1)"
}

@test 'commit: message, author, history' {
  keep 'echo 1 >/one'
  cash commit -m $'the first\nof two \\' -a 'A. Uthor' plain h1
  cash commit --message=x plain h2 2>/dev/null && fail 'an option that is none'
  cash commit plain h2 -m 'the second'
  run --separate-stderr cash history imgs-plain:h2
  assert_equal "$(wc -l <<<"${output}")" 3
  assert_output -e 'imgs-plain:h2 .*container imgs/plain +- +the second'
  assert_output -e 'tar:tiny-[0-9a-f]+ .*tar:/'
  cash history --json imgs-plain:h1 | python3 -c '
import json, sys
first, second = json.load(sys.stdin)
assert first["message"] == "the first\nof two \\" and first["author"] == "A. Uthor" and first["parent"] == second["image"], first
assert first["container"] == "imgs/plain" and second["source"].startswith("tar:"), second'
  run cash history imgs-plain:h1
  refute_output -p $'first\n'
  run cash commit -m $'\e]0;title' plain h3
  assert_status 2
  cash rm plain
  cash rmi imgs-plain:h1 imgs-plain:h2
}

@test 'commit -c: what run does with it' {
  keep 'mkdir /work; chown app /work'
  cash commit -c 'CMD ["sh", "-c", "echo \"$A\" $B; id -un; pwd"]' -c 'ENV A=one "two"' plain c0 && fail 'two words without quotes'
  cash commit -c 'CMD ["sh", "-c", "echo \"$A\" $B; id -un; pwd"]' -c 'ENV A="one  two"' -c 'ENV B=b' -c 'USER app' -c 'WORKDIR /work' plain c1
  script imglocal
  run --separate-stderr cash run changed
  assert_output $'one  two b\napp\n/work'
  run --separate-stderr cash run -e B=c -u 0 changed
  assert_output $'one  two c\nroot\n/work'
  run --separate-stderr cash run changed -- echo other
  assert_output other
  run --separate-stderr cash run own -- sh
  assert_output 'own sh'
  run --separate-stderr cash run own
  assert_output own
  script imgs
  cash commit -c 'CMD echo $A' -c 'ENTRYPOINT ["echo", "entry"]' plain c2
  run grep -E '^(entrypoint|command)' "$(meta imgs-plain:c2)"
  assert_output $'entrypoint echo\nentrypoint entry'
  local change
  for change in 'CMD [echo]' 'CMD ["a"' 'CMD ["a"] x' 'CMD ["\u0041"]' 'WORKDIR work' 'WORKDIR /a/../b' 'ENV x' 'USER a b' 'EXPOSE 80' 'CMD'; do
    run cash commit -c "${change}" plain c3
    assert_status 2
  done
  cash rm plain
  cash rmi imgs-plain:c1 imgs-plain:c2
}

@test 'commit of a container that runs: it stands still meanwhile, and goes on' {
  begin_run plain -- sh -c 'i=0; echo ready; trap "exit 3" TERM; while :; do i=$((i + 1)); echo $i >/a; echo $i >/b; done'
  local before
  cash commit plain p1
  before=$(<"${ROOT}/containers/imgs/plain/rootfs/a")
  eventually 5 changed "${before}"
  stop_run
  cash rmi imgs-plain:p1
}
changed() {
  local now
  now=$(<"${ROOT}/containers/imgs/plain/rootfs/a")
  [[ -n ${now} && ${now} != "$1" ]]
}

@test 'a commit that fails, and one that is ended: the container goes on' {
  begin_run plain -- sh -c "$(waiting)"
  mkdir "${BATS_TEST_TMPDIR}/bin"
  # a btrfs that fails, and tells whether the container stood still
  printf '#!/bin/sh\ngrep -h ^State /proc/%s/status >%s/state\nexit 1\n' "$(pid_of plain)" "${BATS_TEST_TMPDIR}" >"${BATS_TEST_TMPDIR}/bin/btrfs"
  chmod +x "${BATS_TEST_TMPDIR}/bin/btrfs"
  sed "s|^export LC_ALL=C PATH=|&${BATS_TEST_TMPDIR}/bin:|" "${SCRIPT}" >"${BATS_TEST_TMPDIR}/script"
  run bash "${BATS_TEST_TMPDIR}/script" commit plain f1
  assert_status 125
  [[ -e /sys/fs/cgroup/cgroup.controllers ]] || assert_equal "$(cat "${BATS_TEST_TMPDIR}/state")" $'State:\tT (stopped)'
  run cat "/proc/$(pid_of plain)/status"
  assert_output -e $'State:\t[RSD]'
  refute_exists "${ROOT}/images/imgs-plain/f1"
  refute_exists "$(meta imgs-plain:f1)"
  run bash "${BATS_TEST_TMPDIR}/script" commit --no-pause plain f1
  assert_status 125
  [[ -e /sys/fs/cgroup/cgroup.controllers ]] || assert_output -p 'snapshot'
  run grep -h ^State "${BATS_TEST_TMPDIR}/state"
  assert_output -e $'State:\t[RSD]'
  stop_run
}
# pid_of CONTAINER: of its process 1.
pid_of() {
  local pid
  while read -r pid; do
    ! grep -qE '^NSpid:\s[0-9]+\s1$' "/proc/${pid}/status" || printf '%s' "${pid}"
  done < <(cat /sys/fs/cgroup/{pids/,}cash/imgs/"$1"/cgroup.procs 2>/dev/null)
}

@test 'commit refuses a container whose /etc is a link' {
  keep 'mv /etc /etcetera; ln -s / /etc'
  run cash commit plain e1
  assert_status 125
  assert_output -p '/etc of the container is a symbolic link'
  run cash images -q
  refute_output -p e1
  run half_made
  assert_output ''
  cash rm plain
}

@test 'rmi: not while a container has it, unless forced' {
  keep true
  cash commit plain u1
  cash rm plain
  script imglocal
  cash tag imgs-plain:u1 imgs-plain:v1
  cash run --keep one -- true
  script imgs
  run cash rmi imgs-plain:v1
  assert_status 125
  assert_output -p 'the kept files of one of imglocal'
  script imglocal
  cash rm one
  begin_run one -- sh -c "$(waiting)"
  script imgs
  run cash rmi imgs-plain:u1 imgs-plain:v1
  assert_status 125
  assert_output -p 'the container one of imglocal runs with it'
  cash rmi --force imgs-plain:v1
  script imglocal
  stop_run
  script imgs
  run cash images -q
  refute_output -p imgs-plain
}

@test 'rmi of what is not there says so; of one twice, as planned' {
  cash pull right
  run cash plan rmi checked:one checked:one
  assert_equal "$(grep -c 'btrfs -q subvolume delete' <<<"${output}")" 1
  run cash rmi checked:one checked:one
  assert_status 0
  assert_output 'cash: checked:one is not there'
  run cash rmi -f checked:one
  assert_status 0
  assert_output ''
}

@test 'rmi -f of the image of a service that is started again: its user is who it was' {
  keep true
  cash commit plain v1
  cash rm plain
  script imglocal
  cash run -d user
  cash rmi -f imgs-plain:v1
  eventually 10 started_again 3
  run cash logs user
  refute_output -p 'is not in'
  eventually 10 is_gone
  eventually 10 is_app
  cash rm -f user
}
is_gone() { [[ $(cash exec -u app user true 2>&1) == *'user app: the image is gone, and with it its /etc/passwd'* ]]; }
is_app() { [[ $(cash exec user id -un 2>/dev/null) == app ]]; } # between two starts there is none
# started_again COUNT: the service user.
started_again() { (($(cash logs user | grep -cx app) >= $1)); }

@test 'image save, load: files, owners, xattrs, what is known' {
  keep 'echo mine >/mine; chown app:extra /mine; chmod 4750 /mine; ln /mine /hard; touch "/odd \\ name"; mkfifo /fifo; echo cat /mine >/start'
  python3 -c 'import os, sys; os.setxattr(sys.argv[1], "user.note", b"kept")' "${ROOT}/containers/imgs/plain/rootfs/mine"
  cash commit -m 'to be saved' -c 'CMD ["sh", "/start"]' plain s1
  cash rm plain
  cash image save imgs-plain:s1 -o "${FILES}/s1.tar"
  assert_equal "$(stat -c %a "${FILES}/s1.tar")" 600
  cash image save imgs-plain:s1 >"${FILES}/again.tar"
  cmp "${FILES}/s1.tar" "${FILES}/again.tar"
  assert_equal "$(tar -tf "${FILES}/s1.tar" | head -n 2)" $'./.cash-image\n./'
  run cash image load -i "${FILES}/s1.tar"
  assert_status 125
  assert_output -p 'imgs-plain:s1 is there'
  local before after history
  before=$(facts "${ROOT}/images/imgs-plain/s1") history=$(cash history --json imgs-plain:s1)
  cash rmi imgs-plain:s1
  run --separate-stderr cash image load -i "${FILES}/s1.tar"
  assert_status 0
  assert_output imgs-plain:s1
  after=$(facts "${ROOT}/images/imgs-plain/s1")
  assert_equal "${after}" "${before}"
  assert_equal "$(cash history --json imgs-plain:s1)" "${history}"
  cash rmi imgs-plain:s1
  mv "${FILES}/s1.tar" "${FILES}/imgs-plain:s1.tar" # to tar a host and a file on it, where nothing says that it is none
  (cd "${FILES}" && cash image load -i imgs-plain:s1.tar)
  mv "${FILES}/imgs-plain:s1.tar" "${FILES}/s1.tar"
  cash rmi imgs-plain:s1
  run --separate-stderr cash image load < <(cat "${FILES}/s1.tar")
  assert_output imgs-plain:s1
  cash rmi imgs-plain:s1
  run --separate-stderr cash image load -i <(cat "${FILES}/s1.tar")
  assert_output imgs-plain:s1
  run half_made
  assert_output ''
  script imglocal
  run --separate-stderr cash run loaded
  assert_output mine
  script imgs
  cash image save imgs-plain:s1 -o /dev/null
  [[ -c /dev/null ]]
  cash rmi imgs-plain:s1
}
@test 'image save, load, and export: what takes no room takes none in a tar, nor afterwards' {
  keep 'truncate -s 1024G /all; { echo begin && head -c 1m /dev/zero; } >/some; truncate -s 1024G /some; echo end >>/some; touch /none'
  cash commit plain s2
  cash image save imgs-plain:s2 -o "${FILES}/s2.tar"
  (($(stat -c %s "${FILES}/s2.tar") < 8 << 20)) || fail 'not sparse'
  cash export plain -o "${FILES}/export.tar"
  (($(stat -c %s "${FILES}/export.tar") < 8 << 20)) || fail 'not sparse'
  tar -tvf "${FILES}/export.tar" | grep -E ' 1099511627780 .* \./some$'
  cash rm plain
  cash rmi imgs-plain:s2
  cash image load -i "${FILES}/s2.tar"
  assert_equal "$(cd "${ROOT}/images/imgs-plain/s2" && stat -c '%n %s' all some none)" $'all 1099511627776\nsome 1099511627780\nnone 0'
  (($(stat -c %b "${ROOT}/images/imgs-plain/s2/some") < 4096)) || fail 'not sparse'
  assert_equal "$(head -c 5 "${ROOT}/images/imgs-plain/s2/some") $(tail -c 4 "${ROOT}/images/imgs-plain/s2/some")" 'begin end'
  # Docker and Podman read such a tar, as the tar of Python does
  python3 - "${FILES}/s2.tar" <<'PYTHON'
import sys, tarfile
tar = tarfile.open(sys.argv[1])
some = tar.extractfile('./some')
assert some.read(5) == b'begin' and some.seek(1 << 40) and some.read() == b'end\n'
PYTHON
  cash rmi imgs-plain:s2
}
# facts DIRECTORY: names, kinds, owners, modes, contents, xattrs of what is in it.
facts() {
  (cd "$1" && find . ! -path './dev/*' -printf '%p %y %m %U:%G %n %l\n' | LC_ALL=C sort && find . -type f -exec md5sum {} + | LC_ALL=C sort && stat -c %y mine bin)
  python3 -c 'import os, sys; print(os.getxattr(sys.argv[1] + "/mine", "user.note"))' "$1"
}

@test 'image load: what is no archive, another one, or a forged one: 125, nothing left' {
  keep true
  cash commit plain s1
  cash rm plain
  cash image save imgs-plain:s1 -o "${FILES}/s1.tar"
  cash rmi imgs-plain:s1
  local archive=${FILES}/forged.tar case
  for case in none tiny cut changed named version unknown absolute dots device link; do
    forge "${case}" >"${archive}"
    [[ ${case} != none ]] || rm "${archive}"
    run cash image load -i "${archive}"
    assert_status 125
    run cash images -q
    refute_output -p imgs-plain
    run half_made
    assert_output ''
    refute_exists /tmp/cash-escaped
    refute_exists "${ROOT}/images/imgs-plain/cash-escaped"
  done
}
forge() {
  local archive=${FILES}/s1.tar
  case $1 in
    none) ;;
    tiny) cat "${TINY}" ;;
    cut) head -c 500000 "${archive}" ;;
    changed) head -c 300000 "${archive}" && printf x && tail -c +300002 "${archive}" ;;
    named) python3 "${BATS_TEST_DIRNAME}/forge.py" "${archive}" 'image imgs-plain:s1' 'image ../../x:s1' ;;
    version) python3 "${BATS_TEST_DIRNAME}/forge.py" "${archive}" 'cash-image 1' 'cash-image 2' ;;
    unknown) python3 "${BATS_TEST_DIRNAME}/forge.py" "${archive}" 'container ' 'kontainer ' ;;
    *) python3 "${BATS_TEST_DIRNAME}/forge.py" "${archive}" "$1" ;;
  esac
}

@test 'image load: a compressed archive: how it is unpacked' {
  local program
  for program in gzip xz zstd; do
    "${program}" -c <"${TINY}" >"${FILES}/compressed.tar"
    run cash image load -i "${FILES}/compressed.tar"
    assert_status 125
    assert_output "cash: '${FILES}/compressed.tar' is compressed: ${program} -dc FILE | ${SCRIPT} image load"
    run cash image load <"${FILES}/compressed.tar"
    assert_status 125
    assert_output -p "cash: standard input is compressed: ${program} -dc FILE | ${SCRIPT} image load"
  done
  run half_made
  assert_output ''
}

@test 'image: wrong usage' {
  run cash image
  assert_status 2
  run cash image save
  assert_status 2
  run cash image save no:such
  assert_status 125
  run cash image load -i
  assert_status 125
  run cash image load --nonsense
  assert_status 2
}

@test 'x-cash: command, environment, user and working directory of an image' {
  run --separate-stderr cash run configured
  assert_output $'image mine\napp\n/var/tmp'
}

@test 'wrong names' {
  run cash rmi ../../etc:x
  assert_status 2
  run cash rmi tar:..
  assert_status 2
  run cash commit plain ../x
  assert_status 2
  run cash rmi no-such:image
  assert_status 0
}

@test 'prune: what killed commands have left, and nothing else' {
  cash run --keep plain -- true
  begin_run gz -- sh -c 'echo ready; sleep 1000.1'
  kill -KILL "${RUNNING}"
  wait "${RUNNING}" || true
  btrfs -q subvolume create "${ROOT}/images/tar/.half.part"
  btrfs -q subvolume create "${ROOT}/volumes/.half.part"
  mkdir "${ROOT}/images/"{killed,hollow}
  btrfs -q subvolume create "${ROOT}/images/killed/.1.part"
  echo 'source x' >"${ROOT}/images/killed/.1.meta"
  run cash plan prune
  assert_equal "$(grep -c "^rmdir .*${ROOT}/images/" <<<"${output}")" 2
  run cash prune
  refute_exists "${ROOT}/images/killed"
  refute_exists "${ROOT}/images/hollow"
  assert_output -p 'the container gz'
  assert_output -p 'half made: images/tar/.half.part'
  refute_exists "${ROOT}/containers/imgs/gz"
  refute_exists "${ROOT}/images/tar/.half.part"
  refute_exists "${ROOT}/volumes/.half.part"
  assert_exists "${ROOT}/containers/imgs/plain/rootfs"
  run pgrep -fx 'sleep 1000.1'
  assert_status 1
  cash rm plain
}

@test 'the pool: a sparse file, mounted again after a reboot' {
  cash pull plain
  assert_exists "${ROOT}.btrfs"
  (($(stat -c '%b * 512' "${ROOT}.btrfs") < 1 << 30)) || fail 'not sparse'
  umount "${ROOT}"
  refute_exists "${ROOT}/images"
  run --separate-stderr cash run plain -- echo ok
  assert_output ok
}

@test 'down keeps images; down -v --images leaves nothing at all' {
  local project
  cash down
  assert_exists "${ROOT}/images/tar"
  for project in imglocal imgs; do
    script "${project}"
    cash down -v --images
  done
  refute_exists "${ROOT}"
  refute_exists "${ROOT}.btrfs"
  run losetup --list --noheadings --output BACK-FILE
  refute_output -p "${ROOT}"
}
