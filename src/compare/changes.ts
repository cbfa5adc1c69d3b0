/** What changes on a host from one script to another, by resource. Pure. */
import { diffArrays } from 'diff';
import type { Project, Service } from '../model/project.ts';
import { header } from '../resources/header.ts';
import { images, plain } from '../resources/image.ts';
import { volumeName } from '../resources/mounts.ts';
import { networks, type NetworkView } from '../resources/network.ts';
import { serviceDigest } from '../resources/order.ts';
import { resolveImage } from '../resolve/image.ts';
import { resolveNetworks } from '../resolve/network.ts';
import { type Effect, effect, steps } from './effect.ts';
import { type Sections, sections } from './sections.ts';
import { differences } from './words.ts';

export interface Side {
  /** What the script is called in commands. */
  readonly script: string;
  readonly project: Project;
  readonly text: string;
}

export interface Change {
  readonly kind: 'container' | 'image' | 'network' | 'volume' | 'host' | 'walls' | 'constant part';
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What becomes of a container that runs; null: it is about none. */
  readonly container: Effect | null;
  /** In words. */
  readonly details: readonly string[];
  /** Commands of the scripts that bring it about. */
  readonly steps: readonly string[];
  /** Lines of the section of the script: `-` those that go, `+` those that come. */
  readonly lines: readonly string[];
}

interface Read extends Side {
  readonly sections: Sections;
  readonly networks: readonly NetworkView[];
}

/** In the order of the script: host, images, networks, volumes, containers; then the walls and the constant parts. */
export function changes(before: Side, after: Side): readonly Change[] {
  const [old, now] = [read(before), read(after)];
  const others = [host(old, now), ...both(old, now, imagesOf), ...both(old, now, networksOf), ...both(old, now, volumesOf)].flatMap((each) => each ?? []);
  return [...others, ...containers(old, now, others), ...walls(old, now), ...constantParts(old, now)];
}

function read(side: Side): Read {
  return { ...side, sections: sections(side.text), networks: networks(resolveNetworks(side.project)) };
}

interface Resource {
  readonly kind: Change['kind'];
  readonly name: string;
  /** What is compared. */
  readonly values: object;
  readonly section: string;
  /** A step that makes it; empty: the containers that use it do. */
  readonly make: string;
  /** What becomes of it when it is no more in the definition. */
  readonly left: string;
}

function imagesOf({ project, script }: Read): readonly Resource[] {
  return images(project).list.map(({ id, title }): Resource => {
    const services = project.services.filter((service) => titleOf(project, service) === title);
    const [first] = services;
    const values = first === undefined ? {} : { image: first.image, options: { ...resolveImage(project, first).options, config: null } };
    return { kind: 'image', name: title, values, section: id, make: `${script} pull ${first?.name ?? ''}`, left: `stays on the host until ${script} rmi ${title}` };
  });
}

function titleOf(project: Project, service: Service): string {
  const { repository, tag } = resolveImage(project, service);
  return `${plain(repository)}:${plain(tag)}`;
}

function networksOf({ networks: all, script }: Read): readonly Resource[] {
  return all.map(({ key, bridge, subnet, gateway, internal, hostPorts }) => ({
    kind: 'network',
    name: key,
    values: { bridge, subnet: plain(subnet), gateway: plain(gateway), internal, host_ports: hostPorts },
    section: `network ${key}`,
    make: '',
    left: `its bridge stays on the host until ${script} down`,
  }));
}

function volumesOf({ project, script }: Read): readonly Resource[] {
  return project.volumes.map(({ name, external }) => {
    const values = { 'name on the host': volumeName(project, name), external };
    return { kind: 'volume', name, values, section: '', make: '', left: external ? 'stays on the host' : `its files stay on the host until ${script} down --volumes` };
  });
}

function both(old: Read, now: Read, list: (side: Read) => readonly Resource[]): readonly Change[] {
  const [before, after] = [list(old), list(now)];
  return [
    ...before.filter(({ name }) => after.every((each) => each.name !== name)).map((each) => ({ ...bare(each, 'removed'), details: [each.left] })),
    ...after.flatMap((each) => {
      const same = before.find(({ name }) => name === each.name);
      if (same === undefined) return [{ ...bare(each, 'added'), details: differences({}, each.values), steps: given(each.make) }];
      const details = differences(same.values, each.values);
      return details.length === 0 ? [] : [{ ...bare(each, 'changed'), details, steps: given(each.make), lines: lines(old, now, same.section, each.section) }];
    }),
  ];
}

