/** What a script has and touches on a host, by its definition: for the report of the audit, and for attestations. */
import type { Project, Service } from '../model/project.ts';
import { toWord } from '../render/quote.ts';
import { resolveImage } from '../resolve/image.ts';
import { resolveNetworks } from '../resolve/network.ts';
import { header, waived } from './header.ts';
import { plain, source } from './image.ts';
import { networks } from './network.ts';

export interface InventoryPath {
  readonly path: string;
  readonly access: 'read' | 'written';
  readonly service: string | null;
}

export interface InventoryImage {
  /** NAME:TAG in the store. */
  readonly name: string;
  /** As in the definition: debootstrap:bookworm. */
  readonly source: string;
  /** Of the file it is made of; null: proven by the signature of the archive, or on the host already. */
  readonly sha256: string | null;
  readonly services: readonly string[];
}

export interface InventoryPort {
  readonly host_ip: string;
  readonly first: number;
  readonly last: number;
  readonly target: number;
  readonly protocol: string;
  readonly service: string;
}

export interface Inventory {
  readonly project: string;
  /** SHA-256 of the definition. */
  readonly digest: string;
  readonly needs: readonly string[];
  readonly touches: readonly string[];
  readonly paths: readonly InventoryPath[];
  readonly ports: readonly InventoryPort[];
  readonly networks: readonly { readonly name: string; readonly bridge: string; readonly subnet: string; readonly internal: boolean }[];
  readonly images: readonly InventoryImage[];
  readonly capabilities: readonly { readonly service: string; readonly capabilities: readonly string[] }[];
  /** Walls of the default that are lowered; empty: none. */
  readonly loosens: readonly string[];
  /** A line each. */
  readonly waivers: readonly string[];
}

export function inventory(project: Project, version: string): Inventory {
  const resolved = networks(resolveNetworks(project));
  const { digest, needs, touches, loosens } = header(project, resolved, version);
  return {
    project: project.name,
    digest: digest.replace('sha256 ', ''),
    needs: needs.split(', '),
    touches,
    paths: [
      { path: plain(toWord(project.host.root)), access: 'written', service: null },
      { path: `/run/cash/${project.name}`, access: 'written', service: null },
      ...project.services.flatMap(paths),
    ],
    ports: project.services.flatMap(({ name, ports }) => ports.map((port) => ({ ...port, service: name }))),
    networks: resolved.map(({ key, bridge, subnet, internal }) => ({ name: key, bridge, subnet: plain(subnet), internal })),
    images: images(project),
    capabilities: project.services.map(({ name, capabilities }) => ({ service: name, capabilities })),
    loosens: loosens.filter((each) => each !== 'nothing'),
    waivers: project.host.waivers.map(waived),
  };
}

function paths({ name, mounts, files, image }: Service): readonly InventoryPath[] {
  return [
    ...(image.transport === 'tar' && image.location.startsWith('/') ? [{ path: plain(toWord(image.location)), access: 'read' as const, service: name }] : []),
    ...mounts.flatMap((mount) => (mount.type === 'bind' ? [{ path: plain(toWord(mount.source)), access: mount.read_only ? ('read' as const) : ('written' as const), service: name }] : [])),
    ...files.flatMap(({ content }) => (content.from === 'file' ? [{ path: plain(toWord(content.path)), access: 'read' as const, service: name }] : [])),
  ];
}

function images(project: Project): readonly InventoryImage[] {
  const found = new Map<string, InventoryImage>();
  for (const service of project.services) {
    const { reference, options, repository, tag } = resolveImage(project, service);
    const name = `${plain(repository)}:${plain(tag)}`;
    const { services = [] } = found.get(name) ?? {};
    found.set(name, { name, source: plain(toWord(source(reference))), sha256: options.sha256, services: [...services, service.name] });
  }
  return [...found.values()];
}
