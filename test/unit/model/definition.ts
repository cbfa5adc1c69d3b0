import { loadProject } from '../../../src/load/load.ts';
import type { LoadInput, LoadResult } from '../../../src/load/load.ts';
import type { Project, Service } from '../../../src/model/project.ts';

export type Surroundings = Partial<Pick<LoadInput, 'environment' | 'directory' | 'envFiles' | 'projectName'>> & {
  readonly files?: Readonly<Record<string, string>>;
};

/** Loads a definition as if it lay in /srv/app, with `files` (absolute paths) beside it. */
export function load(text: string, around: Surroundings = {}): LoadResult {
  const { files = {}, ...rest } = around;
  const readFile = (path: string): string | null => (Object.hasOwn(files, path) ? (files[path] ?? null) : null);
  return loadProject({ path: 'compose.yaml', text, directory: '/srv/app', environment: {}, readFile, ...rest });
}

export function project(text: string, around: Surroundings = {}): Project {
  const result = load(text, around);
  if (result.project === null) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.project;
}

/** The service `s` of a definition whose service is an empty image and the given lines. */
export function service(lines: string, top = '', around: Surroundings = {}): Service {
  const found = project(definition(lines, top), around).services[0];
  if (found === undefined) throw new Error('no service');
  return found;
}

export function definition(lines: string, top = ''): string {
  const image = /^image:/m.test(lines) ? '' : '    image: scratch\n';
  const body = lines.split('\n').map((line) => `    ${line}`).join('\n');
  return `services:\n  s:\n${image}${body}\n${top}\n`;
}

/** `code: message` of everything found wrong with such a service. */
export function problems(lines: string, top = '', around: Surroundings = {}): readonly string[] {
  return load(definition(lines, top), around).diagnostics.map(({ code, message }) => `${code}: ${message}`);
}
