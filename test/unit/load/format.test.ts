import { expect, test } from 'vitest';
import { positionAt, sortDiagnostics } from '../../../src/load/diagnostic.ts';
import type { Diagnostic } from '../../../src/load/diagnostic.ts';
import { formatDiagnostics } from '../../../src/load/format.ts';

function at(text: string, offset: number, length: number, more: Partial<Diagnostic> = {}): string {
  const one: Diagnostic = { code: 'yaml', severity: 'error', message: 'm', path: [], position: positionAt('f', text, offset, length), hint: null, ...more };
  return formatDiagnostics([one], new Map([['f', text]]), { colour: false });
}

test('line, caret, hint', () => {
  expect(at('a: 1\nbc: de\n', 9, 2, { hint: 'h' })).toBe('f:2:5: error: m (yaml)\n  2 | bc: de\n    |     ^^\n  hint: h\n');
});

test('tabs stay tabs, wide characters take two columns, marks none', () => {
  expect(at('\ta\t日e\u0301x', 6, 1)).toBe('f:1:7: error: m (yaml)\n  1 | \ta\t日e\u0301x\n    | \t \t   ^\n');
  expect(at('😀 x', 3, 1)).toBe('f:1:3: error: m (yaml)\n  1 | 😀 x\n    |    ^\n');
});

test('a caret stays in its line, and in the file', () => {
  expect(at('ab\ncd', 1, 99)).toContain('|  ^\n');
  expect(at('ab', 2, 5)).toContain('|   ^\n');
  expect(at('', 0, 1)).toBe('f:1:1: error: m (yaml)\n');
});

test('lines that end in \\r\\n', () => {
  expect(at('a: 1\r\nb: 2\r\n', 9, 5)).toBe('f:2:4: error: m (yaml)\n  2 | b: 2\n    |    ^\n');
  expect(at('a:\r\n\r\n', 2, 1)).toBe('f:1:3: error: m (yaml)\n  1 | a:\n    |   ^\n');
});

test('long lines are cut around the place', () => {
  const shown = at(`${'x'.repeat(500)}Y${'z'.repeat(500)}`, 500, 1);
  const [, line = '', caret = ''] = shown.split('\n');
  expect(line.length).toBeLessThan(220);
  expect(line[caret.indexOf('^')]).toBe('Y');
});

test('nothing reaches the terminal as a control sequence', () => {
  expect(at('a\u001b[31mb\u009b', 0, 1, { message: '\u001b[0m\n', hint: '\u0007\u202e' })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u0080-\u009f\u202e]/);
});

test('colour', () => {
  const one: Diagnostic = { code: 'yaml', severity: 'warning', message: 'm', path: [], position: positionAt('f', 'a', 0, 1), hint: 'h' };
  expect(formatDiagnostics([one], new Map([['f', 'a']]), { colour: true })).toContain('\u001b[1;33mwarning\u001b[0m');
});

test('sorted by file and place, each once', () => {
  const make = (file: string, offset: number): Diagnostic => ({ code: 'yaml', severity: 'error', message: 'm', path: [], position: positionAt(file, 'abc', offset, 1), hint: null });
  const sorted = sortDiagnostics([make('a', 2), make('b', 0), make('a', 1), make('a', 2)]);
  expect(sorted.map(({ position: { file, offset } }) => `${file}${offset}`)).toEqual(['a1', 'a2', 'b0']);
});
