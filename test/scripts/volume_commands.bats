# The command volume: what there is, snapshots, restore, clones, to another pool and back, removal.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2312 # sh in the container expands; each test is a process of its own; variables of
# bats and helper; a failure inside a substitution shows in the comparison
load helper
load apart
load running

setup_file() {
  begin
  compile volc <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 300m}}
services:
  app: {image: "tar:${TINY}", network_mode: none, volumes: ["data:/data", "other:/other"]}
  alone: {image: "tar:${TINY}", network_mode: none, volumes: ["data:/data"]}
  outside: {image: "tar:${TINY}", network_mode: none, volumes: ["kept:/kept"]}
volumes:
  data:
  other: {name: volc-given}
  kept: {external: true, name: volc_kept}
YAML
  # the same project when no service names other and kept any more, and a project whose volumes begin with the name of the first
  compile volc-later <<'YAML'
name: volc
x-cash: {root: "${ROOT}", storage: {size: 300m}}
services: {app: {image: "tar:${TINY}", network_mode: none, volumes: ["data:/data"]}}
volumes: {data: }
YAML
  compile volc_x <<'YAML'
x-cash: {root: "${ROOT}", storage: {size: 300m}}
services: {app: {image: "tar:${TINY}", network_mode: none, volumes: ["data:/data", "shared:/shared"]}}
volumes: {data: , shared: {name: volc-given}}
YAML
  compile volc-far <<'YAML'
x-cash: {root: "${ROOT}.far", storage: {size: 300m}}
services: {app: {image: "tar:${TINY}", network_mode: none, volumes: ["data:/data"]}}
volumes: {data: }
YAML
  script volc
  apart_begin
}
teardown_file() { apart_end; }
setup() {
  FILE=${BATS_TEST_TMPDIR}/stream
  VOLUMES=${ROOT}/volumes
}
teardown() {
  local name
  end_all
  for name in volc_x volc-far volc; do
    script "${name}"
    [[ ! -d /proc/${APART}/root${VOLUMES}/volc_kept ]] || apart btrfs -q subvolume delete "${VOLUMES}/volc_kept"
    cash down -v
  done
}

# holds TEXT: the file of the volume data.
holds() {
  run --separate-stderr cash run alone -- cat /data/file
  assert_output "$1"
}
write() { cash run alone -- sh -c 'echo "$1" >/data/file' sh "$1"; }
# far COMMAND…: the script of the other pool.
far() {
  script volc-far
  cash "$@"
}
# json: the output is; where there is no node to say so (in a virtual machine), the comparison with its text has to do.
json() { ! type -P node >/dev/null || node -e 'JSON.parse(process.argv[1])' "${output}"; }

@test 'ls: what there is, by whom it is used' {
  run --separate-stderr cash volume ls -q
  assert_status 0
  assert_output ''
  cash run app -- true
  run --separate-stderr cash volume ls
  assert_output -e $'\ndata +0 +-  -\nother +0 +-  -$'
  cash volume snapshot data one
  cash run alone -- sh -c 'echo 123456789 >/data/file'
  begin_run alone -- sh -c "$(waiting)"
  run --separate-stderr cash volume ls
  assert_output -e $'\ndata +1 +-  volc/alone\nother +0 +-  -$'
  run --separate-stderr cash volume ls --json
  json
  assert_output "[{\"name\":\"data\",\"volume\":\"volc_data\",\"path\":\"${VOLUMES}/volc_data\",\"exists\":true,\"external\":false,\"named\":true,\"containers\":[\"volc/alone\"],\"snapshots\":1},{\"name\":\"other\",\"volume\":\"volc-given\",\"path\":\"${VOLUMES}/volc-given\",\"exists\":true,\"external\":false,\"named\":true,\"containers\":[],\"snapshots\":0}]"
  run --separate-stderr cash volume ls -s
  assert_output -e $'\ndata +1 +[0-9]+  volc/alone'
  stop_run
  run --separate-stderr cash volume ls -q
  assert_output $'data\nother'
}

