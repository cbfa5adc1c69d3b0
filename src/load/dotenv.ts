import { interpolate } from './interpolate.ts';
import type { Finding, Scope } from './interpolate.ts';
import { placeOf } from './issues.ts';

/** Files of environment variables, as Compose reads them (compose-go, package dotenv). */

export interface DotenvProblem {
  readonly message: string;
  readonly hint: string | null;
  readonly offset: number;
  readonly length: number;
  readonly severity: 'error' | 'warning';
}

export interface Dotenv {
  readonly variables: ReadonlyMap<string, string>;
  readonly problems: readonly DotenvProblem[];
}

interface Reading {
  readonly text: string;
  readonly scope: Scope;
  readonly variables: Map<string, string>;
  readonly problems: DotenvProblem[];
}

const gap = /(?:\s+|#[^\n]*)*/y;
const keyPart = /(?:export[^\S\n]+)?([^\n=:]*?)[^\S\n]*(=|:|\n|$)[^\S\n]*/y;
const keyForm = /^[\p{L}\p{N}_.\-[\]]+$/u;

/** `scope` gives the values of the environment, which win over those of the file itself in interpolation. */
export function parseDotenv(source: string, scope: Scope): Dotenv {
  const text = source.startsWith('\ufeff') ? ` ${source.slice(1)}` : source;
  const reading: Reading = { text, scope, variables: new Map(), problems: [] };
  for (let at = skip(gap, text, 0); at < text.length; at = skip(gap, text, at)) at = statement(reading, at);
  return reading;
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}

function problem(reading: Reading, offset: number, length: number, message: string, hint: string | null = null, severity: 'error' | 'warning' = 'error'): void {
  reading.problems.push({ message, hint, offset, length, severity });
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Reads the statement at `start`; gives where the next one may begin. */
function statement(reading: Reading, start: number): number {
  keyPart.lastIndex = start;
  const match = keyPart.exec(reading.text);
  const key = match?.[1] ?? '';
  const after = start + (match?.[0].length ?? 0);
  if (!keyForm.test(key)) {
    const end = lineEnd(reading.text, start);
    problem(reading, start, end - start, 'this is no name of a variable', 'write `NAME=value`');
    return end;
  }
  if (match?.[2] !== '=' && match?.[2] !== ':') {
    const inherited = reading.scope.variable(key);
    if (inherited !== null) reading.variables.set(key, inherited);
    return after;
  }
  const quote = reading.text[after];
  return quote === '"' || quote === "'" ? quoted(reading, key, after, quote) : unquoted(reading, key, after);
}

function assign(reading: Reading, key: string, value: string, offset: number): void {
  if (!value.includes('\0')) reading.variables.set(key, value);
  else problem(reading, offset, 1, `the value of \`${key}\` has a NUL character`);
}

function unquoted(reading: Reading, key: string, start: number): number {
  const end = lineEnd(reading.text, start);
  const line = reading.text.slice(start, end);
  const comment = line.indexOf(' #');
  const value = (comment === -1 ? line : line.slice(0, comment)).trimEnd();
  if (value.includes('\0')) assign(reading, key, value, start);
  else reading.variables.set(key, expand(reading, value, start));
  return end;
}

function quoted(reading: Reading, key: string, start: number, quote: string): number {
  let value = '';
  for (let index = start + 1; index < reading.text.length; index += 1) {
    const character = reading.text.charAt(index);
    if (character === quote) {
      assign(reading, key, quote === '"' && !value.includes('\0') ? expand(reading, unescape(value), start) : value, start);
      return index + 1;
    }
    if (character === '\\') {
      index += 1;
      const next = reading.text.charAt(index);
      value += next === quote ? next : `\\${next}`;
    } else {
      value += character;
    }
  }
  problem(reading, start, lineEnd(reading.text, start) - start, 'the quote is not closed');
  return reading.text.length;
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '"': '"', '\\': '\\', $: '$$',
};

function unescape(value: string): string {
  return value.replace(/\\(?:([abcfnrtv$"\\])|0([0-7]{3}))/g, (found, letter: string | undefined, octal: string | undefined) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
    return (letter === undefined ? undefined : escapes[letter]) ?? found;
  });
}

function expand(reading: Reading, value: string, offset: number): string {
  const scope: Scope = {
    isParameter: reading.scope.isParameter,
    variable: (name) => reading.scope.variable(name) ?? reading.variables.get(name) ?? null,
  };
  return interpolate(value, scope, (finding: Finding) => {
    const at = offset + Math.max(0, placeOf(finding.excerpt, value.slice(0, finding.offset), reading.text.slice(offset)));
    problem(reading, at, finding.excerpt.length, finding.message, finding.hint, finding.kind === 'unset' ? 'warning' : 'error');
  });
}

/** `format: raw`: lines of KEY=VALUE, taken as they stand; `#` at the start of a line is a comment. */
export function parseRawEnv(text: string, scope: Scope): Dotenv {
  const reading: Reading = { text, scope, variables: new Map(), problems: [] };
  let offset = 0;
  for (const line of text.replace(/^\ufeff/, ' ').split('\n')) {
    const content = line.trimStart();
    rawLine(reading, content.replace(/\r$/, ''), offset + line.length - content.length);
    offset += line.length + 1;
  }
  return reading;
}

function rawLine(reading: Reading, line: string, offset: number): void {
  if (line === '' || line.startsWith('#')) return;
  const equals = line.indexOf('=');
  const key = equals === -1 ? line.trimEnd() : line.slice(0, equals);
  if (!/^[^\s\0]+$/.test(key)) {
    problem(reading, offset, line.length, 'this is no name of a variable', 'write `NAME=value`');
  } else if (equals !== -1) {
    assign(reading, key, line.slice(equals + 1), offset);
  } else {
    const inherited = reading.scope.variable(key);
    if (inherited !== null) reading.variables.set(key, inherited);
  }
}
