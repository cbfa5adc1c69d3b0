import * as z from 'zod';
import { commandForm, composeMapping, flag, mapOrList, mode, number, size, text, textList, textOrList, word } from './forms.ts';
import { imageOptions } from './cash.ts';
import { dependsOn, profiles } from './depends.ts';
import { healthcheck, hooks, logging, restart, restartPolicy } from './keeping.ts';
import { blkioConfig, capabilities, deviceRules, devices, groupAdd, securityOpt, storageOpt, ulimits } from './kernel.ts';
import { givenFiles } from './given.ts';
import { expose, ports } from './ports.ts';
import { volumeMounts } from './mount.ts';

const envFileEntry = composeMapping(
  {
    path: text('Path of the file, relative to the Compose file.'),
    required: flag('Whether a missing file is an error; default true.').optional(),
    format: word(['raw'], 'raw: values are taken as they stand, without quotes and interpolation.').optional(),
  },
  'A file of environment variables.',
);

const envFile = z
  .union([z.string(), z.array(z.union([z.string(), envFileEntry], { error: () => 'a path or a mapping' }))], {
    error: () => 'a path or a list of paths',
  })
  .nullable()
  .meta({ description: 'Files of KEY=VALUE lines for the environment; later files win, `environment` wins over all.' });

const serviceNetwork = composeMapping(
  {
    ipv4_address: text('A fixed address in the subnet of the network.').optional(),
    aliases: textList('Further names by which the other containers of the network find it.').optional(),
  },
  'How the service is attached to a network.',
).nullable();

const networks = z
  .union([z.array(z.string()), z.record(z.string(), serviceNetwork)], { error: () => 'a list or a mapping of networks' })
  .nullable()
  .meta({ description: 'Networks of the top level that the service is attached to; default: `default`.' });

export const limits = composeMapping(
  {
    cpus: number('CPUs the container may use, such as 0.5.').optional(),
    memory: size('Most memory the container may use.').optional(),
    pids: number('Most processes and threads the container may have.').optional(),
  },
  'Upper bounds.',
).nullable();

export const resources = composeMapping({ limits: limits.optional() }, 'Resources of the container.').nullable();

export const deploy = composeMapping(
  {
    resources: resources.optional(),
    restart_policy: restartPolicy.optional(),
    replicas: number('How many containers; the same as scale.').optional(),
  },
  'Of `deploy`, cash knows limits, restart policy and replicas.',
).nullable();

const extraHosts = z
  .union(
    [
      z.array(z.string()),
      z.record(z.string(), z.union([z.string(), z.array(z.string())], { error: () => 'an address or a list of addresses' })),
    ],
    { error: () => 'a list or a mapping of host names' },
  )
  .nullable()
  .meta({ description: 'Lines for /etc/hosts: `name:address`, `name=address`, or a mapping.' });

