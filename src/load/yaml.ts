import { isAlias, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Alias, Document, Node, Pair, Scalar, YAMLError, YAMLMap } from 'yaml';
import { positionAt } from './diagnostic.ts';
import { plainScalar } from './scalar.ts';

/** The YAML of a definition: its plain value, and where in the text each part of it stands. */

export interface YamlDocument {
  readonly contents: unknown;
  /** What each alias stands for; made when first asked for. */
  readonly target: (alias: Alias) => Node | null;
}

/** The last anchor of the name before the alias, as YAML has it. One pass: Alias.resolve() would walk the document each time. */
function aliasTargets(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

function lazily(document: Document): YamlDocument {
  let targets: ReadonlyMap<Alias, Node> | null = null;
  return { contents: document.contents, target: (alias) => (targets ??= aliasTargets(document)).get(alias) ?? null };
}

export interface YamlProblem {
  readonly code: 'yaml' | 'yaml-duplicate-key';
  readonly message: string;
  readonly hint: string | null;
  readonly offset: number;
  readonly length: number;
}

export interface Yaml {
  readonly document: YamlDocument | null;
  readonly problems: readonly YamlProblem[];
}

const hints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with blanks: YAML does not take tabs there',
  MULTIPLE_DOCS: 'one file holds one definition: remove what follows `---`',
  BAD_INDENT: 'align it with the line it belongs to',
  MISSING_CHAR: 'a quote or bracket is not closed, or a colon is missing',
  BLOCK_AS_IMPLICIT_KEY: 'put a text that holds `: ` in quotes',
  BAD_ALIAS: 'an alias (`*name`) stands for the anchor `&name` before it',
};

export function parseYaml(text: string): Yaml {
  try {
    const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, schema: 'core', logLevel: 'error' });
    const problems = [...document.errors, ...document.warnings].map((error) => yamlProblem(document, error, text));
    return { document: lazily(document), problems };
  } catch {
    // The parser recurses: what is nested some thousand levels deep exhausts its stack.
    return { document: null, problems: [{ code: 'yaml', message: 'the file is nested too deeply', hint: null, offset: 0, length: 1 }] };
  }
}

const messages: Readonly<Record<string, string>> = { MULTIPLE_DOCS: 'the file holds several documents', RESOURCE_EXHAUSTION: 'this is nested too deeply' };

function yamlProblem(document: Document, error: YAMLError, text: string): YamlProblem {
  const offset = Math.min(error.pos[0], text.length);
  const open = /^Missing closing .quote/.test(error.message) ? openQuote(document, offset) : null;
  if (open !== null) return { code: 'yaml', message: 'this quote is not closed', hint: null, offset: open, length: 1 };
  const message = messages[error.code] ?? sentence(error.message);
  return { code: 'yaml', message, hint: hints[error.code] ?? null, offset, length: Math.max(1, error.pos[1] - error.pos[0]) };
}

/** Where the quoted text begins that is still open at the offset: the last one before it. */
function openQuote(document: Document, offset: number): number | null {
  let found: number | null = null;
  visit(document, {
    Scalar: (_, node) => {
      const [start = Infinity] = node.range ?? [];
      if (node.type?.startsWith('QUOTE') === true && start <= offset) found = start;
    },
  });
  return found;
}

function sentence(message: string): string {
  const [first = message] = message.split('\n');
  return first.charAt(0).toLowerCase() + (first.length > 200 ? `${first.slice(1, 200)}…` : first.slice(1));
}

interface Walk {
  readonly document: YamlDocument;
  readonly text: string;
  readonly problems: YamlProblem[];
  /** Nodes that may still be made of aliases: a bomb is a small file that stands for a huge one. */
  budget: number;
}

const aliasBudget = 100_000;
const deepest = 200;

export interface Plain {
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
}

/** The document as plain data: aliases and merge keys resolved, keys as text. */
export function plainValue(document: YamlDocument, text: string): Plain {
  const walk: Walk = { document, text, problems: [], budget: aliasBudget };
  const value = document.contents === null ? null : convert(walk, document.contents, 0, false);
  return { value, problems: walk.problems };
}

