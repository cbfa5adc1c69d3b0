import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { escapeInterpolation, interpolate } from '../../src/load/interpolate.ts';
import { parseDotenv } from '../../src/load/dotenv.ts';
import { quickYaml } from '../../src/load/quick-yaml.ts';
import { parseYaml, plainValue } from '../../src/load/yaml.ts';
import { formatDiagnostics, loadProject } from '../../src/load/load.ts';
import type { LoadResult } from '../../src/load/load.ts';
import { splitWords } from '../../src/model/shell-words.ts';
import { levelKeys } from '../../src/model/schema/levels.ts';

const scope = { variable: () => null, isParameter: () => false };
const runs = { numRuns: 300 };

function load(text: string): LoadResult {
  return loadProject({ path: 'compose.yaml', text, directory: '/srv/app', environment: { HOME: '/root' }, readFile: () => null });
}

/** Either a project, or errors that say why not; both can be printed. */
function isAnswered(text: string): void {
  const { project, diagnostics, sources } = load(text);
  expect(project !== null).toBe(diagnostics.every(({ severity }) => severity !== 'error'));
  for (const { position } of diagnostics) expect(position.offset).toBeLessThanOrEqual(text.length);
  expect(formatDiagnostics(diagnostics, sources, { colour: true })).not.toContain('`undefined`');
}

test('what is escaped interpolates to itself', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(interpolate(escapeInterpolation(text), scope, () => expect.unreachable())).toBe(text);
  }), runs);
});

test('interpolation and env files take any text', () => {
  const text = fc.array(fc.constantFrom('$', '{', '}', 'A', ':-', '-', '?', '+', '"', "'", '\\', '\n', '=', '#', ' ', 'é')).map((parts) => parts.join(''));
  fc.assert(fc.property(text, (one) => {
    interpolate(one, scope, () => undefined);
    parseDotenv(one, scope);
    splitWords(one);
  }), { numRuns: 1000 });
});

test('any JSON is a definition or has diagnostics', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => isAnswered(JSON.stringify(value))), runs);
});

test('any text is a definition or has diagnostics', () => {
  const parts = fc.constantFrom('services', 'web', 'image', 'scratch', ': ', ':', '\n', '\n  ', '\n    ', '- ', '[', ']', '{', '}', '&a ', '*a', '<<', '"', "'", '|', '>', '#', '!!', '---', '?', '%', '\t', '0', '$');
  fc.assert(fc.property(fc.array(parts, { maxLength: 30 }), (all) => isAnswered(all.join(''))), runs);
});

const junk = fc.oneof(
  fc.string(), fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 }), fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
  fc.constantFrom('$name', '${name}', '${num}', '${size}', '${where}', '10.0.0.${num}', '/x', './x:/y', 'a:/b:ro', '512m', '1m30s', 'tar:./x', '-x', '__proto__', 'constructor'),
);
const keyed = (level: string) => fc.dictionary(fc.constantFrom(...levelKeys(level).supported), junk, { maxKeys: 8 });

test('any values of known keys are a definition or have diagnostics', () => {
  const definition = fc.record({
    services: fc.dictionary(fc.oneof(fc.string(), fc.constant('s')), fc.tuple(keyed('services.*'), keyed('services.*.x-cash')).map(([service, image]) => ({ image: 'scratch', 'x-cash': image, ...service })), { maxKeys: 3 }),
    networks: fc.dictionary(fc.string(), keyed('networks.*'), { maxKeys: 2 }),
    volumes: fc.dictionary(fc.string(), keyed('volumes.*'), { maxKeys: 2 }),
    'x-cash': keyed('x-cash').map((host) => ({ ...host, parameters: { name: 'name', num: { type: 'integer', min: 2, max: 9 }, size: 'bytes', where: 'path' } })),
  });
  fc.assert(fc.property(definition, (value) => {
    isAnswered(JSON.stringify(value));
    isAnswered(stringify(value));
  }), runs);
});

