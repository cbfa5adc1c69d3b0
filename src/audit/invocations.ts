import type { FunctionWrappers } from './functions.ts';
import { descendants, type SyntaxNode } from './syntax.ts';
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

export function invocations(root: SyntaxNode, wrappers: FunctionWrappers): readonly Invocation[] {
  return descendants(root, 'command').flatMap((command) => unfold(words(command), wrappers));
}

function unfold(argv: readonly Word[], wrappers: FunctionWrappers): readonly Invocation[] {
  const first = argv[0];
  if (first === undefined) return [];
  const name = first.literal?.replace(/.*\/(?=.)/, '') ?? null;
  const { command, scripts } = name === null ? { command: [], scripts: [] } : runs(name, argv, wrappers);
  const known = scripts.map((script) => ({ ...script, literal: unrolled(script) }));
  return [{ argv, name, scripts: known }, ...unfold(command, wrappers)];
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