@test 'inspect' {
  local uuid time
  cash run app -- true
  cash volume snapshot data one
  run --separate-stderr cash volume inspect data
  assert_status 0
  json
  uuid=$(apart btrfs subvolume show "${VOLUMES}/volc_data" | awk '$1 == "UUID:" { print $2 }')
  time='"20[0-9-]{8}T[0-9:]{8}[+-][0-9]{2}:[0-9]{2}"'
  assert_output -e "^\{\"name\":\"data\",\"volume\":\"volc_data\",\"path\":\"${VOLUMES}/volc_data\",\"exists\":true,.*,\"containers\":\[\],\"created\":${time},\"uuid\":\"${uuid}\",\"read_only\":false,\"snapshots\":\[\{\"name\":\"one\",\"created\":${time},\"uuid\":\"[0-9a-f-]{36}\",\"received_uuid\":null\}\]\}$"
  run cash volume inspect nosuch
  assert_status 2
  assert_output -p 'no such volume: nosuch; there are: data other kept'
}

@test 'snapshot: read-only, by name or by the time; restore brings it back, and keeps what was there' {
  local name before
  write one
  run --separate-stderr cash volume snapshot data first
  assert_output first
  write two
  before=$(TZ=UTC date +%Y%m%dT%H%M)
  run --separate-stderr cash volume snapshot data
  [[ ${output} =~ ^[0-9]{8}T[0-9]{6}Z$ && (${output%??Z} == "${before}" || ${output} > ${before}) ]]
  name=${output}
  run apart touch "${VOLUMES}/.snapshots/volc_data/first/new"
  assert_status 1
  run cash volume snapshot data first
  assert_status 125
  assert_output -p 'has a snapshot first already'
  write three
  cash volume restore data first --as before
  holds one
  run --separate-stderr cash volume snapshots data -q
  assert_output "${name}"$'\n'before$'\n'first
  cash volume restore data before --discard
  holds three
  run --separate-stderr cash volume snapshots data -q
  assert_output "${name}"$'\n'before$'\n'first
  cash volume rm data@first data@before
  run --separate-stderr cash volume snapshots data
  assert_output -e "^SNAPSHOT +CREATED +RECEIVED"$'\n'"${name} +20[0-9-]+T[0-9:+]+ *$"
}

@test 'while a container uses a volume: no restore, no rm; a snapshot can be made' {
  local command
  write one
  cash volume snapshot data first
  begin_run alone -- sh -c "$(waiting)"
  for command in 'restore data first' 'rm data' 'rm -f data'; do
    # shellcheck disable=SC2086 # words
    run cash volume ${command}
    assert_status 125
    assert_output -p 'the volume data is in use by volc/alone'
  done
  cash volume snapshot data second
  kill -KILL "${RUNNING}" # its processes live
  wait "${RUNNING}" || true
  run cash volume rm data
  assert_status 125
  cash prune
  cash volume rm data
  refute_exists "/proc/${APART}/root${VOLUMES}/volc_data"
  refute_exists "/proc/${APART}/root${VOLUMES}/.snapshots"
}

@test 'a volume that a container of another project uses stays' {
  cash run app -- touch /other/file
  script volc_x
  begin_run app -- sh -c "$(waiting)"
  script volc
  run cash volume rm other
  assert_status 125
  assert_output -p 'in use by volc_x/app'
  run cash down -v
  assert_status 0
  assert_output -p 'the volume other stays'
  assert_exists "/proc/${APART}/root${VOLUMES}/volc-given/file"
  refute_exists "/proc/${APART}/root${VOLUMES}/volc_data"
  stop_run
}