export const service = composeMapping(
  {
    image: text('debootstrap:SUITE, tar:PATH, tar:URL, scratch, or NAME:TAG of an image on the host (pull_policy: never).').optional(),
    'x-cash': imageOptions.optional(),
    command: commandForm('Arguments of the entrypoint, or the command itself.').optional(),
    entrypoint: commandForm('The command that `command` is appended to.').optional(),
    environment: mapOrList('Environment variables; a name without a value takes that of the generating environment.').optional(),
    env_file: envFile.optional(),
    working_dir: text('Directory the command starts in.').optional(),
    user: text('USER, UID, USER:GROUP or UID:GID, looked up in the image.').optional(),
    hostname: text('Host name of the container.').optional(),
    domainname: text('Domain of the container.').optional(),
    container_name: text('Name of the container on the host.').optional(),
    labels: mapOrList('Labels of the container.').optional(),
    annotations: mapOrList('Annotations of the container.').optional(),
    cpu_shares: number('Weight among containers, 2 to 262144; the default is 1024.').optional(),
    cpus: number('CPUs the container may use, such as 0.5.').optional(),
    cpuset: text('CPUs the container may run on, such as 0-1,3.').optional(),
    mem_limit: size('Most memory the container may use.').optional(),
    memswap_limit: size('Memory and swap together; -1: as much swap as there is.').optional(),
    mem_reservation: size('Memory the kernel keeps for the container under pressure.').optional(),
    pids_limit: number('Most processes and threads; -1: no limit.').optional(),
    cpu_period: number('Microseconds: the period of cpu_quota, 1000 to 1000000; default 100000.').optional(),
    cpu_quota: number('Microseconds of CPU time in each period.').optional(),
    cpu_rt_period: number('Microseconds, or a duration: the period of cpu_rt_runtime; default 1000000.').optional(),
    cpu_rt_runtime: number('Microseconds, or a duration: real-time time in each period.').optional(),
    mem_swappiness: number('How readily the kernel swaps, 0 to 100; cgroup v1.').optional(),
    oom_score_adj: number('Whom the kernel kills first when memory is short, -1000 to 1000.').optional(),
    oom_kill_disable: flag('Over its limit it waits, and is not killed; cgroup v1.').optional(),
    blkio_config: blkioConfig.optional(),
    storage_opt: storageOpt.optional(),
    shm_size: size('Of /dev/shm; default 64m.').optional(),
    ulimits: ulimits.optional(),
    sysctls: mapOrList('Settings of the namespaces of the container: net.*, kernel.msg*, kernel.sem, kernel.shm*, fs.mqueue.*.').optional(),
    group_add: groupAdd.optional(),
    cap_add: capabilities('Capabilities beside the default ones; ALL.').optional(),
    cap_drop: capabilities('Capabilities it does not get; ALL.').optional(),
    security_opt: securityOpt.optional(),
    devices: devices.optional(),
    device_cgroup_rules: deviceRules.optional(),
    privileged: flag('All capabilities, all devices of the host, nothing covered or read-only.').optional(),
    deploy: deploy.optional(),
    network_mode: mode(['none', 'host', 'bridge'], 'none: loopback only; host: the network of the host; or that of another container.').optional(),
    ipc: mode(['private', 'host', 'shareable', 'none'], 'Shared memory, semaphores, queues: its own, which shareable lets others join; the host\'s; or those of another container.').optional(),
    pid: mode(['host'], 'host: it sees the processes of the host; or of another container.').optional(),
    uts: word(['host'], 'host: the name of the host.').optional(),
    cgroup: word(['host', 'private'], 'host: it sees where its cgroups lie.').optional(),
    networks: networks.optional(),
    ports: ports.optional(),
    expose: expose.optional(),
    dns: textOrList('Name servers.').optional(),
    dns_search: textOrList('Search domains.').optional(),
    extra_hosts: extraHosts.optional(),
    volumes: volumeMounts.optional(),
    secrets: givenFiles('Secrets of the top level: files in /run/secrets.').optional(),
    configs: givenFiles('Configs of the top level: files in /.').optional(),
    tmpfs: textOrList('Temporary file systems: /run or /run:size=64m,mode=1777.').optional(),
    read_only: flag('The root file system cannot be written to.').optional(),
    stop_signal: text('Signal that asks the container to end; default SIGTERM.').optional(),
    stop_grace_period: text('Time until SIGKILL follows, such as 1m30s; default 10s.').optional(),
    restart: restart.optional(),
    healthcheck: healthcheck.optional(),
    logging: logging.optional(),
    post_start: hooks('Commands in the container once it is started.').optional(),
    pre_stop: hooks('Commands in the container before it is stopped.').optional(),
    depends_on: dependsOn.optional(),
    profiles: profiles.optional(),
    scale: number('How many containers; default 1.').optional(),
    stdin_open: flag('Standard input stays open in the background.').optional(),
    tty: flag('A terminal of its own.').optional(),
    init: flag('A PID 1 that reaps orphans and hands signals on.').optional(),
    platform: text('linux/ARCH of the image.').optional(),
    pull_policy: word(['always', 'never', 'missing', 'if_not_present'], 'When the image is fetched; default missing.').optional(),
    userns_mode: word(['auto', 'host'], 'auto: root in the container is a subordinate user of the host.').optional(),
  },
  'A container.',
).meta({ id: 'service', required: ['image'] });
