/**
 * The normalised definition in comment lines at the end of a script, before its last command, so that `cash verify` can render it again. ASCII,
 * one line a top-level part and a service, so that a change of one service is the diff of one line.
 */
import { serviceJson } from '../model/json.ts';
import type { Project } from '../model/project.ts';
import { version } from '../version.ts';

const PREFIX = '# cash-definition: ';

/** What stands behind the definition: read from a pipe, Bash must not look for more. */
export const ENDING = '\nmain "$@"\nexit\n';

/** Without newlines. */
export function embed(project: Project): readonly string[] {
  const parts = Object.entries(project).flatMap(([key, value]): readonly string[] =>
    key === 'services' && project.services.length > 0 ? project.services.map((service) => `{"service":${serviceJson(service)}}`) : [JSON.stringify({ [key]: value as unknown })],
  );
  return ['# ── the definition, for cash verify ──', ...[JSON.stringify({ version }), ...parts].map((part) => PREFIX + ascii(part))];
}

export interface Embedded {
  readonly project: Project;
  /** Of the compiler that wrote the script. */
  readonly version: string;
}

/** The definition a script carries, or what is wrong with it, as half a sentence. */
export function extract(script: string): Embedded | { readonly error: string } {
  const lines = (script.endsWith(ENDING) ? script.slice(0, -ENDING.length) : script).replace(/\n$/, '').split('\n');
  const start = lines.findLastIndex((line) => !line.startsWith(PREFIX)) + 1;
  if (start === lines.length) return { error: 'carries no definition: cash did not write it, or its end is missing' };
  const parts = lines.slice(start).map((line) => parse(line.slice(PREFIX.length)));
  const damaged = parts.findIndex((part) => part === null);
  if (damaged >= 0) return { error: `carries a damaged definition in line ${start + damaged + 1}` };
  return assemble(parts.filter((part) => part !== null));
}

type Part = Readonly<Record<string, unknown>>;

/** The parts in their order, so that JSON of it is the same. Its shape is not checked further: verify compares bytes. */
function assemble(parts: readonly Part[]): ReturnType<typeof extract> {
  const found: Record<string, unknown> = {};
  const services: unknown[] = [];
  for (const { service, ...part } of parts) {
    if (service !== undefined) found.services = services;
    if (service !== undefined) services.push(service);
    Object.assign(found, part);
  }
  const { version: writer, ...project } = found;
  const missing = ['version', 'name', 'services', 'networks', 'volumes', 'host'].filter((key) => (found[key] ?? null) === null);
  if (missing.length > 0) return { error: `carries a definition without ${missing.join(', ')}` };
  return { project: project as unknown as Project, version: String(writer) };
}

function parse(text: string): Part | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON escapes for all but printable ASCII; JSON.stringify has escaped the controls below the space already. */
function ascii(json: string): string {
  if (Buffer.byteLength(json) === json.length && !json.includes('\x7f')) return json;
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
