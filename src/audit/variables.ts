import { ancestor, descendants, type SyntaxNode } from './syntax.ts';
import { word, words, type Word } from './words.ts';

/** What the script assigns to its variables, as far as it may be executed: the words that each may hold. */
export type Commands = ReadonlyMap<string, readonly Assigned[]>;

interface Assigned {
  readonly words: readonly Word[];
  /** The function that assigns it; null outside of one. */
  readonly by: SyntaxNode | null;
  readonly isArray: boolean;
}

/** `command=(a b)`, the same with `command+=(c)` behind it, `command=a`, and `set -- a b`, which is of `@`. */
export function assignments(root: SyntaxNode): Commands {
  const set = new Map<string, readonly Assigned[]>([['@', positional(root)]]);
  const added: (readonly [name: string, Assigned])[] = [];
  for (const assignment of descendants(root, 'variable_assignment')) {
    const [left, operator, right] = assignment.children;
    if (left?.type !== 'variable_name' || right === undefined) continue;
    const assigned = { words: held(right), by: ancestor(assignment, 'function_definition'), isArray: right.type === 'array' };
    if (assigned.isArray && operator?.type === '+=') added.push([left.text, assigned]);
    else set.set(left.text, [...(set.get(left.text) ?? []), assigned]);
  }
  for (const [name, more] of added) {
    const all = set.get(name) ?? [{ ...more, words: [] }];
    set.set(name, [...all, ...seenBy(more.by, all).map(({ words: first }) => ({ ...more, words: [...first, ...more.words] }))]);
  }
  return set;
}

function held(value: SyntaxNode): readonly Word[] {
  return value.type === 'array' ? value.children.filter(({ named, type }) => named && type !== 'comment').map(word) : [word(value)];
}

function positional(root: SyntaxNode): Assigned[] {
  return descendants(root, 'command').flatMap((command) => {
    const [name, option, ...rest] = words(command);
    return name?.literal === 'set' && option?.literal === '--' ? [{ words: rest, by: ancestor(command, 'function_definition'), isArray: false }] : [];
  });
}

/**
 * Of a command that begins with `"${array[@]}"`, `"$name"` or `"$@"`: what it is with each of the values that the script assigns to that.
 * `A=b` before it is for env(1).
 */
export function substituted([first, ...rest]: readonly Word[], commands: Commands): readonly (readonly Word[])[] {
  const name = /^"?\$\{?(\w+|@)(\[@\])?\}?"?$/.exec(first?.node.text ?? '')?.[1];
  if (first === undefined || name === undefined) return [];
  return seenBy(ancestor(first.node, 'function_definition'), commands.get(name) ?? [])
    .map((assigned) => withoutVariables(assigned.words))
    .filter(([command]) => command?.literal !== '')
    .map((command) => [...command, ...rest]);
}

/** What a function itself assigns; else all arrays (functions call one another), and what is assigned outside of functions. */
function seenBy(here: SyntaxNode | null, all: readonly Assigned[]): readonly Assigned[] {
  const own = all.filter(({ by }) => by === here);
  return own.length > 0 ? own : all.filter(({ by, isArray }) => isArray || by === null);
}

function withoutVariables(argv: readonly Word[]): readonly Word[] {
  const at = argv.findIndex(({ node }) => !/^["']?\w+=/.test(node.text));
  return at < 0 ? [] : argv.slice(at);
}
