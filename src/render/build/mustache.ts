/** What a mustache of each form may do where it stands, and which runtime helper renders it there. */
import { type BashState, innermost, MARK, withProblem } from './bash-state.ts';

/** As the template's author writes it: `{{x}}` is a word, the others name their form: `{{comment x}}`. */
export const FORMS = ['word', 'comment', 'name', 'integer', 'text'] as const;
export type Form = (typeof FORMS)[number];

export interface Placement {
  readonly state: BashState;
  readonly helper: 'quote' | 'quoteFirst' | 'namePart' | 'position' | Exclude<Form, 'word'>;
}

export function place(state: BashState, form: Form): Placement {
  const problem = misplaced(state, form);
  const checked = problem === null ? state : withProblem(state, problem);
  const frame = innermost(state);
  const glue: BashState['glue'] = new Set(form === 'name' ? [] : ['mustache']);
  const stack = frame.kind === 'heredoc' ? [...state.stack.slice(0, -1), { ...frame, line: `${frame.line}${MARK}` }] : state.stack;
  return {
    state: { ...checked, stack, word: `${state.word}${MARK}`, glue, lineStart: false, ambiguous: false },
    helper: helperFor(state, form),
  };
}

function helperFor(state: BashState, form: Form): Placement['helper'] {
  if (form === 'name') return /[A-Za-z_]$/.test(state.word) ? 'namePart' : 'name';
  if (form === 'integer' && state.glue.has('dollar')) return 'position';
  if (form !== 'word') return form;
  return state.first && state.word === '' ? 'quoteFirst' : 'quote';
}

function misplaced(state: BashState, form: Form): string | null {
  if (state.glue.has('backslash')) return 'a mustache after a backslash';
  if (state.glue.has('comment')) return 'a comment in a block that goes on after it';
  if (state.glue.has('dollar')) return form === 'integer' ? null : 'a mustache after $: a position is {{integer x}}';
  const { kind } = innermost(state);
  switch (form) {
    case 'name':
      return null;
    case 'comment':
      return kind === 'comment' ? null : '{{comment x}} outside a comment: write {{x}}';
    case 'integer':
      return kind === 'arithmetic' || kind === 'expansion' ? null : '{{integer x}} outside (( )) and ${@:…}: write {{x}}';
    case 'text':
      return misplacedText(state);
    case 'word':
      return kind === 'command' ? misplacedWord(state) : `${WHERE[kind]}`;
  }
}

const WHERE = {
  single: 'a mustache inside single quotes: leave the quotes to it',
  ansi: "a mustache inside $'…': leave the quotes to it",
  double: 'a mustache inside double quotes: end them before it, or pass one word',
  comment: 'a mustache in a comment: write {{comment x}}',
  expansion: 'a mustache inside ${…}: assign it to a variable first',
  arithmetic: 'a mustache in arithmetic: write {{integer x}}',
  heredoc: 'a mustache in a heredoc: write {{text x}}, and leave the delimiter unquoted',
} as const;

function misplacedText(state: BashState): string | null {
  const frame = innermost(state);
  if (frame.kind !== 'heredoc') return '{{text x}} outside a heredoc: write {{x}}';
  if (frame.quoted) return 'a mustache in a quoted heredoc: leave the delimiter unquoted';
  const line = frame.tabs ? frame.line.replace(/^\t+/, '') : frame.line;
  const mayEnd = !line.includes(MARK) && frame.delimiter.startsWith(line);
  return mayEnd ? `{{text x}} begins a line, where it could end the heredoc: write a literal before it` : null;
}

const BY_GLUE = {
  duplication: 'a mustache after >& or <&: a descriptor is no value',
  tilde: 'a mustache after ~ would be a user name',
  subscript: 'a mustache after [ would be arithmetic, or a pattern',
} as const;

function misplacedWord(state: BashState): string | null {
  for (const [glue, problem] of Object.entries(BY_GLUE)) {
    if ([...state.glue].some((each) => each === glue)) return problem;
  }
  if (state.word.includes('{')) return 'a mustache inside an unquoted { could be a brace expansion';
  if (!state.test || state.word !== '') return null;
  if (state.previousWord === '=~') return 'a mustache after =~ would be a regular expression: assign it to a variable first';
  if (/^-(?:eq|ne|lt|le|gt|ge|v|R)$/.test(state.previousWord)) return `[[ evaluates the operand of ${state.previousWord} as arithmetic: use (( )) and {{integer x}}`;
  return null;
}