function bare({ kind, name }: Pick<Change, 'kind' | 'name'>, change: Change['change']): Change {
  return { kind, name, change, container: null, details: [], steps: [], lines: [] };
}

function given(step: string): readonly string[] {
  return step === '' ? [] : [step];
}

/** Of the service, for `up`: it follows from the other lines. */
const DIGEST = /^ *DIGEST=/;

function lines(old: Read, now: Read, before: string, after = before): readonly string[] {
  const [was, is] = [old.sections.literal.get(before) ?? [], now.sections.literal.get(after) ?? []];
  return diffArrays([...was], [...is]).flatMap(({ removed, added, value }) => (removed || added ? value.filter((line) => !DIGEST.test(line)).map((line) => `${removed ? '-' : '+'}${line}`) : []));
}

function host(old: Read, now: Read): Change | null {
  const details = differences({ project: old.project.name, ...old.project.host }, { project: now.project.name, ...now.project.host });
  return details.length === 0 ? null : { ...bare({ kind: 'host', name: now.project.name }, 'changed'), details, lines: lines(old, now, 'pool') };
}

/** Where the whole project has another name or place, nothing of the old one is used any more. */
function containers(old: Read, now: Read, others: readonly Change[]): readonly Change[] {
  const apart = old.project.name !== now.project.name || old.project.host.root !== now.project.host.root;
  const kind = 'container' as const;
  return [
    ...old.project.services.filter(({ name }) => apart || now.project.services.every((each) => each.name !== name))
      .map(({ name }) => ({ ...bare({ kind, name }, 'removed'), steps: [`${old.script} rm --force ${name}`] })),
    ...now.project.services.flatMap((service): readonly Change[] => {
      const same = apart ? undefined : old.project.services.find(({ name }) => name === service.name);
      if (same === undefined) return [{ ...bare({ kind, name: service.name }, 'added'), steps: [`${now.script} up -d ${service.name}`] }];
      return changed(old, now, same, service, others);
    }),
  ];
}

function changed(old: Read, now: Read, before: Service, after: Service, others: readonly Change[]): readonly Change[] {
  const image = titleOf(now.project, after);
  const uses = others.filter(({ kind, name, change }) => change === 'changed' && (
    (kind === 'image' && name === image) ||
    (kind === 'network' && after.networks.some(({ network }) => network === name)) ||
    (kind === 'volume' && after.mounts.some((mount) => mount.type === 'volume' && mount.source === name))));
  const details = [...differences(before, after), ...uses.map(({ kind, name }) => `its ${kind} ${name} is another one`)];
  if (details.length === 0) return [];
  const same = serviceDigest(old.project, before, old.networks) === serviceDigest(now.project, after, now.networks);
  const what = uses.length > 0 || titleOf(old.project, before) !== image ? 'recreate' : effect(before, after, same);
  return [{ ...bare({ kind: 'container', name: after.name }, 'changed'), container: what, details, steps: steps(what, now.script, before, after), lines: lines(old, now, `service ${after.name}`) }];
}

function walls(old: Read, now: Read): readonly Change[] {
  const loosened = ({ project, networks: all }: Read): readonly string[] => header(project, all, '').loosens.filter((each) => each !== 'nothing');
  const [before, after] = [loosened(old), loosened(now)];
  const details = [...after.filter((each) => !before.includes(each)).map((each) => `lowered: ${each}`), ...before.filter((each) => !after.includes(each)).map((each) => `as by default again: ${each}`)];
  return details.length === 0 ? [] : [{ ...bare({ kind: 'walls', name: 'confinement' }, 'changed'), details }];
}

/** Read once for all scripts. */
function constantParts(old: Read, now: Read): readonly Change[] {
  const [before, after] = [old.sections.constant, now.sections.constant];
  const kind = 'constant part' as const;
  return [
    ...[...before.keys()].filter((name) => !after.has(name)).map((name) => bare({ kind, name }, 'removed')),
    ...[...after].flatMap(([name, text]) => {
      if (!before.has(name)) return [bare({ kind, name }, 'added')];
      return before.get(name) === text ? [] : [{ ...bare({ kind, name }, 'changed'), details: ['the scripts are of different versions of cash'] }];
    }),
  ];
}
