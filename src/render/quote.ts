/**
 * Shell quoting: from a value to the Bash source that means exactly that value, the way a careful human would write it.
 * Source: bash(1), QUOTING. Everything here holds under LC_ALL=C too, so escapes are bytes (`\xe2\x80\xae`, not `\u202e`).
 */
import type { Parameter, Text } from '../model/project.ts';

export type Piece = string | Parameter;
export type Word = string | number | boolean | readonly Piece[];

/** A model value as a word: `\0NAME\0` in a text, and `{parameter}` in place of a number, become parameters. */
export function toWord(value: Text | number | Parameter): Word {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return [value];
  if (!value.includes('\0')) return value;
  const parts = value.split('\0');
  if (parts.length % 2 === 0) throw new Error(`a NUL without its partner in ${JSON.stringify(value)}`);
  return parts
    .map((part, index): Piece => (index % 2 === 1 ? { parameter: part } : part))
    .filter((piece) => piece !== '');
}

/** Bash source of one word. Throws on NUL, a number that is not finite, a parameter that is no identifier: all bugs. */
export function quote(word: Word): string {
  if (typeof word === 'string') return quoteText(word);
  if (typeof word === 'number') return finite(word);
  if (typeof word === 'boolean') return String(word);
  if (Array.isArray(word)) return quotePieces(word);
  throw new Error(`not a word: ${describe(word)}`);
}

/**
 * The same for the first word of a command, or a pattern: what would be an assignment or a reserved word there is
 * quoted too.
 */
export function quoteFirst(word: Word): string {
  const quoted = quote(word);
  return quoted.includes('=') && BARE.test(quoted) ? `'${quoted}'` : RESERVED.has(quoted) ? `'${quoted}'` : quoted;
}

/** For messages: what a value is, in few words. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return `${typeof value} ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
}

/** `=` first is a command's path in zsh, and scripts are pasted anywhere; `~` would be a home directory. */
const BARE = /^(?!=)[A-Za-z0-9_./:,=+@%-]+$/;
const RESERVED = new Set(
  'case coproc do done elif else esac fi for function if in select then time until while'.split(' '),
);
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Characters that span lines, move the cursor, or do not show as what they are: controls, format characters (bidi,
 * zero width), separators other than the space, blank letters, lone surrogates.
 */
export const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
/** Most values: told apart fast, without the tables of Unicode. */
const PRINTABLE_ASCII = /^[ -~]*$/;
const HIDDEN_RUN = new RegExp(`((?:${HIDDEN.source})+)`, 'u');

function isHidden(text: string): boolean {
  return !PRINTABLE_ASCII.test(text) && HIDDEN.test(text);
}

function quoteText(text: string): string {
  if (BARE.test(text)) return text;
  if (isHidden(text)) return `$'${escapeAnsi(text)}'`;
  if (!text.includes("'")) return `'${text}'`;
  if (!/[$`"\\!]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function finite(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`not a finite number: ${value}`);
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '') : text;
}

function quotePieces(pieces: readonly Piece[]): string {
  const odd = pieces.some((piece, index) => typeof piece === 'string' && (piece === '' || typeof pieces[index - 1] === 'string' || isHidden(piece)));
  const merged = odd ? merge(pieces) : pieces;
  if (merged.every((piece) => typeof piece === 'string')) return quoteText(merged.join(''));
  let source = '';
  let open = '';
  merged.forEach((piece, index) => {
    if (typeof piece !== 'string') {
      open += reference(piece, merged[index + 1]);
    } else if (merged !== pieces && isHidden(piece)) {
      source += open === '' ? '' : `"${open}"`;
      source += `$'${escapeAnsi(piece)}'`;
      open = '';
    } else {
      open += piece.replace(/[\\$`"]/g, '\\$&');
    }
  });
  return source + (open === '' ? '' : `"${open}"`);
}

/** Neighbouring strings joined, then cut where hidden characters begin and end; no empty strings. */
function merge(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined
    .flatMap((piece): readonly Piece[] => (typeof piece === 'string' && isHidden(piece) ? piece.split(HIDDEN_RUN) : [piece]))
    .filter((piece) => piece !== '');
}

function reference(piece: Parameter, next: Piece | undefined): string {
  const name = identifier(piece.parameter);
  const glued = typeof next === 'string' && !isHidden(next) && /^[A-Za-z0-9_[\u0080-\uffff]/.test(next);
  return glued ? `\${${name}}` : `$${name}`;
}

/** For people, in a comment: the value on one line, hidden characters as escapes, a parameter as `$name`. */
export function plainText(word: Word): string {
  if (typeof word !== 'string' && !Array.isArray(word)) return quote(word);
  const pieces: readonly Piece[] = typeof word === 'string' ? [word] : word;
  return pieces
    .map((piece) => (typeof piece === 'string' ? escapeHidden(piece) : `$${identifier(piece.parameter)}`))
    .join('');
}

function escapeHidden(text: string): string {
  if (!isHidden(text)) return text;
  return Array.from(text, (character) =>
    HIDDEN.test(character) ? (NAMED[character] ?? escapeBytes(character)) : character,
  ).join('');
}

/** A name as Bash takes it for variables and functions; throws otherwise. */
export function identifier(name: unknown): string {
  if (typeof name !== 'string' || !IDENTIFIER.test(name)) throw new Error(`not a Bash identifier: ${describe(name)}`);
  return name;
}

const NAMED: Readonly<Record<string, string>> = {
  '\x07': '\\a', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f', '\r': '\\r', '\x1b': '\\e',
  "'": "\\'", '\\': '\\\\',
};

/** The inside of `$'…'`. */
function escapeAnsi(text: string): string {
  let escaped = '';
  for (const character of text) {
    const named = NAMED[character];
    if (character === '\0') throw new Error('NUL in a shell word');
    escaped += named ?? (HIDDEN.test(character) ? escapeBytes(character) : character);
  }
  return escaped;
}

/** UTF-8 bytes; a lone surrogate, which has none, as the three bytes it would have. */
function escapeBytes(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const bytes =
    code >= 0xd800 && code <= 0xdfff
      ? [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]
      : new TextEncoder().encode(character);
  return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
