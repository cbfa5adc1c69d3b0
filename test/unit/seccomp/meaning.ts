/** What a profile means, straight from its words: nothing of the compiler is in here. */
import type { SeccompAction, SeccompCondition, SeccompProfile, SeccompRule } from '../../../src/model/seccomp/profile.ts';
import type { Machine } from '../../../src/model/seccomp/system-calls.ts';

const RETURNS = { kill_process: 0x80000000, kill_thread: 0, trap: 0x00030000, errno: 0x00050000, trace: 0x7ff00000, log: 0x7ffc0000, allow: 0x7fff0000 };

export function returned({ action, data }: SeccompAction): number {
  return RETURNS[action] + data;
}

export function applying(profile: SeccompProfile, capabilities: readonly string[], machine: Machine): readonly SeccompRule[] {
  const name = { x86_64: 'amd64', aarch64: 'arm64' }[machine];
  return profile.rules.filter(
    (rule) => rule.with.every((each) => capabilities.includes(each)) && rule.without.every((each) => !capabilities.includes(each)) && (rule.machines?.includes(name) ?? true),
  );
}

export function expected(profile: SeccompProfile, rules: readonly SeccompRule[], name: string | null, args: readonly bigint[]): number {
  const own = rules.filter(({ names, action }) => name !== null && names.includes(name) && returned(action) !== returned(profile.default));
  const found = own.find(({ conditions }) => conditions.length === 0) ?? own.find(({ conditions }) => conditions.every((each) => holds(each, args)));
  return returned(found?.action ?? profile.default);
}

function holds({ argument, operator, value: text, mask }: SeccompCondition, args: readonly bigint[]): boolean {
  const [own, value] = [args[argument] ?? 0n, BigInt(text)];
  switch (operator) {
    case 'eq': return own === value;
    case 'ne': return own !== value;
    case 'lt': return own < value;
    case 'le': return own <= value;
    case 'gt': return own > value;
    case 'ge': return own >= value;
    case 'masked': return (own & BigInt(mask ?? 0)) === (value & BigInt(mask ?? 0));
  }
}

/** Arguments at which a verdict may change: each number, its neighbours, what a mask leaves; with and without an upper half. */
export function probes(rules: readonly SeccompRule[], name: string | null): readonly (readonly bigint[])[] {
  const conditions = rules.filter(({ names }) => name !== null && names.includes(name)).flatMap((rule) => rule.conditions);
  const values = conditions.flatMap(({ value, mask }) => [BigInt(value), BigInt(mask ?? 0)]).flatMap((value) => [value - 1n, value, value + 1n, value | (1n << 32n), value ^ (1n << 63n)]);
  const words = [...new Set([0n, 2n ** 64n - 1n, ...values].filter((value) => value >= 0n && value < 2n ** 64n))];
  const used = [...new Set(conditions.map(({ argument }) => argument))];
  if (used.length === 0) return [[0n, 0n, 0n, 0n, 0n, 0n]];
  return used.reduce<readonly (readonly bigint[])[]>((all, argument) => all.flatMap((args) => words.map((word) => args.with(argument, word))), [[0n, 0n, 0n, 0n, 0n, 0n]]);
}
