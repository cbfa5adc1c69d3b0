# Other containers by their names: lines of /etc/hosts. On a host of its own (apart.bash).
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load apart
load running

setup_file() {
  begin
  compile names <<'YAML'
name: names
x-cash: {root: "${ROOT}"}
x-wait: &wait
  image: "tar:${TINY}"
  command: [sh, -c, 'trap "exit 3" TERM; while :; do sleep 0.05; done']
services:
  db: {<<: *wait, networks: {back: {aliases: [postgres, main_db]}}}
  web: {<<: *wait, hostname: www, networks: [front, back]}
  proxy: {<<: *wait, networks: [front]}
  alone: {<<: *wait, network_mode: none}
  bridge: {<<: *wait, network_mode: bridge}
networks:
  front: {ipam: {config: [{subnet: 10.77.1.0/24}]}}
  back: {ipam: {config: [{subnet: 10.77.2.0/24}]}}
YAML
  apart_begin
}
setup() { script names; }
teardown() {
  end_all
  cash down >&2
}
teardown_file() { apart_end; }

# known CONTAINER: the lines of its /etc/hosts that cash has added, one word before each: the address.
known() { cash exec "$1" sh -c 'grep "^[0-9].*# cash$" /etc/hosts' | LC_ALL=C sort; }
hosts() { printf '%s/containers/names/%s/etc/hosts' "${ROOT}" "$1"; }

@test 'each knows those on its networks, by their names, their services and their aliases' {
  cash up
  run known web
  assert_output $'10.77.1.3 proxy  # cash\n10.77.2.2 db postgres main_db  # cash'
  run known db
  assert_output '10.77.2.3 web  # cash'
  run known proxy
  assert_output '10.77.1.2 web  # cash'
  for name in alone bridge; do
    run known "${name}"
    assert_output ''
  done
  run cash exec web sh -c 'grep -c "^10.77.*www web$" /etc/hosts'
  assert_output 2 # its own name and service, on both networks
  cash run -d --name second db
  run known web
  assert_output -p '10.77.2.4 second db postgres main_db  # cash'
  run cash exec second grep '^10.77.2.4 ' /etc/hosts # and itself, by all of these
  assert_output '10.77.2.4 db postgres main_db second'
}

@test 'one that ends is known no more; one that comes again is, in the same line' {
  cash up
  local before inode
  before=$(apart cat "$(hosts web)")
  inode=$(apart stat -c %i "$(hosts web)")
  cash stop db
  run known web
  assert_output '10.77.1.3 proxy  # cash'
  cash start db
  cash restart db
  assert_equal "$(apart cat "$(hosts web)")" "${before}"
  assert_equal "$(apart stat -c %i "$(hosts web)")" "${inode}" # which is what is mounted in there
  cash rm -f db
  cash run db -- grep -h 'web' /etc/hosts
  run known web
  assert_output '10.77.1.3 proxy  # cash'
}

@test 'of one that was killed, nobody takes another one for it' {
  cash up db web
  local killed='for name in owner pid; do read -r pid _ </run/cash/names/containers/db/$name; kill -KILL "$pid"; done'
  apart bash -c "${killed}"
  eventually 5 apart flock /run/cash/names/containers/db true
  cash prune
  run known web
  assert_output ''
  cash up
  apart bash -c "${killed}; rm -r /run/cash/names/containers/db" # by whom ever
  cash run -d --name heir db
  run known web
  assert_output $'10.77.1.3 proxy  # cash\n10.77.2.2 heir db postgres main_db  # cash'
}

@test 'what a container has written there itself: its own loss' {
  cash up db web
  cash exec web sh -c 'printf "10.77.2.2 mine\n\0\0x" >>/etc/hosts; printf "10.77.2.2 fake  # cash\n" >>/etc/hosts'
  cash exec db sh -c 'head -c 100000 /dev/zero | tr "\0" a >/etc/hosts'
  cash restart db web
  cash up
  run cash exec db grep -c web /etc/hosts
  assert_output 1
  run cash exec web grep -c '^10.77.2.2 db postgres' /etc/hosts
  assert_output 1
  run cash exec proxy sh -c ': >/etc/hosts; rm -f /etc/hosts 2>/dev/null; ls /etc/hosts'
  cash restart web
  run known proxy
  assert_output '10.77.1.2 web  # cash'
}

@test 'what it writes there fills the pool, not /run' {
  cash up db
  local before
  before=$(apart df --output=used /run | tail -n 1)
  run cash exec db sh -c 'head -c 8000000 /dev/zero >/etc/hosts && head -c 8000000 /dev/zero >/etc/resolv.conf && head -c 8000000 /dev/zero >/etc/hostname'
  assert_status 0
  (($(apart df --output=used /run | tail -n 1) - before < 4000))
}

@test 'that there is no room for a name is said, and all else goes on' {
  cash up db
  apart chattr +i "$(hosts db)" # as little can be written to it as where the pool is full
  run --separate-stderr cash up web
  apart chattr -i "$(hosts db)"
  assert_status 0
  assert_output --stderr -p "$(hosts db) cannot be written to: that one does not know the names: 10.77.2.3 web  # cash"
  run known web
  assert_output '10.77.2.2 db postgres main_db  # cash'
}

@test 'what a kept container has written there goes with its end, and after a cut of power with its next start' {
  cash run --keep --name box db -- sh -c 'echo 10.0.0.1 old >/etc/hosts'
  run apart test -e "$(hosts box)"
  assert_status 1
  apart install -D -m 600 <(echo 10.0.0.1 old) "$(hosts box)"
  apart install -m 600 <(echo box) "${ROOT}/containers/names/box/etc/hostname"
  run cash run --keep --name box db -- sh -c 'ls -l /etc/hosts; grep -c old /etc/hosts'
  assert_output -e '^-rw-r--r-- .*'$'\n''0$'
}

@test 'a plan says who learns of whom, and does that' {
  cash up db
  run cash plan run web -- true
  assert_status 2
  assert_output -p "echo '10.77.2.3 web  # cash' >>$(hosts db)  # who is on its network, too"
  assert_output -p "echo '10.77.2.2 db postgres main_db  # cash' >>$(hosts web)"
  apart bash <<<"${output}"
  run apart cat "$(hosts db)"
  assert_output -p '#0.77.2.3 web  # cash'
  cash down
  run cash plan up
  apart bash <<<"${output}"
  run known web
  assert_output $'10.77.1.3 proxy  # cash\n10.77.2.2 db postgres main_db  # cash'
  run cash plan restart db web
  apart bash <<<"${output}"
  run known web
  assert_output -p ' db postgres main_db  # cash'
  run known db
  assert_output -e '^10[.0-9]+ web  # cash$'
  run cash plan down
  apart bash <<<"${output}"
  run --separate-stderr cash ps -a -q
  assert_output ''
}

@test 'eight that start at once: each knows all others' {
  cash pull
  local name names=(a b c d e f g h) pids=()
  for name in "${names[@]}"; do
    cash run -d --name "${name}" proxy &
    pids+=("$!")
  done
  wait "${pids[@]}"
  for name in "${names[@]}"; do
    run known "${name}"
    assert_equal "$(grep -o ' [a-h] ' <<<"${output}" | sort -u | tr -d ' \n')" "$(printf %s "${names[@]}" | tr -d "${name}")"
  done
}
