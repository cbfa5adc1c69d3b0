import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAPABILITIES, DEFAULT_CAPABILITIES } from '../../../src/model/capabilities.ts';
import type { SeccompAction, SeccompProfile, SeccompRule } from '../../../src/model/seccomp/profile.ts';
import { STANDARD } from '../../../src/model/seccomp/standard.ts';
import { type Machine, MACHINES, systemCalls } from '../../../src/model/seccomp/system-calls.ts';
import { bytes, program } from '../../../src/resources/seccomp/program.ts';
import { meaning } from '../../../src/resources/seccomp/verdict.ts';
import { AUDIT, execute } from './kernel.ts';
import { applying, expected, probes, returned } from './meaning.ts';

const allow: SeccompAction = { action: 'allow', data: 0 };
const errno = (data: number): SeccompAction => ({ action: 'errno', data });
const ENOSYS = returned(errno(38));

function rule(names: string, action: SeccompAction, conditions: SeccompRule['conditions'] = []): SeccompRule {
  return { names: names.split(' '), action, conditions, with: [], without: [], machines: null };
}

function compile(profile: SeccompProfile, capabilities: readonly string[], machine: Machine): Buffer {
  return bytes(program(meaning(profile, capabilities, machine), profile.default));
}

function nameOf(machine: Machine): ReadonlyMap<number, string> {
  return new Map([...systemCalls(machine)].map(([name, number]) => [number, name]));
}

/** Each verdict that is not as the profile says. */
function differences(profile: SeccompProfile, capabilities: readonly string[], machine: Machine): readonly string[] {
  const code = compile(profile, capabilities, machine);
  const rules = applying(profile, capabilities, machine);
  const names = nameOf(machine);
  const named = new Set(rules.flatMap((each) => each.names));
  const newest = Math.max(-1, ...[...names].filter(([, name]) => named.has(name)).map(([number]) => number));
  const found: string[] = [];
  for (let number = 0; number < 600; number += 1) {
    const name = names.get(number) ?? null;
    for (const args of probes(rules, name)) {
      const newer = newest >= 0 && number > newest && profile.default.action === 'errno';
      const [got, wanted] = [execute(code, { number, architecture: AUDIT[machine], args }).value, newer ? ENOSYS : expected(profile, rules, name, args)];
      if (got !== wanted) found.push(`${number} ${name ?? '?'}(${args.join()}): ${got.toString(16)}, not ${wanted.toString(16)}`);
    }
  }
  return found;
}

/** Every operator, values of 64 bits, several arguments, several actions, each of the other machine's too. */
const ODD: SeccompProfile = {
  file: 'odd.json',
  default: { action: 'trap', data: 0 },
  rules: [
    rule('read', allow, [{ argument: 0, operator: 'ne', value: '3', mask: null }]),
    rule('write', allow, [{ argument: 0, operator: 'le', value: '2', mask: null }, { argument: 2, operator: 'ge', value: '4294967296', mask: null }, { argument: 5, operator: 'masked', value: '4294967297', mask: '12884901891' }]),
    rule('lseek', { action: 'log', data: 0 }, [{ argument: 1, operator: 'gt', value: '18446744073709551614', mask: null }]),
    rule('lseek', errno(7), [{ argument: 1, operator: 'lt', value: '1', mask: null }]),
    rule('lseek', { action: 'trace', data: 99 }, [{ argument: 1, operator: 'eq', value: '8589934593', mask: null }]),
    rule('ioctl', allow, [{ argument: 1, operator: 'gt', value: '18446744073709551615', mask: null }]),
    rule('fcntl', allow, [{ argument: 1, operator: 'lt', value: '0', mask: null }]),
    rule('close', errno(9)), rule('close', allow, [{ argument: 0, operator: 'eq', value: '1', mask: null }]),
    rule('openat', { action: 'kill_thread', data: 0 }), rule('bpf', { action: 'kill_process', data: 0 }),
    { ...rule('fstat', allow), machines: ['arm64'] }, { ...rule('mmap', allow), with: ['SYS_ADMIN'] }, { ...rule('munmap', allow), without: ['CHOWN'] },
  ],
};
/** Too many leaves for jumps of a byte. */
const LONG: SeccompProfile = {
  file: 'long.json',
  default: errno(1),
  rules: [...systemCalls('x86_64').keys()].filter((_, index) => index % 2 === 0).map((name, index) => rule(name, errno(index % 90), [{ argument: 1, operator: 'eq', value: String(index * 7), mask: null }])),
};
const OPEN: SeccompProfile = { file: 'open.json', default: allow, rules: [rule('kexec_load reboot', errno(1))] };
const EMPTY: SeccompProfile = { file: 'empty.json', default: errno(1), rules: [] };

