/** examples/NAME/compose.yaml ↔ generated/PROJECT.sh, as files; and what a change of an example changes in its script. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { diffLines } from 'diff';
import { describe, expect, test } from 'vitest';
import { audit, auditParts } from '../../src/audit/audit.ts';
import { factsAbout } from '../../src/audit/known.ts';
import { compile, compileParts } from '../../src/compile.ts';
import { runtimeUnits } from '../../src/render/templates.generated.ts';
import { EXAMPLES, example, ROOT, textOf } from './examples.ts';

describe('goldens', () => {
  test.each(EXAMPLES)('examples/%s is what lies in generated/', (name) => {
    const project = example(name);
    const [golden, script] = [textOf('generated', `${project.name}.sh`), compile(project)];
    const difference = diffLines(golden, script).filter(({ added, removed }) => added || removed).map(({ added, value }) => `${added ? '+' : '-'} ${value}`);
    expect(difference, 'node build.mjs && node dist/cash.js generate examples/*/compose.yaml').toEqual([]);
  });

  test('nothing else lies there', () => {
    expect(readdirSync(join(ROOT, 'generated')).sort()).toEqual(EXAMPLES.map((name) => `${example(name).name}.sh`).sort());
  });

  test.each(EXAMPLES)('examples/%s renders the same bytes twice', (name) => expect(compile(example(name)) === compile(example(name))).toBe(true));
});

/** Where which part lies; the constant one is the same. */
const PLACES = /^. # {3}(read {5}lines|constant lines|  {8}sha256)/;
const BOOKKEEPING = new RegExp(`^. (#   digest|DIGEST=|# cash-definition:)|${PLACES.source}`);

/** Lines that a change of the text takes out of the script (-) and puts in (+), less those of the definition and its digests. */
function changed(name: string, from: string, to: string): readonly string[] {
  const before = compile(example(name));
  const after = compile(example(name, (text) => text.replace(from, to)));
  const lines = diffLines(before, after).flatMap(({ added, removed, value }) => (added || removed ? value.trimEnd().split('\n').map((line) => `${added ? '+' : '-'} ${line.trim()}`) : []));
  const [bookkeeping, rest] = [lines.filter((line) => BOOKKEEPING.test(line)), lines.filter((line) => !BOOKKEEPING.test(line))];
  expect(bookkeeping.filter((line) => !PLACES.test(line)).length).toBe(6);
  return rest;
}

describe('a change of one field changes the lines it is about, its digest, and one line of the definition', () => {
  test.each<readonly [string, string, readonly string[]]>([
    ['dns: [10.89.7.1]', 'dns: [10.89.7.9]', ["- RESOLVER=('nameserver 10.89.7.1')", "+ RESOLVER=('nameserver 10.89.7.9')"]],
    ['stop_signal: SIGQUIT', 'stop_signal: SIGINT', ['- STOP_SIGNAL=QUIT STOP_GRACE_PERIOD=10', '+ STOP_SIGNAL=INT STOP_GRACE_PERIOD=10']],
    ['pids_limit: 100', 'pids_limit: 99', ['- limit pids_limit 100 "${CGROUP[pids]}/"pids.max', '+ limit pids_limit 99 "${CGROUP[pids]}/"pids.max', '- limit pids_limit 100 "${CGROUP[pids]}/"pids.max', '+ limit pids_limit 99 "${CGROUP[pids]}/"pids.max']],
    ['command: [nginx, -g, daemon off;]', 'command: [nginx, -g, daemon off; user x;]', ["- COMMAND=(nginx -g 'daemon off;')", "+ COMMAND=(nginx -g 'daemon off; user x;')"]],
  ])('%s', (from, to, lines) => expect(changed('web', from, to)).toEqual(lines));

  test('a new volume: its lines only', () => {
    const lines = changed('web', '      - content:/var/www/html\n', '      - content:/var/www/html\n      - content:/etc/nginx:ro\n');
    expect(lines.filter((line) => line.startsWith('-'))).toEqual([]);
    expect(lines.every((line) => /\/etc\/nginx|^\+ volume_stays /.test(line))).toBe(true);
  });
});

describe('the gate', () => {
  test.each(EXAMPLES)('finds in the parts of examples/%s what the audit finds in the whole: nothing', async (name) => {
    const parts = compileParts(example(name)).map((text) => ({ text, facts: factsAbout(text) }));
    expect(parts.filter(({ facts }) => facts !== null).length).toBeGreaterThan(8);
    expect(await auditParts(parts)).toEqual([]);
    expect(await audit(compile(example(name)))).toEqual([]);
  });

  test('knows all constant Bash', () => {
    expect(Object.entries(runtimeUnits).flatMap(([name, units]) => units.filter(({ text }) => factsAbout(text) === null).map(({ names }) => [name, ...names]))).toEqual([['signature']]); // judged as a whole, in the head
  });

  test('sees what a part lacks, and what is wrong in one', async () => {
    const parts = compileParts(example('web')).map((text) => ({ text, facts: factsAbout(text) }));
    const without = parts.filter(({ text }) => !text.includes('\nlock()'));
    expect((await auditParts(without)).map(({ message }) => message)).toContainEqual(expect.stringContaining('calls "lock"'));
    const last = parts.at(-1);
    if (last === undefined) throw new Error('no parts');
    const findings = async (text: string): Promise<unknown> => (await auditParts([...parts.slice(0, -1), { text, facts: factsAbout(text) }])).map(({ code }) => code);
    expect(await findings(`${last.text}eval "$1"\n`)).toEqual(['A003']);
    expect(await findings(`${last.text}docker $1\n`)).toEqual(['A002', 'A004']);
    expect(await findings(`x='${last.text}`)).not.toEqual([]);
    expect(await findings(`${last.text}x='`)).toContain('A001');
    expect(await auditParts([{ text: parts[1]?.text ?? '', facts: null }])).toContainEqual(expect.objectContaining({ code: 'A007' }));
  });

  test('says where', async () => {
    const parts = compileParts(example('web')).map((text) => ({ text, facts: factsAbout(text) }));
    const text = `${parts.map((part) => part.text).join('')}eval "$1"\n`;
    expect(await auditParts([...parts, { text: 'eval "$1"\n', facts: null }])).toEqual(await audit(text));
  });
});
