/**
 * Where in Bash source a template's mustache stands: as much of Bash's lexical grammar as that takes. Build time only.
 * Source: bash(1), QUOTING, EXPANSION, Here Documents. What it cannot be sure of it reports as a problem.
 */
export type Frame =
  | CommandFrame
  | { readonly kind: 'single' | 'ansi' | 'double' | 'comment' }
  | { readonly kind: 'expansion'; readonly literalQuotes: boolean }
  | { readonly kind: 'arithmetic'; readonly depth: number }
  | ({ readonly kind: 'heredoc'; readonly line: string } & Heredoc);

export interface CommandFrame {
  readonly kind: 'command';
  readonly close: ')' | '';
  readonly array: boolean;
  /** How many `case` are open: their patterns end in a `)` that closes nothing. */
  readonly cases: number;
  /** How the words outside go on after `close`. */
  readonly resume: Words;
}

/** Where among the words of a command. */
export interface Words {
  /** Source of the unfinished word; a mustache in it is MARK. */
  readonly word: string;
  readonly previousWord: string;
  /** The word may be a command's name. */
  readonly first: boolean;
  /** Inside [[ ]]. */
  readonly test: boolean;
}

export interface Heredoc {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly tabs: boolean;
}

/** What came directly before: it decides what a mustache, or the next character, would mean. */
export type Glue = 'dollar' | 'backslash' | 'duplication' | 'tilde' | 'subscript' | 'mustache' | 'comment';

export interface BashState extends Words {
  readonly stack: readonly Frame[];
  readonly heredocs: readonly Heredoc[];
  /** The branches of a block left different words: what follows may begin a word or not. */
  readonly ambiguous: boolean;
  readonly lineStart: boolean;
  readonly glue: ReadonlySet<Glue>;
  readonly problems: readonly string[];
}

export const MARK = '\0';

export const COMMAND_START: Words = { word: '', previousWord: '', first: true, test: false };

export const START: BashState = {
  ...COMMAND_START,
  stack: [{ kind: 'command', close: '', array: false, cases: 0, resume: COMMAND_START }],
  heredocs: [],
  ambiguous: false,
  lineStart: true,
  glue: new Set(),
  problems: [],
};

export function innermost(state: BashState): Frame {
  const frame = state.stack.at(-1);
  if (frame === undefined) throw new Error('an empty stack of Bash contexts');
  return frame;
}

/** The state after either of two branches. A comment that only one of them began must end with the line. */
export function merge(left: BashState, right: BashState): BashState {
  const inComment = [left, right].filter((state) => innermost(state).kind === 'comment').length;
  const [a, b] = inComment === 1 ? [outsideComment(left), outsideComment(right)] : [left, right];
  const same = a.word === b.word;
  const balanced = JSON.stringify([a.stack, a.heredocs, a.test]) === JSON.stringify([b.stack, b.heredocs, b.test]);
  return {
    ...a,
    word: same ? a.word : a.word + b.word,
    previousWord: a.previousWord + (a.previousWord === b.previousWord ? '' : b.previousWord),
    ambiguous: a.ambiguous || b.ambiguous || (a.word === '') !== (b.word === ''),
    first: a.first || b.first,
    lineStart: a.lineStart && b.lineStart,
    glue: new Set([...a.glue, ...b.glue]),
    problems: [
      ...new Set([...a.problems, ...b.problems]),
      ...(balanced ? [] : ['the branches of a block must leave quotes, parentheses and heredocs as they found them']),
    ],
  };
}

function outsideComment(state: BashState): BashState {
  return innermost(state).kind === 'comment' ? { ...pop(state), glue: new Set(['comment']) } : state;
}

export function withProblem(state: BashState, problem: string): BashState {
  return { ...state, problems: [...state.problems, problem] };
}

export function push(state: BashState, frame: Frame, word = state.word): BashState {
  return { ...state, stack: [...state.stack, frame], word, lineStart: false, glue: new Set() };
}

/** Opens `(`, `$(`, `<(` or `=(`; `word` is what the word outside has become by then. */
export function openCommand(state: BashState, word: string, array = false): BashState {
  const { previousWord, first, test } = state;
  const subshell = word === '';
  const resume = subshell && !test ? COMMAND_START : { word, previousWord, first, test };
  const frame: CommandFrame = { kind: 'command', close: ')', array, cases: 0, resume };
  const inside = subshell && test ? { first: false, test } : { first: !array, test: false };
  return { ...push(state, frame, ''), previousWord: '', ...inside };
}

export function pop(state: BashState): BashState {
  return { ...state, stack: state.stack.slice(0, -1) };
}

export function replaceInnermost(state: BashState, frame: Frame): BashState {
  return { ...state, stack: [...state.stack.slice(0, -1), frame] };
}
