# Files of containers: cp, diff, export; and that they stand still while they are committed.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load running

setup_file() {
  begin
  compile fsbox <<'YAML'
name: fsbox
x-cash: {root: "${ROOT}", storage: {size: 512m}}
services:
  box:
    image: "tar:${TINY}"
    network_mode: none
    command: [sh]
    volumes: ["data:/data"]
    tmpfs: ["/scratch"]
  user: {image: "tar:${TINY}", network_mode: none, userns_mode: auto, command: [sh]}
volumes: {data: {}}
YAML
}
setup() {
  HERE=${BATS_TEST_TMPDIR}/here
  mkdir -p "${HERE}"
  cd "${HERE}" || return
}
teardown() {
  end_all
  cash rm box user
}
teardown_file() { finish; }

# up [WORD…]: the container box (or what --name says) runs, until stop_run.
up() { begin_run "$@" box -- sh -c "$(waiting)"; }
keep() { cash run --keep box -- sh -c "$1"; }
inside() { nsenter --target "$(pid_of box)" --mount --root --wd -- "$@"; }
# pid_of CONTAINER: of its process 1.
pid_of() {
  local pid
  while read -r pid; do
    ! grep -qE '^NSpid:\s[0-9]+\s1$' "/proc/${pid}/status" || printf '%s' "${pid}"
  done < <(cat /sys/fs/cgroup/{pids/,}cash/fsbox/"$1"/cgroup.procs 2>/dev/null)
}
listed() { find "$1" -mindepth 1 -printf '%P %y %m %U:%G\n' | LC_ALL=C sort; }

@test 'out of kept files: a file to a new name, into a directory, over another' {
  keep 'echo one >/one; chmod 640 /one; chown app /one'
  cash cp box:/one new
  assert_equal "$(cat new)" one
  assert_equal "$(stat -c '%a %u:%g' new)" '640 0:0'
  mkdir directory && cash cp box:one directory
  assert_equal "$(cat directory/one)" one
  echo old >over && cash cp box:/one over
  assert_equal "$(cat over)" one
  cash cp -a box:/one archived
  assert_equal "$(stat -c '%a %u:%g' archived)" '640 1000:0'
  cash cp -- box:/one -new && cash cp -- -new box:/again
  assert_equal "$(cat ./-new "${ROOT}/containers/fsbox/box/rootfs/again")" $'one\none'
  run cash cp box:/one nowhere/
  assert_status 125
  assert_output -p 'no such directory'
  run cash cp box:/none x
  assert_status 125
  assert_output -p "no such file in the container: '/none'"
}

@test 'sparse files stay sparse, in and out, with another name too' {
  local option
  keep 'truncate -s 100G /all; echo end >>/all'
  for option in '' -a; do
    # shellcheck disable=SC2086 # or nothing
    cash cp ${option} box:/all out
    # shellcheck disable=SC2086
    cash cp ${option} out box:/back
    assert_equal "$(stat -c %s out) $(tail -c 4 out)" '107374182404 end'
    (($(stat -c %b out "${ROOT}/containers/fsbox/box/rootfs/back" | paste -sd +) < 64)) || fail 'not sparse'
    assert_equal "$(tail -c 4 "${ROOT}/containers/fsbox/box/rootfs/back")" end
  done
}

@test 'out: directories as docker cp does' {
  keep 'mkdir -p /tree/sub; echo a >/tree/a; echo b >/tree/sub/b; ln /tree/a /tree/hard; ln -s a /tree/soft; ln -s /tree /way'
  cash cp box:/tree new
  run find new -printf '%P '
  assert_output -p 'sub/b'
  assert_equal "$(readlink new/soft)" a
  assert_equal "$(stat -c %i new/a)" "$(stat -c %i new/hard)"
  mkdir there && cash cp box:/tree there && assert_exists there/tree/sub/b
  cash cp box:/tree/ there && assert_exists there/tree/a
  mkdir contents && cash cp box:/tree/. contents && assert_exists contents/sub/b
  cash cp box:/tree/. made && assert_exists made/sub/b
  touch file
  run cash cp box:/tree file
  assert_status 125
  assert_output -p "'file' is a file"
  cash cp box:/way link && assert_equal "$(readlink link)" /tree
  cash cp -L box:/way followed && assert_exists followed/sub/b
  mkdir into && cash cp -L box:/way into && assert_exists into/way/sub/b
}

