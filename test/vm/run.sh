#!/bin/bash
# Runs bats files in a virtual machine: another kernel, cgroup version, init and util-linux than here. TAP on stdout.
#   run.sh SUITE INIT FILE.bats…      SUITE: bookworm, trixie, bullseye; INIT: tiny, systemd; FILE of test/scripts, or of test/vm
#   Environment: CGROUP (2 or 1), SELINUX (not empty: the kernel has it), LIMIT (seconds, 3600), TAGS (only the tests with such a tag),
#   FILTER (a regular expression: only the tests with such a name)
# There is no Node in there: the definitions are compiled here, and the finished scripts copied in.
set -euo pipefail

suite=${1:?SUITE} init=${2:?INIT}
shift 2
(($#)) || {
  printf 'run.sh: which bats files?\n' >&2
  exit 2
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=${here%/test/vm}
export CASH_TEST_CACHE=/var/tmp/cash-test # the same path inside and outside: it stands in the compiled scripts
stage=$(mktemp -d)
trap 'rm -rf "${stage}"' EXIT

# definitions FILE.bats FOLDER: writes each definition of the file to FOLDER/NAME/compose.yaml, or its path to FOLDER/NAME/path.
definitions() {
  awk -v folder="$2" '
    function open_folder() { system("mkdir -p " folder "/" $2) }
    on && $0 == "YAML" { close(file); on = 0; next }
    on { print >file; next }
    /^ *compile [a-z0-9_-]+ <<.YAML.$/ { open_folder(); file = folder "/" $2 "/compose.yaml"; on = 1; next }
    /^ *compile [a-z0-9_-]+ [a-z0-9_.\/-]+$/ { open_folder(); print $3 >(folder "/" $2 "/path") }
  ' "$1"
}

# compile FILE.bats: all its scripts to compiled/FILE/NAME.sh.
compile() {
  local name=${1##*/} folder definition
  name=${name%.bats}
  definitions "$1" "${stage}/definitions/${name}"
  mkdir -p "${stage}/repo/compiled/${name}"
  for folder in "${stage}/definitions/${name}"/*/; do
    [[ -d ${folder} ]] || continue # a file without a definition
    folder=${folder%/}
    definition=${folder}/compose.yaml
    [[ ! -f ${folder}/path ]] || definition=${repo}/$(<"${folder}/path")
    ROOT=${CASH_TEST_CACHE}/root/${name} CACHE=${CASH_TEST_CACHE} TINY=${CASH_TEST_CACHE}/tiny.tar DEBIAN=${CASH_TEST_CACHE}/debian.tar \
      node "${repo}/dist/cash.js" generate "${definition}" -o "${stage}/repo/compiled/${name}/${folder##*/}.sh" >&2
  done
}

mkdir -p "${stage}"/repo/{test,node_modules/bats,generated} "${stage}/cache"
cp -r "${repo}/test/scripts" "${repo}/test/tools" "${stage}/repo/test/"
cp -r "${repo}"/node_modules/bats/{bin,lib,libexec} "${stage}/repo/node_modules/bats/"
cp -r "${repo}/generated/." "${stage}/repo/generated/"
cp "${here}"/*.bats "${stage}/repo/test/scripts/"
cd "${stage}/repo/test/scripts"
set -- "${@##*/}"
for file; do compile "${file}"; done
kinds=(tiny)
! grep -q '{DEBIAN}' "$@" || kinds+=(debian)
for kind in "${kinds[@]}"; do
  tar=$("${repo}/test/tools/rootfs.sh" "${kind}")
  ln "${tar}" "${stage}/cache/" 2>/dev/null || cp "${tar}" "${stage}/cache/" # another file system: no link
done

cat >"${stage}/job.sh" <<'JOB'
#!/bin/bash
mkdir -p /var/tmp && mv /job/cache /var/tmp/cash-test
cd /job/repo
CASH_COMPILED=/job/repo/compiled exec bash node_modules/bats/bin/bats --tap --timing "$@"
JOB
chmod 755 "${stage}/job.sh"
# job: its TAP, also in the stage.
job() {
  "${here}/host.sh" run --suite "${suite}" --init "${init}" --cgroup "${CGROUP:-2}" --timeout "${LIMIT:-3600}" --mem 2048 ${SELINUX:+--selinux} \
    --copy "${stage}/repo" --copy "${stage}/cache" -- "${stage}/job.sh" ${TAGS:+--filter-tags "${TAGS}"} ${FILTER:+--filter "${FILTER}"} "${@/#/test/scripts/}" | tee "${stage}/tap"
}
status=0
job "$@" || status=$?
if ((status == 125)); then # the machine ended: that is no result
  tail -n 30 "${VMHOST_DIR:-/var/tmp/cash-test/vm}/console.log" >&2
  [[ ! -s ${stage}/tap ]] || exit "${status}"
  printf 'run.sh: it did not get as far as the first test; once more\n' >&2
  job "$@"
  exit
fi
exit "${status}"
