import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fits } from '../../src/model/fits.ts';
import { compose } from '../../src/model/schema/compose.ts';
import { parseYaml, plainValue } from '../../src/load/yaml.ts';

type Holder = Record<string, unknown>;

function tree(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  const { document } = parseYaml(text);
  return document === null ? null : plainValue(document, text).value;
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder).map((name) => `${folder}/${name}/compose.yaml`);
}

/** As zod judges it: what fits is taken as it is, the order of its keys aside. */
function agrees(value: unknown): void {
  const result = compose.safeParse(value);
  expect(fits(compose, value)).toBe(result.success);
  if (result.success) expect(value).toStrictEqual(result.data);
}

/** Every place of it. */
function places(value: unknown): readonly (readonly [holder: Holder, key: string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...places(holder[key])]);
}

test('a form is judged as zod judges it', () => {
  for (const file of [...filesOf('examples'), ...filesOf('test/invalid')]) agrees(tree(file));
});

test('and so is one with anything at any place', () => {
  const trees = [...filesOf('examples'), ...filesOf('test/invalid')].map(tree);
  const odd = fc.constantFrom(null, true, 1, Infinity, NaN, '', 'x', [], {}, ['x'], [1], { x: 'x' }, { x: null });
  fc.assert(fc.property(fc.constantFrom(...trees), fc.nat(), fc.oneof(odd, fc.jsonValue()), fc.boolean(), (whole, at, value, gone) => {
    const changed = structuredClone(whole);
    const all = places(changed);
    const [holder, key] = all[at % Math.max(1, all.length)] ?? [{}, ''];
    if (gone && !Array.isArray(holder)) delete holder[key];
    else holder[key] = value;
    agrees(changed);
  }), { numRuns: 1000 });
});

test('what an object inherits is no key, and fits nothing', () => {
  expect(fits(compose, JSON.parse('{"services": {"__proto__": {}}}'))).toBe(false);
  expect(fits(compose, { constructor: 'x' })).toBe(false);
});
