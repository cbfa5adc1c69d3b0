import { fail, unsupported } from '../context.ts';
import type { Context } from '../context.ts';
import { parseAddress } from '../ipv4.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { HostPort, Network, PublishedPort, Service } from '../project.ts';
import type { LongPortInput, ServiceInput } from '../schema/compose.ts';
import { closedInteger, closedText, oneOf, wrong } from '../values.ts';

type Ports = Pick<Service, 'ports' | 'expose'>;
type Range = Pick<HostPort, 'first' | 'last'>;

const highest = 65535;
const protocols = ['tcp', 'udp'] as const;
/** Where the definition names none: the dynamic ports of RFC 6335. */
const anyFree: Range = { first: 49152, last: highest };
const shortForm = /^(?:(?:\[([^\]]*)\]|([^[\]:]*)):)?(?:([^:]*):)?([^:/]+)(?:\/([^/]*))?$/;

export function buildPorts(context: Context, input: ServiceInput, attached: Pick<Service, 'network_mode' | 'networks'>, networks: ReadonlyMap<string, Network>, path: Path): Ports {
  const at = child(path, 'ports');
  const taken = new Map<string, PublishedPort>();
  const listed = (input.ports ?? []).flatMap((one, index) => {
    const ports = typeof one === 'object' ? longPort(context, one, child(at, index)) : shortPort(context, String(one), child(at, index));
    refuseTaken(context, taken, ports, child(at, index));
    return ports;
  });
  if (listed.length > 0) refuseWithoutNetwork(context, attached, networks, at);
  const expose = (input.expose ?? []).flatMap((one, index) => hostPort(context, one, child(child(path, 'expose'), index)) ?? []);
  return { ports: unique(listed), expose: expose.map(({ first, last, protocol }) => `${first === last ? first : `${first}-${last}`}/${protocol}`) };
}

/** `PORT`, `FIRST-LAST`, each with `/tcp` or `/udp`. */
export function hostPort(context: Context, value: string | number, path: Path): HostPort | null {
  const text = closedText(context, value, path);
  if (text === null) return null;
  const [ports = '', protocol = 'tcp', ...more] = text.split('/');
  const range = more.length > 0 ? wrong(context, path, text, 'PORT[-PORT][/PROTOCOL]') : portRange(context, ports, path);
  const checked = protocolOf(context, protocol, path);
  return range === null || checked === null ? null : { ...range, protocol: checked };
}

function shortPort(context: Context, written: string, path: Path): readonly PublishedPort[] {
  const text = closedText(context, written, path);
  if (text === null) return [];
  const match = shortForm.exec(text);
  if (match === null) return wrong(context, path, text, '`[[IP:]HOST:]CONTAINER[/PROTOCOL]`') ?? [];
  const [, bracketed, address, host, container = '', protocol = 'tcp'] = match;
  // With one colon, what stands before it is the port of the host.
  const [ip, published] = bracketed === undefined && host === undefined ? [undefined, address] : [bracketed ?? address, host];
  const inside = portRange(context, container, path);
  const outside = published === undefined || published === '' ? null : portRange(context, published, path);
  if (inside === null || (outside === null && published !== undefined && published !== '')) return [];
  return expanded(context, { host_ip: hostAddress(context, ip, path), protocol: protocolOf(context, protocol, path) }, inside, outside, path);
}

function longPort(context: Context, input: LongPortInput, path: Path): readonly PublishedPort[] {
  const target = closedInteger(context, input.target, child(path, 'target'), { min: 1, max: highest });
  const text = closedText(context, input.published, child(path, 'published'));
  const published = text === null || text === '' ? null : portRange(context, text, child(path, 'published'));
  oneOf(context, input.mode, child(path, 'mode'), ['host', 'ingress']);
  if (target === null || (published === null && text !== null && text !== '')) return [];
  const shared = {
    host_ip: hostAddress(context, closedText(context, input.host_ip, child(path, 'host_ip')) ?? undefined, child(path, 'host_ip')),
    protocol: protocolOf(context, closedText(context, input.protocol, child(path, 'protocol')) ?? 'tcp', child(path, 'protocol')),
  };
  return expanded(context, shared, { first: target, last: target }, published, path);
}

