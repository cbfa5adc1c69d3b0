import { plainScalar } from './scalar.ts';

/** Scalars and flow collections on one line, for quickYaml; null: not plainly of that form. */
export interface Read {
  readonly value: unknown;
  readonly end: number;
}

const quoted = /"([^"\\]*)"|'([^']*)'(?!')/y;
const plainBlock = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?![ ]|$))(?:[^ :#]|:(?! |$)|#| +(?![ #])|$)*/y;
const plainFlow = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?![ ,[\]{}]|$))(?:[^ :#,[\]{}]|:(?![ ,[\]{}]|$)|#| +(?![ #,[\]{}]))*/y;

/** A scalar that begins at `start`: quoted without escapes, or plain. */
export function scalarEnd(text: string, start: number, inFlow: boolean): Read | null {
  const first = text.charCodeAt(start);
  if (first === 34 || first === 39) {
    quoted.lastIndex = start;
    const match = quoted.exec(text);
    return match === null ? null : { value: match[1] ?? match[2] ?? '', end: quoted.lastIndex };
  }
  const form = inFlow ? plainFlow : plainBlock;
  form.lastIndex = start;
  const match = form.exec(text);
  if (match === null) return null;
  return { value: plainScalar(match[0].trimEnd()), end: start + match[0].trimEnd().length };
}

const deepest = 20;
const flowKey = /([A-Za-z_][A-Za-z0-9_.-]*): */y;

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === 32) at += 1;
  return at;
}

/** `[…]` or `{…}` that begins at `start` and ends on the line. */
export function flowValue(text: string, start: number, depth: number): Read | null {
  if (depth > deepest) return null;
  const first = text.charCodeAt(start);
  if (first === 91) return flowSequence(text, start + 1, depth);
  if (first === 123) return flowMapping(text, start + 1, depth);
  return scalarEnd(text, start, true);
}

/** Where the next member begins: after a comma; or the end of the collection. null: neither. */
function separator(text: string, start: number, close: number): { readonly next: number; readonly closed: boolean } | null {
  const at = skipBlanks(text, start);
  const character = text.charCodeAt(at);
  if (character === close) return { next: at + 1, closed: true };
  return character === 44 ? { next: skipBlanks(text, at + 1), closed: false } : null;
}

function flowSequence(text: string, start: number, depth: number): Read | null {
  const value: unknown[] = [];
  let at = skipBlanks(text, start);
  if (text.charCodeAt(at) === 93) return { value, end: at + 1 };
  for (;;) {
    const member = flowValue(text, at, depth + 1);
    const after = member === null ? null : separator(text, member.end, 93);
    if (member === null || after === null) return null;
    value.push(member.value);
    if (after.closed) return { value, end: after.next };
    at = after.next;
  }
}

function flowMapping(text: string, start: number, depth: number): Read | null {
  const value: Record<string, unknown> = {};
  let at = skipBlanks(text, start);
  if (text.charCodeAt(at) === 125) return { value, end: at + 1 };
  for (;;) {
    flowKey.lastIndex = at;
    const key = flowKey.exec(text)?.[1];
    if (key === undefined || key === '__proto__' || Object.hasOwn(value, key) || typeof plainScalar(key) !== 'string') return null;
    const member = flowMember(text, at + key.length + 1, depth);
    const after = member === null ? null : separator(text, member.end, 125);
    if (member === null || after === null) return null;
    value[key] = member.value;
    if (after.closed) return { value, end: after.next };
    at = after.next;
  }
}

/** The value after `key:`; empty before a comma or the end. A value has to be apart from the colon. */
function flowMember(text: string, colonEnd: number, depth: number): Read | null {
  const at = skipBlanks(text, colonEnd);
  const character = text.charCodeAt(at);
  if (character === 44 || character === 125) return { value: null, end: at };
  return at === colonEnd ? null : flowValue(text, at, depth + 1);
}
