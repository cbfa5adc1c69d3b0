/** The tables of the documentation are complete: nothing missing, nothing that is not there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODES } from '../../../src/audit/finding.ts';
import { compile } from '../../../src/compile.ts';
import { loadProject } from '../../../src/load/load.ts';
import { policySchema } from '../../../src/policy/schema.ts';
import { levelKeys } from '../../../src/model/schema/levels.ts';
import { firstCells } from './markdown.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

const LEVELS = [
  '', 'services.*', 'services.*.x-cash', 'services.*.ulimits.*', 'services.*.blkio_config', 'services.*.deploy', 'services.*.deploy.resources.limits', 'services.*.deploy.restart_policy', 'services.*.healthcheck', 'services.*.depends_on.*', 'services.*.logging.options', 'services.*.post_start.*', 'services.*.volumes.*', 'services.*.networks.*',
  'networks.*', 'networks.*.ipam.config.*', 'volumes.*', 'x-cash', 'x-cash.storage', 'x-cash.userns', 'x-cash.parameters.*', 'x-cash.functions.*', 'x-cash.waivers.*',
];

describe('docs/definition.md', () => {
  test.each(LEVELS)('keys of "%s"', (level) => {
    const shown = firstCells(read('docs/definition.md'), `keys: ${level}`.trim());
    expect(shown?.toSorted()).toEqual(levelKeys(level).supported.toSorted());
  });
});

function commandsOfScripts(): readonly string[] {
  const text = 'name: page\nservices: {a: {image: scratch, command: /a, volumes: ["v:/v"]}}\nvolumes: {v: }\n';
  const { project } = loadProject({ path: 'compose.yaml', text, directory: '/srv', environment: {}, readFile: () => null });
  return project === null ? [] : [...compile(project).matchAll(/^ {2}cash_(\w+)\(\)/gm)].map(([, name = '']) => name);
}

test.each(['README.md', 'docs/script.md'])('%s has every command of a script', (page) => {
  const shown = firstCells(read(page), 'commands')?.map((cell) => cell.split(' ')[0] ?? '');
  expect(shown?.toSorted()).toEqual(commandsOfScripts().toSorted());
});

test('docs/policy.md has every rule', () => {
  expect(firstCells(read('docs/policy.md'), 'policy')).toEqual(Object.keys(policySchema.shape));
});

test('docs/audit has a page for each rule, and each page a rule', () => {
  expect(readdirSync(join(ROOT, 'docs/audit')).toSorted()).toEqual([...Object.keys(CODES).map((code) => `${code}.md`), 'README.md'].toSorted());
  expect(firstCells(read('docs/audit/README.md'), 'rules')).toEqual(Object.keys(CODES).map((code) => `[${code}](${code}.md)`));
});

const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'templates/README.md'];
const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);

test.each([...pages, ...docs])('links of %s lead somewhere', (page) => {
  const targets = [...read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
  expect(targets.filter((target) => !existsSync(join(ROOT, page, '..', target)))).toEqual([]);
});
