/** In which order services start, which are active, and by what `up` knows that the definition of one has changed. Pure. */
import { serviceJson } from '../model/json.ts';
import type { Project, Service } from '../model/project.ts';
import { digest } from '../resolve/name.ts';
import type { ResolvedNetwork } from '../resolve/network.ts';

/** A service that depends on others. `on`: SERVICE:CONDITION[:restart][:optional] */
export interface Dependent {
  readonly name: string;
  readonly on: readonly string[];
}

export interface Order {
  /** Each service behind those it depends on. */
  readonly services: readonly string[];
  /** The same in lines: those of one do not depend on one another. */
  readonly waves: readonly string[];
  readonly dependents: readonly Dependent[];
  /** Seconds in which a `stop` of all has come to its end. */
  readonly stopTimeout: number;
  /** Started without being named. */
  readonly active: readonly string[];
  readonly profiled: boolean;
  readonly profiles: readonly { readonly name: string; readonly services: readonly string[] }[];
}

export function order(project: Project): Order {
  const waves = wavesOf(project.services);
  const profiles = [...new Set(project.services.flatMap((service) => service.profiles))];
  return {
    services: waves.flat(),
    waves: waves.map((wave) => wave.join(' ')),
    dependents: project.services.filter(({ depends_on }) => depends_on.length > 0).map((service) => ({ name: service.name, on: service.depends_on.map(encoded) })),
    stopTimeout: waves.reduce((sum, wave) => sum + longestStop(project, wave), 30),
    active: project.services.filter(({ profiles: own }) => own.length === 0 || own.some((one) => project.profiles.includes(one))).map(({ name }) => name),
    profiled: profiles.length > 0,
    profiles: profiles.map((name) => ({ name, services: project.services.filter((service) => service.profiles.includes(name)).map((service) => service.name) })),
  };
}

function longestStop(project: Project, wave: readonly string[]): number {
  return Math.ceil(Math.max(0, ...project.services.filter(({ name }) => wave.includes(name)).map((service) => service.stop_grace_period / 1000)));
}

function encoded({ service, condition, restart, required }: Service['depends_on'][number]): string {
  return `${service}:${condition}${restart ? ':restart' : ''}${required ? '' : ':optional'}`;
}

/** By the longest way to a service that depends on none. There are no cycles: the model refuses them. */
function wavesOf(services: readonly Service[]): readonly (readonly string[])[] {
  const depths = new Map<string, number>();
  const known = new Map(services.map((service) => [service.name, service]));
  const depth = (name: string): number => {
    const found = depths.get(name) ?? Math.max(-1, ...(known.get(name)?.depends_on ?? []).map(({ service }) => depth(service))) + 1;
    depths.set(name, found);
    return found;
  };
  const count = Math.max(-1, ...services.map(({ name }) => depth(name))) + 1;
  return Array.from({ length: count }, (_, wave) => services.map(({ name }) => name).filter((name) => depth(name) === wave));
}

/** Of all that its containers are made by, but not of what only says when: a change of that needs no new container. */
export function serviceDigest(project: Project, service: Service, networks: readonly ResolvedNetwork[]): string {
  const { depends_on, profiles, scale } = service;
  const made: Service = depends_on.length + profiles.length === 0 && scale === 1 ? service : { ...service, depends_on: [], profiles: [], scale: 1 };
  const attached = networks.filter(({ key }) => service.networks.some(({ network }) => network === key)).map(({ bridge, prefix, gateway, internal }) => [bridge, prefix, gateway, internal]);
  const mounted = project.volumes.filter(({ name }) => service.mounts.some((mount) => mount.type === 'volume' && mount.source === name));
  const { root, cgroup, userns, supervisor } = project.host;
  const kept = supervisor === 'systemd' ? [supervisor] : [];
  const rest = JSON.stringify([attached, mounted, root, cgroup, service.userns_mode === 'auto' ? userns : null, ...kept]);
  return digest(`[${JSON.stringify(project.name)},${serviceJson(made)},${rest.slice(1)}`, 16);
}
