/** Judges a project by a policy. Pure; everything is judged before anything is said. */
import { CAPABILITIES } from '../model/capabilities.ts';
import { isOpen, written } from '../model/open.ts';
import type { Open, Project, Service, Text, Waiver } from '../model/project.ts';
import { resolveNetworks } from '../resolve/network.ts';
import { header } from '../resources/header.ts';
import { source } from '../resources/image.ts';
import { networks } from '../resources/network.ts';
import type { Policy, RuleName } from './schema.ts';

export interface Violation {
  readonly rule: RuleName;
  readonly message: string;
  /** Where it is in the definition: the key may not be there, which is then what is wrong. */
  readonly path: readonly string[];
  /** null: it holds. */
  readonly waived: Waiver | null;
}

export function violations(project: Project, policy: Policy): readonly Violation[] {
  const found = [...project.services.flatMap((service) => ofService(service, policy)), ...ofNetworks(project, policy), ...ofWalls(project, policy)];
  return found.map((one) => ({ ...one, waived: waiver(project, one) }));
}

type Found = Omit<Violation, 'waived'>;

function waiver({ host }: Project, { rule, path }: Found): Waiver | null {
  const service = path[0] === 'services' ? path[1] : undefined;
  return host.waivers.find((each) => each.rule === rule && (each.service === null || each.service === service)) ?? null;
}

function ofService(service: Service, policy: Policy): readonly Found[] {
  const at = (rule: RuleName, key: string, broken: boolean, message: string): readonly Found[] =>
    policy[rule] === undefined || !broken ? [] : [{ rule, message: `${service.name}: ${message}`, path: ['services', service.name, key] }];
  return [
    ...image(service, policy, at),
    ...rights(service, policy, at),
    ...at('read_only', 'read_only', !service.read_only, 'its root has to be read-only (`read_only: true`)'),
    ...ports(service, policy, at),
    ...binds(service, policy, at),
    ...limit(service.mem_limit, policy.mem_limit?.max, (message) => at('mem_limit', 'mem_limit', true, message)),
    ...limit(service.pids_limit ?? DEFAULT_PIDS, policy.pids_limit?.max, (message) => at('pids_limit', 'pids_limit', true, message)),
    ...limit(cpus(service), policy.cpus?.max, (message) => at('cpus', 'cpus', true, message)),
    ...at('healthcheck', 'healthcheck', service.healthcheck === null || service.healthcheck.disable, 'it needs a healthcheck'),
  ];
}

/** Of every script: see src/resources/cgroup.ts. */
const DEFAULT_PIDS = 2048;

type At = (rule: RuleName, key: string, broken: boolean, message: string) => readonly Found[];

/** debootstrap proves what it downloads by the signature of the archive; a local image was proven when it came. */
function image({ image: reference, image_options: { sha256 } }: Service, { images }: Policy, at: At): readonly Found[] {
  const text = source(reference);
  return [
    ...at('images', 'image', !allowed(text, images), `the image \`${written(text)}\` is none of those allowed`),
    ...at('image_digests', 'image', reference.transport === 'tar' && sha256 === null, 'its image needs a digest (`x-cash.sha256`)'),
  ];
}

function rights(service: Service, { capabilities, devices }: Policy, at: At): readonly Found[] {
  const further = service.capabilities.filter((each) => capabilities?.includes(each) === false);
  const shared = (['network_mode', 'ipc', 'pid', 'uts', 'cgroup'] as const).filter((field) => service[field] === 'host');
  return [
    ...at('privileged', service.privileged ? 'privileged' : 'cap_add', service.privileged || service.capabilities.length === CAPABILITIES.length, 'it has all rights of root'),
    ...shared.flatMap((field) => at('host_namespaces', field, true, `\`${field}: host\` takes a wall to the host away`)),
    ...at('capabilities', 'cap_add', further.length > 0, `it has the capabilities ${further.join(', ')}, which are not allowed`),
    ...service.devices.flatMap(({ source: device }) => at('devices', 'devices', !allowed(device, devices), `\`${written(device)}\` of the host is none of the devices allowed`)),
    ...at('devices', 'device_cgroup_rules', service.device_cgroup_rules.length > 0, 'its `device_cgroup_rules` allow devices by their numbers'),
    ...at('no_new_privileges', 'security_opt', !service.no_new_privileges, 'set-user-ID files give it rights (no_new_privs is off)'),
    ...at('user_namespace', 'userns_mode', service.userns_mode !== 'auto', 'root in it is root of the host (`userns_mode: auto` is wanted)'),
    ...at('user', 'user', isRoot(service), 'it runs as root'),
  ];
}

