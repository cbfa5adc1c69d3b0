/** A service: everything about its containers that is known before the host is. */
import { HEALTHCHECK, type Healthcheck, type Hook, type Project, type Service, type Text } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import type { ResolvedNetwork } from '../resolve/network.ts';
import { variable, word } from '../resolve/word.ts';
import { ownProfile, profileOf } from './apparmor.ts';
import { type Limits, limits } from './cgroup.ts';
import { repositoryOfCommits } from './commit.ts';
import { type Devices, devices } from './devices.ts';
import { type SecretCall, secretCalls } from './given.ts';
import type { Image } from './image.ts';
import { type Kernel, kernel } from './kernel.ts';
import { serviceDigest } from './order.ts';
import { type Published, published } from './ports.ts';
import { filterOf } from './seccomp/filter.ts';
import { fileContext, namesContext, processContext } from './selinux.ts';
import { type Mounts, mounts } from './mounts.ts';
import { type Spaces, spaces } from './spaces.ts';

export interface Attachment {
  readonly index: number;
  readonly bridge: string;
  readonly leases: string;
  readonly given: boolean;
  readonly address: Word;
  readonly first: Word;
  readonly last: Word;
  readonly reserved: readonly Word[];
  /** What the names of the network's ports begin with. */
  readonly ports: string;
  readonly aliases: readonly string[];
}

export interface Restart {
  readonly condition: string;
  /** 0: without end. */
  readonly most: number;
  /** Milliseconds; empty: 100, doubled each time. */
  readonly delay: Word;
  /** Seconds. */
  readonly window: number;
}

export interface Log {
  readonly driver: string;
  /** Bytes. */
  readonly size: number;
  readonly files: number;
}

export interface HookView {
  readonly user: Word;
  readonly directory: Word;
  readonly environment: readonly Word[];
  readonly count: number;
  readonly command: readonly Word[];
}

/** At most one. Seconds. */
export interface Health {
  readonly test: readonly Word[];
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  readonly onUnhealthy: string;
}

export interface Named {
  readonly network: string;
  readonly address: Word;
  readonly names: readonly Word[];
}

export interface ServiceView {
  readonly id: string;
  readonly name: string;
  readonly container: Word;
  readonly image: Image;
  readonly pullPolicy: string;
  /** The repository that `commit SERVICE TAG` makes an image of. */
  readonly commitName: Word;
  readonly networks: readonly { readonly id: string }[];
  readonly attachments: readonly Attachment[];
  readonly batch: readonly Word[];
  /** For nft: what its ports may send. */
  readonly members: readonly Word[];
  /** At most one: where its ports are published. */
  readonly published: readonly Published[];
  readonly hairpin: boolean;
  readonly ownNetwork: boolean;
  readonly unit: boolean;
  readonly unattached: boolean;
  /** It has the profile. */
  readonly confined: boolean;
  /** That which the script brings along. */
  readonly ownProfile: boolean;
  readonly apparmor: string;
  /** It has an SELinux context; its processes', its files', and that of its names, which those may read that share its network. */
  readonly labelled: boolean;
  readonly selinux: string;
  readonly fileContext: string;
  readonly namesContext: string;
  /** It has a time namespace. */
  readonly timed: boolean;
  /** Nothing of the host has to be made for it. */
  readonly needless: boolean;
  readonly limits: Limits;
  readonly kernel: Kernel;
  /** The function that sets SECCOMP. */
  readonly seccomp: { readonly filtered: boolean; readonly id: string };
  readonly devices: Devices;
  readonly privileged: boolean;
  /** The function that is called before the container starts, where there is one. */
  readonly opened: boolean;
  /** What is called once it has started. */
  readonly closed: string;
  readonly closing: boolean;
  readonly spaces: Spaces;
  readonly mounts: Mounts;
  readonly secrets: readonly SecretCall[];
  readonly root: Word;
  /** Of the host: the user 0 of the container. */
  readonly owner: number;
  /** It has secrets or configs. */
  readonly provided: boolean;
  readonly entrypoint: readonly Word[];
  readonly command: readonly Word[];
  readonly user: Word;
  readonly workingDirectory: Word;
  /** Keys and variables that the definition gives: the image's own configuration has no say in them. */
  readonly given: readonly Word[];
  readonly hostname: Word;
  readonly domain: boolean;
  readonly domainname: Word;
  readonly hosts: readonly Word[];
  /** By which the others on its networks find it. */
  readonly named: readonly Named[];
  readonly hasNames: boolean;
  readonly resolver: readonly Word[];
  readonly ownResolver: boolean;
  readonly searched: boolean;
  readonly environment: readonly Word[];
  /** NAME=VALUE */
  readonly labels: readonly Word[];
  readonly stopSignal: string;
  /** Seconds. */
  readonly stopGracePeriod: number;
  readonly restart: Restart;
  readonly log: Log;
  readonly scale: number;
  /** It is another one where its containers have to be made anew. */
  readonly digest: string;
  readonly tty: string;
  readonly stdinOpen: string;
  readonly health: readonly Health[];
  readonly postStart: readonly HookView[];
  readonly preStop: readonly HookView[];
  readonly hooked: boolean;
  readonly noPostStart: boolean;
  readonly noPreStop: boolean;
  readonly init: boolean;
  readonly userns: boolean;
  /** The host's /proc is not the user's to write to. */
  readonly rootless: boolean;
  readonly usernsStart: number;
  readonly usernsCount: number;
  readonly readOnly: boolean;
  readonly namespaces: readonly string[];
  readonly exports: readonly string[];
}

