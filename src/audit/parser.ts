import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { Language, Parser, Tree, TreeCursor } from 'web-tree-sitter';
import { repaired } from './repair.ts';
import type { SyntaxNode } from './syntax.ts';

export type Parse = (text: string) => SyntaxNode;

let loading: Promise<Parse> | null = null;

/** The Bash grammar, loaded once. */
export function loadParser(): Promise<Parse> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parse> {
  // V8 would compile the grammar a second time, optimised, in the background; the process waits a second for that at its end.
  setFlagsFromString('--liftoff-only');
  setFlagsFromString('--wasm-lazy-compilation'); // most of the grammar's code is never called
  const { Language, Parser } = await import('web-tree-sitter');
  await Parser.init({ wasmBinary: wasm('web-tree-sitter', 'web-tree-sitter.wasm') });
  const language = await Language.load(wasm('tree-sitter-bash', 'tree-sitter-bash.wasm'));
  const parser = new Parser().setLanguage(language);
  const kinds = kindsOf(language);
  return (text) => parse(parser, kinds, text);
}

/** By their number: asked of the grammar once, and not of each node. */
type Kinds = readonly { readonly type: string; readonly named: boolean }[];

function kindsOf(language: Language): Kinds {
  return language.types.map((type, id) => ({ type, named: language.nodeTypeIsNamed(id) }));
}

/** The number of this one is beyond all others. */
const ERROR = { type: 'ERROR', named: true };

function parse(parser: Parser, kinds: Kinds, text: string): SyntaxNode {
  for (let source = text; ; ) {
    const tree = parser.parse(source);
    if (tree === null) throw new Error('the parser has no language');
    const root = plainTree(tree, kinds, text);
    const better = repaired(source, root);
    if (better === source) return root;
    source = better;
  }
}

/**
 * Deletes the tree, and the cursor too: web-tree-sitter 0.27 would delete a cursor that is left to the garbage collector by
 * what its buffer has by then, and free the memory of another one.
 */
function plainTree(tree: Tree, kinds: Kinds, text: string): SyntaxNode {
  const cursor = tree.walk();
  try {
    return plain(cursor, kinds, text, null);
  } finally {
    cursor.delete();
    tree.delete();
  }
}

/** Beside the bundle; where nothing is bundled, in its package. */
function wasm(packageName: string, file: string): Uint8Array {
  const beside = join(dirname(fileURLToPath(import.meta.url)), file);
  return readFileSync(existsSync(beside) ? beside : createRequire(import.meta.url).resolve(`${packageName}/${file}`));
}

/** Each question to the cursor is a call into WebAssembly: only nodes with a name have children, only empty ones are missing. */
function plain(cursor: TreeCursor, kinds: Kinds, text: string, parent: SyntaxNode | null): SyntaxNode {
  const children: SyntaxNode[] = [];
  const { type, named } = kinds[cursor.nodeTypeId] ?? ERROR;
  const { startIndex: start, endIndex: end } = cursor;
  const missing = start === end && cursor.nodeIsMissing;
  const node: SyntaxNode = { type, named, missing, start, end, text: text.slice(start, end), parent, children };
  if (named && cursor.gotoFirstChild()) {
    do children.push(plain(cursor, kinds, text, node));
    while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return node;
}