@test 'in: files and directories as docker cp does, of root unless -a' {
  keep true
  mkdir -p tree/sub && echo a >tree/a && echo b >tree/sub/b && ln -s a tree/soft && chown 12:34 tree/a && chmod 4711 tree/a
  cash cp tree/a box:/new
  cash cp tree/a box:/tmp
  cash cp -a tree/a box:/tmp/owned
  cash cp tree box:/tmp
  cash cp tree/. box:/root
  cash cp tree box:/other
  cash cp tree/. box:/more
  cash cp tree/ box:/slashed/
  run --separate-stderr cash run --keep box -- sh -c 'stat -c "%n %a %u:%g" /new /tmp/a /tmp/owned /tmp/tree/sub/b /root/sub/b /other/sub/b /more/sub/b /slashed/a; readlink /other/soft; stat -c %a /root'
  assert_output $'/new 4711 0:0\n/tmp/a 4711 0:0\n/tmp/owned 4711 12:34\n/tmp/tree/sub/b 644 0:0\n/root/sub/b 644 0:0\n/other/sub/b 644 0:0\n/more/sub/b 644 0:0\n/slashed/a 4711 0:0\na\n700'
  run cash cp tree box:/new
  assert_status 125
  assert_output -p "'/new' is a file"
  run cash cp tree/a box:/nowhere/a
  assert_status 125
  assert_output -p "not a directory in the container: 'nowhere'"
  run cash cp none box:/
  assert_status 125
  assert_output -p "no such file: 'none'"
}

@test 'a stream in, and out' {
  keep 'echo one >/one'
  cash cp box:/one - >one.tar
  assert_equal "$(tar -tf one.tar)" ./one
  cash cp - box:/tmp <one.tar
  run --separate-stderr cash run --keep box -- cat /tmp/one
  assert_output one
  run cash cp - box:/none <one.tar
  assert_status 125
  assert_output -p "no such directory in the container: '/none'"
}

@test 'names that are no file names elsewhere' {
  keep 'mkdir "/a b"; echo x >"/a b/-n & | \\ \$(id)"'
  cash cp 'box:/a b/-n & | \ $(id)' '& | \ new'
  assert_equal "$(cat '& | \ new')" x
  cash cp '& | \ new' box:/tmp
  cash cp './& | \ new' 'box:/tmp/1 & | \2'
  run --separate-stderr cash run --keep box -- sh -c 'cat "/tmp/& | \\ new" "/tmp/1 & | \\2"'
  assert_output $'x\nx'
}

@test 'while it runs: its volume, its tmpfs, its own view' {
  up
  inside sh -c 'echo v >/data/v; echo t >/scratch/t; ln -s /scratch /short'
  cash cp box:/data/v v && assert_equal "$(cat v)" v
  cash cp box:/scratch/t t && assert_equal "$(cat t)" t
  echo in >in
  cash cp in box:/data && assert_equal "$(inside cat /data/in)" in
  cash cp in box:/short && assert_equal "$(inside cat /scratch/in)" in
  cash cp in box:short/../data/again && assert_equal "$(inside cat /data/again)" in
  assert_equal "$(cat "${ROOT}/volumes/fsbox_data/again")" in
  refute_exists "${ROOT}/containers/fsbox/box/rootfs/data/in"
  stop_run
}

@test 'a container that has another name' {
  up --name other
  nsenter --target "$(pid_of other)" --mount --root --wd -- sh -c 'echo o >/o'
  cash cp other:/o o && assert_equal "$(cat o)" o
  run cash diff other
  assert_output -p 'A /o'
  stop_run
  run cash cp other:/o x
  assert_status 2
}

@test 'links of the container lead nowhere on the host' {
  local secret=${BATS_TEST_TMPDIR}/secret where
  mkdir "${secret}" && echo secret >"${secret}/file"
  echo mine >mine
  for where in kept running; do
    if [[ ${where} == kept ]]; then
      keep "ln -s ${secret} /absolute; ln -s ../../../../../../../../..${secret} /relative; ln -s ${secret}/file /file; ln -s ${secret}/new /new; mkdir -p /into; ln -s ${secret} /into/sub; ln -s / /slash; ln -s ../../../../../../../../.. /up"
    else
      begin_run --keep box -- sh -c "rm -r /into/sub; ln -s ${secret} /into/sub; $(waiting)"
    fi
    for link in absolute relative slash"${secret}" up"${secret}"; do
      run cash cp "box:/${link}/file" out
      assert_status 125
      refute_exists out
      run cash cp mine "box:/${link}/file"
      assert_status 125
    done
    run cash cp -L box:/file out
    assert_status 125
    refute_exists out
    run cash cp mine box:/file # its own directory of that name is not there either
    assert_status 125
    run cash cp mine box:/new
    assert_status 125
    mkdir -p tree/sub && echo mine >tree/sub/file
    cash cp tree/. box:/into # the directory takes the place of a link to nowhere
    mkdir -p usr/sub && echo mine >usr/sub/cash-was-here
    if [[ ${where} == running ]]; then inside sh -c 'rm -r /into/sub; ln -s /usr/bin /into/sub'; else keep 'rm -r /into/sub; ln -s /usr/bin /into/sub'; fi # tar sees that one of the host
    run cash cp usr/. box:/into
    assert_status 125
    refute_exists /usr/bin/cash-was-here
    assert_equal "$(cat "${secret}/file")" secret
    assert_equal "$(ls "${secret}")" file
  done
  stop_run
}

