import { resolve } from 'node:path';
import type { Diagnostic } from './diagnostic.ts';
import { positionAt } from './diagnostic.ts';
import { parseDotenv, parseRawEnv } from './dotenv.ts';
import type { Dotenv } from './dotenv.ts';
import type { Scope } from './interpolate.ts';

/** The files of variables beside a definition. Each is read when something first asks for it, and once. */
export interface EnvironmentFiles {
  /** A variable of the process, else of `.env` or what stands in its place; null where it is not set. */
  readonly variable: (name: string) => string | null;
  /** The variables of an env_file; null where there is no such file. `own` are those of the service itself. */
  readonly envFile: (path: string, format: string | null, own: ReadonlyMap<string, string>) => ReadonlyMap<string, string> | null;
}

export interface EnvironmentInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  /** null: `.env` beside the definition, where there is one. */
  readonly envFiles: readonly string[] | null;
  readonly readFile: (absolutePath: string) => string | null;
  readonly isParameter: (name: string) => boolean;
}

export interface Findings {
  readonly diagnostics: Diagnostic[];
  readonly sources: Map<string, string>;
}

function fromProcess(input: EnvironmentInput, name: string): string | null {
  return Object.hasOwn(input.environment, name) ? (input.environment[name] ?? null) : null;
}

export function environmentFiles(input: EnvironmentInput, findings: Findings): EnvironmentFiles {
  let dotenv: ReadonlyMap<string, string> | null = null;
  const variable = (name: string): string | null => {
    const own = fromProcess(input, name);
    if (own !== null) return own;
    dotenv ??= readDotenv(input, findings);
    return dotenv.get(name) ?? null;
  };
  return { variable, envFile: (path, format, own) => readEnvFile(input, findings, path, format, scopeOf(input, variable, own)) };
}

function scopeOf(input: EnvironmentInput, variable: (name: string) => string | null, own: ReadonlyMap<string, string>): Scope {
  return { isParameter: input.isParameter, variable: (name) => variable(name) ?? own.get(name) ?? null };
}

/** `.env`, or the files given in its place, of which later ones win. A name that begins with a digit is no variable. */
function readDotenv(input: EnvironmentInput, findings: Findings): ReadonlyMap<string, string> {
  const merged = new Map<string, string>();
  const scope: Scope = { isParameter: () => false, variable: (name) => fromProcess(input, name) ?? merged.get(name) ?? null };
  for (const file of input.envFiles ?? ['.env']) {
    const text = input.readFile(resolve(input.directory, file));
    if (text === null && input.envFiles !== null) missing(file, findings);
    if (text === null) continue;
    for (const [name, value] of note(parseDotenv(text, scope), file, text, findings)) if (!/^\d/.test(name)) merged.set(name, value);
  }
  return merged;
}

function missing(file: string, findings: Findings): void {
  const position = positionAt(file, '', 0, 0);
  findings.diagnostics.push({ code: 'env-file', severity: 'error', message: 'there is no such env file', path: [], position, hint: null });
}

function note(dotenv: Dotenv, file: string, text: string, findings: Findings): ReadonlyMap<string, string> {
  for (const { message, hint, offset, length, severity } of dotenv.problems) {
    findings.sources.set(file, text);
    findings.diagnostics.push({ code: 'env-file', severity, message, path: [], position: positionAt(file, text, offset, length), hint });
  }
  return dotenv.variables;
}

function readEnvFile(input: EnvironmentInput, findings: Findings, path: string, format: string | null, scope: Scope): ReadonlyMap<string, string> | null {
  const text = input.readFile(resolve(input.directory, path));
  if (text === null) return null;
  return note(format === 'raw' ? parseRawEnv(text, scope) : parseDotenv(text, scope), path, text, findings);
}
