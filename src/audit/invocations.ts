import type { FunctionWrappers } from './functions.ts';
import { descendants, type SyntaxNode } from './syntax.ts';
import { assignments, substituted, type Commands } from './variables.ts';
import { unrolled, words, type Word } from './words.ts';
import { wrapped } from './wrappers.ts';

/** A command and its arguments: as it stands in the script, or behind a wrapper (`run 'why' ip link`: run, and ip). */
export interface Invocation {
  /** Never empty. */
  readonly argv: readonly Word[];
  /** The name of the command without its folder; null where only the run tells. */
  readonly name: string | null;
  /** Words that are executed as a script. */
  readonly scripts: readonly Word[];
}

/** Each once, where several ways lead to it. */
export function invocations(root: SyntaxNode, wrappers: FunctionWrappers): readonly Invocation[] {
  const known = { wrappers, commands: assignments(root) };
  const all = descendants(root, 'command').flatMap((command) => unfold(words(command), known, MOST_VARIABLES));
  return [...new Map(all.map((each) => [each.argv.map(({ node }) => node.start).join(' '), each])).values()];
}

/** A variable may hold another one, and so itself. */
const MOST_VARIABLES = 3;

function unfold(argv: readonly Word[], known: { readonly wrappers: FunctionWrappers; readonly commands: Commands }, most: number): readonly Invocation[] {
  const first = argv[0];
  if (first === undefined) return [];
  const name = first.literal?.replace(/.*\/(?=.)/, '') ?? null;
  const { command, scripts } = name === null ? { command: [], scripts: [] } : runs(name, argv, known.wrappers);
  const inside = name === null && most > 0 ? substituted(argv, known.commands) : [];
  return [
    { argv, name, scripts: scripts.map((script) => ({ ...script, literal: unrolled(script) })) },
    ...unfold(command, known, most),
    ...inside.flatMap((each) => unfold(each, known, most - 1)),
  ];
}

function runs(name: string, argv: readonly Word[], wrappers: FunctionWrappers): ReturnType<typeof wrapped> {
  const skipped = wrappers.get(name);
  if (skipped !== undefined) return { command: argv.slice(skipped + 1), scripts: [] };
  if (name === 'trap') return { command: [], scripts: trapped(argv) };
  if (name === 'find') return { command: behind(argv, ['-exec', '-execdir', '-ok', '-okdir']), scripts: [] };
  if (name === 'ip') return { command: argv[1]?.literal === 'netns' && argv[2]?.literal === 'exec' ? argv.slice(4) : [], scripts: [] };
  if (name === 'command' && /^-[vV]+$/.test(argv[1]?.literal ?? '')) return { command: [], scripts: [] };
  return wrapped(argv);
}

/** trap [ACTION SIGNAL…]: not -p and -l, which print. */
function trapped(argv: readonly Word[]): readonly Word[] {
  const action = argv[1]?.literal === '--' ? argv[2] : argv[1];
  return action === undefined || /^-./.test(action.literal ?? '') ? [] : [action];
}

function behind(argv: readonly Word[], options: readonly string[]): readonly Word[] {
  const at = argv.findIndex(({ literal }) => literal !== null && options.includes(literal));
  return at < 0 ? [] : argv.slice(at + 1);
}
