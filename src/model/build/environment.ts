import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { Text } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedText, flag, oneOf, scalarText } from '../values.ts';
import type { Scalar } from '../values.ts';

type MapOrList = Readonly<Record<string, Scalar>> | readonly string[] | null | undefined;

/** Name, value, and where it stands; a null value is to be looked up. */
export type Pair = readonly [name: string, value: Text | null, path: Path];

/** The two forms of a mapping: `KEY: VALUE` and `- KEY=VALUE`. */
export function pairs(context: Context, value: MapOrList, path: Path): readonly Pair[] {
  if (value === null || value === undefined) return [];
  const all = isList(value)
    ? value.map((line, index) => fromLine(line, child(path, index)))
    : Object.entries(value).map(([name, one]) => [name, one === null ? null : scalarText(one), child(path, name)] as const);
  return all.filter(([name, , at]) => checkName(context, name, at));
}

function isList(value: Readonly<Record<string, Scalar>> | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}

function fromLine(line: string, path: Path): Pair {
  const equals = line.indexOf('=');
  return equals === -1 ? [line, null, path] : [line.slice(0, equals), line.slice(equals + 1), path];
}

function checkName(context: Context, name: string, path: Path): boolean {
  if (name === '' || name.includes('=')) {
    fail(context, 'invalid-value', path, 'a name must not be empty, and has no `=` in it', { hint: 'write `KEY=VALUE`' });
    return false;
  }
  return closedText(context, name, path) !== null;
}

/** Labels: a name without a value has the empty one. */
export function buildLabels(context: Context, value: MapOrList, path: Path): readonly (readonly [string, Text])[] {
  return [...new Map(pairs(context, value, path).map(([name, text]) => [name, text ?? '']))];
}

/** A name without a value takes the one of the generating environment, and is dropped where there is none. */
export function resolvePairs(context: Context, list: readonly Pair[]): ReadonlyMap<string, Text> {
  const resolved = new Map<string, Text>();
  for (const [name, text] of list) {
    const value = text ?? context.variable(name);
    if (value === null) resolved.delete(name);
    else resolved.set(name, value);
  }
  return resolved;
}

export function buildEnvironment(context: Context, input: ServiceInput, path: Path): readonly (readonly [string, Text])[] {
  const written = pairs(context, input.environment, child(path, 'environment'));
  const own = resolvePairs(context, written);
  const merged = new Map<string, Text>();
  for (const file of envFiles(context, input.env_file, child(path, 'env_file'))) {
    for (const [name, value] of readEnvFile(context, file, own)) merged.set(name, value);
  }
  for (const [name] of written) if (!own.has(name)) merged.delete(name);
  for (const [name, value] of own) merged.set(name, value);
  return [...merged];
}

interface EnvFile {
  readonly path: string;
  readonly required: boolean;
  readonly format: 'raw' | null;
  readonly at: Path;
}

function envFiles(context: Context, value: ServiceInput['env_file'], path: Path): readonly EnvFile[] {
  if (value === null || value === undefined) return [];
  const list = typeof value === 'string' ? [[value, path] as const] : value.map((one, index) => [one, child(path, index)] as const);
  return list.flatMap(([one, at]) => {
    const long = typeof one === 'string' ? { path: one } : one;
    const file = closedText(context, long.path, at);
    const format = oneOf(context, long.format, child(at, 'format'), ['raw']);
    return file === null ? [] : [{ path: file, required: flag(context, long.required, child(at, 'required')) ?? true, format, at }];
  });
}

function readEnvFile(context: Context, file: EnvFile, own: ReadonlyMap<string, Text>): ReadonlyMap<string, Text> {
  const variables = context.envFile(file.path, file.format, own);
  if (variables !== null) return variables;
  if (file.required) {
    const hint = 'with `{path: …, required: false}` it may be missing';
    fail(context, 'env-file', file.at, `there is no env file \`${file.path}\``, { hint });
  }
  return new Map();
}
