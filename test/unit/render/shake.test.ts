/** What a script has of the constant Bash: all that its commands need, and nothing else. */
import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, auditParts } from '../../../src/audit/audit.ts';
import { factsAbout } from '../../../src/audit/known.ts';
import { compile, compileParts } from '../../../src/compile.ts';
import { BASE, COMMANDS } from '../../../src/model/commands.ts';
import type { Project } from '../../../src/model/project.ts';
import { namable, runtimeUnits } from '../../../src/render/templates.generated.ts';
import { renderNamed } from '../../../src/render/environment.ts';
import { loadProject } from '../../../src/load/load.ts';
import { reached, type Unit } from '../../../src/render/shake.ts';
import { commandsIn } from '../../../src/resources/called.ts';
import { script } from '../../../src/resources/script.ts';
import { EXAMPLES, example, ROOT } from '../examples.ts';

const UNITS = Object.values(runtimeUnits).flat();
const NAMES = new Set(UNITS.flatMap(({ names }) => names));

function choosing(project: Project, commands: readonly string[]): Project {
  return { ...project, host: { ...project.host, commands } };
}

/** Reproducible, and different enough: number `n` of selections, each of about a sixth of all. */
function selection(n: number): readonly string[] {
  return COMMANDS.filter((name, index) => (Math.imul(n * 97 + index + 1, 2654435761) >>> 16) % 6 === 0 && name !== 'healthcheck');
}

const SELECTIONS = [[], ...COMMANDS.filter((name) => name !== 'healthcheck').map((name) => [name]), ...Array.from({ length: 12 }, (_, n) => selection(n))];

function everyKey(): Project {
  const text = readFileSync(join(ROOT, 'test/fixtures/definitions/every-key.yaml'), 'utf8');
  const { project, diagnostics } = loadProject({ path: 'compose.yaml', text, directory: '/srv', environment: {}, readFile: () => null });
  if (project === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return project;
}

/** Without comments, and what is quoted for people: a name that stands there need not be. */
function code(text: string): string {
  return text.replace(/^\s*#.*$/gm, '').replace(/(^|\s)# .*$/gm, '');
}

function defined(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^([a-z]\w*)\(\) /gm), ...text.matchAll(/(?:^|\s)([A-Z_]+)\+?=/gm)].map(([, name = '']) => name));
}

