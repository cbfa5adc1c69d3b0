# SELinux, enforcing: with Debian's policy, and a small one for containers, which that has none of.
# shellcheck disable=SC2016,SC2154,SC2312 # sh in the container expands; variables of bats and helper; what these read does not fail
# bats file_tags=vm
load helper

setup_file() {
  begin
  mkdir -p /srv/selinux/{host,open}
  echo secret >/srv/selinux/host/file
  echo shown >/srv/selinux/open/file
  compile selinux <<'YAML'
name: selinux
x-cash: {root: "${ROOT}", allow: ["${ROOT}/volumes/selinux_own"]}
x-tiny: &tiny {image: "tar:${TINY}", network_mode: none, security_opt: ["label:type:container_t"]}
volumes: {own: , common: }
configs: {greeting: {content: hello}}
services:
  box: {<<: *tiny, volumes: ["own:/own", "common:/common", "/srv/selinux:/srv:ro"], tmpfs: /scratch, configs: [greeting]}
  other: {<<: *tiny, volumes: ["common:/common", "${ROOT}/volumes/selinux_own:/own"]}
  init: {<<: *tiny, init: true, user: app}
  joined: {<<: *tiny, network_mode: "service:box"}
  setuid: {<<: *tiny, security_opt: ["no-new-privileges:false", "label=level:s0:c7,c9"]}
  unknown: {<<: *tiny, security_opt: ["label:type:cash_has_none_t"]}
  forbidden: {<<: *tiny, security_opt: ["label:type:sshd_t"]}
YAML
  policy | semodule_from_input
  restorecon -R /srv
  chcon -R -t container_file_t -l s0 /srv/selinux/open
  setenforce 1
}
teardown_file() {
  setenforce 0
  finish
  rm -rf /srv/selinux
}

semodule_from_input() {
  cat >"${BATS_FILE_TMPDIR}/containers.cil"
  semodule -i "${BATS_FILE_TMPDIR}/containers.cil"
}
policy() {
  cat <<'CIL'
(type container_t)
(type container_file_t)
(roletype system_r container_t)
(roletype object_r container_file_t)
(typeattributeset domain (container_t))
(typeattributeset mcs_constrained_type (container_t))
(typeattributeset file_type (container_file_t))
(typeattributeset non_security_file_type (container_file_t))
(typeattributeset mountpoint (container_file_t))
(roleallow unconfined_r system_r)
(allow unconfined_t container_t (process (transition noatsecure rlimitinh siginh)))
(allow unconfined_t container_t (process2 (nnp_transition nosuid_transition)))
(allow container_t unconfined_t (fd (use)))
(allow container_t unconfined_t (fifo_file (read write append getattr ioctl lock)))
(allow container_t unconfined_t (unix_stream_socket (read write getattr ioctl)))
(allow container_t unconfined_t (process (sigchld)))
(allow container_t kernel_t (fd (use)))
(allow container_t container_file_t (file (entrypoint execute execute_no_trans map read write open append getattr setattr create unlink rename link lock ioctl)))
(allow container_t container_file_t (dir (read write open search getattr setattr create add_name remove_name rmdir rename reparent lock ioctl)))
(allow container_t container_file_t (lnk_file (read getattr create unlink)))
(allow container_t container_file_t (chr_file (read write open append getattr ioctl)))
(allow container_t container_file_t (filesystem (getattr associate)))
(allow container_file_t fs_t (filesystem (associate)))
(allow container_file_t container_file_t (filesystem (associate)))
(allow container_t container_t (process (fork signal sigchld sigkill getattr getpgid setpgid getsched)))
(allow container_t container_t (fifo_file (read write append getattr ioctl)))
(allow container_t container_t (fd (use)))
(allow container_t container_t (dir (read open search getattr)))
(allow container_t container_t (file (read write open getattr)))
(allow container_t container_t (lnk_file (read getattr)))
(allow container_t proc_t (dir (read open search getattr)))
(allow container_t proc_t (lnk_file (read getattr)))
CIL
}

