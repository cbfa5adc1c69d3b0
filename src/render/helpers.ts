/** What templates can call. Everything else is decided before rendering. */
import type { Parameter } from '../model/project.ts';
import { describe, identifier, plainText, quote, quoteFirst, type Word } from './quote.ts';

export const helpers = { quote, quoteFirst, comment, name, namePart, integer, position, text, templateName, boolean, defined, each, naming };
export type Helpers = typeof helpers;

/** A value for a reader, in a comment: on its line, and without hidden characters. */
function comment(value: Word): string {
  return plainText(value);
}

/** A function's or variable's name, or the beginning of one. */
function name(value: unknown): string {
  return identifier(value);
}

/** The rest of a name that has begun: it may start with a digit, or be a number. */
function namePart(value: unknown): string {
  if (/^[A-Za-z0-9_]+$/.test(typeof value === 'string' || typeof value === 'number' ? String(value) : '')) return String(value);
  throw new Error(`not a part of a Bash identifier: ${describe(value)}`);
}

/** For arithmetic: digits, or the name of a parameter (which the script has checked to be an integer). */
function integer(value: Word): string {
  if (Array.isArray(value) && value.length === 1) {
    const [piece]: readonly (string | Parameter)[] = value;
    if (piece !== undefined && typeof piece !== 'string') return identifier(piece.parameter);
  }
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new Error(`not an integer: ${describe(value)}`);
}

/** After a `$`: one of the first nine arguments (`$10` would be `${1}0`). */
function position(value: unknown): string {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 9) return String(value);
  throw new Error(`not a position from 1 to 9: ${describe(value)}`);
}

/** For a heredoc with expansions: characters that would expand are escaped, a parameter is `${name}`. One line only. */
function text(value: Word): string {
  const pieces: readonly (string | Parameter)[] = Array.isArray(value) ? value : [String(value)];
  return pieces.map((piece) => (typeof piece === 'string' ? oneLine(piece) : `\${${identifier(piece.parameter)}}`)).join('');
}

function oneLine(literal: string): string {
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(literal)) throw new Error(`a control character in a heredoc: ${describe(literal)}`);
  return literal.replace(/[\\$`]/g, '\\$&');
}

function templateName(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`not the name of a template: ${describe(value)}`);
  return value;
}

function boolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error(`neither true nor false: ${describe(value)}`);
  return value;
}

/** A field of a context: what is missing is a bug. */
function defined(value: unknown, field: string): unknown {
  if (value === undefined) throw new Error(`"${field}" not defined`);
  return value;
}

function each(items: unknown, render: (item: unknown, index: number, count: number) => string, otherwise: () => string): string {
  if (!Array.isArray(items)) throw new Error(`not an array: ${describe(items)}`);
  if (items.length === 0) return otherwise();
  let rendered = '';
  for (let index = 0; index < items.length; index += 1) rendered += render(items[index], index, items.length);
  return rendered;
}

/** Text of a template itself, in which these functions stand, with spaces between. */
function naming(text: string, _names: string): string {
  return text;
}
