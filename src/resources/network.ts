/** Networks: a bridge, its rules, the leases of its addresses. */
import { identifiers } from '../resolve/name.ts';
import type { ResolvedNetwork } from '../resolve/network.ts';
import type { Word } from '../render/quote.ts';
import { word } from '../resolve/word.ts';

export interface NetworkView extends ResolvedNetwork {
  readonly id: string;
  readonly batch: readonly Word[];
  readonly rules: readonly Word[];
  readonly forwards: boolean;
  readonly removal: readonly Word[];
}

export function networks(resolved: readonly ResolvedNetwork[]): readonly NetworkView[] {
  const ids = identifiers(resolved.map(({ key }) => key));
  return resolved.map((network) => ({
    id: `network_${ids.get(network.key) ?? ''}`,
    batch: [
      `link add ${network.bridge} type bridge`,
      word`address add ${network.gateway}/${network.prefix} dev ${network.bridge}`,
      `link set ${network.bridge} up`,
    ],
    rules: rules(network),
    forwards: !network.internal,
    removal: [`ip ${network.bridge}`, `bridge ${network.bridge}`, ...(network.internal ? [] : [`ip ${network.bridge}/ports`])].flatMap((table) => [`table ${table}`, `delete table ${table}`]),
    ...network,
  }));
}

/** Where clouds answer whoever asks with the keys of the machine; of some it is their name server, too. */
const METADATA = '{ 169.254.0.0/16, 100.100.100.200, 168.63.129.16, 192.0.0.192 }';

/**
 * Two tables of our own, made in one transaction, which fails where one is there: nft(8). The rules of the host stay as they are; what they drop stays dropped.
 * Nobody outside of the bridge opens a connection to who is on it, but the host, and who comes by a published port.
 */
function rules(network: ResolvedNetwork): readonly Word[] {
  const { bridge } = network;
  return [
    `create table ip ${bridge}`, `create table bridge ${bridge}`,
    ...table(`table ip ${bridge}`, [toHost(network), ...(network.internal ? [internal(network)] : [forwarded(network), masqueraded(network)])]),
    ...table(`table bridge ${bridge}`, [['set members { type ifname . ether_addr . ipv4_addr; }'], fromMembers(network)]),
  ];
}

function table(name: string, parts: readonly (readonly Word[])[]): readonly Word[] {
  return [`${name} {`, ...parts.flat().map((line) => word`  ${line}`), '}'];
}

function chain(name: string, kind: string, ...statements: readonly Word[]): readonly Word[] {
  return [`chain ${name} {`, ...[`type ${kind}`, ...statements].map((line) => word`  ${line}`), '}'];
}

/** The host answers what is allowed, and refuses the rest at once. */
function toHost({ bridge, hostPorts }: ResolvedNetwork): readonly Word[] {
  const allowed = (['tcp', 'udp'] as const).flatMap((protocol) => {
    const ports = hostPorts.filter((port) => port.protocol === protocol).map(portRange);
    return ports.length === 0 ? [] : [`${protocol} dport { ${ports.join(', ')} } accept`];
  });
  return chain(
    'input', 'filter hook input priority 0;',
    `iifname != "${bridge}" accept`,
    'ct state established,related accept',
    'ip daddr 127.0.0.0/8 drop',
    ...allowed,
    'reject with icmp type admin-prohibited',
  );
}

export function portRange({ first, last }: { readonly first: number; readonly last: number }): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function internal({ bridge }: ResolvedNetwork): readonly Word[] {
  return chain(
    'forward', 'filter hook forward priority 0;',
    `iifname "${bridge}" oifname != "${bridge}" drop`,
    `oifname "${bridge}" iifname != "${bridge}" drop`,
  );
}

function forwarded({ bridge }: ResolvedNetwork): readonly Word[] {
  const metadata = `iifname "${bridge}" ip daddr ${METADATA}`;
  const inwards = `oifname "${bridge}" iifname != "${bridge}"`;
  return chain(
    'forward', 'filter hook forward priority 0;',
    `${metadata} meta l4proto { tcp, udp } th dport 53 accept`,
    `${metadata} drop`,
    `${inwards} ct state established,related accept`,
    `${inwards} ct status dnat accept`,
    `${inwards} drop`,
  );
}

function masqueraded({ bridge, subnet }: ResolvedNetwork): readonly Word[] {
  return chain('postrouting', 'nat hook postrouting priority 100;', word`ip saddr ${subnet} oifname != "${bridge}" masquerade`);
}

/** What comes from a port of the bridge is IPv4 or ARP, from the addresses of its container. A port adds itself before it is there. */
function fromMembers({ ports }: ResolvedNetwork): readonly Word[] {
  return chain(
    'prerouting', 'filter hook prerouting priority -300;',
    `iifname != "${ports}*" accept`,
    'iifname . ether saddr . ip saddr @members accept',
    'iifname . ether saddr . arp saddr ip @members iifname . arp saddr ether . arp saddr ip @members accept',
    'drop',
  );
}
