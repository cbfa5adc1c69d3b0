#!/bin/bash
# The power goes, in the midst of pull, run and commit: QEMU is killed by -9, and the same disk boots again. TAP on stdout.
#   power.sh SUITE [CUTS]      of each kind CUTS (1). Environment: LIMIT (seconds for a boot, 600)
# The pool is a disk of its own. What the guest has not written to it is lost; each boot begins with looking at what the last one has left.
set -euo pipefail

suite=${1:?SUITE} cuts=${2:-1}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=${here%/test/vm}
stage=$(mktemp -d)
trap 'rm -rf "${stage}"' EXIT

cp "$("${repo}/test/tools/rootfs.sh" tiny)" "${stage}/tiny.tar"
cat >"${stage}/compose.yaml" <<'YAML'
name: power
services:
  web:
    image: tar:/job/tiny.tar
    command: [sh, -c, 'trap "exit 0" TERM; echo up; sleep 999 & wait']
    volumes: [data:/data]
    ports: ["8080:80"]
    mem_limit: 64m
  app:
    image: tar:/job/tiny.tar
    command: [sh, -c, 'dd if=/dev/urandom of=/random bs=64k count=16 2>/dev/null; md5sum /random >/sum; echo "$$NUMBER" >/number']
    network_mode: none
    profiles: [work]
volumes: {data: {}}
x-cash: {storage: {type: device, device: /dev/nvme0n1, format: true}}
YAML
node "${repo}/dist/cash.js" generate "${stage}/compose.yaml" -o "${stage}/power.sh" >&2

cat >"${stage}/job.sh" <<'JOB'
#!/bin/bash
# job.sh KIND NUMBER TAG…: looks at what there is, of which images with these tags; then does KIND, until the power goes.
set -uo pipefail
kind=$1 number=$2
shift 2
cash() { /job/power.sh "$@" 3>&-; }
check() { # NAME COMMAND…
  local said
  if said=$("${@:2}" 2>&1); then
    echo "ok $1"
  else
    echo "not ok $1"
    printf '# %s\n' "${*:2}" "${said//$'\n'/$'\n'# }"
  fi
}
images=/var/lib/cash/images
sums() { (cd "$1/bin" && find . -type f -print0 | sort -z | xargs -0 md5sum | md5sum); }
whole() { # each image that has its name
  local image found=0
  for image in "${images}"/*/*; do
    [[ -d ${image} ]] || continue
    found=1
    [[ $(sums "${image}") == "${WANTED}" ]] || { echo "${image}: its files"; return 1; }
    [[ $(btrfs property get "${image}" ro) == ro=true ]] || { echo "${image}: can be written"; return 1; }
  done
  ((found))
}
committed() {
  local image=${images}/power-app/$1
  [[ $(<"${image}/number") == "${1#t}" ]] && chroot "${image}" /bin/md5sum -c /sum
}
runs() { [[ $(cash ps -q) == web ]]; }

modprobe nvme
for ((i = 0; i < 200; i++)); do
  [[ ! -b /dev/nvme0n1 ]] || break
  sleep 0.05
done
mkdir /tmp/image && tar -xf /job/tiny.tar -C /tmp/image
WANTED=$(sums /tmp/image)
check 'up works' cash up
check 'it runs' runs
check 'up has nothing more to do' test -z "$(cash plan up)"
check 'each image that has its name is whole' whole
for tag; do check "${tag}, committed before, is whole" committed "${tag}"; done
check 'down' cash down
case ${kind} in
pull)
  echo cut
  while :; do cash rmi "$(cash images -q | grep '^tar:' | head -n 1)" && cash pull; done >/dev/null
  ;;
run)
  cash pull
  echo cut
  while :; do cash run -d web && cash run -d --replace web && cash rm -f web; done >/dev/null
  ;;
commit)
  cash pull
  for ((; ; number++)); do
    cash run --keep -e "NUMBER=${number}" app && cash commit app "t${number}" >/dev/null && echo "committed t${number}" && cash rm app >/dev/null
  done
  ;;
end)
  check 'down -v --images' cash down -v --images
  check 'nothing is left' test ! -e /run/cash -a ! -e /var/lib/cash
  check 'btrfs check' btrfs check /dev/nvme0n1
  ;;
esac >&1 2>/dev/null # what it says in the midst
JOB
chmod 755 "${stage}/job.sh"
truncate -s 1G "${stage}/disk"
mkdir "${stage}/bin"
cat >"${stage}/bin/qemu-system-x86_64" <<QEMU
#!/bin/bash
exec $(type -P qemu-system-x86_64) "\$@" -pidfile '${stage}/pid' -drive 'if=none,id=pool,file=${stage}/disk,format=raw' -device nvme,drive=pool,serial=pool
QEMU
chmod 755 "${stage}/bin/qemu-system-x86_64"

count=0 name='' tags=()
# boot KIND: until the power goes, three to eight seconds after the guest has said that it is at it; of commits, when the second has returned 0: at
# once, or in the midst of the third.
boot() {
  local line cut='' seen=0
  while IFS= read -r line; do
    case ${line} in
      ok\ * | not\ ok\ *)
        count=$((count + 1))
        echo "${line%%ok *}ok ${count} after ${name:-nothing}: ${line#*ok }"
        ;;
      cut)
        (sleep "$((3 + RANDOM % 5)).$((RANDOM % 1000))" && off) &
        cut=$!
        ;;
      committed\ *)
        tags+=("${line#committed }") seen=$((seen + 1))
        ((seen < 2)) || { sleep "0.$((RANDOM % 2 * 7))" && off; }
        ;;
      *) echo "# ${line}" ;;
    esac
  done < <(PATH="${stage}/bin:${PATH}" "${here}/host.sh" run --suite "${suite}" --timeout "${LIMIT:-600}" \
    --copy "${stage}/tiny.tar" --copy "${stage}/power.sh" -- "${stage}/job.sh" "$1" "${#tags[@]}" "${tags[@]}" 2>>"${stage}/said")
  [[ -z ${cut} ]] || wait "${cut}" || : # it is off already
  name="a cut in $1"
}
off() { kill -s KILL "$(<"${stage}/pid")" 2>/dev/null; }

for ((round = 0; round < cuts; round++)); do
  boot pull
  boot run
  boot commit
done
boot end
echo "1..${count}"