@test 'clone: of a volume, of a snapshot; down -v removes what no service names' {
  write one
  cash volume snapshot data first
  write two
  cash volume clone data copy
  cash volume clone data@first old
  cash volume clone data@first other
  assert_equal "$(apart cat "${VOLUMES}"/{volc_copy,volc_old,volc-given}/file)" $'two\none\none'
  apart touch "${VOLUMES}/volc_old/new"
  run --separate-stderr cash volume ls -q
  assert_output $'data\nother\ncopy\nold'
  run cash volume clone data copy
  assert_status 125
  assert_output -p 'is there already'
  cash volume snapshot copy one
  cash down
  assert_exists "/proc/${APART}/root${VOLUMES}/volc_old"
  cash down -v
  run apart find "${VOLUMES}" -mindepth 1
  assert_output ''
}

@test 'a plan removes a folder once, whatever is named twice' {
  local plan
  cash run app -- true
  cash volume snapshot data one
  cash volume snapshot other two
  cash volume rm other@two
  run cash plan volume rm data@one data other data
  assert_status 2
  plan=$(grep '^rmdir' <<<"${output}")
  assert_equal "$(sort <<<"${plan}" | uniq -d)" ''
  cash plan volume rm data@one data other data >"${BATS_TEST_TMPDIR}/plan" || true # 2: there is something to do
  run apart bash "${BATS_TEST_TMPDIR}/plan"
  assert_status 0
  refute_exists "/proc/${APART}/root${VOLUMES}/.of"
  refute_exists "/proc/${APART}/root${VOLUMES}/volc_data"
}

@test 'prune: what no service names any more, and nothing of others' {
  cash run app -- true
  cash volume clone data copy
  cash volume snapshot copy one
  script volc_x
  cash run app -- true
  script volc
  cash volume prune
  run --separate-stderr cash volume ls -q
  assert_output $'data\nother'
  script volc-later
  begin_run app -- sh -c "$(waiting)"
  cash volume prune
  refute_exists "/proc/${APART}/root${VOLUMES}/volc-given"
  assert_exists "/proc/${APART}/root${VOLUMES}/volc_data"
  assert_exists "/proc/${APART}/root${VOLUMES}/volc_x_data"
  stop_run
}

@test 'an external volume is shown and copied, never replaced or removed' {
  local command
  cash pull
  apart btrfs -q subvolume create "${VOLUMES}/volc_kept"
  cash run outside -- sh -c 'echo here >/kept/file'
  cash volume snapshot kept one
  cash volume clone kept mine
  for command in 'restore kept one' 'rm kept' 'receive kept two' 'clone data@x kept'; do
    # shellcheck disable=SC2086 # words
    run cash volume ${command} </dev/null
    [[ ${status} != 0 ]]
  done
  cash volume prune
  cash down -v
  assert_equal "$(apart cat "${VOLUMES}/volc_kept/file")" here
  assert_exists "/proc/${APART}/root${VOLUMES}/.snapshots/volc_kept/one"
  cash volume rm kept@one
  refute_exists "/proc/${APART}/root${VOLUMES}/.snapshots"
}

@test 'an external volume that is a plain directory is shown and used; no copy of it' {
  local command
  cash pull
  apart mkdir "${VOLUMES}/volc_kept"
  run --separate-stderr cash volume inspect kept
  assert_status 0
  json
  assert_output -p '"exists":true,"external":true,"named":true,"containers":[],"created":null,"uuid":null,"read_only":false,"snapshots":[]}'
  assert_equal "${stderr}" ''
  cash run outside -- sh -c 'echo here >/kept/file'
  for command in 'snapshot kept' 'clone kept mine' 'send kept -o /dev/null'; do
    # shellcheck disable=SC2086 # words
    run cash volume ${command}
    assert_status 125
    assert_output -p 'the volume kept is a plain directory, and btrfs copies subvolumes alone'
  done
  refute_exists "/proc/${APART}/root${VOLUMES}/.of/volc/volc_mine"
  assert_equal "$(apart cat "${VOLUMES}/volc_kept/file")" here
  apart rm -r "${VOLUMES}/volc_kept"
}