const HOST_NAME = variable('HOST_NAME');
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function serviceView(project: Project, service: Service, id: string, image: Image, networks: readonly (ResolvedNetwork & { id: string })[]): ServiceView {
  const attached = attachments(service, networks);
  const space = spaces(project, service);
  const hostname = space.ownName ? word`${service.hostname ?? service.container_name ?? service.name}` : HOST_NAME;
  const config = service.image_options.config;
  const mounted = mounts(project, service);
  return {
    id,
    name: service.name,
    container: word`${service.container_name ?? service.name}`,
    image,
    pullPolicy: service.pull_policy,
    commitName: repositoryOfCommits(project, service),
    networks: attached.map(({ network }) => ({ id: network.id })),
    attachments: attached,
    batch: batch(attached),
    published: published(service, attached),
    members: attached.map(({ index, bridge }) => {
      const [port, mac, address] = ['VETH', 'MAC', 'ADDRESS'].map((name) => variable(`${name}_${index}`)) as [Word, Word, Word];
      return word`add element bridge ${bridge} members { ${port} . ${mac} . ${address} }`;
    }),
    hairpin: published(service, attached).length > 0,
    ownNetwork: space.options.includes('--net'),
    unit: project.host.supervisor === 'systemd',
    unattached: attached.length === 0,
    confined: service.apparmor !== null,
    ownProfile: ownProfile(project) !== null && profileOf(project, service) === ownProfile(project)?.name,
    apparmor: profileOf(project, service) ?? '',
    labelled: service.selinux !== null,
    selinux: processContext(project, service) ?? '',
    fileContext: fileContext(project, service),
    namesContext: namesContext(service),
    timed: service.time !== null,
    needless: attached.length + mounted.volumes.length + mounted.hostPaths.length === 0 && service.userns_mode !== 'auto' && service.blkio === null && service.time === null && service.apparmor === null && service.selinux === null,
    limits: limits(service),
    kernel: kernel(service),
    seccomp: seccomp(service),
    devices: devices(service),
    privileged: service.privileged,
    opened: service.group_add.length > 0 || service.userns_mode === 'auto' || space.shared,
    closing: space.shared || service.userns_mode === 'auto',
    closed: space.shared ? `${id}_closed` : 'userns_close',
    spaces: space,
    mounts: mounted,
    owner: service.userns_mode === 'auto' ? project.host.userns.start : 0,
    root: word`${project.host.root}`,
    secrets: secretCalls(service),
    provided: service.files.length > 0,
    entrypoint: texts(service.entrypoint ?? config.entrypoint ?? []),
    command: texts(command(service)),
    user: word`${service.user ?? config.user ?? '0'}`,
    workingDirectory: word`${service.working_dir ?? config.working_dir ?? '/'}`,
    given: given(service),
    hostname,
    domain: service.domainname !== null,
    domainname: word`${service.domainname ?? ''}`,
    hosts: hosts(service, hostname, attached),
    named: named(service, attached),
    hasNames: named(service, attached).length > 0,
    resolver: [...service.dns.map((address) => word`nameserver ${address}`), ...(service.dns_search.length > 0 ? [word`search ${service.dns_search.join(' ')}`] : [])],
    ownResolver: service.dns.length > 0,
    searched: service.dns_search.length > 0,
    environment: environment(service, hostname),
    labels: service.labels.map(([name, value]) => word`${name}=${value}`),
    stopSignal: service.stop_signal.replace(/^SIG/, ''),
    stopGracePeriod: service.stop_grace_period / 1000,
    restart: restart(service),
    log: log(service),
    scale: service.scale,
    digest: serviceDigest(project, service, networks),
    tty: String(service.tty),
    stdinOpen: String(service.stdin_open),
    health: health(service.healthcheck, service.on_unhealthy),
    postStart: service.post_start.map(hook),
    preStop: service.pre_stop.map(hook),
    hooked: service.post_start.length + service.pre_stop.length > 0,
    noPostStart: service.post_start.length === 0,
    noPreStop: service.pre_stop.length === 0,
    init: service.init,
    userns: service.userns_mode === 'auto',
    rootless: project.host.rootless,
    usernsStart: project.host.userns.start,
    usernsCount: project.host.userns.count,
    readOnly: service.read_only,
    namespaces: space.options,
    exports: [
      'SECCOMP',
      'SECCOMP_PROGRAM',
      ...attached.flatMap(({ index }) => [`ADDRESS_${index}`, `MAC_${index}`, `VETH_${index}`]),
      ...(service.userns_mode === 'auto' ? ['USERNS_START', 'USERNS_COUNT'] : []),
      ...(space.ownName ? [] : ['HOST_NAME']),
      ...(space.sharesMemory ? ['MEMORY_OF'] : []),
      ...(mounted.late ? ['HOST_PROGRAM', 'LATE_PROGRAM'] : []),
      ...project.host.parameters.map(([name]) => name),
    ],
  };
}