test('a text survives the way from YAML to the model', () => {
  const value = fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => !/[\0\ud800-\udfff]/.test(text));
  fc.assert(fc.property(value, value, (word, text) => {
    const definition = { services: { s: { image: 'scratch', command: [escapeInterpolation(word)], labels: { k: escapeInterpolation(text) } } } };
    const [service] = load(JSON.stringify(definition)).project?.services ?? [];
    expect(service).toMatchObject({ command: [word], labels: [['k', text]] });
  }), runs);
});

const scalars = fc.oneof(
  fc.constantFrom('a', 'a b', '1', '0x1f', '-1', '- 1', '-', '~', 'null', '"q r"', "'q'", "''", "'it''s'", '"\\n"', 'a:b', 'a: b', 'a #c', 'a#c', '#c', 'x: #', '*a', '&a b', '!t x', '|', '>', '%x', '@x', '?x', '? x', ':x', 'a:', '"a" b', '"a"#c', '"a" #c', '{a: 1, b: , c: [x, "y, z"]}', '[a, b,]', '[a,,b]', '[ ]', '{ }', '{a}', '{a:1}', '[a: b]', '[a:b, -x, - y]', '[a #c]', '{a: b}x', '[[a], {b: c}] # d', '{a: {b: c}', '<<', 'http://x/y', '${A:-b}', '${A:-{}}', 'é', '\u00a0x'),
  fc.string({ maxLength: 6 }),
);

/** A definition as lines: names and raw scalars, nested in blocks. */
interface Block { readonly pairs: readonly (readonly [string, string | Block | readonly (string | Block)[]])[] }
const names = fc.oneof({ weight: 12, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'x.y-z', 'Key_1') }, { weight: 1, arbitrary: fc.constantFrom('true', '1', '"q"', '<<', '__proto__', 'a b', '', 'x/y') });
const { block } = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.record({
    pairs: fc.array(fc.tuple(names, fc.oneof({ maxDepth: 3 }, scalars, scalars, tie('block'), fc.array(fc.oneof({ maxDepth: 3 }, scalars, tie('block')), { maxLength: 3 }))), { minLength: 1, maxLength: 3 }),
  }),
}));

function render(value: Block, indent: string, step: string, flat: boolean): readonly string[] {
  return value.pairs.flatMap(([name, inner]) => {
    if (typeof inner === 'string') return [`${indent}${name}: ${inner}`];
    if ('pairs' in inner) return [`${indent}${name}:`, ...render(inner, indent + step, step, flat)];
    const dash = flat ? indent : indent + step;
    const items = inner.flatMap((item) => {
      const lines = typeof item === 'string' ? [`${dash}  ${item}`] : render(item, `${dash}  `, step, flat);
      return lines.map((text, index) => (index === 0 ? `${dash}- ${text.slice(dash.length + 2)}` : text));
    });
    return [`${indent}${name}:`, ...items];
  });
}

const rendered = fc.tuple(block, fc.constantFrom(' ', '  ', '    '), fc.boolean()).map(([value, step, flat]) => render(value, '', step, flat).join('\n'));
/** With a character put in, or taken out, somewhere. */
const disturbed = fc.tuple(rendered, fc.nat(), fc.constantFrom('', ' ', '\n', ':', '#', '-', '"', ',', '{', ']', '  ', '\n\n', ' # c\n'), fc.nat(2))
  .map(([text, place, noise, gone]) => text.slice(0, place % (text.length + 1)) + noise + text.slice((place % (text.length + 1)) + gone));

test('the quick reader agrees with the full one, or leaves it to it', () => {
  let taken = 0;
  const check = (text: string): void => {
    const quick = quickYaml(text);
    if (quick === undefined) return;
    taken += 1;
    const { document, problems } = parseYaml(text);
    expect(problems, text).toEqual([]);
    if (document === null) return expect.unreachable();
    expect({ value: quick, problems: [] }, text).toEqual(plainValue(document, text));
  };
  fc.assert(fc.property(fc.oneof(rendered, disturbed), check), { numRuns: Number(process.env['QUICK_RUNS'] ?? 2000) });
  fc.assert(fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c d', 'e.f'), fc.jsonValue()), fc.boolean(), (value, flow) => {
    check(stringify(value, { collectionStyle: flow ? 'flow' : 'any', lineWidth: 0 }));
  }), runs);
  expect(taken).toBeGreaterThan(100);
});
