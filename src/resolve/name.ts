/** Names on the host, all known at generation time. Pure: the same definition gives the same names. */
import { createHash } from 'node:crypto';

/** Longest name of a network interface: IFNAMSIZ less its NUL, netdevice(7). */
const INTERFACE_NAME_LENGTH = 15;

/** The first hexadecimal digits of a SHA-256. */
export function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** A part of Bash function names: `my-app` becomes `my_app`; two names never become one. */
export function identifiers(names: readonly string[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const plain = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_');
    let id = plain;
    for (let text = name; taken.has(id); text += '+') id = `${plain}_${digest(text, 8)}`;
    taken.add(id);
    ids.set(name, id);
  }
  return ids;
}

/**
 * `cash-PROJECT`, `cash-PROJECT-NETWORK`; a digest where that is too long for an interface, or the project has a dash too:
 * `a-b` and the network `b` of `a` are two.
 */
export function bridgeName(project: string, network: string, explicit: string | null): string {
  const name = explicit ?? (network === 'default' ? `cash-${project}` : `cash-${project}-${network}`);
  const ambiguous = explicit === null && project.includes('-');
  const fits = name.length <= INTERFACE_NAME_LENGTH && /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name);
  return fits && !ambiguous ? name : `cash-${digest(ambiguous ? `${project}/${network}` : name, 10)}`;
}
