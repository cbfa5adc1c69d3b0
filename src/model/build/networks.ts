import { fail, unsupported } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { broadcastOf, contains, formatAddress, isIpv6, networkOf, parseAddress, parseSubnet } from '../ipv4.ts';
import { isOpen } from '../open.ts';
import type { Network, Text } from '../project.ts';
import type { ComposeInput, NetworkInput } from '../schema/compose.ts';
import { flag, oneOf, closedText, parametersAre, wrong } from '../values.ts';
import { addressText, extremes, isAnyAddress } from './address.ts';
import { hostPort } from './ports.ts';
import { resourceName } from './volumes.ts';

export const networksPath: Path = child(null, 'networks');

/** The networks of the top level, and `default`, which is always there. */
export function buildNetworks(context: Context, input: ComposeInput['networks']): ReadonlyMap<string, Network> {
  const declared = Object.entries(input ?? {}).map(([name, one]) => [name, buildNetwork(context, name, one, child(networksPath, name))] as const);
  const networks = new Map(declared);
  const named = new Map<string, string>();
  for (const [name, { explicit_name: bridge }] of declared) {
    const path = child(child(networksPath, name), 'name');
    const other = bridge === null ? undefined : named.get(bridge);
    if (other !== undefined) fail(context, 'conflict', path, `the network \`${other}\` has that name already`, { hint: 'each network is a bridge: give it a name of its own' });
    if (bridge !== null && /^cash(0$|-)/.test(bridge)) wrong(context, path, bridge, 'none of the names that cash gives by itself: `cash0`, and what begins with `cash-`');
    if (bridge !== null) named.set(bridge, name);
  }
  if (!networks.has('default')) networks.set('default', plainNetwork('default'));
  return networks;
}

function plainNetwork(name: string): Network {
  return { name, explicit_name: null, subnet: null, gateway: null, ip_range: null, aux_addresses: [], internal: false, host_ports: [] };
}

function buildNetwork(context: Context, name: string, input: NetworkInput, path: Path): Network {
  resourceName(context, name, path);
  if (input === null) return plainNetwork(name);
  checkDriver(context, input.driver, child(path, 'driver'));
  return {
    name,
    explicit_name: resourceName(context, input.name, child(path, 'name')),
    ...buildIpam(context, input, child(path, 'ipam')),
    internal: flag(context, input.internal, child(path, 'internal')) ?? false,
    host_ports: (input['x-cash']?.host_ports ?? []).flatMap((one, index) => hostPort(context, one, child(child(child(path, 'x-cash'), 'host_ports'), index)) ?? []),
  };
}

function checkDriver(context: Context, value: string | undefined, path: Path): void {
  const driver = closedText(context, value, path);
  if (driver === null || driver === 'bridge') return;
  unsupported(context, path, `the network driver \`${driver}\``, { hint: 'the only driver is `bridge`' });
}

type Addresses = Pick<Network, 'subnet' | 'gateway' | 'ip_range' | 'aux_addresses'>;

function buildIpam(context: Context, input: NonNullable<NetworkInput>, path: Path): Addresses {
  const none: Addresses = { subnet: null, gateway: null, ip_range: null, aux_addresses: [] };
  oneOf(context, input.ipam?.driver, child(path, 'driver'), ['default']);
  const [config, second] = input.ipam?.config ?? [];
  const at = child(child(path, 'config'), 0);
  if (second !== undefined) unsupported(context, child(child(path, 'config'), 1), 'a second subnet');
  if (config === undefined) return none;
  for (const key of ['gateway', 'ip_range', 'aux_addresses'] as const) {
    if (config.subnet === undefined && config[key] !== undefined) fail(context, 'conflict', child(at, key), `\`${key}\` needs a \`subnet\``, { hint: 'add `subnet` beside it' });
  }
  const subnet = config.subnet === undefined ? null : buildSubnet(context, config.subnet, child(at, 'subnet'), SUBNET);
  if (subnet === null) return none;
  const gateway = config.gateway === undefined ? null : insideText(context, config.gateway, subnet, child(at, 'gateway'), null);
  const range = config.ip_range === undefined ? null : buildSubnet(context, config.ip_range, child(at, 'ip_range'), RANGE);
  if (range !== null) checkWithin(context, range, subnet, child(at, 'ip_range'));
  const aux = Object.entries(config.aux_addresses ?? {}).flatMap(([name, one]) => insideText(context, one, subnet, child(child(at, 'aux_addresses'), name), gateway ?? '') ?? []);
  return { subnet, gateway, ip_range: range, aux_addresses: aux };
}

