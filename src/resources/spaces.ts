/** Namespaces: a container's own, the host's, those of another container of the project. */
import { isJoined, type Joined, type Project, type Service } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { word } from '../resolve/word.ts';

export interface Share {
  /** The key of the definition. */
  readonly key: string;
  /** The runtime directory of the container, and its name. */
  readonly state: Word;
  readonly name: Word;
  /** As nsenter(1) calls it. */
  readonly space: string;
}

export interface Spaces {
  /** Options of unshare(1): what is its own. */
  readonly options: readonly string[];
  readonly shares: readonly Share[];
  readonly shared: boolean;
  /** The /dev/shm of another container is brought in. */
  readonly sharesMemory: boolean;
  /** Others may join its ipc namespace. */
  readonly shareable: boolean;
  readonly ownName: boolean;
  /** /etc/hosts and /etc/resolv.conf are its own. */
  readonly ownHosts: boolean;
}

export function spaces(project: Project, service: Service): Spaces {
  const { network_mode: network, ipc, pid, uts, cgroup, time } = service;
  const own = (mode: string | Joined | null): boolean => mode !== 'host' && !isJoined(mode);
  const shares = ([['network_mode', network, 'net'], ['ipc', ipc, 'ipc'], ['pid', pid, 'pid']] as const).flatMap(([key, mode, space]) =>
    isJoined(mode) ? [{ key, state: stateOf(project, mode), name: nameOf(project, mode), space }] : [],
  );
  return {
    options: [
      ...(own(network) ? ['--net'] : []),
      ...(uts === 'host' ? [] : ['--uts']),
      ...(own(ipc) ? ['--ipc'] : []),
      ...(cgroup === 'host' ? [] : ['--cgroup']),
      '--mount',
      ...(own(pid) ? ['--pid'] : []),
      ...(time === null ? [] : ['--time', `--monotonic=${time.monotonic}`, `--boottime=${time.boottime}`]),
    ],
    shares,
    shared: shares.length > 0,
    sharesMemory: isJoined(ipc),
    shareable: ipc === 'shareable',
    ownName: uts !== 'host',
    ownHosts: !isJoined(network),
  };
}

function stateOf(project: Project, joined: Joined): Word {
  return word`/run/cash/${project.name}/containers/${nameOf(project, joined)}`;
}

/** The directory of what is mounted over its /etc/hosts, hostname and resolv.conf. */
export function etcOf(project: Project, joined: Joined): Word {
  return word`${project.host.root}/containers/${project.name}/${nameOf(project, joined)}/etc`;
}

function nameOf(project: Project, joined: Joined): Word {
  if ('container' in joined) return joined.container;
  const service = project.services.find(({ name }) => name === joined.service);
  return word`${service?.container_name ?? joined.service}`;
}

/** For the head of the script. */
export function sharing(service: Service): readonly string[] {
  const of = ` (${service.name})`;
  const { network_mode: network, ipc, pid, uts, cgroup } = service;
  const joined = ([['network', network], ['ipc', ipc], ['pid', pid]] as const).flatMap(([space, mode]) =>
    isJoined(mode) ? [`the ${space} namespace is that of ${'service' in mode ? mode.service : mode.container}${of}`] : [],
  );
  return [
    ...(network === 'host' ? [`the network namespace is the host's${of}`] : []),
    ...(ipc === 'host' ? [`the ipc namespace is the host's: its shared memory, semaphores and queues${of}`] : []),
    ...(pid === 'host' ? [`the pid namespace is the host's, through which root in it reaches the files of the host${of}`] : []),
    ...(uts === 'host' ? [`the uts namespace is the host's${of}`] : []),
    ...(cgroup === 'host' ? [`the cgroup namespace is the host's${of}`] : []),
    ...joined,
  ];
}