describe('units', () => {
  test.each(Object.entries(runtimeUnits))('those of %s are the module, byte for byte', (name, units) => {
    expect(units.map(({ text }) => text).join('')).toBe(readFileSync(join(ROOT, `templates/runtime/${name}.bash`), 'utf8'));
  });

  test('a name is in one module only, but for variables that get more, and what is there in two ways', () => {
    const owners = [...NAMES].filter((name) => name === name.toLowerCase()).map((name) => Object.keys(runtimeUnits).filter((module) => runtimeUnits[module]?.some(({ names }) => names.includes(name))));
    const twoWays = [['boot', 'login'], ['btrfs', 'directory'], ['cgroupfs', 'libcgroup'], ['copies', 'subvolumes'], ['parameterless', 'parameters'], ['send', 'walk'], ['supervise', 'systemd'], ['timer', 'watch']];
    expect(owners.filter((modules) => modules.length > 1 && !twoWays.some((ways) => ways.join() === modules.join()))).toEqual([]);
  });

  test('statements that no call leads to are few', () => {
    const { signature: _, ...others } = runtimeUnits; // all of it stands before the definition's own part
    const statements = Object.values(others).flat().filter(({ names, text }) => names.length === 0 && /^(?!#|$)/m.test(text)).map(({ text }) => text.split('\n').find((line) => !/^(#|$)/.test(line)));
    expect(statements).toEqual(['if [[ ${1-} == run && ${2-} != -* && ! (-t 0 && -t 1) && -n ${BASH_SOURCE[0]-} ]]; then']);
  });

  test('each command has its function and its help', () => {
    for (const name of COMMANDS) for (const kind of ['command', 'help']) expect(NAMES).toContain(`${kind}_${name}`);
    expect([...NAMES].filter((name) => /^(command|help)_/.test(name)).length).toBe(2 * COMMANDS.length);
  });
});

describe('reached', () => {
  const unit = (name: string, ...uses: readonly string[]): Unit => ({ text: `${name}\n`, names: [name], uses });
  const units = { a: [{ text: '# a\n', names: [], uses: [] }, unit('f', 'g', 'x_*'), unit('g', 'f'), unit('h')], b: [unit('x_1'), unit('x_2', 'elsewhere'), unit('FS'), { ...unit('FS', 'h'), text: 'FS+=\n' }], c: [{ text: '# c\n', names: [], uses: [] }, unit('i')] };
  const texts = (roots: readonly string[], commands: readonly string[] = []): string => [...reached(units, ['a', 'b', 'c'], roots, commands)].map(({ text }) => text.trim()).toSorted().join(' ');
  test('what is called, round and round, and what begins so', () => expect(texts(['f'])).toBe('# a f g x_1 x_2'));
  test('every line of a variable', () => expect(texts(['FS'])).toBe('# a FS FS+= h'));
  test('a heading is nothing', () => expect(texts([])).toBe(''));
});

describe.each(EXAMPLES)('examples/%s', (name) => {
  const project = example(name);
  const available = (commands: readonly string[]): readonly string[] => [...commands, ...project.host.functions.map(([command]) => command)];

  test.each(SELECTIONS.map((commands) => [commands.join(' '), commands] as const))('with the commands: %s', (_, chosen) => {
    const text = compile(choosing(project, available(chosen)));
    const has = defined(text);
    // Every word that can name a function: not one that a $ makes a variable, or that is assigned to, or in prose.
    const called = [...code(text).matchAll(/(?<![\w$./-])(?<!\$\{[#!]?)([a-z]\w*_\w*)(?![\w=*./-]|\+=)/g)].map(([, word = '']) => word);
    const all = defined(compile(project));
    expect([...new Set(called)].filter((word) => NAMES.has(word) && all.has(word) && !has.has(word))).toEqual([]);
  });

  test('nothing is there that nothing names', () => {
    for (const chosen of SELECTIONS.slice(-12)) {
      const text = code(compile(choosing(project, available(chosen))));
      const commands = new Set(commandsIn(choosing(project, available(chosen))));
      const words = new Map<string, number>();
      for (const [word] of text.matchAll(/[A-Za-z]\w*/g)) words.set(word, (words.get(word) ?? 0) + 1);
      const unused = [...defined(text)].filter((each) => NAMES.has(each) && words.get(each) === 1);
      expect(unused.filter((each) => !/^(command|help)_/.test(each) && !/^(images|history|volume|supervise)_/.test(each))).toEqual([]);
      expect([...defined(text)].filter((each) => each.startsWith('help_') && !commands.has(each.slice(5)))).toEqual([]);
    }
  });
});

test.each([...EXAMPLES.map((name) => [name, example(name)] as const), ['every key', everyKey()] as const])('what the sections of %s name is noted while they are rendered', (_, project) => {
  const { text, names } = renderNamed('sections', script(project, '1.2.3'));
  const words = new Set(code(text).match(/\b[A-Za-z]\w*/g));
  // Those without a _ may be words of a reason.
  expect(namable.filter((name) => /_|^[A-Z]/.test(name) && words.has(name) && !names.includes(name))).toEqual([]);
});

test('the audit agrees: it reads calls by a grammar', { timeout: 120_000 }, async () => {
  for (const name of EXAMPLES) {
    for (const chosen of SELECTIONS.slice(-3)) {
      const project = choosing(example(name), [...chosen, 'pull', 'run', 'commit', 'rm', 'rmi']);
      expect(await audit(compile(project))).toEqual([]);
      expect(await auditParts(compileParts(project).map((text) => ({ text, facts: factsAbout(text) })))).toEqual([]);
    }
  }
});

test('the head says where which part lies', async () => {
  const { createHash } = await import('node:crypto');
  const text = compile(example('web'));
  const [, from = 0, to = 0] = (/read {5}lines (\d+)-(\d+):/.exec(text) ?? []).map(Number);
  const [, first = 0, last = 0] = (/constant lines (\d+)-(\d+):/.exec(text) ?? []).map(Number);
  const lines = text.split('\n');
  expect(lines[from - 1]).toBe('');
  expect(lines[from]).toMatch(/^# ── pool/);
  expect([first, lines[first - 1]]).toEqual([to + 1, expect.stringMatching(/^# ── prelude/)]);
  expect(lines[last + 1]).toBe('# ── the definition, for cash verify ──');
  expect(text).toContain(`sha256 ${createHash('sha256').update(`${lines.slice(first - 1, last).join('\n')}\n`).digest('hex')}`);
});

test('a script that is chosen has no more than it needs', () => {
  const lines = (commands: readonly string[] | null): number => compile(choosing(example('hello'), commands ?? COMMANDS)).split('\n').length;
  expect(lines(['pull', 'run', 'commit', 'images', 'down'])).toBeLessThan(0.62 * lines(null));
  expect(lines([])).toBeLessThan(0.4 * lines(null));
});

test('volume is there where there are some, or it is chosen', () => {
  expect(commandsIn(example('hello'))).toEqual(COMMANDS.filter((name) => name !== 'healthcheck' && name !== 'volume'));
  expect(commandsIn(choosing(example('hello'), ['volume']))).toContain('volume');
  expect(commandsIn(everyKey())).not.toContain('volume'); // it chooses others
  expect(commandsIn({ ...everyKey(), host: example('hello').host })).toEqual(COMMANDS);
});

test('install brings what it is called with', () => {
  expect(commandsIn(choosing(example('web'), ['install']))).toEqual(COMMANDS.filter((name) => [...BASE, 'install', 'uninstall', 'up', 'stop'].includes(name)));
});