@test 'a volume of its own that is a plain directory, as from a backup, is removed as any other, as planned' {
  cash pull
  apart mkdir -p "${VOLUMES}/volc_data/deep"
  run cash plan volume rm data
  assert_output -p "rm -rf --one-file-system ${VOLUMES}/.volc_data.part"
  refute_output -p 'subvolume delete'
  cash run alone -- touch /data/file
  cash volume rm data
  refute_exists "/proc/${APART}/root${VOLUMES}/volc_data"
  refute_exists "/proc/${APART}/root${VOLUMES}/.volc_data.part"
  apart mkdir -p "${VOLUMES}/.volc_data.part/deep" "${VOLUMES}/volc_data" # killed, the last time
  cash down -v
  refute_exists "/proc/${APART}/root${VOLUMES}/volc_data"
  refute_exists "/proc/${APART}/root${VOLUMES}/.volc_data.part"
}

@test 'to another pool, by files and by a pipe, whole and what changed since' {
  cash run alone -- sh -c 'head -c 3000000 /dev/urandom >/data/big; echo one >/data/file; ln -s /etc/passwd /data/link; chown 1000:7 /data/link'
  cash volume snapshot data one
  cash run alone -- sh -c 'echo two >>/data/file; mv /data/big /data/large; mkdir -p "/data/a b/$(printf "x\ny")"; rm /data/link'
  apart cp --reflink=always "${VOLUMES}/volc_data/large" "${VOLUMES}/volc_data/shared"
  cash volume snapshot data two
  cash volume send data one -o "${FILE}"
  assert_equal "$(stat -c %a "${FILE}")" 600
  cash volume send data two --since one >"${FILE}.2"
  (($(stat -c %s "${FILE}") > 3000000 && $(stat -c %s "${FILE}.2") < 10000))
  run --separate-stderr far volume receive data one -i "${FILE}"
  assert_status 0
  assert_output one
  run --separate-stderr far volume ls
  assert_output -e $'\ndata +1 +-  \\(only snapshots\\)$'
  far volume receive data two <"${FILE}.2"
  far volume restore data two
  assert_equal "$(apart find "${ROOT}.far/volumes/volc-far_data" -printf '%P %y %u %m %T@\n')" "$(apart find "${VOLUMES}/volc_data" -printf '%P %y %u %m %T@\n')"
  assert_equal "$(apart cat "${ROOT}.far/volumes/volc-far_data/large" | md5sum)" "$(apart cat "${VOLUMES}/volc_data/large" | md5sum)"
  assert_equal "$(apart cat "${ROOT}.far/volumes/volc-far_data/shared" | md5sum)" "$(apart cat "${VOLUMES}/volc_data/large" | md5sum)"
  far volume restore data one --as second
  assert_equal "$(apart readlink "${ROOT}.far/volumes/volc-far_data/link")" /etc/passwd
  script volc
  run --separate-stderr cash volume snapshots data -q
  assert_output $'one\ntwo'
  far volume rm data
  run apart find "${ROOT}.far/volumes" -mindepth 1
  assert_output ''
}

@test 'through a pipe, and back to the pool where it came from' {
  write one
  cash volume snapshot data one
  script volc
  cash volume send data one | far volume receive data one
  script volc-far
  cash volume restore data one
  cash run app -- sh -c 'echo far >>/data/file'
  cash volume snapshot data changed
  cash volume send data changed --since one | { script volc && cash volume receive data back; }
  script volc
  cash volume restore data back
  holds $'one\nfar'
}

@test 'a stream that breaks off, is none, or has no parent here leaves nothing' {
  write one
  cash volume snapshot data one
  write two
  cash volume snapshot data two
  cash volume send data one -o "${FILE}"
  cash volume send data two --since one -o "${FILE}.2"
  head -c -10 "${FILE}" >"${FILE}.short" # all but its end
  head -c -60 "${FILE}" >"${FILE}.shorter"
  echo none >"${FILE}.none"
  : >"${FILE}.empty"
  for each in short shorter none empty 2; do
    run far volume receive data x -i "${FILE}.${each}"
    assert_status 125
    run apart find "${ROOT}.far/volumes" -mindepth 1
    assert_output ''
  done
  run far volume receive data x -i "${FILE}.nosuch"
  assert_status 2
}

