import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { bundle } from '../../../build.mjs';

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Built once a test file, from the sources as they are: dist/ may be of yesterday. */
export const built = join(mkdtempSync(join(tmpdir(), 'cash-cli-')), 'dist');
beforeAll(() => bundle(built), 60_000);
afterAll(() => rmSync(dirname(built), { recursive: true }));

/** Runs the built program in a folder, with nothing of the caller's environment that it could mind. */
export function cash(folder: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Result {
  const env = { PATH: process.env.PATH ?? '', ...environment };
  const { status, stdout, stderr } = spawnSync(join(built, 'cash.js'), args, { cwd: folder, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A new folder with these files. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cash-cli-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A small definition. */
export function definition(name: string, command = 'echo hello'): string {
  return `name: ${name}\nservices:\n  app:\n    image: debootstrap:bookworm\n    command: ${command}\n`;
}
