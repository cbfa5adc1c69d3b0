/** Published ports: what `ports_open` is called with. */
import type { Project, PublishedPort, Service } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import type { ResolvedNetwork } from '../resolve/network.ts';
import { variable } from '../resolve/word.ts';
import { portRange } from './network.ts';

export interface Published {
  readonly bridge: string;
  readonly subnet: Word;
  readonly address: Word;
  /** Of the bridge, where the container is: what it sends to its own published port comes back to it. */
  readonly port: Word;
  /** HOST:FIRST[-LAST]:PORT/PROTOCOL */
  readonly ports: readonly string[];
}

/** They lead to its address on the network by which it answers: that of its default route. */
export function published(service: Service, attached: readonly { readonly index: number; readonly network: ResolvedNetwork }[]): readonly Published[] {
  const way = attached.find(({ network }) => !network.internal);
  if (service.ports.length === 0 || way === undefined) return [];
  const { bridge, subnet } = way.network;
  return [{ bridge, subnet, address: variable(`ADDRESS_${way.index}`), port: variable(`VETH_${way.index}`), ports: service.ports.map((port) => `${port.host_ip}:${portRange(port)}:${port.target}/${port.protocol}`) }];
}

export function publishes({ services }: Project): boolean {
  return services.some(({ ports }) => ports.length > 0);
}

/** For the head of the script. */
export function opening(port: PublishedPort): string {
  const one = port.first === port.last;
  const place = port.host_ip === '0.0.0.0' ? 'of the host' : `of ${port.host_ip}`;
  return `${one ? `port ${port.first}` : `a port of ${portRange(port)}`}/${port.protocol} ${place} leads to port ${port.target}`;
}
