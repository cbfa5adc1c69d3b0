import { fail, unsupported } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { suggestion } from '../nearest.ts';
import { isOpen, written } from '../open.ts';
import type { Network, Service, ServiceNetwork, Text } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedText, oneOf } from '../values.ts';
import { addressText } from './address.ts';
import { checkInside } from './networks.ts';

type Attachment = Pick<Service, 'network_mode' | 'networks'>;

export function buildAttachment(context: Context, input: ServiceInput, networks: ReadonlyMap<string, Network>, path: Path): Attachment {
  const mode = networkMode(context, input.network_mode, child(path, 'network_mode'));
  const at = child(path, 'networks');
  if (input.network_mode !== undefined) {
    if (input.networks !== undefined && input.networks !== null) {
      fail(context, 'conflict', at, '`networks` and `network_mode` exclude each other', { at: 'key', hint: 'remove one of them' });
    }
    return { network_mode: mode, networks: [] };
  }
  const attached = wanted(input.networks, at).flatMap(([name, address, one]) => attach(context, name, address, networks, one));
  return { network_mode: null, networks: attached.length === 0 && isNone(input.networks) ? [{ network: 'default', ipv4_address: null }] : attached };
}

function isNone(networks: ServiceInput['networks']): boolean {
  return networks === null || networks === undefined || Object.keys(networks).length === 0;
}

function networkMode(context: Context, value: string | undefined, path: Path): Service['network_mode'] {
  const text = closedText(context, value, path);
  if (text === null) return null;
  if (/^(service|container):/.test(text)) return unsupported(context, path, `\`network_mode: ${text}\``);
  return oneOf(context, text, path, ['none', 'host', 'bridge']);
}

type Wanted = readonly [name: string, address: string | undefined, path: Path];

function wanted(input: ServiceInput['networks'], path: Path): readonly Wanted[] {
  if (input === null || input === undefined) return [];
  if (Array.isArray(input)) return input.map((name: string, index) => [name, undefined, child(path, index)]);
  return Object.entries(input).map(([name, one]) => [name, one?.ipv4_address, child(path, name)]);
}

function attach(context: Context, text: string, address: string | undefined, networks: ReadonlyMap<string, Network>, path: Path): readonly ServiceNetwork[] {
  const name = closedText(context, text, path);
  if (name === null) return [];
  const network = networks.get(name);
  if (network === undefined) {
    const near = suggestion(name, [...networks.keys()]);
    const hint = near?.startsWith('did') === true ? near : `declare it: \`networks: {${name}: }\``;
    const at = typeof path.key === 'number' ? 'value' : 'key';
    return fail(context, 'undefined-name', path, `there is no network \`${name}\``, { hint, at }) ?? [];
  }
  if (address === undefined) return [{ network: name, ipv4_address: null }];
  return [{ network: name, ipv4_address: fixedAddress(context, address, network, child(path, 'ipv4_address')) }];
}

function fixedAddress(context: Context, value: Text, network: Network, path: Path): Text | null {
  const address = addressText(context, value, path);
  if (address === null) return null;
  if (network.subnet === null) {
    const hint = `give it one: \`networks: {${network.name}: {ipam: {config: [{subnet: 10.89.1.0/24}]}}}\``;
    return fail(context, 'address', path, `a fixed address needs a \`subnet\` of the network \`${network.name}\``, { hint });
  }
  return checkInside(context, address, network.subnet, path, network.gateway ?? '') ? address : null;
}

/** No two services have the same address on a network. */
export function refuseSharedAddresses(context: Context, services: readonly Service[]): void {
  const owners = new Map<string, string>();
  for (const service of services) {
    for (const { network, ipv4_address: address } of service.networks) {
      if (address === null) continue;
      const owner = owners.get(`${network} ${address}`);
      const at = child(child(child(child(child(null, 'services'), service.name), 'networks'), network), 'ipv4_address');
      if (owner !== undefined && !isOpen(address)) fail(context, 'duplicate', at, `${written(address)} is the address of \`${owner}\` already`);
      owners.set(`${network} ${address}`, service.name);
    }
  }
}