function insideText(context: Context, value: Text, subnet: Text, path: Path, gateway: Text | null): Text | null {
  const address = addressText(context, value, path);
  return address !== null && checkInside(context, address, subnet, path, gateway) ? address : null;
}

/** The widest and the narrowest prefix. Of a range there is always an address beside those of network, gateway and broadcast. */
interface Width {
  readonly widest: number;
  readonly narrowest: number;
}
const SUBNET: Width = { widest: 8, narrowest: 29 };
const RANGE: Width = { widest: 8, narrowest: 30 };

/** Its octets with a parameter are those of the subnet: what is leased is written with them. */
function checkWithin(context: Context, range: Text, subnet: Text, path: Path): void {
  const inner = extremes(context, range).map(parseSubnet);
  const outer = extremes(context, subnet).map(parseSubnet);
  const within = inner.every((one, index) => {
    const around = outer[index] ?? null;
    return one === null || around === null || (one.prefix >= around.prefix && contains(around, one.base));
  });
  const octets = subnet.split('.');
  const alike = range.split('.').every((octet, index) => !isOpen(octet) || octet === octets[index]);
  if (!within || !alike) wrong(context, path, range, `a part of the subnet ${extremes(context, subnet)[0]}`, alike ? undefined : 'a parameter can stand only where `subnet` has it');
}

function buildSubnet(context: Context, text: Text, path: Path, { widest, narrowest }: Width): Text | null {
  if (isIpv6(text.split('/')[0] ?? '')) return unsupported(context, path, 'an IPv6 subnet');
  if (isOpen(text) && !parametersAre(context, text, path, ['integer'])) return null;
  if (isOpen(text) && !openWithinPrefix(text)) return wrong(context, path, text, 'a subnet in which parameters stand only in whole octets of its prefix');
  for (const end of extremes(context, text)) {
    const subnet = parseSubnet(end);
    if (subnet === null) return wrong(context, path, end, 'a subnet such as `10.89.1.0/24`');
    if (subnet.prefix < widest || subnet.prefix > narrowest) return wrong(context, path, end, `a subnet with a prefix from /${widest} to /${narrowest}`);
    const network = formatAddress(networkOf(subnet));
    if (network !== formatAddress(subnet.base)) return wrong(context, path, end, 'the address of a subnet', `did you mean \`${network}/${subnet.prefix}\`?`);
  }
  return text;
}

/** Else what is known of its addresses would depend on the parameter: `10.${n}.0.0/16`, but not `10.0.0.${n}/29`. */
function openWithinPrefix(text: Text): boolean {
  const [address = '', prefix = ''] = text.split('/');
  const last = address.split('.').findLastIndex(isOpen);
  return !isOpen(prefix) && 8 * (last + 1) <= Number(prefix);
}

/** That an address can be used in a subnet; `gateway` null: it is the gateway itself. Reports, and says whether it can. */
export function checkInside(context: Context, address: Text, subnet: Text, path: Path, gateway: Text | null): boolean {
  if (isAnyAddress(address) && context.parameters.get(address.slice(1, -1))?.type === 'ipv4') return true;
  const ends = extremes(context, address);
  const subnets = extremes(context, subnet);
  const gateways = gateway === null ? [null, null] : extremes(context, gateway);
  return ends.every((end, index) => {
    const problem = placement(end, subnets[index] ?? '', gateways[index] ?? null);
    if (problem !== null) fail(context, 'address', path, problem.message, { hint: problem.hint });
    return problem === null;
  });
}

function placement(text: string, subnetText: string, gateway: string | null): { message: string; hint: string } | null {
  const address = parseAddress(text);
  const subnet = parseSubnet(subnetText);
  if (address === null || subnet === null) return null;
  const first = formatAddress(networkOf(subnet) + (gateway === null ? 1 : 2));
  const hint = `addresses from ${first} to ${formatAddress(broadcastOf(subnet) - 1)} can be used`;
  if (!contains(subnet, address)) return { message: `${text} is not in the subnet ${subnetText}`, hint };
  if (address === networkOf(subnet)) return { message: `${text} is the address of the network itself`, hint };
  if (address === broadcastOf(subnet)) return { message: `${text} is the broadcast address of ${subnetText}`, hint };
  const first1 = formatAddress(networkOf(subnet) + 1);
  if (gateway !== null && text === (gateway === '' ? first1 : gateway)) return { message: `${text} is the gateway of ${subnetText}`, hint };
  return null;
}
