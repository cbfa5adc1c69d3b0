#!/bin/bash
# npm run demo: a definition becomes a script; the script is read, planned, run, and leaves nothing behind. Needs root and a
# Debian (or its kin) with Node; says which packages it installs. Takes two minutes, most of it debootstrap's.
# Everything lies in a new directory below /var/tmp (DEMO_BASE) and is removed at the end, also after Ctrl-C.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

bold='' plain=''
[[ ! -t 1 || -n ${NO_COLOR:-} ]] || bold=$'\e[1m' plain=$'\e[0m'

# step WHAT AND WHY
step() { printf '\n%s── %s%s\n' "${bold}" "$*" "${plain}"; }

# show COMMAND…: prints it, and runs it.
show() {
  local text
  text=$(shown "$@")
  printf '%s$ %s%s\n' "${bold}" "${text}" "${plain}"
  "$@"
}
# ended COMMAND…: show, of a command whose exit status is what matters.
ended() {
  local status=0
  show "$@" || status=$?
  printf '(exit status %s)\n' "${status}"
}
# shown WORD…: as one would type them.
shown() {
  local word text=''
  for word; do
    case ${word} in
      '' | *[!A-Za-z0-9_./:,=+@%-]*) text+=" '${word//\'/\'\\\'\'}'" ;;
      *) text+=" ${word}" ;;
    esac
  done
  printf '%s' "${text# }"
}

clean() {
  local status=$?
  trap - EXIT
  trap '' HUP INT TERM
  if [[ -x ${hello} ]]; then
    step 'it was stopped: cleaning up'
    "${hello}" down --volumes --images || true # what it could not remove is shown below
  fi
  rm -rf --one-file-system "${DEMO_PLACE}"
  exit "${status}"
}

((EUID == 0)) || {
  echo 'demo: it makes containers, which takes root: sudo npm run demo' >&2
  exit 1
}

base=${DEMO_BASE:-/var/tmp}
DEMO_PLACE=$(mktemp -d "${base}/cash-demo.XXXXXX")
export DEMO_PLACE COMPOSE_PROJECT_NAME=demo$$
hello=${DEMO_PLACE}/hello.sh
trap clean EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

[[ -d node_modules ]] || {
  step 'The compiler needs its npm packages, once.'
  show npm ci
}
[[ -f dist/cash.js ]] || {
  step 'The compiler itself is built, once.'
  show npm run --silent build
}

step 'A definition: a Compose file. x-cash says what Compose has no words for.'
show cat test/tools/demo.yaml

step 'It is compiled to one Bash script. Nothing of Node is needed from here on.'
show node dist/cash.js generate test/tools/demo.yaml -o "${hello}"

step 'Anyone can prove that a script is what its own definition renders to: it carries it.'
show node dist/cash.js verify "${hello}"

step 'The head of the script says what it needs, touches and loosens.'
show sed -n '2,/^#   review/p' "${hello}"

step 'A part of it: the limits, as you would write them by hand. All values are literal.'
show sed -n '/^service_hello_limits/,/^}/p' "${hello}"

step 'It says what this host lacks.'
ended "${hello}" check
packages=$("${hello}" check | sed -n 's/^missing .*(apt-get install \(.*\))$/\1/p' | sort -u) || true # the status of check
if [[ -n ${packages} ]]; then
  mapfile -t packages <<<"${packages}"
  step "So this is installed: ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  show apt-get -qq update
  show apt-get -qq -y --no-install-recommends install "${packages[@]}"
  show "${hello}" check
fi

step 'The plan: what pull would do on this host, now. It is a Bash script itself; nothing of it is done yet.'
ended "${hello}" plan pull hello

step 'Now it is done: a Debian, by debootstrap, in a btrfs file that is mounted beside it. This takes a minute.'
show "${hello}" pull hello
show "${hello}" images

step 'A second pull has nothing to do, and so its plan is empty.'
ended "${hello}" plan pull hello

step 'The plan of a run: network, snapshot, limits, mounts, then the functions that start the process, then all back again.'
ended "${hello}" plan run hello

step 'It runs: the command of the definition.'
show "${hello}" run hello

step 'Who it is, inside: root without most capabilities, in namespaces of its own.'
# shellcheck disable=SC2016 # the container expands it
show "${hello}" run hello -- bash -c 'id; hostname; grep -E "^(Cap(Eff|Bnd)|NoNewPrivs)" /proc/self/status; echo "processes: $(echo /proc/[0-9]*)"; cat /etc/hosts'

step 'What it cannot do: change the kernel, mount, make a device.'
ended "${hello}" run hello -- bash -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; mount -t tmpfs none /mnt; mknod /tmp/disk b 8 0'

step 'Its limits: 30 processes, and not one more.'
# shellcheck disable=SC2016 # it is Perl
ended "${hello}" run hello -- perl -e 'for $n (2..100) { defined($p = fork) or die "process $n: $!\n"; $p or sleep(1), exit }'

step 'Its limits: 100 MiB of memory. The kernel kills what wants more.'
ended "${hello}" run hello -- bash -c 'head --bytes 200m /dev/zero | tail | wc --bytes'

step 'Its exit status is ours.'
ended "${hello}" run hello -- bash -c 'exit 7'

step 'Fast enough to use it like a command: a fresh copy of Debian, network, limits, and all of it removed again.'
TIMEFORMAT='(%R seconds)'
time show "${hello}" run hello -- true

step 'What it writes is gone with it, unless it is kept; and what is kept can become an image.'
show "${hello}" run --keep hello -- bash -c 'echo "this was committed" >/etc/motd'
show "${hello}" commit hello v1
show "${hello}" images
step 'The other service of the definition runs on that image.'
show "${hello}" run again

step 'Killed with -9, it leaves things behind; the next command finds them by name, and removes them.'
"${hello}" run again -- sleep 60 &
sleep 1
show kill -KILL $!
{ wait $!; } 2>/dev/null || true # it was killed: that is the demonstration
ended "${hello}" plan prune
show "${hello}" prune
ended "${hello}" plan prune

step 'And now everything is taken back: first the plan, then the deed.'
ended "${hello}" plan down --volumes --images
show "${hello}" down --volumes --images

step 'What is left of it? Nothing in each list, and no file but the script.'
# nothing WHAT COMMAND…: its lines that name the demo; there must be none.
nothing() {
  local what=$1 found
  shift
  found=$("$@" | grep -E "${DEMO_PLACE}|${COMPOSE_PROJECT_NAME}" || true) # grep fails where it finds none
  printf '%-28s %s\n' "${what}:" "${found:-none}"
  [[ -z ${found} ]] || left=yes
}
left=''
nothing 'mounts' cat /proc/self/mountinfo
nothing 'loop devices' losetup --list
nothing 'interfaces' ip -brief link
nothing 'nftables' nft list tables
nothing 'cgroups' find /sys/fs/cgroup -type d
nothing 'processes' bash -c 'cat /proc/[0-9]*/cgroup 2>/dev/null | sort -u'
nothing 'runtime files' find /run /var/lib /var/log -maxdepth 3 -path '*cash*'
show find "${DEMO_PLACE}" -mindepth 1
rm "${hello}"
[[ -z ${left} ]] || exit 1

step 'That was all. Your own: node dist/cash.js generate compose.yaml'
