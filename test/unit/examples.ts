import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProject } from '../../src/load/load.ts';
import type { Project } from '../../src/model/project.ts';

export const ROOT = new URL('../..', import.meta.url).pathname;
export const EXAMPLES: readonly string[] = readdirSync(join(ROOT, 'examples')).sort();

export function textOf(...path: readonly string[]): string {
  return readFileSync(join(ROOT, ...path), 'utf8');
}

/** An example, or a changed text of it. */
export function example(name: string, change: (text: string) => string = (text) => text): Project {
  const directory = join(ROOT, 'examples', name);
  const text = change(textOf('examples', name, 'compose.yaml'));
  const { project, diagnostics } = loadProject({ path: 'compose.yaml', text, directory, environment: {}, readFile: () => null });
  if (project === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return project;
}
