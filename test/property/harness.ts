/** Real Bash calls the sections of many scripts, with stubs for the constant Bash: what do the words of a definition become? */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileParts } from '../../src/compile.ts';
import type { Project } from '../../src/model/project.ts';
import { bytes } from './bash.ts';

/** A call of a stub: its name, and its arguments as bytes in Latin-1. */
export type Record = readonly string[];

export type Values = Readonly<{ [parameter: string]: string }>;

const HARNESS = new URL('harness.bash', import.meta.url).pathname;

/** Bytes of the text, a character each. */
export function latin1(text: string): string {
  return bytes(text).toString('latin1');
}

/** What the stubs were called with, for each project. All in one Bash, in an empty folder. */
export function calls(projects: readonly Project[], values: Values): readonly (readonly Record[])[] {
  const folder = mkdtempSync(join(tmpdir(), 'cash-hostile-'));
  try {
    const pairs = Object.entries(values).flatMap(([name, value]) => [name, value]);
    projects.forEach((project, index) => {
      writeFileSync(join(folder, `${index + 1}.bash`), sections(project));
      writeFileSync(join(folder, `${index + 1}.values`), bytes(pairs.map((each) => `${each}\0`).join('')));
    });
    const options = { cwd: folder, env: { LC_ALL: 'C' }, encoding: 'utf8', timeout: 120_000 } as const;
    const { status, stderr } = spawnSync('/bin/bash', ['--noprofile', '--norc', HARNESS, folder, String(projects.length)], options);
    if (status !== 0 || stderr !== '') throw new Error(`harness: status ${status}: ${stderr}`);
    return projects.map((_, index) => records(readFileSync(join(folder, `${index + 1}.out`), 'latin1')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sections(project: Project): Buffer {
  return bytes(compileParts(project).find((part) => part.includes('\nservice_id() {')) ?? '');
}

function records(output: string): readonly Record[] {
  const words = output.split('\0');
  const found: Record[] = [];
  for (let at = 0; at < words.length - 1; ) {
    const count = Number(words[at]);
    found.push(words.slice(at + 1, at + 1 + count));
    at += count + 1;
  }
  return found;
}

/** Scripts that Bash cannot read. */
export function unreadable(scripts: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'cash-hostile-'));
  try {
    scripts.forEach((script, index) => writeFileSync(join(folder, `${index}.bash`), script));
    const script = 'for file in "$1"/*; do bash -n "$file" || printf "%s\\n" "${file##*/}"; done';
    const { stdout } = spawnSync('/bin/bash', ['--noprofile', '--norc', '-c', script, 'bash', folder], { encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line !== '').map((file) => scripts[parseInt(file, 10)] ?? file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
