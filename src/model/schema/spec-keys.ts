/** Every key of the Compose Specification, by the mapping it stands in; `*` is a name or an index. */
const keysByLevel: Readonly<Record<string, string>> = {
  '': 'version name include services models networks volumes secrets configs',
  'services.*':
    'annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name ' +
    'cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec ' +
    'depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file environment ' +
    'expose extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc isolation ' +
    'label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models ' +
    'network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_start pre_stop ' +
    'privileged profiles provider pull_policy pull_refresh_after read_only restart runtime scale secrets security_opt ' +
    'shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user ' +
    'userns_mode uts volumes volumes_from working_dir',
  'services.*.env_file.*': 'path required format',
  'services.*.networks.*':
    'aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips mac_address priority',
  'services.*.ports.*': 'name mode host_ip target published protocol app_protocol',
  'services.*.devices.*': 'source target permissions',
  'services.*.volumes.*': 'type source target read_only consistency bind volume tmpfs image',
  'services.*.volumes.*.bind': 'propagation create_host_path recursive selinux',
  'services.*.volumes.*.tmpfs': 'size mode',
  'services.*.secrets.*': 'source target uid gid mode',
  'services.*.configs.*': 'source target uid gid mode',
  'services.*.deploy': 'endpoint_mode labels mode placement replicas resources restart_policy rollback_config update_config',
  'services.*.deploy.resources': 'limits reservations',
  'services.*.deploy.resources.limits': 'cpus memory pids devices',
  'services.*.deploy.restart_policy': 'condition delay max_attempts window',
  'services.*.healthcheck': 'disable interval retries start_interval start_period test timeout',
  'services.*.logging': 'driver options',
  'services.*.logging.options': 'max-size max-file compress env env-regex labels labels-regex max-buffer-size mode tag',
  'services.*.post_start.*': 'command environment privileged user working_dir',
  'services.*.pre_stop.*': 'command environment privileged user working_dir',
  'services.*.depends_on.*': 'condition restart required',
  'services.*.ulimits.*': 'soft hard',
  'services.*.storage_opt': 'size',
  'services.*.blkio_config': 'device_read_bps device_read_iops device_write_bps device_write_iops weight weight_device',
  'services.*.blkio_config.weight_device.*': 'path weight',
  'services.*.blkio_config.device_read_bps.*': 'path rate',
  'services.*.blkio_config.device_write_bps.*': 'path rate',
  'services.*.blkio_config.device_read_iops.*': 'path rate',
  'services.*.blkio_config.device_write_iops.*': 'path rate',
  'networks.*': 'attachable driver driver_opts enable_ipv4 enable_ipv6 external internal ipam labels name',
  'networks.*.ipam': 'driver config options',
  'networks.*.ipam.config.*': 'subnet ip_range gateway aux_addresses',
  'volumes.*': 'driver driver_opts external labels name',
  'secrets.*': 'driver driver_opts environment external file labels name template_driver',
  'configs.*': 'content environment external file labels name template_driver',
};

export const specKeys: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(keysByLevel).map(([level, keys]) => [level, keys.split(' ')]),
);

/** Keys of a service that mean nothing on Linux, and what to write in their place. */
export const windowsKeys: ReadonlyMap<string, string> = new Map([
  ['cpu_count', 'write `cpus: 2`, or `cpuset: 0-1`'],
  ['cpu_percent', 'write `cpus: 0.5` for half a processor'],
]);

/** What to write in place of a key that is not taken, by its level. */
export const insteadKeys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    include: 'write the services of that file here',
  },
  'services.*': {
    attach: 'remove it: `up` starts all in the background',
    build: 'build the image elsewhere, export its files, and write `image: tar:PATH`',
    cgroup_parent: 'remove it: containers are in cgroups of cash, whose limits are those of the service',
    develop: 'remove it: it is for `docker compose watch`',
    extends: 'write an anchor, `&base`, there, and `<<: *base` here',
    external_links: 'name the same network in both services',
    gpus: 'name their device nodes under `devices`',
    label_file: 'write them under `labels`',
    links: 'remove it: on a network containers find each other by name; for another name write `aliases`',
    runtime: 'remove it: there is none but the script',
    volumes_from: 'name the volumes in both services',
  },
  'services.*.deploy': {
    labels: 'write them under `labels` of the service',
    mode: 'remove it, and write `replicas`',
    placement: 'remove it: a script is for one host',
    rollback_config: 'remove it: `up` replaces a container at once',
    update_config: 'remove it: `up` replaces a container at once',
  },
  'services.*.deploy.resources': {
    reservations: 'for memory write `mem_reservation` in the service; one host reserves no processors',
  },
  'services.*.volumes.*.bind': {
    propagation: 'remove it: what the host mounts there before a start comes along, and nothing of the container goes to the host',
    selinux: 'remove it, and label files of the host yourself: chcon --recursive --type=container_file_t PATH',
  },
  'volumes.*': {
    driver_opts: 'mount it on the host, and name its directory in the services: /mnt/data:/target',
  },
  'networks.*': {
    enable_ipv6: 'remove it: networks have IPv4',
    external: 'for a network of all projects write `network_mode: bridge` in the services',
  },
};
