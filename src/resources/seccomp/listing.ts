/** What a filter does, for people. */
import type { SeccompAction } from '../../model/seccomp/profile.ts';
import type { Meaning, Test, Verdict } from './verdict.ts';

const ERRORS: ReadonlyMap<number, string> = new Map([[1, 'EPERM'], [13, 'EACCES'], [22, 'EINVAL'], [25, 'ENOTTY'], [38, 'ENOSYS']]);

/** Lines of at most 140 columns: what a verdict is, and the names it is of; one that differs between the machines is NAME@MACHINE. */
export function listing(meanings: readonly Meaning[], standard: SeccompAction): readonly string[] {
  const names = new Map<string, string[]>([['allowed', []]]);
  for (const name of [...new Set(meanings.flatMap(({ verdicts }) => [...verdicts.keys()]))].sort()) {
    const found = meanings.flatMap(({ machine, verdicts }) => {
      const verdict = verdicts.get(name);
      return verdict === undefined ? [] : [{ machine, text: verdictText(verdict) }];
    });
    const alike = found.every(({ text }) => text === found[0]?.text);
    for (const { machine, text } of alike ? found.slice(0, 1) : found) names.set(text, [...(names.get(text) ?? []), alike ? name : `${name}@${machine}`]);
  }
  names.delete(actionText(standard));
  return [...names].filter(([, list]) => list.length > 0).flatMap(([text, list]) => wrapped(`${text}:`, list));
}

function wrapped(first: string, words: readonly string[]): readonly string[] {
  const lines = [first];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length > 135) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

export function actionText({ action, data }: SeccompAction): string {
  switch (action) {
    case 'allow': return 'allowed';
    case 'errno': return `fails with ${ERRORS.get(data) ?? `error ${data}`}`;
    case 'kill_process': return 'ends the process';
    case 'kill_thread': return 'ends the thread';
    case 'trap': return 'gets SIGSYS';
    case 'log': return 'allowed and logged';
    case 'trace': return `asks a tracer (${data})`;
  }
}

function verdictText({ cases, otherwise }: Verdict): string {
  const parts: { readonly about: string; readonly values: string[] }[] = [];
  for (const { tests, action } of cases) {
    const [about = '', value = ''] = splitLast(`${actionText(action)} with ${tests.map(testText).join(' and ')}`);
    const last = parts.at(-1);
    if (last?.about === about) last.values.push(value);
    else parts.push({ about, values: [value] });
  }
  return [...parts.map(({ about, values }) => `${about} = ${values.join(' ')}`), actionText(otherwise)].join(', else ');
}

/** What it is about, and the last value. */
function splitLast(text: string): readonly string[] {
  const at = text.lastIndexOf(' = ');
  return [text.slice(0, at), text.slice(at + 3)];
}

function testText(test: Test): string {
  const argument = `argument ${test.argument}`;
  if (!('ranges' in test)) return `${argument} & ${hexadecimal(test.mask)} = ${hexadecimal(test.value)}`;
  if (test.ranges.length === 0) return `${argument} = nothing`;
  return `${argument} = ${test.ranges.map(([from, to]) => (from === to ? number(from) : `${number(from)}-${number(to)}`)).join(' ')}`;
}

function number(value: bigint): string {
  return value < 1000n ? String(value) : hexadecimal(value);
}

function hexadecimal(value: bigint): string {
  return value === 0n ? '0' : `0x${value.toString(16)}`;
}
