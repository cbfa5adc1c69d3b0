#!/usr/bin/env bats
# x-cash.rootless where systemd gives users their cgroups. Only where it runs: in a virtual machine, see run.sh; the user stays in that.
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
x-cash: {root: "${ROOT}/pool/cash", rootless: true}
YAML
  install -m 755 "$SCRIPT" "$ROOT/login.sh"
  useradd --create-home alice
  chown alice: "$ROOT/pool"
  systemctl start "user@$(id -u alice).service"
}
teardown_file() { remove_root; } # what systemd keeps for a user, ends with the machine

alice() {
  local id
  id=$(id -u alice)
  setpriv --reuid="$id" --regid="$id" --init-groups env -i PATH="$PATH" USER=alice XDG_RUNTIME_DIR="/run/user/$id" "$ROOT/login.sh" "$@" 3>&-
}

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
no_scope() { ! compgen -G '/sys/fs/cgroup/user.slice/*/user@*/app.slice/run-*.scope'; }
