/**
 * From the meaning of a profile to classic BPF, which the kernel executes before each system call: seccomp(2), struct seccomp_data,
 * bpf(4) of BSD. A binary search over the numbers; the leaf of each is its verdict.
 */
import type { SeccompAction } from '../../model/seccomp/profile.ts';
import { type Machine, systemCalls } from '../../model/seccomp/system-calls.ts';
import type { Case, Meaning, Range, Test, Verdict } from './verdict.ts';

export interface Instruction {
  readonly code: number;
  /** How many instructions are left out. */
  readonly yes: number;
  readonly no: number;
  readonly k: number;
}

/** While it is made: a jump whose aim is not known yet, to where the test holds, or fails. */
type Line = Instruction | { readonly to: 'pass' | 'fail' };
type Lines = readonly Line[];

const LOAD = 0x20;
const AND = 0x54;
const JUMP = 0x05;
const EQUAL = 0x15;
const AT_LEAST = 0x35;
const RETURN = 0x06;

/** struct seccomp_data: int nr; __u32 arch; __u64 instruction_pointer, args[6]; both machines have the low word first. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const low = (argument: number): number => 16 + 8 * argument;
const high = (argument: number): number => low(argument) + 4;

/** linux/audit.h: AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64. */
const AUDIT: Readonly<Record<Machine, number>> = { x86_64: 0xc000003e, aarch64: 0xc00000b7 };
/** asm/unistd.h, __X32_SYSCALL_BIT: from here on they are of x32. */
const X32 = 0x40000000;

const ENOSYS: SeccompAction = { action: 'errno', data: 38 };
/** linux/seccomp.h, SECCOMP_RET_… */
const RETURNS: Readonly<Record<SeccompAction['action'], number>> = {
  kill_process: 0x80000000, kill_thread: 0, trap: 0x30000, errno: 0x50000, trace: 0x7ff00000, log: 0x7ffc0000, allow: 0x7fff0000,
};

export function program({ machine, verdicts, newest }: Meaning, standard: SeccompAction): readonly Instruction[] {
  const other: Verdict = { cases: [], otherwise: standard };
  const none: Verdict = { cases: [], otherwise: standard.action === 'errno' ? ENOSYS : standard };
  const numbers = systemCalls(machine);
  const last = newest === null ? null : (numbers.get(newest) ?? null);
  const byNumber = new Map([...numbers].map(([name, number]) => [number, verdicts.get(name) ?? other]));
  const starts = Array.from({ length: (last ?? -1) + 1 }, (_, number) => [number, byNumber.get(number) ?? other] as const);
  const shut = machine === 'x86_64' ? [[X32, { cases: [], otherwise: ENOSYS }] as const] : [];
  return resolved([
    load(ARCHITECTURE),
    { code: EQUAL, yes: 1, no: 0, k: AUDIT[machine] },
    leave(ENOSYS),
    load(NUMBER),
    ...search([...starts, [(last ?? -1) + 1, last === null ? other : none] as const, ...shut], verdictLines),
  ]);
}

/** As the kernel takes it: struct sock_filter, 8 bytes each. */
export function bytes(list: readonly Instruction[]): Buffer {
  const buffer = Buffer.alloc(list.length * 8);
  list.forEach(({ code, yes, no, k }, index) => {
    buffer.writeUInt16LE(code, index * 8);
    buffer.writeUInt8(yes, index * 8 + 2);
    buffer.writeUInt8(no, index * 8 + 3);
    buffer.writeUInt32LE(k, index * 8 + 4);
  });
  return buffer;
}

function load(offset: number): Instruction {
  return { code: LOAD, yes: 0, no: 0, k: offset };
}

function jump(over: number): Instruction {
  return { code: JUMP, yes: 0, no: 0, k: over };
}

export function leave({ action, data }: SeccompAction): Instruction {
  return { code: RETURN, yes: 0, no: 0, k: RETURNS[action] + data };
}

