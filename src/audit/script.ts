import type { Parse } from './parser.ts';
import { functions, inheritedWrappers, type FunctionWrappers } from './functions.ts';
import { invocations, type Invocation } from './invocations.ts';
import type { SyntaxNode } from './syntax.ts';
import type { Word } from './words.ts';

/** A script, taken apart once for all rules. */
export interface Script {
  readonly text: string;
  readonly root: SyntaxNode;
  /** Names of the functions that are defined, also those of the script around this one. */
  readonly functions: ReadonlySet<string>;
  readonly invocations: readonly Invocation[];
  /** Scripts that stand in a word: `bash -c '…'`, `trap '…'`. */
  readonly embedded: readonly Script[];
  /** Where the text begins in the outermost script, in UTF-16 code units. */
  readonly offset: number;
}

interface Outer {
  readonly functions: ReadonlySet<string>;
  readonly wrappers: FunctionWrappers;
  readonly offset: number;
}

const OUTERMOST: Outer = { functions: new Set(), wrappers: new Map(), offset: 0 };

export function readScript(parse: Parse, text: string, outer: Outer = OUTERMOST): Script {
  const root = parse(text);
  const defined = functions(root);
  const wrappers = inheritedWrappers(outer.wrappers, defined);
  const names = new Set([...outer.functions, ...defined.keys()]);
  const found = invocations(root, wrappers);
  const embedded = found
    .flatMap(({ scripts }) => scripts)
    .flatMap((script) => inner(script).map(({ text: innerText, start }) => {
      return readScript(parse, innerText, { functions: names, wrappers, offset: outer.offset + start });
    }));
  return { text, root, functions: names, invocations: found, embedded, offset: outer.offset };
}

/** The text of a literal word, and where it begins in the script (exact where nothing is escaped in it). */
function inner({ literal, node }: Word): readonly { readonly text: string; readonly start: number }[] {
  if (literal === null || /^-?$/.test(literal)) return []; // trap - and trap ''
  return [{ text: literal, start: node.start + (/^['"]/.test(node.text) ? 1 : 0) }];
}
