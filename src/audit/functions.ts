import { ancestor, descendants, type SyntaxNode } from './syntax.ts';
import { restOfArguments, words, type Word } from './words.ts';

/** Functions that run their arguments as a command, and how many arguments stand before it: `run WHY COMMAND…` is 1. */
export type FunctionWrappers = ReadonlyMap<string, number>;

/** Name and definition of every function. */
export function functions(root: SyntaxNode): ReadonlyMap<string, SyntaxNode> {
  const named = descendants(root, 'function_definition').map((node) => {
    return [node.children.find(({ type }) => type === 'word')?.text ?? '', node] as const;
  });
  return new Map(named);
}

/** Those of the definitions, found by reading them, and those already known. Repeats until none is new: they call one another. */
export function inheritedWrappers(known: FunctionWrappers, defined: ReadonlyMap<string, SyntaxNode>): FunctionWrappers {
  const wrappers = new Map(known);
  for (let before = -1; before < wrappers.size; ) {
    before = wrappers.size;
    for (const [name, node] of defined) {
      const skipped = wrappers.has(name) ? null : argumentsBeforeCommand(node, wrappers);
      if (skipped !== null) wrappers.set(name, skipped);
    }
  }
  return wrappers;
}

function argumentsBeforeCommand(definition: SyntaxNode, wrappers: FunctionWrappers): number | null {
  for (const command of descendants(definition, 'command')) {
    if (ancestor(command, 'function_definition') !== definition) continue;
    const rest = commandIn(words(command), wrappers);
    if (rest !== null) return rest + shiftsBefore(definition, command);
  }
  return null;
}

/** Where the command's own command is `"$@"` or `"${@:N}"`, or stands in it (`run "$@"`): how many arguments are before it. */
function commandIn(argv: readonly Word[], wrappers: FunctionWrappers): number | null {
  const first = wrappers.has(argv[0]?.literal ?? '') ? (wrappers.get(argv[0]?.literal ?? '') ?? 0) + 1 : 0;
  const at = argv.slice(0, first + 1).findIndex((word) => restOfArguments(word) !== null);
  const word = argv[at];
  const rest = word === undefined ? null : restOfArguments(word);
  return rest === null ? null : rest + first - at;
}

function shiftsBefore(definition: SyntaxNode, command: SyntaxNode): number {
  return descendants(definition, 'command')
    .filter((each) => each.start < command.start)
    .map(words)
    .filter((argv) => argv[0]?.literal === 'shift')
    .reduce((sum, argv) => sum + Number(argv[1]?.literal ?? 1), 0);
}