/** By what is loaded: each start with what holds from there on. Ends in jumps or returns. */
function search<T>(starts: readonly (readonly [from: number, what: T])[], lines: (what: T) => Lines): Lines {
  const key = (what: T): string => JSON.stringify(what, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  const keys = starts.map(([, what]) => key(what));
  return halves(starts.filter((_, index) => index === 0 || keys[index] !== keys[index - 1]), lines);
}

function halves<T>(starts: readonly (readonly [from: number, what: T])[], lines: (what: T) => Lines): Lines {
  const middle = starts[starts.length >> 1];
  if (middle === undefined) return [];
  if (starts.length === 1) return lines(middle[1]);
  const [below, above] = [halves(starts.slice(0, starts.length >> 1), lines), halves(starts.slice(starts.length >> 1), lines)];
  const k = middle[0];
  if (below.length <= 255) return [{ code: AT_LEAST, yes: below.length, no: 0, k }, ...below, ...above];
  return [{ code: AT_LEAST, yes: 0, no: 1, k }, jump(below.length), ...below, ...above]; // further than a byte says
}

function verdictLines({ cases, otherwise }: Verdict): Lines {
  return [...cases.flatMap(caseLines), leave(otherwise)];
}

/** Goes past its end where a test fails. */
function caseLines({ tests, action }: Case): Lines {
  return aimed([...tests.flatMap((test) => aimed(testLines(test), 'pass')), leave(action)], 'fail');
}

function testLines(test: Test): Lines {
  if ('ranges' in test) return rangeLines(test.argument, test.ranges);
  const half = (offset: number, mask: bigint, value: bigint): Lines =>
    mask === 0n ? [] : [load(offset), { code: AND, yes: 0, no: 0, k: Number(mask) }, { code: EQUAL, yes: 1, no: 0, k: Number(value) }, { to: 'fail' }];
  const [lower, upper] = [(word: bigint) => word & 0xffffffffn, (word: bigint) => word >> 32n];
  return [...half(high(test.argument), upper(test.mask), upper(test.value)), ...half(low(test.argument), lower(test.mask), lower(test.value)), { to: 'pass' }];
}

/** By the upper half of the argument, and where that does not decide, by the lower one. */
function rangeLines(argument: number, ranges: readonly Range[]): Lines {
  const uppers = [...new Set([0n, ...ranges.flatMap(([from, to]) => [from >> 32n, (from >> 32n) + 1n, to >> 32n, (to >> 32n) + 1n])])];
  const starts = uppers.filter((upper) => upper < 2n ** 32n).sort((a, b) => (a < b ? -1 : 1)).map((upper) => [Number(upper), within(ranges, upper)] as const);
  return [load(high(argument)), ...search(starts, (inside) => lowerLines(argument, inside))];
}

/** What of the ranges has this upper half: ranges of lower halves. */
function within(ranges: readonly Range[], upper: bigint): readonly Range[] {
  const [first, last] = [upper << 32n, (upper << 32n) + 0xffffffffn];
  return ranges
    .filter(([from, to]) => from <= last && to >= first)
    .map(([from, to]) => [from < first ? 0n : from - first, to > last ? 0xffffffffn : to - first]);
}

function lowerLines(argument: number, ranges: readonly Range[]): Lines {
  const starts = ranges.flatMap(([from, to]): readonly (readonly [number, boolean])[] => [[Number(from), true], [Number(to) + 1, false]]);
  const all = [...(starts[0]?.[0] === 0 ? [] : [[0, false] as const]), ...starts.filter(([from]) => from <= 0xffffffff)];
  const decided = all.length === 1;
  return [...(decided ? [] : [load(low(argument))]), ...search(all, (holds): Lines => [{ to: holds ? 'pass' : 'fail' }])];
}

/** Its open jumps of that kind go to its end. */
function aimed(lines: Lines, kind: 'pass' | 'fail'): Lines {
  return lines.map((line, index) => ('to' in line && line.to === kind ? jump(lines.length - index - 1) : line));
}

function resolved(lines: Lines): readonly Instruction[] {
  return lines.map((line) => {
    if ('to' in line) throw new Error(`a jump without an aim: ${line.to}`);
    return line;
  });
}
