import { parameterMark } from '../model/open.ts';

/** Interpolation of the Compose Specification: `$VAR ${VAR} ${VAR:-d} ${VAR-d} ${VAR:?m} ${VAR?m} ${VAR:+r} ${VAR+r} $$`. */

export interface Scope {
  readonly variable: (name: string) => string | null;
  /** Names that stay open until run time; they become NUL NAME NUL. */
  readonly isParameter: (name: string) => boolean;
}

export interface Finding {
  readonly kind: 'unset' | 'required' | 'syntax' | 'parameter';
  readonly message: string;
  readonly hint: string | null;
  /** The expression, as it is written. */
  readonly excerpt: string;
  /** Where in the text it begins. */
  readonly offset: number;
}

interface Work {
  readonly scope: Scope;
  readonly report: (finding: Finding) => void;
  readonly depth: number;
  /** Where in the whole text the reference, or the default, begins that is looked at. */
  readonly from: number;
}

const name = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const deepest = 50;

export function interpolate(text: string, scope: Scope, report: (finding: Finding) => void): string {
  return text.includes('$') ? expand(text, { scope, report, depth: 0, from: 0 }) : text;
}

/** The text that interpolates to the given one. */
export function escapeInterpolation(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function expand(text: string, work: Work): string {
  let result = '';
  let from = 0;
  for (let dollar = text.indexOf('$'); dollar !== -1; dollar = text.indexOf('$', from)) {
    result += text.slice(from, dollar);
    const [value, end] = reference(text, dollar, { ...work, from: work.from + dollar });
    result += value;
    from = end;
  }
  return result + text.slice(from);
}

/** The value of the reference that begins at `dollar`, and where it ends. A dollar before anything else is itself. */
function reference(text: string, dollar: number, work: Work): readonly [string, number] {
  const next = text[dollar + 1];
  if (next === '$') return ['$', dollar + 2];
  if (next === '{') return braced(text, dollar, work);
  const found = nameAt(text, dollar + 1);
  if (found === '') return ['$', dollar + 1];
  return [plain(found, `$${found}`, work), dollar + 1 + found.length];
}

function nameAt(text: string, index: number): string {
  name.lastIndex = index;
  return name.exec(text)?.[0] ?? '';
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '{') depth += 1;
    else if (character === '}' && (depth -= 1) === 0) return index;
  }
  return -1;
}

function braced(text: string, dollar: number, work: Work): readonly [string, number] {
  const end = closingBrace(text, dollar + 2);
  if (end === -1) return syntax(text.slice(dollar), text.length, 'the brace of `${` is not closed', work);
  const written = text.slice(dollar, end + 1);
  const found = nameAt(text, dollar + 2);
  const rest = text.slice(dollar + 2 + found.length, end);
  const operator = /^:?[-?+]/.exec(rest)?.[0] ?? '';
  if (found === '' || (operator === '' && rest !== '')) return syntax(written, end + 1, 'this is no interpolation that Compose knows', work);
  if (work.depth >= deepest) return syntax(written, end + 1, 'the defaults are nested too deeply', work);
  return [operator === '' ? plain(found, written, work) : withOperator(found, operator, rest.slice(operator.length), written, work), end + 1];
}

function syntax(excerpt: string, end: number, message: string, work: Work): readonly [string, number] {
  const hint = 'write `${NAME}`, `${NAME:-default}`, `${NAME:?message}` or `${NAME:+replacement}`; a literal dollar is `$$`';
  work.report({ kind: 'syntax', message, hint, excerpt, offset: work.from });
  return ['', end];
}

function plain(variable: string, excerpt: string, work: Work): string {
  if (work.scope.isParameter(variable)) return parameterMark + variable + parameterMark;
  const value = work.scope.variable(variable);
  if (value !== null) return value;
  const hint = `set it, or write \`\${${variable}:-default}\``;
  work.report({ kind: 'unset', message: `the variable \`${variable}\` is not set, it is taken as empty`, hint, excerpt, offset: work.from });
  return '';
}

function withOperator(variable: string, operator: string, word: string, excerpt: string, work: Work): string {
  if (work.scope.isParameter(variable)) {
    const message = `\`${variable}\` is a parameter: its value is not known yet, so \`${operator}\` cannot be decided`;
    work.report({ kind: 'parameter', message, hint: `write \`\${${variable}}\`; its default goes into x-cash.parameters`, excerpt, offset: work.from });
    return '';
  }
  const value = work.scope.variable(variable);
  const counts = value !== null && (value !== '' || !operator.startsWith(':'));
  const deeper: Work = { ...work, depth: work.depth + 1, from: work.from + excerpt.length - 1 - word.length };
  if (operator.endsWith('+')) return counts ? expand(word, deeper) : '';
  if (counts) return value;
  if (operator.endsWith('-')) return expand(word, deeper);
  const why = expand(word, deeper);
  work.report({ kind: 'required', message: `the variable \`${variable}\` is required${why === '' ? '' : `: ${why}`}`, hint: `set \`${variable}\` in the environment or in .env`, excerpt, offset: work.from });
  return '';
}