@test 'names of snapshots and volumes that lead elsewhere are refused' {
  local name
  write one
  cash volume snapshot data one
  for name in ../x . .. .x a/b '$(touch /tmp/volc)' $'a\nb' '*' 'a b' '-x' "$(printf 'x%.0s' {1..129})"; do
    run cash volume snapshot data "${name}"
    assert_status 2
    run cash volume restore data "${name}"
    assert_status 2
    run cash volume rm "data@${name}"
    assert_status 2
    run cash volume rm "${name}"
    assert_status 2
    run cash volume clone data "${name}"
    assert_status 2
    run cash volume receive data "${name}" </dev/null
    assert_status 2
    run cash volume send data one --since "${name}"
    assert_status 2
  done
  run --separate-stderr cash volume snapshots data -q
  assert_output one
  run cash volume nosuch
  assert_status 2
}

@test 'hostile names of files in a volume' {
  cash run alone -- sh -c 'cd /data && touch -- "$(printf "a\nb")" "\$(touch x)" -rf "; rm x" "*" && mkdir .part ..next && ln -s / root'
  cash volume snapshot data one
  cash run alone -- sh -c 'rm -rf /data/* /data/.part'
  cash volume restore data one --discard
  run --separate-stderr cash run alone -- sh -c 'cd /data && find . -mindepth 1 | wc -l'
  assert_output 9
  cash volume send data one | far volume receive data one
  far volume restore data one
  assert_equal "$(apart find "${ROOT}.far/volumes/volc-far_data" -mindepth 1 | wc -l)" 9
}

@test 'subvolumes that a container has made in a volume: no copy without them; removal takes them too' {
  write one
  cash volume snapshot data one
  apart btrfs -q subvolume create "${VOLUMES}/volc_data/inside"
  for command in 'snapshot data two' 'clone data copy' 'restore data one'; do
    # shellcheck disable=SC2086 # words
    run cash volume ${command}
    assert_status 125
    assert_output -p 'has subvolumes in it'
  done
  cash volume restore data one --discard
  refute_exists "/proc/${APART}/root${VOLUMES}/volc_data/inside"
  holds one
}

@test 'kill -9 at any moment of a restore: the content is the old or the new, whole; the next command cleans up' {
  local moment text
  write old
  cash volume snapshot data old
  write new
  for moment in 0.00 0.02 0.04 0.05 0.06 0.07 0.08 0.09 0.10 0.12 0.15; do
    cash volume snapshot data new
    started "${BATS_TEST_TMPDIR}/out" "${SCRIPT}" volume restore data old --as kept
    sleep "${moment}"
    kill -KILL -- "-${PID}" || true # it may have ended
    ended
    text=$(cash run alone -- cat /data/file)
    [[ ${text} == old || ${text} == new ]] || fail "after ${moment} s: ${text}"
    cash prune
    run apart find "${VOLUMES}" -maxdepth 1 -name '.*.*'
    assert_output ''
    cash volume restore data new --discard
    holds new
    cash volume rm -f data@kept data@new
    run --separate-stderr cash volume snapshots data -q
    assert_output old
  done
}

@test 'every state that a restore can be killed in is settled by run, restore, prune, down -v' {
  local state command
  write old
  for state in both gone; do
    for command in 'run alone -- true' prune 'volume restore data old --discard' 'down -v'; do
      script volc
      write old
      cash volume snapshot data old
      write new
      apart btrfs -q subvolume snapshot "${VOLUMES}/.snapshots/volc_data/old" "${VOLUMES}/.volc_data.next"
      [[ ${state} == both ]] || apart mv -T "${VOLUMES}/volc_data" "${VOLUMES}/.volc_data.part"
      # shellcheck disable=SC2086 # words
      cash ${command}
      case ${state}-${command} in
        *-down*)
          run apart find "${VOLUMES}" -mindepth 1
          assert_output ''
          ;;
        both-prune) holds new ;;
        both-run*) holds new ;;
        *) holds old ;;
      esac
      cash prune
      run apart sh -c "ls -d '${VOLUMES}'/.*.part '${VOLUMES}'/.*.next 2>/dev/null"
      assert_output ''
      cash down -v
    done
  done
}