function seccomp(service: Service): ServiceView['seccomp'] {
  const filter = filterOf(service);
  return { filtered: filter !== null, id: filter?.id ?? '' };
}

function restart({ restart: policy }: Service): Restart {
  return {
    condition: policy?.condition ?? 'no',
    most: policy?.max_attempts ?? 0,
    delay: policy?.delay ?? '',
    window: Math.ceil((policy?.window ?? 10_000) / 1000),
  };
}

/** Docker keeps everything; what fills the disk of a host that nobody watches is no default of ours. */
function log({ logging }: Service): Log {
  return { driver: logging?.driver ?? 'file', size: logging === null ? 10 * 2 ** 20 : (logging.max_size ?? 2 ** 50), files: logging?.max_file ?? 3 };
}

function hook({ command: words, user, working_dir: directory, environment: own }: Hook): HookView {
  return {
    user: word`${user ?? ''}`,
    directory: word`${directory ?? ''}`,
    environment: own.map(([name, value]) => word`${name}=${value}`),
    count: own.length,
    command: texts(words),
  };
}

function health(check: Healthcheck | null, onUnhealthy: string): readonly Health[] {
  if (check?.test == null || check.disable) return [];
  const seconds = (given: number | null, standard: number): number => (given ?? standard) / 1000;
  return [{
    test: texts(check.test),
    interval: seconds(check.interval, HEALTHCHECK.interval),
    timeout: seconds(check.timeout, HEALTHCHECK.timeout),
    retries: check.retries ?? HEALTHCHECK.retries,
    startPeriod: Math.ceil(seconds(check.start_period, HEALTHCHECK.start_period)),
    startInterval: seconds(check.start_interval, HEALTHCHECK.start_interval),
    onUnhealthy,
  }];
}

function texts(list: readonly Text[]): readonly Word[] {
  return list.map((text) => word`${text}`);
}