/** What only the run tells (a parameter, a user of the image) counts as root: it may be. */
function isRoot({ user, image_options: { config } }: Service): boolean {
  const name = (user ?? config.user)?.split(':')[0];
  return name === undefined || name === '' || name === 'root' || /^0+$/.test(name) || isOpen(name);
}

function ports(service: Service, { ports: rule = {} }: Policy, at: At): readonly Found[] {
  const { min = 1, max = 65_535, addresses } = rule;
  return service.ports.flatMap(({ host_ip, first, last, target }) => [
    ...at('ports', 'ports', first < min || last > max, `the port ${first === last ? first : `${first}-${last}`} of the host (to ${target}) is not one of ${min} to ${max}`),
    ...at('ports', 'ports', addresses?.includes(host_ip) === false, `its port ${target} is published on ${host_ip}, not on ${addresses?.join(' or ') ?? ''}`),
  ]);
}

function binds({ mounts }: Service, { binds: patterns }: Policy, at: At): readonly Found[] {
  return mounts.flatMap((mount) => (mount.type !== 'bind' ? [] : [
    ...at('binds', 'volumes', !allowed(mount.source, patterns), `\`${written(mount.source)}\` of the host is none of the paths allowed`),
    ...at('binds_read_only', 'volumes', !mount.read_only, `\`${written(mount.source)}\` of the host can be written`),
  ]));
}

/** A number of CPUs, however it is given. */
function cpus({ cpus: given, cpu_quota: quota, cpu_period: period }: Service): Open<number> | null {
  if (given !== null || quota === null || typeof quota !== 'number') return given ?? quota;
  return typeof period === 'number' || period === null ? quota / (period ?? 100_000) : period;
}

function limit(value: Open<number> | null, most: number | undefined, at: (message: string) => readonly Found[]): readonly Found[] {
  if (most === undefined) return [];
  if (value === null) return at(`it needs a limit, of at most ${most}`);
  if (typeof value !== 'number') return at(`its limit is a parameter, and has to be known: at most ${most}`);
  return value > most || value <= 0 ? at(`its limit is ${value <= 0 ? 'none' : value}, at most ${most} is allowed`) : [];
}

function ofNetworks({ networks: all }: Project, { host_ports }: Policy): readonly Found[] {
  return host_ports === undefined ? [] : all.filter((network) => network.host_ports.length > 0).map(({ name }) => {
    return { rule: 'host_ports', message: `${name}: its containers reach ports of the host`, path: ['networks', name, 'x-cash'] };
  });
}

/** Whatever else the head of the script says that it loosens. */
function ofWalls(project: Project, { loosened }: Policy): readonly Found[] {
  if (loosened === undefined) return [];
  const lowered = header(project, networks(resolveNetworks(project)), '').loosens.filter((each) => each !== 'nothing');
  return lowered.map((message) => {
    const service = / \(([^()]+)\)$/.exec(message)?.[1] ?? '';
    return { rule: 'loosened', message, path: project.services.some(({ name }) => name === service) ? ['services', service] : [] };
  });
}

/** `*` stands for any text. What a parameter may make of it nobody knows: not allowed. */
function allowed(text: Text, patterns: readonly string[] | undefined): boolean {
  if (patterns === undefined) return true;
  if (isOpen(text) || text.split('/').includes('..')) return false;
  return patterns.some((pattern) => new RegExp(`^${pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&')).join('.*')}$`, 's').test(text));
}
