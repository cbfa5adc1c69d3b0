import { describe, expect, test } from 'vitest';
import { plainScalar } from '../../../src/load/scalar.ts';
import { parseYaml, plainValue } from '../../../src/load/yaml.ts';

function read(text: string): unknown {
  const { document, problems } = parseYaml(text);
  if (document === null || problems.length > 0) return problems.map(({ message }) => message);
  const plain = plainValue(document, text);
  return plain.problems.length > 0 ? plain.problems.map(({ message, hint, offset }) => [message, hint, offset]) : plain.value;
}

test.each<[string, unknown]>([
  ['', null], ['~', null], ['null', null], ['true', true], ['False', false], ['yes', 'yes'], ['on', 'on'], ['nullx', 'nullx'],
  ['1', 1], ['-1', -1], ['+1', 1], ['1_000', 1000], ['0x1F', 31], ['0o17', 15], ['0755', 493], ['01777', 1023], ['0b101', 5], ['09', 9], ['0', 0], ['-0', 0],
  ['1.5', 1.5], ['.5', 0.5], ['1e3', 1000], ['1.', 1], ['1500000.0', '1.5e+06'], ['1e6', '1e+06'], ['100000.0', 100000], ['1234567.5', 1234567.5], ['1500000', 1500000], ['12e345', '12e345'], ['123e4567', '123e4567'], ['.inf', Infinity], ['12345678901234567890', '12345678901234567890'],
  ['1.2.3', '1.2.3'], ['10.0.0.1', '10.0.0.1'], ['1m', '1m'], ['-', '-'], ['22:22', '22:22'], ['2024-01-01', '2024-01-01'], ['constructor', 'constructor'],
])('the plain scalar %j', (text, value) => expect(plainScalar(text)).toBe(value));

describe('documents', () => {
  test('anchors, aliases and merge keys', () => {
    expect(read('a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a')).toEqual({ a: { x: 1, y: 2 }, b: { x: 1, y: 3 }, c: { x: 1, y: 2 } });
    expect(read('a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b]}')).toMatchObject({ c: { x: 1, z: 3 } });
    expect(read('a: {<<: {x: 1}}')).toEqual({ a: { x: 1 } });
    expect(read('"<<": 1')).toEqual({ '<<': 1 });
  });

  test('an alias is a copy', () => {
    const value = read('a: &a [x]\nb: *a');
    expect(value).toEqual({ a: ['x'], b: ['x'] });
    expect(Reflect.get(value as object, 'a')).not.toBe(Reflect.get(value as object, 'b'));
  });

  test('quoted and block scalars are text', () => expect(read('a: "1"\nb: \'true\'\nc: |\n  1\nd: !!str 12')).toEqual({ a: '1', b: 'true', c: '1\n', d: '12' }));

  test('duplicate keys, with both places', () => {
    expect(read('a: 1\nb: 2\na: 3')).toEqual([['the key `a` is there twice', 'the first one is at 1:1', 10]]);
    expect(read('a: &a {x: 1}\nb: {<<: *a, <<: {y: 1}}')).toEqual([['the key `<<` is there twice', 'the first one is at 2:5; merge several by one: `<<: [*a, *b]`', 25]]);
  });

  test.each(['1: a', 'true: a', '~: a', '? [a]\n: b', '__proto__: a', '<<: 1', 'a: *no', '<<: *no'])('%j is refused', (text) => expect(read(text)).toEqual([expect.any(Array)]));

  test.each(['a: [', 'a: b: c', '\ta: 1', 'a: "x', '---\na: 1\n---\nb: 1', 'a: !nope x'])('%j is a syntax error', (text) => {
    expect(read(text)).toEqual(expect.arrayContaining([expect.any(String)]));
  });

  test('what YAML quotes of the file is cut', () => expect(String((read(`a: !${'x'.repeat(1000)} b`) as readonly unknown[])[0]).length).toBeLessThan(250));

  test('an alias bomb ends', () => {
    const levels = Array.from({ length: 12 }, (_, level) => `l${level}: &l${level} [${level === 0 ? 'x' : Array(10).fill(`*l${level - 1}`).join(',')}]`);
    expect(read(levels.join('\n'))).toEqual([[expect.stringContaining('aliases'), null, expect.any(Number)]]);
  });

  test.each<[string, string, number]>([
    ['a: &a [*a]', '`&a` would stand for itself', 7], ['a: &a {b: 1, <<: *a}', '`&a` would stand for itself', 17], ['a: &a {<<: [{b: 1}, *a]}', '`&a` would stand for itself', 20],
    ['a: {<<: [{b: 1}, 2]}', '`<<` takes a mapping, or a list of mappings', 17],
  ])('%j', (text, message, offset) => expect(read(text)).toEqual([[message, null, offset]]));

  test('an alias for an alias', () => expect(read('a: &a {x: 1}\nb: &b [*a]\nc: {<<: *b}')).toMatchObject({ c: { x: 1 } }));

  test('deep nesting ends', () => {
    expect(read('['.repeat(300) + ']'.repeat(300))).toEqual([[expect.stringContaining('nested'), null, expect.any(Number)]]);
    expect(read('['.repeat(2000) + ']'.repeat(2000))).toContainEqual(expect.stringContaining('nested too deeply'));
    expect(read('['.repeat(20_000))).toEqual(expect.arrayContaining([expect.any(String)]));
  });
});
