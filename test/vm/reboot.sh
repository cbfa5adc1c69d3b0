#!/bin/bash
# Starting at boot, in a virtual machine with systemd that boots twice. TAP on stdout.
#   reboot.sh SUITE        Environment: LIMIT (seconds, 3600)
# The job runs at each boot; the disk tells it which one this is.
set -euo pipefail

suite=${1:?SUITE}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=${here%/test/vm}
stage=$(mktemp -d)
trap 'rm -rf "${stage}"' EXIT

cp "$("${repo}/test/tools/rootfs.sh" tiny)" "${stage}/tiny.tar"
cat >"${stage}/compose.yaml" <<'YAML'
name: boot
services:
  db:
    image: tar:/var/tmp/tiny.tar
    command: [sh, -c, 'trap "echo bye; exit 0" TERM; echo ready; touch /ready; sleep 999 & wait']
    healthcheck: {test: [CMD, test, -e, /ready], interval: 1s}
    restart: always
    mem_limit: 64m
  migrate:
    image: tar:/var/tmp/tiny.tar
    command: [sh, -c, 'echo ran >>/ran']
    network_mode: none
  web:
    image: tar:/var/tmp/tiny.tar
    command: [sh, -c, 'trap "sleep 1; echo bye; exit 0" TERM; echo ready; sleep 999 & wait']
    restart: unless-stopped
    ports: ["8080:80"]
    depends_on: {db: {condition: service_healthy}, migrate: {condition: service_completed_successfully}}
YAML
cat >"${stage}/unit.yaml" <<'YAML'
name: unit
x-cash: {supervisor: systemd}
services:
  db:
    image: tar:/var/tmp/tiny.tar
    network_mode: none
    command: [sh, -c, 'rm -f /ready; echo begun >>/life; trap "echo ended >>/life; exit 0" TERM; touch /ready; sleep 999 & wait']
    healthcheck: {test: [CMD, test, -e, /ready], interval: 1h, start_period: 1h, start_interval: 200ms}
    restart: always
  web:
    image: tar:/var/tmp/tiny.tar
    network_mode: none
    command: [sleep, "10000"]
    restart: on-failure
    stop_grace_period: 1s
    depends_on: {db: {condition: service_healthy}}
YAML
for name in compose:boot unit:unit; do
  node "${repo}/dist/cash.js" generate "${stage}/${name%:*}.yaml" -o "${stage}/${name#*:}.sh" >&2
done

cat >"${stage}/job.sh" <<'JOB'
#!/bin/bash
set -uo pipefail
count=0
check() { # NAME COMMAND…
  local name=$1 said
  shift
  count=$((count + 1))
  if said=$("$@" 2>&1); then
    echo "ok ${count} ${name}"
  else
    echo "not ok ${count} ${name}"
    printf '# %s\n' "$*" "${said}"
  fi
}
names() { [[ $(/job/boot.sh ps -q | tr '\n' ' ') == "$1" ]]; }
quiet() { [[ -z $(/job/boot.sh plan "$@") ]]; }
# units LIFE: both containers of unit.sh are units, db is healthy, and all that it has ever written is this.
units() {
  [[ $(/job/unit.sh ps -q | tr '\n' ' ') == 'db web ' && $(/job/unit.sh ps) == *' healthy '* ]] &&
    systemctl is-active --quiet cash-unit cash-unit.db cash-unit.web cash-unit.db:health.timer &&
    [[ $(tr '\n' ' ' </var/lib/cash/containers/unit/db/rootfs/life) == "$1" && -z $(/job/unit.sh plan up) ]]
}
no_units() { ! compgen -G '/run/systemd/transient/cash-*'; }
fails() { ! "$@"; }
# last NAME: when the container said bye, in seconds.
last() { grep bye "/var/lib/cash/containers/boot/$1/log" | tail -n 1 | cut -d' ' -f1; }
before() { (($(last web) <= $(last db))); }
apart() { ! grep -q system.slice "/proc/$(cut -d' ' -f1 /run/cash/boot/containers/db/pid)/cgroup"; }
accounted() { [[ $(systemctl show --property=ControlGroup cash-boot) == *system.slice/cash-boot.service ]]; }
first_boot() {
  mv /job/tiny.tar /var/tmp/
  check 'install' /job/boot.sh install
  check 'a second install has nothing to do' quiet install
  check 'systemd-analyze verify' test -z "$(systemd-analyze verify /etc/systemd/system/cash-boot.service 2>&1)"
  check 'systemctl start' systemctl start cash-boot
  check 'all of it runs' names 'db web '
  check 'up has nothing more to do' quiet up
  check 'the containers are in cgroups of their own' apart
  check 'the unit has its own' accounted
  check 'systemctl reload' systemctl reload cash-boot
  /job/unit.sh install
  systemctl start cash-unit
  check 'with systemd as the supervisor all of it runs' units 'begun '
  touch /var/tmp/booted
  sync
  systemctl start --no-block reboot.target # there is no bus for systemctl reboot
  sleep 1000 # until it does
}
second_boot() {
  count=10
  check 'after the reboot it is active' systemctl is-active --quiet cash-boot
  check 'after the reboot all of it runs' names 'db web '
  check 'what had done its work has not done it again' test "$(wc -l </var/lib/cash/containers/boot/migrate/rootfs/ran)" = 1
  check 'before the reboot db had time to say bye' test -n "$(last db)"
  check 'before the reboot web ended before db' before
  check 'up has nothing to do' quiet up
  check 'after the reboot systemd has its containers, each once' units 'begun ended begun '
  check 'systemctl stop' systemctl stop cash-boot cash-unit
  check 'no transient unit is left' no_units
  check 'nothing runs' names ''
  check 'uninstall' /job/boot.sh uninstall
  check 'uninstall, the other' /job/unit.sh uninstall
  check 'no unit is left' fails systemctl cat cash-boot
  check 'no copy is left' test ! -e /etc/cash
  check 'down of one' /job/unit.sh down -v
  check 'down' /job/boot.sh down -v --images
  check 'nothing is left' test ! -e /var/lib/cash -a ! -e /run/cash
  echo "1..${count}"
}
if [[ -e /var/tmp/booted ]]; then second_boot; else first_boot; fi
JOB
chmod 755 "${stage}/job.sh"
"${here}/host.sh" run --suite "${suite}" --init systemd --reboot --timeout "${LIMIT:-3600}" \
  --copy "${stage}/tiny.tar" --copy "${stage}/boot.sh" --copy "${stage}/unit.sh" -- "${stage}/job.sh"