const CASES: readonly (readonly [string, SeccompProfile, readonly string[]])[] = [
  ['the default one', STANDARD, DEFAULT_CAPABILITIES], ['without capabilities', STANDARD, []], ['with all', STANDARD, CAPABILITIES],
  ['with SYS_ADMIN', STANDARD, ['SYS_ADMIN']], ['odd', ODD, DEFAULT_CAPABILITIES], ['long', LONG, []], ['open', OPEN, []], ['empty', EMPTY, []],
];

describe.each(MACHINES)('%s', (machine) => {
  test.each(CASES)('%s: every system call has the verdict of the profile', (_, profile, capabilities) => {
    expect(differences(profile, capabilities, machine)).toEqual([]);
  });

  test('other architectures are shut: i386, ARM, x32', () => {
    const code = compile(STANDARD, DEFAULT_CAPABILITIES, machine);
    const args = [0n, 0n, 0n, 0n, 0n, 0n];
    for (const architecture of [AUDIT.i386, AUDIT.arm, AUDIT[machine] ^ 1]) for (let number = 0; number < 600; number += 1) expect(execute(code, { number, architecture, args }).value).toBe(ENOSYS);
    for (const number of [0x40000000, 0x40000001, 0x40000200, 0x7fffffff, 0xffffffff]) expect(execute(code, { number, architecture: AUDIT[machine], args }).value).toBe(ENOSYS);
  });

  test('by a binary search: few steps, and short', () => {
    const code = compile(STANDARD, DEFAULT_CAPABILITIES, machine);
    expect(code.length / 8).toBeLessThan(240);
    for (const number of systemCalls(machine).values()) expect(execute(code, { number, architecture: AUDIT[machine], args: [0n, 0n, 0n, 0n, 0n, 0n] }).steps).toBeLessThan(28);
  });
});

test('whatever the conditions are', () => {
  const value = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 40n), fc.constantFrom(2n ** 32n - 1n, 2n ** 32n, 2n ** 63n)).map(String);
  const condition = fc.record({ argument: fc.nat(2), operator: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge', 'masked'), value, mask: value });
  const some = fc.record({ conditions: fc.array(condition, { minLength: 1, maxLength: 2 }), action: fc.constantFrom(allow, errno(5)) });
  fc.assert(fc.property(fc.array(some, { maxLength: 5 }), (list) => {
    const rules = list.map(({ conditions, action }) => rule('read', action, conditions));
    const profile: SeccompProfile = { file: 'any.json', default: errno(1), rules };
    const code = compile(profile, [], 'x86_64');
    for (const args of probes(rules, 'read').slice(0, 2000)) expect(execute(code, { number: 0, architecture: AUDIT.x86_64, args }).value).toBe(expected(profile, rules, 'read', args));
  }), { numRuns: 60 });
});

/** Debian's python3-seccomp. */
const python = '/usr/bin/python3';
const hasLibseccomp = spawnSync(python, ['-c', 'import seccomp']).status === 0;

describe.skipIf(!hasLibseccomp).each(MACHINES)('libseccomp makes the same of it: %s', (machine) => {
  // Rules of several actions with conditions that overlap are no profile that libseccomp promises anything about: ODD and LONG have none.
  test.each(CASES.filter(([name]) => name !== 'empty'))('%s', (_, profile, capabilities) => {
    const rules = applying(profile, capabilities, machine);
    const pair = ({ action, data }: SeccompAction): readonly [string, number] => [action, data];
    const input = {
      arch: machine.toUpperCase(),
      default: pair(profile.default),
      rules: rules.flatMap((each) => each.names.map((name) => ({ name, action: pair(each.action), args: each.conditions.map((c) => [c.argument, c.operator, c.value, c.mask]) }))),
    };
    const made = spawnSync(python, [new URL('../../tools/libseccomp.py', import.meta.url).pathname], { input: JSON.stringify(input) });
    expect(made.stderr.toString()).toBe('');
    const [own, names] = [compile(profile, capabilities, machine), nameOf(machine)];
    const found: string[] = [];
    for (let number = 0; number <= 448; number += 1) {
      if (names.get(number) === 'uretprobe') continue; // newer than libseccomp 2.5.4, as what is beyond 448
      for (const args of probes(rules, names.get(number) ?? null)) {
        const call = { number, architecture: AUDIT[machine], args };
        const [got, wanted] = [execute(own, call).value, execute(made.stdout, call).value];
        const newer = got === ENOSYS && wanted === returned(profile.default);
        if (got !== wanted && !newer) found.push(`${number} ${names.get(number) ?? '?'}(${args.join()}): ${got.toString(16)}, not ${wanted.toString(16)}`);
      }
    }
    expect(found).toEqual([]);
  });
});
