import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { version } from '../../../src/version.ts';
import { built, cash, definition, folderWith } from './cash.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;

function npm(folder: string, command: 'npm' | 'npx', args: readonly string[]): string {
  return execFileSync(command, [...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

it('npm pack gives a package that installs into an empty folder, without a network, and runs there', () => {
  const source = folderWith({ 'package.json': readFileSync(join(ROOT, 'package.json'), 'utf8') });
  cpSync(built, join(source, 'dist'), { recursive: true });
  const empty = folderWith({ 'package.json': '{}' });
  npm(source, 'npm', ['pack', '--ignore-scripts', '--pack-destination', empty]);
  const archive = readdirSync(empty).find((name) => name.endsWith('.tgz')) ?? '';
  npm(empty, 'npm', ['install', '--offline', '--no-audit', '--no-fund', `./${archive}`]);
  expect(npm(empty, 'npx', ['--offline', 'cash', '--version'])).toBe(`${version}\n`);
  const folder = folderWith({ 'compose.yaml': definition('web') });
  const installed = join(empty, 'node_modules/.bin/cash');
  const script = execFileSync(installed, ['generate', '-o', '-'], { cwd: folder, encoding: 'utf8' });
  expect(script).toBe(cash(folder, ['generate', '-o', '-']).stdout);
  expect(readdirSync(join(empty, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['cash']);
}, 60_000);