# context SERVICE: of its processes, as the script says.
context() { grep "^service_$1_rights" "${SCRIPT}" | grep -o "system_u:system_r:container_t:[s0-9:,c]*"; }
files_of() { context "$1" | sed s/system_r:container_t/object_r:container_file_t/; }
THEIRS='tr -d "\000" </proc/self/attr/current; echo'

@test 'what the host does not have is said, by run, plan and check' {
  run cash run unknown -- true
  assert_status 125
  assert_output -p 'cash_has_none_t'
  assert_output -p 'its policy has no such context'
  run cash plan run forbidden -- true
  assert_status 1
  assert_output -p "its policy does not let unconfined_u:unconfined_r:unconfined_t:s0 start it: process"
  run cash ps -a
  refute_output -p unknown
  run cash check
  assert_status 1
  assert_output -p 'ok       SELinux context system_u:system_r:container_t:s0:c7,c9'
  assert_output -p 'missing  SELinux context system_u:system_r:cash_has_none_t'
}

@test 'run and exec have the context, with init and with set-user-ID files too; what the definition says is so' {
  local service
  for service in box init setuid; do
    run --separate-stderr cash run "${service}" -- sh -c "${THEIRS}"
    assert_output "$(context "${service}")"
    cash run -d "${service}" -- sleep 300
    run --separate-stderr cash exec "${service}" sh -c "${THEIRS}"
    assert_output "$(context "${service}")"
    run cash check "${service}"
    assert_output "ok       ${service} is as defined"
    cash rm -f "${service}"
  done
  assert_equal "$(context setuid)" system_u:system_r:container_t:s0:c7,c9
  cash plan run box -- sh -c "${THEIRS}" >"${BATS_TEST_TMPDIR}/plan" || assert_equal "$?" 2
  grep -q '^chcon --recursive --no-dereference system_u:object_r:container_file_t' "${BATS_TEST_TMPDIR}/plan"
  run --separate-stderr bash "${BATS_TEST_TMPDIR}/plan"
  assert_output "$(context box)"
}

@test 'its own files it can read and write, those of the host only where they have the type' {
  run --separate-stderr cash run box -- sh -c 'exec 2>&1; for place in / /tmp /own /common /scratch /dev/shm; do echo written >"${place}/file" && cat "${place}/file"; done; cat /etc/hosts | head -n 1; cat /greeting; echo; echo >/dev/null && cat /srv/open/file; cat /srv/host/file'
  assert_status 1
  assert_output $'written\nwritten\nwritten\nwritten\nwritten\nwritten\n127.0.0.1 localhost\nhello\nshown\n'"cat: can't open '/srv/host/file': Permission denied"
  eventually 10 denied # the kernel says it in its own time
  setenforce 0
  run --separate-stderr cash run box -- cat /srv/host/file
  setenforce 1
  assert_output secret # nothing else keeps it away
}

denied() { dmesg | grep -q 'denied.*name="file".*container_t.*var_t'; }

@test 'a container of another level reads nothing of it, but what both may' {
  cash run box -- sh -c 'echo mine >/own/file && echo mine >/common/file'
  run --separate-stderr cash run other -- sh -c 'exec 2>&1; cat /own/file; cat /common/file; echo theirs >/common/other && cat /common/other'
  assert_output "cat: can't open '/own/file': Permission denied
cat: can't open '/common/file': Permission denied
theirs"
}

@test 'a label is no change of a file; a container that is kept is labelled once' {
  cash run -d box -- sh -c 'echo new >/etc/new; exec sleep 300'
  eventually 5 cash exec box cat /etc/new
  run --separate-stderr cash run joined -- head -n 1 /etc/hosts /etc/resolv.conf
  assert_output -p '127.0.0.1 localhost'
  assert_equal "$(stat --format %C "${ROOT}/containers/selinux/box/rootfs/etc/passwd")" "$(files_of box)"
  run cash diff box
  assert_output -p 'A /etc/new'
  refute_output -p busybox
  cash stop box
  run cash plan start box
  refute_output -p 'the SELinux context of its files'
  cash rm -f box
}
