import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { suggestion } from '../nearest.ts';
import { isOpen, written } from '../open.ts';
import { isJoined, type Network, type Service, type ServiceNetwork, type Text } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedText, wrong } from '../values.ts';
import { addressText } from './address.ts';
import { checkInside } from './networks.ts';
import { spaceMode } from './spaces.ts';

type Attachment = Pick<Service, 'network_mode' | 'networks'>;

export function buildAttachment(context: Context, input: ServiceInput, networks: ReadonlyMap<string, Network>, path: Path): Attachment {
  const mode = spaceMode(context, input.network_mode, child(path, 'network_mode'), ['none', 'host', 'bridge']);
  if (isJoined(mode)) refuseOfTheOther(context, input, path);
  const at = child(path, 'networks');
  if (input.network_mode !== undefined && input.network_mode !== '') {
    if (input.networks !== undefined && input.networks !== null) {
      fail(context, 'conflict', at, '`networks` and `network_mode` exclude each other', { at: 'key', hint: 'remove one of them' });
    }
    return { network_mode: mode, networks: [] };
  }
  const attached = wanted(context, input.networks, at).flatMap((one) => attach(context, one, networks));
  return { network_mode: null, networks: attached.length === 0 && isNone(input.networks) ? [{ network: 'default', ipv4_address: null, aliases: [] }] : attached };
}

function isNone(networks: ServiceInput['networks']): boolean {
  return networks === null || networks === undefined || Object.keys(networks).length === 0;
}

/** It has the /etc/hosts and /etc/resolv.conf of the container whose network it is, as with Docker. */
function refuseOfTheOther(context: Context, input: ServiceInput, path: Path): void {
  for (const key of ['ports', 'dns', 'dns_search', 'extra_hosts'] as const) {
    if (input[key] === undefined || input[key] === null) continue;
    fail(context, 'conflict', child(path, key), `with \`network_mode: ${input.network_mode}\` they are those of the other container`, { at: 'key', hint: `move \`${key}\` there` });
  }
}

interface Wanted {
  readonly name: string;
  readonly how: { readonly ipv4_address?: string | undefined; readonly aliases?: readonly string[] | undefined };
  readonly path: Path;
}

function wanted(context: Context, input: ServiceInput['networks'], path: Path): readonly Wanted[] {
  if (input === null || input === undefined) return [];
  if (Array.isArray(input)) {
    input.forEach((name: string, index) => input.indexOf(name) < index && fail(context, 'duplicate', child(path, index), `\`${name}\` stands here twice`));
    return input.map((name: string, index) => ({ name, how: {}, path: child(path, index) }));
  }
  return Object.entries(input).map(([name, how]) => ({ name, how: how ?? {}, path: child(path, name) }));
}

function attach(context: Context, { name: text, how, path }: Wanted, networks: ReadonlyMap<string, Network>): readonly ServiceNetwork[] {
  const name = closedText(context, text, path);
  if (name === null) return [];
  const network = networks.get(name);
  if (network === undefined) {
    const near = suggestion(name, [...networks.keys()]);
    const hint = near?.startsWith('did') === true ? near : `declare it: \`networks: {${name}: }\``;
    const at = typeof path.key === 'number' ? 'value' : 'key';
    return fail(context, 'undefined-name', path, `there is no network \`${name}\``, { hint, at }) ?? [];
  }
  const aliases = (how.aliases ?? []).flatMap((alias, index) => hostAlias(context, alias, child(child(path, 'aliases'), index)));
  const address = how.ipv4_address === undefined ? null : fixedAddress(context, how.ipv4_address, network, child(path, 'ipv4_address'));
  return [{ network: name, ipv4_address: address, aliases }];
}

/** As those of services, which are host names too. */
const aliasForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/;

function hostAlias(context: Context, text: string, path: Path): readonly string[] {
  const alias = closedText(context, text, path);
  if (alias === null) return [];
  return aliasForm.test(alias) ? [alias] : (wrong(context, path, alias, 'letters, digits, `-`, `_` and `.`, at most 253') ?? []);
}

function fixedAddress(context: Context, value: Text, network: Network, path: Path): Text | null {
  const address = addressText(context, value, path);
  if (address === null) return null;
  if (network.subnet === null) {
    const hint = `give it one: \`networks: {${network.name}: {ipam: {config: [{subnet: 10.89.1.0/24}]}}}\``;
    return fail(context, 'address', path, `a fixed address needs a \`subnet\` of the network \`${network.name}\``, { hint });
  }
  if (network.aux_addresses.includes(address)) return fail(context, 'conflict', path, `${address} is one of the \`aux_addresses\` of \`${network.name}\``, { hint: 'give one of the two another address' });
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
