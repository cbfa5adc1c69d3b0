import { fail } from './context.ts';
import type { Context } from './context.ts';
import type { IssueCode, Path } from './issue.ts';
import { fieldOf } from './issue.ts';
import { isOpen, parameterNames, sample, soleParameter, fill, written } from './open.ts';
import type { Open, ParameterType, Text } from './project.ts';
import { suggestion } from './nearest.ts';
import { numberText, parseBytes, parseDuration } from './units.ts';

/** Readers of single values. Each reports what is wrong with a value and gives null for it; an absent value is null too. */

export type Scalar = string | number | boolean | null;
type Absent = null | undefined;

export function scalarText(value: string | number | boolean): Text {
  return typeof value === 'number' ? numberText(value) : String(value);
}

export function wrong(context: Context, path: Path, value: Text, expected: string, hint?: string, code: IssueCode = 'invalid-value'): null {
  const shown = written(value);
  const brief = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
  return fail(context, code, path, `\`${fieldOf(path)}\` must be ${expected}, not ${JSON.stringify(brief)}`, { hint });
}

/** Text that has to be known when the script is generated. */
export function closedText(context: Context, value: string | number | boolean | Absent, path: Path): string | null {
  if (value === null || value === undefined) return null;
  const text = scalarText(value);
  const [name] = parameterNames(text);
  if (name === undefined) return text;
  const message = `\`${fieldOf(path)}\` must be known when the script is generated: it cannot hold the parameter \`${name}\``;
  return fail(context, 'parameter-not-allowed', path, message, { excerpt: `\${${name}}`, hint: 'write the value itself' });
}

/** closedText of a form. */
export function closedPattern(context: Context, value: string | Absent, path: Path, form: RegExp, expected: string): string | null {
  const text = closedText(context, value, path);
  return text === null || form.test(text) ? text : wrong(context, path, text, expected);
}

export function oneOf<Word extends string>(context: Context, value: string | Absent, path: Path, words: readonly Word[]): Word | null {
  const text = closedText(context, value, path);
  if (text === null) return null;
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  return wrong(context, path, text, `one of ${words.map((word) => `\`${word}\``).join(', ')}`, suggestion(text, words)?.startsWith('did') === true ? suggestion(text, words) : undefined);
}

const trueWords = new Set(['true', 'y', 'yes', 'on']);
const falseWords = new Set(['false', 'n', 'no', 'off']);

export function flag(context: Context, value: boolean | string | Absent, path: Path): boolean | null {
  if (typeof value === 'boolean') return value;
  const text = closedText(context, value, path);
  if (text === null) return null;
  if (trueWords.has(text.toLowerCase())) return true;
  return falseWords.has(text.toLowerCase()) ? false : wrong(context, path, text, '`true` or `false`');
}

/** Text that may hold parameters of the given types, and matches `form` with values of them put in. */
export function patternText(
  context: Context,
  value: string | Absent,
  path: Path,
  form: RegExp,
  expected: string,
  types: readonly ParameterType['type'][] = ['name', 'integer'],
): Text | null {
  if (value === null || value === undefined) return null;
  if (!isOpen(value)) return form.test(value) ? value : wrong(context, path, value, expected);
  if (!parametersAre(context, value, path, types)) return null;
  return form.test(filled(context, value)) ? value : wrong(context, path, value, expected);
}

function filled(context: Context, value: Text): string {
  return fill(value, (name) => {
    const declaration = context.parameters.get(name);
    return (declaration === undefined ? null : sample(declaration)) ?? 'x';
  });
}

export function parametersAre(context: Context, value: Text, path: Path, types: readonly ParameterType['type'][]): boolean {
  for (const name of parameterNames(value)) {
    const type = context.parameters.get(name)?.type;
    if (type === undefined || types.includes(type)) continue;
    const message = `the parameter \`${name}\` is of type ${type}; \`${fieldOf(path)}\` takes ${types.join(' or ')}`;
    fail(context, 'parameter-type', path, message, { excerpt: `\${${name}}` });
    return false;
  }
  return true;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const anySize: Range = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** A number that may be a parameter, of a type whose values are all in the range. */
function openNumber(context: Context, value: string, path: Path, type: 'integer' | 'bytes', range: Range): Open<number> | null {
  const name = soleParameter(value);
  if (name === null) {
    return fail(context, 'parameter-not-allowed', path, `\`${fieldOf(path)}\` takes one parameter alone, or a number`);
  }
  const declaration = context.parameters.get(name);
  if (declaration === undefined) return { parameter: name };
  const fits = declaration.type === type || (type === 'bytes' && declaration.type === 'integer');
  if (!fits) {
    parametersAre(context, value, path, type === 'bytes' ? ['bytes', 'integer'] : ['integer']);
    return null;
  }
  if ('min' in declaration && (declaration.min < range.min || declaration.max > range.max)) {
    const message = `\`${fieldOf(path)}\` takes ${range.min} to ${range.max}, the parameter \`${name}\` ${declaration.min} to ${declaration.max}`;
    return fail(context, 'parameter-type', path, message, { hint: `declare \`${name}\` with min: ${range.min}, max: ${range.max}, or closer bounds` });
  }
  return { parameter: name };
}

export function closedInteger(context: Context, value: string | number | Absent, path: Path, range: Range): number | null {
  const text = closedText(context, value, path);
  if (text === null) return null;
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (number >= range.min && number <= range.max) return number;
  return wrong(context, path, text, `a whole number from ${range.min} to ${range.max}`);
}

export function integer(context: Context, value: string | number | Absent, path: Path, range: Range): Open<number> | null {
  if (typeof value === 'string' && isOpen(value)) return openNumber(context, value, path, 'integer', range);
  return closedInteger(context, value, path, range);
}

/** Bytes; `range` is in bytes too. */
export function bytes(context: Context, value: string | number | Absent, path: Path, range: Range): Open<number> | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' && isOpen(value)) return openNumber(context, value, path, 'bytes', range);
  const text = scalarText(value);
  const amount = text === '-1' ? -1 : parseBytes(text);
  if (amount !== null && amount >= range.min && amount <= range.max) return amount;
  if (amount !== null) return wrong(context, path, text, `at least ${range.min} bytes`);
  return wrong(context, path, text, 'a size such as `512m` (units b, k, m, g)');
}

/** Milliseconds. */
export function duration(context: Context, value: string | Absent, path: Path): number | null {
  const text = closedText(context, value, path);
  if (text === null) return null;
  const hint = /^\d+$/.test(text) ? `add a unit: \`${text}s\`` : undefined;
  return parseDuration(text) ?? wrong(context, path, text, 'a duration such as `10s` or `1m30s`', hint);
}
