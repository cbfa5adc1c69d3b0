# bash harness.bash DIRECTORY COUNT: calls the section functions of DIRECTORY/1.bash … COUNT.bash with stubs in place of the
# constant Bash, and writes what arrives to N.out: records of a count, and that many words, each ended by NUL.
# N.values: NAME NUL VALUE NUL …, the values of parameters.
PATH=/nonexistent # no external command can run
shopt -s inherit_errexit
record() { printf '%s\0' "$#" "$@"; }
for stub in run run_progress lines feed limit limit_optional limit_line limit_weight limit_device put say container_size container_groups lease lease_given ports_open image_begin image_end image_remove volume_create image_download \
  pool_grow container_mountpoint container_masks_late container_wait container_exec container_init userns_volume bind_source names_on secrets_open secret_file secret_variable secret_text; do
  eval "$stub() { record $stub \"\$@\"; }"
done
for stub in lock unlock network_lock network_begin network_ipv4 network_discard forwarding_on forwarding_off gone made attach join container_end container_stop \
  volume_stays userns_image userns_check secrets_close names_meet fail; do
  eval "$stub() { :; }"
done
there() { return 1; }
resolver_of_host() { RESOLVER=(); }
pool_filesystem() { FILESYSTEM=other; }
pool_mounted() { return 1; }
pool_empty() { return 0; }
limit_disks() { :; }
limit_realtime() { :; }
cgroup_find() { :; }
network_locked() { "$@"; }
command_not_found_handle() { record UNKNOWN "$@"; }

values() {
  local NAME VALUE
  while IFS= read -r -d '' NAME && IFS= read -r -d '' VALUE; do printf -v "$NAME" %s "$VALUE"; done <"$1"
}

calls() {
  declare -A CGROUP=([pids]=/c [cpu]=/c [cpuset]=/c [memory]=/c [blkio]=/c [io]=/c)
  local SERVICE
  STATE=/state ROOTFS=/rootfs ETC=/etc-of SECRETS=/secrets MASKS=(mask) PART=/part CGROUP_VERSION=v2 ADDRESS_0=192.0.2.9 VETH_0=veth HOME_DIRECTORY=/home RESOLVER=() DEVICE=8:0
  pool_create
  for SERVICE in "${SERVICES[@]}"; do
    service_id "$SERVICE"
    record service "$SERVICE"
    "${ID}_pull"
    "${ID}_settings"
    record settings "$CONTAINER" "$USER_SPEC" "$WORKING_DIRECTORY" "$IMAGE"
    record argv "${ENTRYPOINT[@]}" "${COMMAND[@]}"
    "${ID}_limits"
    "${ID}_host"
    ! declare -F "${ID}_given" >/dev/null || "${ID}_given"
    "${ID}_network"
    "${ID}_files"
    "${ID}_last" 0 "${ENTRYPOINT[@]}" "${COMMAND[@]}"
    record environment "${ENVIRONMENT[@]}"
  done
  record volumes "${VOLUMES[@]}" "${EXTERNAL_VOLUMES[@]}"
}

for ((number = 1; number <= $2; number++)); do
  (
    set -eu
    # shellcheck source=/dev/null
    source "$1/$number.bash"
    values "$1/$number.values"
    calls
  ) >"$1/$number.out" || printf '%s\0' 2 FAILED "$number" >>"$1/$number.out"
done
