/** What a profile means for one container on one machine: a verdict for each system call. */
import type { SeccompAction, SeccompCondition, SeccompProfile, SeccompRule } from '../../model/seccomp/profile.ts';
import { type Machine, systemCalls } from '../../model/seccomp/system-calls.ts';

export interface Verdict {
  /** The first whose tests all hold decides. */
  readonly cases: readonly Case[];
  readonly otherwise: SeccompAction;
}

export interface Case {
  readonly tests: readonly Test[];
  readonly action: SeccompAction;
}

/** Of an argument: it is in one of these ranges (both ends in them), in order and apart; or what is left of it by a mask is value. */
export type Test =
  | { readonly argument: number; readonly ranges: readonly Range[] }
  | { readonly argument: number; readonly mask: bigint; readonly value: bigint };
export type Range = readonly [from: bigint, to: bigint];

const MOST = 2n ** 64n - 1n;
const ARCHITECTURES: Readonly<Record<Machine, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

export interface Meaning {
  readonly machine: Machine;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** The profile names none that is newer. */
  readonly newest: string | null;
}

export function meaning(profile: SeccompProfile, capabilities: readonly string[], machine: Machine): Meaning {
  const numbers = systemCalls(machine);
  const rules = new Map<string, SeccompRule[]>();
  for (const rule of profile.rules.filter((each) => holds(each, capabilities, machine))) {
    for (const name of rule.names) if (numbers.has(name)) rules.set(name, [...(rules.get(name) ?? []), rule]);
  }
  const newest = [...numbers.keys()].filter((name) => rules.has(name)).at(-1) ?? null;
  return { machine, newest, verdicts: new Map([...numbers.keys()].map((name) => [name, verdict(rules.get(name) ?? [], profile.default)])) };
}

function holds(rule: SeccompRule, capabilities: readonly string[], machine: Machine): boolean {
  return (
    rule.with.every((name) => capabilities.includes(name)) &&
    !rule.without.some((name) => capabilities.includes(name)) &&
    (rule.machines === null || rule.machines.includes(ARCHITECTURES[machine]))
  );
}

/** As libseccomp: a rule without conditions is stronger than those with some; one that says what the default says is none. */
function verdict(all: readonly SeccompRule[], otherwise: SeccompAction): Verdict {
  const rules = all.filter(({ action }) => !sameAction(action, otherwise));
  const whatever = rules.find(({ conditions }) => conditions.length === 0);
  if (whatever !== undefined) return { cases: [], otherwise: whatever.action };
  const cases = joined(rules.map(({ conditions, action }) => ({ tests: conditions.map(test), action })));
  const last = cases.findIndex(({ tests }) => tests.every(always));
  return last < 0 ? { cases, otherwise } : { cases: cases.slice(0, last), otherwise: cases[last]?.action ?? otherwise };
}

function always(each: Test): boolean {
  return 'ranges' in each ? each.ranges.some(([from, to]) => from === 0n && to === MOST) : each.mask === 0n && each.value === 0n;
}

export function sameAction(a: SeccompAction, b: SeccompAction): boolean {
  return a.action === b.action && a.data === b.data;
}

function test({ argument, operator, value: text, mask }: SeccompCondition): Test {
  const value = BigInt(text);
  if (operator === 'masked') return { argument, mask: BigInt(mask ?? MOST), value: value & BigInt(mask ?? MOST) };
  return { argument, ranges: ranges(operator, value).filter(([from, to]) => from <= to) };
}

function ranges(operator: Exclude<SeccompCondition['operator'], 'masked'>, value: bigint): readonly Range[] {
  switch (operator) {
    case 'eq': return [[value, value]];
    case 'ne': return [[0n, value - 1n], [value + 1n, MOST]];
    case 'lt': return [[0n, value - 1n]];
    case 'le': return [[0n, value]];
    case 'gt': return [[value + 1n, MOST]];
    case 'ge': return [[value, MOST]];
  }
}

/** Neighbouring cases of the same action that look at the ranges of one argument alone are one case. */
function joined(cases: readonly Case[]): readonly Case[] {
  const done: Case[] = [];
  for (const each of cases) {
    const [before, own] = [onlyRanges(done.at(-1)), onlyRanges(each)];
    const last = done.at(-1);
    if (last !== undefined && before !== null && own !== null && before.argument === own.argument && sameAction(last.action, each.action)) {
      done[done.length - 1] = { tests: [{ argument: own.argument, ranges: united([...before.ranges, ...own.ranges]) }], action: each.action };
    } else {
      done.push(each);
    }
  }
  return done;
}

function onlyRanges(each: Case | undefined): Extract<Test, { ranges: readonly Range[] }> | null {
  const [own, ...more] = each?.tests ?? [];
  return own !== undefined && more.length === 0 && 'ranges' in own ? own : null;
}

function united(list: readonly Range[]): readonly Range[] {
  const done: Range[] = [];
  for (const [from, to] of [...list].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const last = done.at(-1);
    if (last === undefined || from > last[1] + 1n) done.push([from, to]);
    else done[done.length - 1] = [last[0], to > last[1] ? to : last[1]];
  }
  return done;
}