/** An entrypoint of the service's own leaves the image's command out, as Docker does. */
function command(service: Service): readonly Text[] {
  const { config } = service.image_options;
  if (service.command !== null) return service.command;
  if (service.entrypoint !== null) return [];
  return config.command ?? (config.entrypoint === null && service.image.transport === 'debootstrap' ? ['bash'] : []);
}

function given(service: Service): readonly Word[] {
  const { config } = service.image_options;
  return [
    ...((service.entrypoint ?? config.entrypoint) === null ? [] : ['entrypoint']),
    ...((service.command ?? config.command ?? service.entrypoint) === null ? [] : ['command']),
    ...((service.user ?? config.user) === null ? [] : ['user']),
    ...((service.working_dir ?? config.working_dir) === null ? [] : ['directory']),
    ...new Set([...config.environment, ...service.environment].map(([name]) => `${name}=`)),
  ].map((each) => word`${each}`);
}

function environment(service: Service, hostname: Word): readonly Word[] {
  const own = new Map<string, Word>([['PATH', PATH], ['HOSTNAME', word`${hostname}`], ['HOME', variable('HOME_DIRECTORY')]]);
  for (const [name, value] of [...service.image_options.config.environment, ...service.environment]) own.set(name, word`${value}`);
  return [...own].map(([name, value]) => word`${name}=${value}`);
}

function attachments(service: Service, networks: readonly (ResolvedNetwork & { id: string })[]): readonly (Attachment & { network: ResolvedNetwork & { id: string } })[] {
  const wanted = service.network_mode === 'bridge' ? [{ network: 'bridge', ipv4_address: null, aliases: [] }] : service.networks;
  return wanted.flatMap(({ network: key, ipv4_address: address, aliases }, index) => {
    const network = networks.find((each) => each.key === key && each.shared === (service.network_mode === 'bridge'));
    if (network === undefined) return [];
    const { bridge, leases, first, last, reserved, ports } = network;
    return [{ network, index, bridge, leases, first, last, reserved, ports, given: address !== null, address: word`${address ?? ''}`, aliases }];
  });
}

/** For ip -batch, in the container's network namespace; `netns` and `ifN` name what is outside of it. */
function batch(attached: readonly (Attachment & { network: ResolvedNetwork })[]): readonly Word[] {
  const links = attached.flatMap(({ index, network }): readonly Word[] => {
    const numbered = (name: string): Word => variable(`${name}_${index}`);
    return [
      word`link add ${numbered('VETH')} netns ${variable('HOST_NETNS')} master if${numbered('BRIDGE')} up type veth peer name eth${index} address ${numbered('MAC')}`,
      word`address add ${numbered('ADDRESS')}/${network.prefix} dev eth${index}`,
      `link set eth${index} up`,
    ];
  });
  const way = attached.find(({ network }) => !network.internal);
  return ['link set lo up', ...links, ...(way === undefined ? [] : [word`route add default via ${way.network.gateway}`])];
}

/** On the bridge of all projects they have none, as on Docker's. */
function named(service: Service, attached: readonly (Attachment & { network: ResolvedNetwork })[]): readonly Named[] {
  return attached
    .filter(({ network }) => !network.shared)
    .map(({ network, index, aliases }) => ({
      network: network.key,
      address: variable(`ADDRESS_${index}`),
      names: [service.name, ...aliases].map((name) => word`${name}`),
    }));
}

function hosts(service: Service, hostname: Word, attached: readonly (Attachment & { network: ResolvedNetwork })[]): readonly Word[] {
  const full = service.domainname === null ? word`${hostname}` : word`${hostname}.${service.domainname} ${hostname}`;
  const gateway = attached[0]?.network.gateway ?? '127.0.0.1';
  return [
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost ip6-loopback',
    ...attached.map(({ network, index, aliases }) => {
      const further = network.shared ? [] : [...new Set([service.name, ...aliases])].filter((name) => name !== (service.hostname ?? service.container_name ?? service.name));
      return word`${variable(`ADDRESS_${index}`)} ${full}${further.map((name) => ` ${name}`).join('')}`;
    }),
    ...(attached.length === 0 ? [word`127.0.1.1 ${full}`] : []),
    ...service.extra_hosts.map(([name, address]) => word`${address === 'host-gateway' ? gateway : address} ${name}`),
  ];
}
