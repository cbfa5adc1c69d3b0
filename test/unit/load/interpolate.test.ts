import { describe, expect, test } from 'vitest';
import { interpolate } from '../../../src/load/interpolate.ts';
import type { Finding } from '../../../src/load/interpolate.ts';

const environment: Readonly<Record<string, string>> = { A: 'a', EMPTY: '', NESTED: '$A', _x1: 'u' };

function run(text: string): { readonly result: string; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const scope = {
    variable: (name: string) => (Object.hasOwn(environment, name) ? (environment[name] ?? null) : null),
    isParameter: (name: string) => name === 'open',
  };
  return { result: interpolate(text, scope, (finding) => findings.push(finding)), findings };
}

describe('interpolation', () => {
  test.each<[string, string]>([
    ['plain', 'plain'], ['$A', 'a'], ['${A}', 'a'], ['x$A-y', 'xa-y'], ['$A$A', 'aa'], ['${A}b', 'ab'], ['$_x1.', 'u.'],
    ['${A:-d}', 'a'], ['${A-d}', 'a'], ['${EMPTY:-d}', 'd'], ['${EMPTY-d}', ''], ['${NO:-d}', 'd'], ['${NO-d}', 'd'], ['${NO:-}', ''],
    ['${A:?m}', 'a'], ['${A?m}', 'a'], ['${EMPTY?m}', ''],
    ['${A:+r}', 'r'], ['${A+r}', 'r'], ['${EMPTY:+r}', ''], ['${EMPTY+r}', 'r'], ['${NO:+r}', ''], ['${NO+r}', ''],
    ['${NO:-${A}}', 'a'], ['${NO:-${NO2:-${A:+deep}}}!', 'deep!'], ['${NO:-x$A}', 'xa'], ['${NO:-{"k":1}}', '{"k":1}'], ['${NO:-a:-b}', 'a:-b'],
    ['$$', '$'], ['$$A', '$A'], ['$$$A', '$a'], ['$${A}', '${A}'], ['${NO:-$$}', '$'],
    ['${NESTED}', '$A'], ['^a$', '^a$'], ['$1', '$1'], ['a $ b', 'a $ b'], ['$(id)', '$(id)'],
    ['$open', '\0open\0'], ['10.0.0.${open}/24', '10.0.0.\0open\0/24'],
  ])('%j', (text, result) => expect(run(text)).toEqual({ result, findings: [] }));

  test('an unset variable is empty, with a warning', () => {
    const { result, findings } = run('a${NO}b$NO2');
    expect(result).toBe('ab');
    expect(findings.map(({ kind, excerpt }) => [kind, excerpt])).toEqual([['unset', '${NO}'], ['unset', '$NO2']]);
  });

  test.each<[string, string]>([
    ['${NO:?say why}', 'required'], ['${EMPTY:?}', 'required'], ['${NO?$A}', 'required'],
    ['${', 'syntax'], ['${}', 'syntax'], ['${A', 'syntax'], ['${A!x}', 'syntax'], ['${1}', 'syntax'], ['${A:x}', 'syntax'], ['${A b}', 'syntax'],
    ['${open:-x}', 'parameter'], ['${open?x}', 'parameter'], ['${open:+x}', 'parameter'],
  ])('%j is an error', (text, kind) => expect(run(text).findings.map((finding) => finding.kind)).toEqual([kind]));

  test('the message of a required variable is interpolated itself', () => {
    expect(run('${NO?need $A}').findings[0]?.message).toBe('the variable `NO` is required: need a');
  });

  test('what is not needed is not looked at', () => expect(run('${A:-${NO:?m}}')).toEqual({ result: 'a', findings: [] }));

  test('names of Object.prototype are no variables', () => expect(run('${constructor:-c}${toString-t}').result).toBe('ct'));

  test('nesting has an end', () => {
    expect(run('${NO:-'.repeat(5000) + '}'.repeat(5000)).findings.map(({ kind }) => kind)).toEqual(['syntax']);
  });
});
