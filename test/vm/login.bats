#!/usr/bin/env bats
# x-cash.rootless where systemd gives users their cgroups. Only where it runs: in a virtual machine, see run.sh; the user stays in that.
# bats file_tags=vm
load helper

setup_file() {
  begin
  mkdir -p "$ROOT/pool"
  truncate --size=3G "$ROOT/pool.btrfs"
  mkfs.btrfs --quiet "$ROOT/pool.btrfs" >/dev/null 2>&1
  mount -o loop,noatime,user_subvol_rm_allowed "$ROOT/pool.btrfs" "$ROOT/pool"
  cp "$TINY" "$ROOT/tiny.tar"
  compile login <<'YAML'
name: login
services:
  web: {image: "tar:${ROOT}/tiny.tar", command: sleep 300, mem_limit: 64m}
  db:
    image: "tar:${ROOT}/tiny.tar"
    command: sh -c 'trap "echo bye >>/data/said; exit 0" TERM; sleep 999 & wait'
    volumes: ["data:/data"]
    network_mode: none
volumes: {data: }
x-cash: {root: "${ROOT}/pool/cash", rootless: true}
YAML
  install -m 755 "$SCRIPT" "$ROOT/login.sh"
  useradd --create-home alice
  chown alice: "$ROOT/pool"
  systemctl start "user@$(id -u alice).service"
}
teardown_file() { remove_root; } # what systemd keeps for a user, ends with the machine

alice() { as_alice "$ROOT/login.sh" "$@"; }
as_alice() {
  local id
  id=$(id -u alice)
  setpriv --reuid="$id" --regid="$id" --init-groups env -i PATH="$PATH" USER=alice HOME=/home/alice XDG_RUNTIME_DIR="/run/user/$id" "$@" 3>&-
}
unit() { as_alice systemctl --user "$@"; }

@test 'each command gets a scope; the containers have their limits in the first one' {
  run -0 alice check
  run -0 alice run -d web
  run -0 alice ps
  assert_output -p 'web '
  run -0 alice check web
  pid=$(alice inspect web | jq '.[0].pid')
  assert_equal "$(cat "/sys/fs/cgroup$(cut -d: -f3 "/proc/$pid/cgroup")/memory.max")" 67108864
  [[ $(cut -d: -f3 "/proc/$pid/cgroup") == /user.slice/*/run-*.scope/cash/login/web ]]
  run -0 alice exec web id -u
  assert_output 0
}

@test 'down leaves nothing: no process, no scope' {
  alice down --volumes --images
  run ! pgrep -r R,S,D -u alice sleep
  eventually 10 no_scope
}

@test 'install: the systemd of the user starts it, and stops it before it ends itself' {
  run -2 alice plan install
  assert_output -p '/home/alice/.config/systemd/user/cash-login.service'
  assert_output -p 'systemctl --user --quiet enable cash-login.service'
  run -0 alice install
  assert_output -p 'it starts at the first login of alice, and ends with the last one; at boot: loginctl enable-linger'
  run -0 alice plan install
  assert_output -p 'loginctl enable-linger'
  refute_output -p install
  run -0 as_alice systemd-analyze --user verify /home/alice/.config/systemd/user/cash-login.service
  assert_output ''
  loginctl enable-linger alice
  run -0 alice plan install
  assert_output ''
  unit start cash-login
  run -0 alice ps -q
  assert_output $'db\nweb'
  eventually 10 traps db
  unit stop cash-login
  run -0 alice ps -q
  assert_output ''
  unit start cash-login
  run -0 unit reload cash-login
  eventually 10 traps db
  systemctl restart "user@$(id -u alice).service"
  eventually 30 both_run
  run -0 alice exec db cat /data/said
  assert_output $'bye\nbye'
  run -0 alice check web
  run -0 alice uninstall
  run find /home/alice/.config -type f -o -type l
  assert_output ''
  run -0 alice ps -q
  assert_output $'db\nweb'
  run ! unit cat cash-login
}
# traps CONTAINER: its process 1 has a trap for TERM by now.
traps() {
  local pid caught
  pid=$(alice inspect "$1" | jq '.[0].pid')
  caught=$(sed -n 's/^SigCgt:[^0-9a-f]*//p' "/proc/$pid/status")
  ((16#$caught & 1 << 14))
}
both_run() { [[ $(alice ps -q) == $'db\nweb' ]]; }

@test 'down leaves nothing of that' {
  alice down --volumes --images
  eventually 10 no_scope
}
no_scope() { ! compgen -G '/sys/fs/cgroup/user.slice/*/user@*/app.slice/run-*.scope'; }