function complain(walk: Walk, node: unknown, message: string, hint: string | null = null, code: YamlProblem['code'] = 'yaml'): null {
  const [offset, end] = rangeOf(node) ?? [0, 1];
  walk.problems.push({ code, message, hint, offset, length: Math.max(1, end - offset) });
  return null;
}

function convert(walk: Walk, node: unknown, depth: number, aliased: boolean): unknown {
  if (depth > deepest) return complain(walk, node, 'this is nested too deeply');
  if (aliased && (walk.budget -= 1) < 0) {
    if (walk.budget === -1) complain(walk, node, `the aliases stand for more than ${aliasBudget} values`);
    return null;
  }
  if (isScalar(node)) return scalar(node);
  if (isMap(node)) return mapping(walk, node, depth, aliased);
  if (isSeq(node)) return node.items.map((item) => convert(walk, item, depth + 1, aliased));
  return isAlias(node) ? follow(walk, node, depth) : null;
}

function follow(walk: Walk, alias: Alias, depth: number): unknown {
  const target = walk.document.target(alias);
  if (holds(target, alias)) return complain(walk, alias, `\`&${alias.source}\` would stand for itself`);
  if (target !== null) return convert(walk, target, depth + 1, true);
  return complain(walk, alias, `there is no anchor \`&${alias.source}\` before this alias`);
}

function holds(outer: unknown, inner: unknown): boolean {
  const [start, end] = rangeOf(outer) ?? [0, 0];
  const [offset] = rangeOf(inner) ?? [0];
  return start <= offset && offset < end;
}

function scalar(node: Scalar): unknown {
  if (node.type === 'PLAIN' && node.tag === undefined && node.source !== undefined) return plainScalar(node.source);
  return typeof node.value === 'bigint' ? String(node.value) : node.value;
}

function mapping(walk: Walk, node: YAMLMap, depth: number, aliased: boolean): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const places = new Map<string, unknown>();
  for (const pair of node.items) {
    if (isMergeKey(pair)) continue;
    const key = keyText(pair.key);
    if (key === null || key === '__proto__') {
      complain(walk, pair.key ?? pair.value, key === null ? 'a key must be a text' : 'this cannot be a key', key === null ? 'write it in quotes' : null);
    } else if (places.has(key)) {
      duplicate(walk, key, places.get(key), pair.key);
    } else {
      places.set(key, pair.key);
      result[key] = convert(walk, pair.value, depth + 1, aliased);
    }
  }
  const [one, ...others] = node.items.filter(isMergeKey);
  if (one !== undefined) merge(walk, result, one.value, depth);
  for (const other of others) duplicate(walk, '<<', one?.key, other.key, '; merge several by one: `<<: [*a, *b]`');
  return result;
}

function duplicate(walk: Walk, key: string, first: unknown, second: unknown, more = ''): void {
  const { line, column } = positionAt('', walk.text, rangeOf(first)?.[0] ?? 0, 0);
  complain(walk, second, `the key \`${key}\` is there twice`, `the first one is at ${line}:${column}${more}`, 'yaml-duplicate-key');
}

export function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN';
}

/** Keys are texts; a number is one only in quotes, as for Compose. */
export function keyText(key: unknown): string | null {
  if (!isScalar(key)) return null;
  const value = scalar(key);
  return typeof value === 'string' ? value : null;
}

/** What is merged comes after, and never over, what the mapping says itself; of several mappings the first wins. */
function merge(walk: Walk, result: Record<string, unknown>, source: unknown, depth: number): void {
  const target = isAlias(source) ? walk.document.target(source) : source;
  for (const one of isSeq(target) ? target.items : [source]) {
    const before = walk.problems.length;
    const value = convert(walk, one, depth + 1, true);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) if (!Object.hasOwn(result, key)) result[key] = inner;
    } else if (walk.problems.length === before) {
      complain(walk, one, '`<<` takes a mapping, or a list of mappings');
    }
  }
}

export function mergeSources(document: YamlDocument, source: unknown): readonly unknown[] {
  const node = isAlias(source) ? document.target(source) : source;
  return isSeq(node) ? node.items.map((item) => (isAlias(item) ? document.target(item) : item)) : [node];
}

export function rangeOf(node: unknown): readonly [number, number] | null {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return null;
  const [start, end] = node.range as readonly unknown[];
  return typeof start === 'number' && typeof end === 'number' ? [start, end] : null;
}
