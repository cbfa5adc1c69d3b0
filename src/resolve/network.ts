/** Networks with their addresses: what the definition leaves open is derived from its names. */
import type { HostPort, Network, Project, Service, Text } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { addresses, formatAddress, hosts, overlap, parseSubnet } from './ipv4.ts';
import { bridgeName, digest } from './name.ts';
import { word } from './word.ts';

export interface ResolvedNetwork {
  readonly key: string;
  readonly bridge: string;
  readonly subnet: Word;
  readonly prefix: number;
  readonly gateway: Word;
  readonly first: Word;
  readonly last: Word;
  /** Addresses that are not leased: services, or others, have them for themselves. */
  readonly reserved: readonly Word[];
  /** Directory below /run/cash. */
  readonly leases: string;
  /** Beside it; there while bridge and tables are ours. */
  readonly mark: string;
  readonly internal: boolean;
  /** What the names of its ports begin with: eight characters. */
  readonly ports: string;
  readonly hostPorts: readonly HostPort[];
  /** Of all projects, for network_mode: bridge. */
  readonly shared: boolean;
}

const SHARED_SUBNET = '10.88.0.0/16';
const SHARED: Network = {
  name: 'bridge',
  explicit_name: 'cash0',
  subnet: SHARED_SUBNET,
  gateway: '10.88.0.1',
  ip_range: null,
  aux_addresses: [],
  internal: false,
  host_ports: [],
};

export function resolveNetworks(project: Project): readonly ResolvedNetwork[] {
  const used = project.networks.filter((network) =>
    project.services.some((service) => service.networks.some(({ network: key }) => key === network.name)),
  );
  const shared = project.services.some((service) => service.network_mode === 'bridge');
  const taken = used.flatMap(({ subnet }) => (subnet === null ? [] : [subnet])).concat(shared ? [SHARED_SUBNET] : []);
  const own = used.map((network) => {
    const subnet = network.subnet ?? derivedSubnet(`${project.name}/${network.name}`, taken);
    if (network.subnet === null) taken.push(subnet);
    return resolveNetwork(project, network, subnet, false);
  });
  return shared ? [...own, resolveNetwork(project, SHARED, SHARED_SUBNET, true)] : own;
}

function resolveNetwork(project: Project, network: Network, text: Text, shared: boolean): ResolvedNetwork {
  const subnet = parseSubnet(closed(text));
  const { first, last } = hosts(subnet);
  const range = network.ip_range === null ? { first, last } : addresses(parseSubnet(closed(network.ip_range)));
  const place = (address: number): Text => opened(formatAddress(address), text);
  const gateway = network.gateway ?? place(first);
  const start = Math.max(range.first, gateway === place(first) ? first + 1 : first);
  const bridge = bridgeName(project.name, network.name, network.explicit_name);
  const directory = `/run/cash/${shared ? '_' : project.name}/networks`;
  return {
    key: network.name,
    bridge,
    subnet: word`${place(subnet.network)}/${subnet.prefix}`,
    prefix: subnet.prefix,
    gateway: word`${gateway}`,
    first: word`${place(start)}`,
    last: word`${place(Math.min(range.last, last))}`,
    reserved: [...(gateway === place(first) ? [] : [gateway]), ...network.aux_addresses, ...project.services.flatMap((service) => givenAddress(service, network.name))].map((each) => word`${each}`),
    leases: `${directory}/${shared ? bridge : network.name}`,
    mark: `${directory}/.${bridge}`,
    internal: network.internal,
    ports: `ve${digest(bridge, 6)}`,
    hostPorts: network.host_ports,
    shared,
  };
}

/** An octet with a parameter in it lies within the prefix (load sees to that): all addresses of the subnet have it alike. */
function closed(subnet: Text): string {
  return !subnet.includes('\0') ? subnet : subnet.replace(/[^./]*\0[^./]*/g, '0');
}

function opened(address: string, subnet: Text): Text {
  if (!subnet.includes('\0')) return address;
  const octets = subnet.split('/')[0]?.split('.') ?? [];
  return address.split('.').map((octet, index) => (octets[index]?.includes('\0') === true ? octets[index] : octet)).join('.');
}

function givenAddress(service: Service, network: string): readonly Text[] {
  return service.networks.flatMap(({ network: key, ipv4_address: address }) => (key === network && address !== null ? [address] : []));
}

/** A /24 in 10.128.0.0/9, by digest: the same on every host, and seldom that of another project. Never one that is taken. */
function derivedSubnet(name: string, taken: readonly Text[]): string {
  const [high = 0, low = 0] = Buffer.from(digest(name, 4), 'hex');
  const subnet = `10.${128 + (high % 128)}.${low}.0/24`;
  const free = taken.every((other) => other.includes('\0') || !overlap(parseSubnet(other), parseSubnet(subnet)));
  return free ? subnet : derivedSubnet(`${name}+`, taken);
}