/** Ranges of one length are pairs of ports; of a range that leads to one port, one is taken. */
function expanded(context: Context, shared: { host_ip: string | null; protocol: HostPort['protocol'] | null }, inside: Range, outside: Range | null, path: Path): readonly PublishedPort[] {
  const { host_ip, protocol } = shared;
  if (host_ip === null || protocol === null) return [];
  const count = inside.last - inside.first + 1;
  if (count === 1) return [{ host_ip, ...(outside ?? anyFree), target: inside.first, protocol }];
  const given = outside === null ? count : outside.last - outside.first + 1;
  if (given !== count) {
    const message = `${given} ${given === 1 ? 'port' : 'ports'} of the host cannot lead to ${count} of the container`;
    return fail(context, 'invalid-value', path, message, { hint: 'write two ranges of one length' }) ?? [];
  }
  return Array.from({ length: count }, (_, index) => {
    const host = outside === null ? anyFree : { first: outside.first + index, last: outside.first + index };
    return { host_ip, ...host, target: inside.first + index, protocol };
  });
}

function portRange(context: Context, text: string, path: Path): Range | null {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match !== null && first >= 1 && last <= highest && first <= last) return { first, last };
  return wrong(context, path, text, `a port from 1 to ${highest}, or a range such as 8000-8010`);
}

function protocolOf(context: Context, text: string, path: Path): HostPort['protocol'] | null {
  if (text === 'sctp') return unsupported(context, path, 'the protocol `sctp`', { hint: 'there is `tcp`, `udp`' });
  return protocols.find((one) => one === text.toLowerCase()) ?? wrong(context, path, text, 'one of `tcp`, `udp`');
}

function hostAddress(context: Context, text: string | undefined, path: Path): string | null {
  if (text === undefined || text === '') return '0.0.0.0';
  if (text.includes(':')) return unsupported(context, path, 'a port on an IPv6 address', { hint: 'leave the address out: all of IPv4, or write one, such as 127.0.0.1' });
  return parseAddress(text) === null ? wrong(context, path, text, 'an IPv4 address of the host') : text;
}

function refuseWithoutNetwork(context: Context, { network_mode: mode, networks: attached }: Pick<Service, 'network_mode' | 'networks'>, networks: ReadonlyMap<string, Network>, path: Path): void {
  if (mode === 'host') {
    fail(context, 'conflict', path, 'with `network_mode: host` the ports of the container are the host\'s', { at: 'key', hint: 'remove `ports`' });
  } else if (mode === 'none') {
    fail(context, 'conflict', path, 'with `network_mode: none` nothing reaches the container', { at: 'key', hint: 'remove `ports`, or `network_mode`' });
  } else if (mode === null && attached.length > 0 && attached.every(({ network }) => networks.get(network)?.internal === true)) {
    fail(context, 'conflict', path, 'an `internal` network has no way in', { at: 'key', hint: 'attach the service to another network, too' });
  }
}

/** A port of the host leads to one port of the container. */
function refuseTaken(context: Context, taken: Map<string, PublishedPort>, ports: readonly PublishedPort[], path: Path): void {
  const isOneAddress = (a: string, b: string): boolean => a === b || a === '0.0.0.0' || b === '0.0.0.0';
  for (const port of ports.filter(({ first, last }) => first === last)) {
    const key = `${port.first}/${port.protocol}`;
    const other = taken.get(key) ?? port;
    taken.set(key, other);
    if (other.target === port.target || !isOneAddress(other.host_ip, port.host_ip)) continue;
    fail(context, 'conflict', path, `the port ${port.first} of the host leads to ${other.target} already`);
    return;
  }
}

function unique(ports: readonly PublishedPort[]): readonly PublishedPort[] {
  return [...new Map(ports.map((port) => [Object.values(port).join(' '), port])).values()];
}

/** A port of the host leads to one container. */
export function refuseTooFewPorts(context: Context, { ports, scale }: Pick<Service, 'ports' | 'scale'>, path: Path): void {
  const few = ports.find(({ first, last }) => last - first + 1 < scale);
  if (few === undefined) return;
  const { first, last, target } = few;
  const message = `${scale} containers cannot be reached by ${last - first + 1 === 1 ? `the one port ${first}` : `the ports ${first}-${last}`} of the host`;
  fail(context, 'conflict', child(path, 'ports'), message, { at: 'key', hint: `write a range: "${first}-${first + scale - 1}:${target}"` });
}
