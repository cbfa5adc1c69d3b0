import { plainScalar } from './scalar.ts';
import { flowValue, scalarEnd } from './quick-scalar.ts';

/**
 * Reads the YAML that most definitions consist of (block mappings and sequences of scalars and flow collections on one line),
 * an order of magnitude faster than the full parser, which is what the compiler spends most of its time in. Whatever is
 * not plainly of that form, an error above all, is left to the full parser: undefined.
 */
export function quickYaml(text: string): unknown {
  if (unusual.test(text)) return undefined;
  const state: State = { lines: contentLines(text), at: 0, unsure: false };
  const first = state.lines[0];
  if (first === undefined || first.indent !== 0 || isItem(first.text)) return undefined;
  const value = mapping(state, 0, 0);
  return state.unsure || state.at < state.lines.length ? undefined : value;
}

/** Tabs, control characters, other line breaks than \n, document markers, directives. */
const unusual = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\uffef]|^(?:---|\.\.\.|%)/m;

interface Line {
  readonly indent: number;
  /** Without indentation. */
  readonly text: string;
}

interface State {
  readonly lines: readonly Line[];
  at: number;
  unsure: boolean;
}

function contentLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    let indent = start;
    while (text.charCodeAt(indent) === 32) indent += 1;
    if (indent < end && text.charCodeAt(indent) !== 35) lines.push({ indent: indent - start, text: text.slice(indent, end) });
    start = end + 1;
  }
  return lines;
}

function give(state: State): null {
  state.unsure = true;
  return null;
}

function isItem(text: string): boolean {
  return text.charCodeAt(0) === 45 && (text.length === 1 || text.charCodeAt(1) === 32);
}

const keyForm = /^([A-Za-z_][A-Za-z0-9_.-]*):(?: +|$)/;
const deepest = 40;

/** The entries at one indentation, from the current line on. */
function mapping(state: State, indent: number, depth: number): Record<string, unknown> | null {
  if (depth > deepest) return give(state);
  const result: Record<string, unknown> = {};
  for (let line = state.lines[state.at]; line !== undefined && line.indent >= indent; line = state.lines[state.at]) {
    if (line.indent > indent) return give(state);
    state.at += 1;
    entry(state, result, line.text, indent, depth);
    if (state.unsure) return null;
  }
  return result;
}

/** One `key: value`; what follows on deeper lines belongs to it. */
function entry(state: State, result: Record<string, unknown>, text: string, indent: number, depth: number): void {
  const match = keyForm.exec(text);
  const key = match?.[1];
  if (match === null || key === undefined || key === '__proto__' || Object.hasOwn(result, key) || typeof plainScalar(key) !== 'string') {
    give(state);
    return;
  }
  const rest = text.slice(match[0].length);
  result[key] = rest === '' || rest.charCodeAt(0) === 35 ? block(state, indent, depth) : inline(state, rest, indent);
}

/** The value on the lines below a key: deeper ones, or items of a sequence at the same indentation; else it is empty. */
function block(state: State, indent: number, depth: number): unknown {
  const next = state.lines[state.at];
  if (next === undefined || next.indent < indent) return null;
  if (isItem(next.text)) return sequence(state, next.indent, depth + 1);
  if (next.indent === indent) return null;
  return keyForm.test(next.text) ? mapping(state, next.indent, depth + 1) : give(state);
}

function sequence(state: State, indent: number, depth: number): readonly unknown[] | null {
  if (depth > deepest) return give(state);
  const items: unknown[] = [];
  for (let line = state.lines[state.at]; line !== undefined && line.indent >= indent; line = state.lines[state.at]) {
    if (line.indent === indent && !isItem(line.text)) break;
    if (line.indent > indent) return give(state);
    state.at += 1;
    items.push(item(state, line.text, indent, depth));
    if (state.unsure) return null;
  }
  return items;
}

function item(state: State, text: string, indent: number, depth: number): unknown {
  let start = 1;
  while (text.charCodeAt(start) === 32) start += 1;
  const rest = text.slice(start);
  if (rest === '' || rest.charCodeAt(0) === 35 || isItem(rest)) return give(state);
  if (!keyForm.test(rest)) return inline(state, rest, indent);
  const inner = indent + start;
  const result: Record<string, unknown> = {};
  entry(state, result, rest, inner, depth + 1);
  const more = state.unsure ? null : mapping(state, inner, depth + 1);
  if (more === null) return null;
  for (const key of Object.keys(more)) if (Object.hasOwn(result, key)) return give(state);
  return Object.assign(result, more);
}

/** A value on the line of its key or dash; a deeper line after it would continue it. */
function inline(state: State, text: string, indent: number): unknown {
  const next = state.lines[state.at];
  if (next !== undefined && next.indent > indent) return give(state);
  const first = text.charCodeAt(0);
  const read = first === 91 || first === 123 ? flowValue(text, 0, 0) : scalarEnd(text, 0, false);
  if (read === null || !isRest(text, read.end)) return give(state);
  return read.value;
}

/** Nothing more than a comment follows. */
function isRest(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) === 32) at += 1;
  return at === text.length || (text.charCodeAt(at) === 35 && at > from);
}
