# Bind mounts: only what the definition names, whoever changes the path meanwhile.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
load helper
load apart

setup_file() {
  begin
  apart_begin
  export DATA=/tmp/binds-data
  rm -rf "${DATA}"
  mkdir -p "${DATA}"/{named/deep,outside,tree/sub}
  echo named >"${DATA}/named/mark"
  echo deep >"${DATA}/named/deep/mark"
  echo outside >"${DATA}/outside/mark"
  mkdir "${DATA}/outside/deep"
  echo outside >"${DATA}/outside/deep/mark"
  compile binds <<'YAML'
name: binds
x-cash: {root: "${ROOT}", allow: [/proc, /tmp/binds-data/link], parameters: {where: {type: path, default: /tmp/binds-data/named}}}
services:
  deep: {image: "tar:${TINY}", network_mode: none, command: [cat, /data/mark], volumes: [{type: bind, source: /tmp/binds-data/named/deep, target: /data, bind: {create_host_path: false}}]}
  file: {image: "tar:${TINY}", network_mode: none, command: [cat, /mark], volumes: [{type: bind, source: /tmp/binds-data/named/mark, target: /mark, bind: {create_host_path: false}}]}
  open: {image: "tar:${TINY}", network_mode: none, command: [cat, /data/mark], volumes: ["${where}:/data:ro"]}
  linked: {image: "tar:${TINY}", network_mode: none, command: [cat, /data/mark], volumes: ["/tmp/binds-data/link:/data"]}
  system: {image: "tar:${TINY}", network_mode: none, command: [cat, /data/mark], volumes: ["/var/run/binds-mark:/data"]}
  made: {image: "tar:${TINY}", network_mode: none, command: "true", volumes: ["/tmp/binds-data/other/made:/data"]}
  host: {image: "tar:${TINY}", network_mode: none, command: [cat, /host/sys/kernel/ostype], volumes: ["/proc:/host:ro"]}
  tree: {image: "tar:${TINY}", network_mode: none, volumes: ["/tmp/binds-data/tree:/fixed:ro", "/tmp/binds-data/tree:/free", "/tmp/binds-data/pipe:/pipe"]}
  writer: {image: "tar:${TINY}", network_mode: none, volumes: ["store:/store", "/tmp/binds-data/tree:/tree"]}
  inner:
    image: tar:${TINY}
    network_mode: none
    command: [cat, /a/x/y/mark]
    volumes: ["store:/a", "/tmp/binds-data/named:/a/x/y", "/tmp/binds-data/named/mark:/t/u/mark", "/tmp/binds-data/tree:/etc:ro"]
    tmpfs: [/t, /a/x/z]
volumes: {store: }
YAML
}
teardown_file() {
  apart_end
  rm -rf "${DATA}"
}

# exchanged COMMAND…: while the directory `named` of DATA is, again and again, a link to `outside`.
exchanged() {
  local exchanger status=0
  perl -e 'chdir $ARGV[0]; symlink "outside", "trap"; while (1) { rename "named", "aside"; rename "trap", "named"; rename "named", "trap"; rename "aside", "named" }' "${DATA}" 3>&- &
  exchanger=$!
  "$@" || status=$?
  kill -STOP "${exchanger}"
  kill -KILL "${exchanger}"
  wait "${exchanger}" 2>/dev/null || true # killed
  [[ ! -d ${DATA}/aside ]] || { rm -f "${DATA}/named" && mv -T "${DATA}/aside" "${DATA}/named"; }
  rm -f "${DATA}/trap"
  return "${status}"
}

@test 'a link that others can make is not followed; one of the system, and one that is allowed, is' {
  ln -s outside "${DATA}/link"
  run --separate-stderr cash run linked
  assert_output outside
  mv "${DATA}/named" "${DATA}/real"
  ln -s outside "${DATA}/named"
  run cash run deep
  assert_status 125
  assert_output -p "/tmp/binds-data/named/deep passes through a symbolic link, /tmp/binds-data/named"
  rm "${DATA}/named"
  mv "${DATA}/real" "${DATA}/named"
  apart sh -c 'mkdir /run/binds-mark && echo system >/run/binds-mark/mark'
  run --separate-stderr cash run system
  assert_output system
}