@test 'a directory that becomes a link while it is copied to' {
  local secret=${BATS_TEST_TMPDIR}/secret try
  mkdir "${secret}"
  begin_run box -- sh -c "mkdir -p /a/b; ln -s ${secret} /a/link; echo ready; trap 'exit 3' TERM; while :; do mv /a/b /a/dir; mv /a/link /a/b; mv /a/b /a/link; mv /a/dir /a/b; done"
  mkdir -p tree/b && echo x >tree/b/x
  for ((try = 0; try < 15; try++)); do
    cash cp tree/b/x box:/a/b/x 2>/dev/null || true # which of both it meets is open
    cash cp tree/. box:/a 2>/dev/null || true
  done
  assert_equal "$(ls "${secret}")" ''
  stop_run
}

@test 'a container of another user: its root owns what is copied in' {
  begin_run user -- sh -c "$(waiting)"
  echo in >in
  cash cp in user:/tmp
  cash cp user:/etc/passwd passwd
  assert_equal "$(stat -c %u passwd)" 0
  assert_equal "$(stat -c %u:%g "/proc/$(pid_of user)/root/tmp/in")" 100000:100000
  stop_run
}

@test 'nothing that gives a right comes out without -a' {
  keep 'cp /bin/busybox /suid; chmod 6755 /suid'
  cash cp box:/suid suid
  assert_equal "$(stat -c %a suid)" 755
  cash cp -a box:/suid suid
  assert_equal "$(stat -c %a suid)" 6755
}

@test 'cp: wrong usage' {
  run cash cp one two
  assert_status 2
  run cash cp box:/a box:/b
  assert_status 2
  run cash cp nosuch:/a b
  assert_status 2
  assert_output -p "no such service: nosuch"
  run cash cp box:/a b
  assert_status 125
  assert_output -p 'run --keep box'
}

@test 'diff: what is added, changed, deleted' {
  keep 'echo a >/new; mkdir -p "/dir/a b"; echo x >"/dir/a b/c\d"; rm /etc/group; rm -r /home/app; echo >>/etc/passwd; chmod 700 /var; touch "/tab	$(printf "\n")"'
  run --separate-stderr cash diff box
  assert_status 0
  assert_equal "${output}" "A /data
A /dir
A /dir/a b
A /dir/a b/c\\d
C /etc
D /etc/group
C /etc/passwd
C /home
D /home/app
A /new
A /scratch
A \$'/tab\\t'
C /var"
  run find "${ROOT}/containers/fsbox" -maxdepth 1 -name '.*'
  assert_output ''
}

@test 'diff: directories that got another name, or were replaced' {
  keep 'mv /home/app /home/other; mv /var /old; mkdir -p /var/new; mv /etc/group /etc/groups'
  run --separate-stderr cash diff box
  assert_equal "$(grep -vE 'data|scratch' <<<"${output}")" 'C /etc
D /etc/group
A /etc/groups
C /home
D /home/app
A /home/other
A /old
A /old/tmp
C /var
A /var/new
D /var/tmp'
}

@test 'diff and export of a container that runs, and of none' {
  up
  inside sh -c 'echo new >/new'
  run --separate-stderr cash diff box
  assert_output -p 'A /new'
  cash export box -o box.tar
  assert_equal "$(stat -c %a box.tar)" 600
  assert_equal "$(tar -xOf box.tar ./new)" new
  cash export box >again.tar
  cmp box.tar again.tar
  run cash export box -o "${HERE}"
  assert_status 2
  stop_run
  run cash diff box
  assert_status 125
  run cash export box -o none.tar
  assert_status 125
  refute_exists none.tar
  refute_exists none.tar.part
}

@test 'diff: of an image that was pulled anew since there is nothing to compare with' {
  cash run --keep --name renewed box -- touch /made
  run cash diff renewed
  assert_output -p '/made'
  sleep 0.1
  cash run --pull always --name other box -- true
  run cash diff renewed
  assert_status 125
  assert_output -p 'was pulled anew since'
  cash rm renewed
}

@test 'diff: names with escapes are shown, not sent' {
  keep 'touch "/$(printf "\033]0;title\007")"'
  run --separate-stderr cash diff box
  assert_output -p "A \$'/\\E]0;title\\a'"
  refute_output -p $'\e'
}

@test 'what a killed diff has left: prune' {
  keep true
  mkdir "${ROOT}/containers/fsbox/.box.part"
  btrfs -q subvolume snapshot -r "${ROOT}/containers/fsbox/box/rootfs" "${ROOT}/containers/fsbox/.box.part/rootfs.part"
  run cash prune
  assert_output -p 'a copy of the files of box'
  refute_exists "${ROOT}/containers/fsbox/.box.part"
}
