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
  readonly ruleTable: string;
  readonly ruleDelete: string;
}

export function networks(resolved: readonly ResolvedNetwork[]): readonly NetworkView[] {
  const ids = identifiers(resolved.map(({ key }) => key));
  return resolved.map((network) => ({
    ...network,
    id: `network_${ids.get(network.key) ?? ''}`,
    batch: [
      `link add ${network.bridge} type bridge`,
      word`address add ${network.gateway}/${network.prefix} dev ${network.bridge}`,
      `link set ${network.bridge} up`,
    ],
    rules: rules(network),
    forwards: !network.internal,
    ruleTable: `table ip ${network.bridge}`,
    ruleDelete: `delete table ip ${network.bridge}`,
  }));
}

/**
 * A table of our own, made anew in one transaction: nft(8). The rules of the host stay as they are.
 * As with Docker, nobody outside of the bridge opens a connection to who is on it; the host does.
 */
function rules({ bridge, subnet, internal }: ResolvedNetwork): readonly Word[] {
  const chains = internal
    ? [`chain forward { type filter hook forward priority 0; iifname "${bridge}" oifname != "${bridge}" drop; oifname "${bridge}" iifname != "${bridge}" drop; }`]
    : [
        `chain forward { type filter hook forward priority 0; oifname "${bridge}" iifname != "${bridge}" ct state new drop; }`,
        word`chain postrouting { type nat hook postrouting priority 100; ip saddr ${subnet} oifname != "${bridge}" masquerade; }`,
      ];
  return [`table ip ${bridge}`, `delete table ip ${bridge}`, `table ip ${bridge} {`, ...chains.map((chain) => word`  ${chain}`), '}'];
}