@test 'kill -9 in the midst of a receive: prune removes what is half made, the next receive begins anew' {
  cash run alone -- sh -c 'head -c 20000000 /dev/urandom >/data/file'
  cash volume snapshot data one
  cash volume send data one -o "${FILE}"
  mkfifo "${FILE}.pipe"
  script volc-far
  for command in prune 'volume receive data one'; do
    started "${BATS_TEST_TMPDIR}/out" "${SCRIPT}" volume receive data one -i "${FILE}.pipe"
    ended
    assert_equal "${CODE}" 2 # a pipe is no file
    started "${BATS_TEST_TMPDIR}/out" bash -c 'exec "$1" volume receive data one <"$2"' bash "${SCRIPT}" "${FILE}.pipe"
    exec {hold}>"${FILE}.pipe"
    head -c 10000000 "${FILE}" >&"${hold}"
    assert_exists "/proc/${APART}/root${ROOT}.far/volumes/.snapshots/volc-far_data/.one.part"
    kill -KILL -- "-${PID}"
    ended
    exec {hold}>&-
    # shellcheck disable=SC2086 # words
    cash ${command} <"${FILE}"
    refute_exists "/proc/${APART}/root${ROOT}.far/volumes/.snapshots/volc-far_data/.one.part"
  done
  cash volume restore data one
  assert_equal "$(apart cat "${ROOT}.far/volumes/volc-far_data/file" | md5sum)" "$(apart cat "${VOLUMES}/volc_data/file" | md5sum)"
}

@test 'a signal ends a receive and a send at once, and nothing is left of them' {
  cash run alone -- sh -c 'head -c 20000000 /dev/urandom >/data/file'
  cash volume snapshot data one
  cash volume send data one -o "${FILE}"
  mkfifo "${FILE}.pipe"
  script volc-far
  started "${BATS_TEST_TMPDIR}/out" bash -c 'exec "$1" volume receive data one <"$2"' bash "${SCRIPT}" "${FILE}.pipe"
  exec {hold}>"${FILE}.pipe"
  head -c 10000000 "${FILE}" >&"${hold}"
  kill -TERM -- "-${PID}"
  ended
  exec {hold}>&-
  assert_equal "${CODE}" 143
  run apart find "${ROOT}.far/volumes" -mindepth 1
  assert_output ''
  script volc
  run cash volume send data one -o /proc/none
  assert_status 125
  run cash volume send data one -o /dev/full/x
  assert_status 2
  mkfifo "${FILE}.pipe2"
  cat "${FILE}.pipe2" >"${FILE}.through" 3>&- &
  cash volume send data one -o "${FILE}.pipe2"
  wait "$!"
  cmp "${FILE}" "${FILE}.through"
  [[ -p ${FILE}.pipe2 ]]
  run cash volume send data nosuch -o "${FILE}.none"
  assert_status 2
  refute_exists "${FILE}.none"
}

@test 'snapshots keep the pool: down without -v leaves all of it' {
  write one
  cash volume snapshot data one
  cash volume rm data@one
  cash volume snapshot data two
  cash down --images
  assert_exists "/proc/${APART}/root${VOLUMES}/.snapshots/volc_data/two"
  apart btrfs -q subvolume delete "${VOLUMES}/volc_data" # only snapshots are left
  cash down --images
  assert_exists "/proc/${APART}/root${VOLUMES}/.snapshots/volc_data/two"
  cash volume restore data two
  holds one
  cash down -v --images
  refute_exists "/proc/${APART}/root${ROOT}"
}
