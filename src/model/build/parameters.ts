import { fail } from '../context.ts';
import { child, issue } from '../issue.ts';
import type { Path, Report } from '../issue.ts';
import type { ParameterDeclaration, ParameterType } from '../project.ts';
import type { ParameterInput } from '../schema/compose.ts';
import { closedInteger, closedText, bytes, scalarText, wrong } from '../values.ts';
import type { Context } from '../context.ts';
import { anchored, matches } from '../ere.ts';
import { parseAddress } from '../ipv4.ts';
import { parseBytes } from '../units.ts';

const nameForm = /^[a-z][a-z0-9_]*$/;
const reserved = new Set(['container', 'rootfs', 'command']);
const section: Path = child(child(null, 'x-cash'), 'parameters');

/** Values of the type `name`: a word that is safe as a file name and as an argument. */
export const nameValue = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

function checkName(report: Report, name: string, path: Path): boolean {
  if (!nameForm.test(name)) {
    report(issue('invalid-value', path, `the name of a parameter is lower-case letters, digits and _, not \`${name}\``, { at: 'key' }));
  } else if (reserved.has(name) || name.startsWith('cash_')) {
    const hint = 'choose another name';
    report(issue('invalid-value', path, `\`${name}\` is a name the script uses itself`, { at: 'key', hint }));
  } else {
    return true;
  }
  return false;
}

export function buildParameters(
  context: Context,
  input: Readonly<Record<string, ParameterInput>>,
): readonly (readonly [string, ParameterDeclaration])[] {
  return Object.entries(input).flatMap(([name, declaration]) => {
    const path = child(section, name);
    const named = checkName(context.report, name, path);
    const built = buildParameter(context, declaration, path);
    return built === null || !named ? [] : [[name, built] as const];
  });
}

type LongInput = Exclude<ParameterInput, string>;

function buildParameter(context: Context, input: ParameterInput, path: Path): ParameterDeclaration | null {
  const long: LongInput = typeof input === 'string' ? { type: input } : input;
  const type = buildType(context, long, path);
  if (type === null) return null;
  const text = long.default === undefined ? null : closedText(context, long.default, child(path, 'default'));
  return {
    ...type,
    default: text === null ? null : checkDefault(context, type, text, child(path, 'default')),
    description: closedText(context, long.description, child(path, 'description')),
  };
}

function buildType(context: Context, input: LongInput, path: Path): ParameterType | null {
  refuseForeign(context, input, path);
  switch (input.type) {
    case 'name':
    case 'ipv4':
    case 'path':
      return { type: input.type };
    case 'integer':
      return bounds(context, path, 'integer', integerBound(context, input.min, child(path, 'min'), 0), integerBound(context, input.max, child(path, 'max'), 2 ** 31 - 1));
    case 'bytes':
      return bounds(context, path, 'bytes', byteBound(context, input.min, child(path, 'min'), 0), byteBound(context, input.max, child(path, 'max'), Number.MAX_SAFE_INTEGER));
    case 'string':
      return stringType(context, input, path);
  }
}

/** min and max are for numbers, pattern for strings. */
function refuseForeign(context: Context, input: LongInput, path: Path): void {
  const numeric = input.type === 'integer' || input.type === 'bytes';
  const foreign = numeric ? (['pattern'] as const) : input.type === 'string' ? (['min', 'max'] as const) : (['min', 'max', 'pattern'] as const);
  for (const key of foreign) {
    if (input[key] === undefined) continue;
    fail(context, 'conflict', child(path, key), `a parameter of type ${input.type} has no \`${key}\``, { at: 'key' });
  }
}

function integerBound(context: Context, value: string | number | undefined, path: Path, otherwise: number): number {
  const limit = Number.MAX_SAFE_INTEGER;
  return closedInteger(context, value, path, { min: -limit, max: limit }) ?? otherwise;
}

function byteBound(context: Context, value: string | number | undefined, path: Path, otherwise: number): number {
  const bound = bytes(context, value, path, { min: 0, max: Number.MAX_SAFE_INTEGER });
  return typeof bound === 'number' ? bound : otherwise;
}

function bounds(context: Context, path: Path, type: 'integer' | 'bytes', min: number, max: number): ParameterType | null {
  if (min <= max) return { type, min, max };
  return fail(context, 'invalid-value', path, `min (${min}) is greater than max (${max})`);
}

function stringType(context: Context, input: LongInput, path: Path): ParameterType | null {
  const at = child(path, 'pattern');
  const pattern = closedText(context, input.pattern, at);
  if (pattern === null) {
    if (input.pattern !== undefined) return null;
    const hint = 'give it one, such as `pattern: ^[a-z0-9]+$`';
    return fail(context, 'missing-key', path, 'a parameter of type string needs a `pattern`', { at: 'key', hint });
  }
  const problem = anchored(pattern);
  return problem === null ? { type: 'string', pattern } : wrong(context, at, pattern, problem.expected, problem.hint);
}

function checkDefault(context: Context, type: ParameterType, text: string, path: Path): string | null {
  switch (type.type) {
    case 'name':
      return nameValue.test(text) ? text : wrong(context, path, text, 'a name: letters, digits, `_`, `.` and `-`');
    case 'ipv4':
      return parseAddress(text) !== null ? text : wrong(context, path, text, 'an IPv4 address');
    case 'path':
      return /^\/[^\0\n]*$/.test(text) ? text : wrong(context, path, text, 'an absolute path');
    case 'string':
      return matches(type.pattern, text) ? text : wrong(context, path, text, `text that matches ${type.pattern}`);
    case 'integer':
      return inBounds(context, type, /^[+-]?\d+$/.test(text) ? Number(text) : null, text, path);
    case 'bytes':
      return inBounds(context, type, parseBytes(text), text, path);
  }
}

function inBounds(context: Context, type: { min: number; max: number; type: string }, value: number | null, text: string, path: Path): string | null {
  if (value !== null && value >= type.min && value <= type.max) return scalarText(value);
  return wrong(context, path, text, `${type.type === 'bytes' ? 'a size' : 'a whole number'} from ${type.min} to ${type.max}`);
}