@test 'a directory or a file that is exchanged during the start: never what the link leads to' {
  starts() {
    local count
    for ((count = 0; count < 6; count++)); do
      cash run deep || true # it meets the link, and is refused
      cash run file || true
    done >"${BATS_TEST_TMPDIR}/marks" 2>/dev/null
  }
  exchanged starts
  run sort -u "${BATS_TEST_TMPDIR}/marks"
  refute_output -p outside
  run --separate-stderr cash run deep
  assert_output deep
  run --separate-stderr cash run file
  assert_output named
}

@test 'no directory is made behind a link' {
  ln -s outside "${DATA}/other"
  run cash run made
  assert_status 125
  assert_output -p 'passes through a symbolic link'
  refute_exists "${DATA}/outside/made"
  rm "${DATA}/other"
  cash run made
  assert_equal "$(stat -c %a "${DATA}/other" "${DATA}/other/made")" $'755\n755'
}

@test 'the host itself is refused, also where only the host knows the path' {
  for where in /proc /proc/1 /sys /dev "${ROOT}" "${ROOT%/*}" "${ROOT}/volumes" /run/cash /run /var/run; do
    run cash --set where="${where}" run open
    assert_status 125
    assert_output -e "^cash: ${where} is, or holds, or lies in .*: x-cash.allow has to name it"
  done
  run --separate-stderr cash run open
  assert_output named
  run --separate-stderr cash run host
  assert_output Linux
  grep -qxF '#   loosens  /proc of the host, as x-cash.allow says (host)' "${SCRIPT}"
}

@test 'what is mounted below it is as restricted as it is; a pipe can be mounted' {
  [[ -p ${DATA}/pipe ]] || mkfifo "${DATA}/pipe"
  apart mount -t tmpfs -o mode=777 below "${DATA}/tree/sub"
  apart mkdir "${DATA}/tree/sub/deeper"
  apart mount -t tmpfs -o mode=777 deeper "${DATA}/tree/sub/deeper"
  run --separate-stderr cash run tree -- sh -c 'for path in /fixed /fixed/sub /fixed/sub/deeper; do touch $path/file 2>/dev/null && echo "$path can be written"; done
    touch /free/sub/deeper/file; ls /fixed/sub/deeper; [ -p /pipe ] && awk "\$5 ~ /^.(fixed|free)/ { print \$5, \$6 }" /proc/self/mountinfo | cut -d, -f1-3 | sort'
  apart umount "${DATA}/tree/sub/deeper"
  apart umount "${DATA}/tree/sub"
  assert_output $'file\n/fixed ro,nosuid,nodev\n/fixed/sub ro,nosuid,nodev\n/fixed/sub/deeper ro,nosuid,nodev\n/free rw,nosuid,nodev\n/free/sub rw,nosuid,nodev\n/free/sub/deeper rw,nosuid,nodev'
}

@test 'mounts in one another: what a container has put in the way is refused, and made nowhere' {
  touch "${DATA}/tree/"{hosts,hostname,resolv.conf,passwd,group}
  run --separate-stderr cash run inner -- sh -c 'cat /a/x/y/mark /t/u/mark; grep -c inner /etc/hosts; ls -d /a/x/z'
  assert_output $'named\nnamed\n1\n/a/x/z'
  cash run writer -- sh -c 'cd /store && rm -r x && ln -s /tree x'
  run cash run inner
  assert_status 125
  assert_output -p 'passes through a symbolic link'
  refute_exists "${DATA}/tree/y"
  cash run writer -- sh -c 'cd /store && rm x && ln -s /tmp/binds-data/tree x'
  run cash run inner
  assert_status 125
  refute_exists "${DATA}/tree/y"
}
