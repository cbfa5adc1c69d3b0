# Starting at boot: what install and uninstall write. That it starts at boot is shown in test/vm/reboot.sh.
# shellcheck disable=SC2154,SC2312 # status, output: of bats; find does not fail
load helper
load apart

setup_file() {
  begin
  compile boot <<'YAML'
x-cash:
  root: "${ROOT}"
  storage: {size: 256m}
  parameters:
    word: {type: string, pattern: "^.*$", default: plain}
services:
  app:
    image: "tar:${TINY}"
    command: [sh, -c, 'echo "$$0"; trap "exit 0" TERM; while :; do sleep 0.1; done', "${word}"]
    network_mode: none
    restart: always
    stop_grace_period: 70s
    secrets: [key]
  tool:
    image: "tar:${TINY}"
    command: [sleep, "1000"]
    network_mode: none
    profiles: [debug]
secrets: {key: {environment: BOOT_KEY}}
YAML
  apart_begin
  # An /etc of its own: what is written there is not seen outside.
  # shellcheck disable=SC2016 # for the other bash
  apart bash -c 'mkdir /run/etc && mount -t tmpfs etc /run/etc && mkdir /run/etc/upper /run/etc/work &&
    mount -t overlay -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work overlay /etc'
}
teardown_file() { apart_end; }
has_log() { [[ -n $(cash logs app) ]]; }
written() { apart find /run/etc/upper -type f -printf '%P\n' | sort; }

@test 'without systemd: an init script, which starts and stops; plan shows it; uninstall leaves nothing' {
  run --separate-stderr cash plan install --profile debug
  assert_status 2
  assert_output -p 'update-rc.d cash-boot defaults  # at each boot'
  shellcheck -s bash -S warning - <<<"${output}"
  run cash --set $'word=a \'b\' "c" $d \\ %n' install --profile debug
  assert_status 0
  assert_output 'cash: /etc/cash/boot.env is not there: lines of NAME=VALUE, for its owner alone, of BOOT_KEY'
  assert_equal "$(written)" $'cash/boot.sh\ninit.d/cash-boot'
  apart sh -c "umask 077; echo \"BOOT_KEY='a b'\" >/etc/cash/boot.env"
  shellcheck -S warning <(apart cat /etc/init.d/cash-boot)
  run apart find /etc/rc2.d/ /etc/rc0.d/ -name '*cash-boot'
  assert_output -e '/etc/rc2.d/S..cash-boot
/etc/rc0.d/K..cash-boot'
  run cash --set $'word=a \'b\' "c" $d \\ %n' plan install --profile debug
  assert_output ''
  assert_status 0
  run apart /etc/init.d/cash-boot status
  assert_status 3
  apart /etc/init.d/cash-boot start
  run apart /etc/init.d/cash-boot status
  assert_status 0
  run cash ps -q
  assert_output $'app\ntool'
  run cash exec app cat /run/secrets/key
  assert_output 'a b'
  eventually 10 has_log
  run cash logs app
  assert_output $'a \'b\' "c" $d \\ %n'
  apart /etc/init.d/cash-boot stop
  run cash ps -q
  assert_output ''
  cash plan uninstall >"${BATS_TEST_TMPDIR}/plan" || [[ $? == 2 ]]
  shellcheck -s bash -S warning "${BATS_TEST_TMPDIR}/plan"
  apart bash "${BATS_TEST_TMPDIR}/plan"
  assert_equal "$(written)" cash/boot.env
  apart rm -r /etc/cash
  run cash plan uninstall
  assert_output ''
  assert_status 0
}

@test 'where systemd runs: a unit that systemd-analyze finds nothing wrong with' {
  apart mkdir -p /run/systemd/system
  cash --set $'word=a \'b\' "c" $d \\ %n' plan install --profile debug >"${BATS_TEST_TMPDIR}/plan" || [[ $? == 2 ]]
  apart rmdir /run/systemd/system
  assert_equal "$(grep -c '^systemctl' "${BATS_TEST_TMPDIR}/plan")" 2 # systemd does not run: without them
  grep -v '^systemctl' "${BATS_TEST_TMPDIR}/plan" | apart bash
  run apart cat /etc/systemd/system/cash-boot.service
  assert_output -p $'\nExecStart=/etc/cash/boot.sh --set "word=a \'b\' \\"c\\" $$d \\\\ %%n" --profile debug up\n'
  assert_output -p $'\nTimeoutStopSec=100\n'
  assert_output -p $'\nEnvironmentFile=-/etc/cash/boot.env\n'
  run apart systemd-analyze verify /etc/systemd/system/cash-boot.service
  assert_status 0
  assert_output ''
  cash uninstall
  assert_equal "$(written)" ''
}

@test 'what was read from a pipe, and what is no service, is not installed' {
  run apart bash -s -- install <"${SCRIPT}"
  assert_status 125
  assert_output -p 'read from a pipe'
  run cash install nosuch
  assert_status 2
  run cash install --profile nosuch
  assert_status 2
  assert_equal "$(written)" ''
}
