/** Every example of the documentation is tried out. What the marks of the blocks mean: CONTRIBUTING.md. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit } from '../../../src/audit/audit.ts';
import { compile } from '../../../src/compile.ts';
import { formatDiagnostics, loadProject } from '../../../src/load/load.ts';
import { built } from '../cli/cash.ts';
import { type Block, blocks } from './markdown.ts';
import { matches, missingPart } from './match.ts';
import { needsRoot, runSession, type Session } from './session.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const folders = ['docs', 'docs/audit'];
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...folders.flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`))]
  .filter((name) => name.endsWith('.md'));

function compiled({ text }: Block): string {
  const { project, diagnostics, sources } = loadProject({ path: 'compose.yaml', text, directory: '/srv/page', environment: { HOME: '/root', PWD: '/srv/page' }, readFile: () => null });
  expect(formatDiagnostics(diagnostics, sources, { colour: false })).toBe('');
  return project === null ? '' : compile(project);
}

const codes = async (text: string): Promise<readonly string[]> => [...new Set((await audit(text)).map(({ code }) => code))];

function judge(block: Block, before: Block | undefined): (() => Promise<void>) | null {
  const [mark = ''] = block.marks;
  switch (`${block.language} ${mark}`.trim()) {
    case 'yaml compile':
      return async () => expect(await codes(compiled(block))).toEqual([]);
    case 'yaml refused':
      return async () => expect(loadProject({ path: 'compose.yaml', text: block.text, directory: '/srv/page', environment: {}, readFile: () => null }).project).toBeNull();
    case 'bash excerpt':
      return async () => expect(before === undefined ? 'no definition before it' : missingPart(block.text, compiled(before))).toBeNull();
    case 'bash clean':
      return async () => expect(await codes(block.text)).toEqual([]);
    default:
      return block.language === 'bash' && /^A\d{3}$/.test(mark) ? async () => expect(await codes(block.text)).toEqual([mark]) : null;
  }
}

describe.each(pages)('%s', (name) => {
  const page = blocks(readFileSync(join(ROOT, name), 'utf8'));

  test('every example has a mark', () => {
    const unmarked = page.filter(({ language, marks }) => ['yaml', 'bash'].includes(language) && marks.length === 0);
    expect(unmarked.map(({ line }) => `${name}:${line}`)).toEqual([]);
  });

  page.forEach((block, index) => {
    const before = page.slice(0, index).findLast(({ language, marks }) => language === 'yaml' && marks[0] === 'compile');
    const check = judge(block, before);
    if (check !== null) test(`line ${block.line}: ${block.language} ${block.marks.join(' ')}`, check);
  });

  const consoles = page.filter(({ language }) => language === 'console');
  if (consoles.length === 0) return;
  describe.skipIf(needsRoot(page) && process.getuid?.() !== 0)('what it shows of a terminal', () => {
    let folder = '';
    let session: Session | undefined;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'cash-docs-'));
      session = runSession(page, folder, join(built, 'cash.js'));
    }, 150_000);
    afterAll(() => rmSync(folder, { recursive: true }));

    test.each(consoles.map(({ line }) => line))('line %i', (line) => {
      for (const { command, shown, real } of session?.ran.get(line) ?? []) {
        if (!matches(shown, real)) expect(`$ ${command}\n${real}`).toBe(`$ ${command}\n${shown}`);
      }
    });

    test('nothing is left of it', () => expect(session?.left).toBe(''));
  });
});
