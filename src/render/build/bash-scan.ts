/** Advances a BashState over literal source: one step function per lexical context. */
import {
  type BashState,
  type Frame,
  type Glue,
  innermost,
  MARK,
  openCommand,
  pop,
  push,
  replaceInnermost,
  withProblem,
} from './bash-state.ts';

export function scan(state: BashState, text: string): BashState {
  let current = state;
  let at = 0;
  while (at < text.length) {
    const [next, taken] = step(glued(current, text[at] ?? ''), text, at);
    current = next;
    at += taken;
  }
  return current;
}

type Step = readonly [BashState, number];
const NONE: ReadonlySet<Glue> = new Set();
const NESTED = /^(?:\$\(\(|\$\(|\$\{|`)/;

function step(state: BashState, text: string, at: number): Step {
  const frame = innermost(state);
  if (state.glue.has('backslash')) {
    const joinsLines = frame.kind !== 'command' || text[at] === '\n';
    return [{ ...clear(state), word: joinsLines ? state.word : `${state.word}\\` }, 1];
  }
  switch (frame.kind) {
    case 'command':
      return inCommand(state, text, at);
    case 'single':
      return [text[at] === "'" ? pop(clear(state)) : clear(state), 1];
    case 'ansi':
      return escaped(state, text, at) ?? [text[at] === "'" ? pop(clear(state)) : clear(state), 1];
    case 'double':
      return escaped(state, text, at) ?? nested(state, text, at) ?? [text[at] === '"' ? pop(clear(state)) : clear(state), 1];
    case 'comment':
      return text[at] === '\n' ? [pop(state), 0] : [clear(state), 1];
    case 'expansion':
      return inExpansion(state, frame.literalQuotes, text, at);
    case 'arithmetic':
      return inArithmetic(state, frame.depth, text, at);
    case 'heredoc':
      return inHeredoc(state, frame, text, at);
  }
}

/** What a character directly after a mustache would make of it. */
function glued(state: BashState, next: string): BashState {
  if (state.glue.has('comment') && next !== '\n') return withProblem(state, 'a comment in a block that goes on after it');
  if (!state.glue.has('mustache') || innermost(state).kind !== 'command') return state;
  if (next === '<' || next === '>') return withProblem(state, `a mustache before ${next} could be a descriptor's number: put a space between`);
  if (next === '(') return withProblem(state, 'a mustache before ( : a name takes {{name x}}');
  return state;
}

function clear(state: BashState): BashState {
  return { ...state, glue: NONE, lineStart: false };
}

function escaped(state: BashState, text: string, at: number): Step | null {
  if (text[at] !== '\\') return null;
  return [{ ...state, glue: new Set<Glue>(['backslash']), lineStart: false }, 1];
}

/** `$(…)`, `$((…))`, `${…}` open a context of their own, wherever expansions happen. */
function nested(state: BashState, text: string, at: number): Step | null {
  const opening = NESTED.exec(text.slice(at, at + 3))?.[0];
  if (opening === undefined) return text[at] === '$' ? [{ ...clear(state), glue: new Set<Glue>(['dollar']), word: `${state.word}$` }, 1] : null;
  if (opening === '`') return [withProblem(clear(state), 'a backquote: write $(…)'), 1];
  const word = `${state.word}$`;
  if (opening === '$((') return [push(state, { kind: 'arithmetic', depth: 0 }, word), 3];
  if (opening === '$(') return [openCommand(state, word), 2];
  const inQuotes = ['double', 'heredoc'].includes(innermost(state).kind);
  const literalQuotes = inQuotes && /^\$\{[!#]?\w*(\[[^\]]*\])?:?[-=+?]/.test(text.slice(at, at + 100));
  return [push(state, { kind: 'expansion', literalQuotes }, word), 2];
}

function inExpansion(state: BashState, literalQuotes: boolean, text: string, at: number): Step {
  const quoted = escaped(state, text, at) ?? nested(state, text, at);
  if (quoted !== null) return quoted;
  const character = text[at];
  if (character === '}') return [pop(state), 1];
  if (character === '"') return [push(state, { kind: 'double' }), 1];
  if (character === "'" && !literalQuotes) return [push(state, { kind: 'single' }), 1];
  return [clear(state), 1];
}

function inArithmetic(state: BashState, depth: number, text: string, at: number): Step {
  const quoted = escaped(state, text, at) ?? nested(state, text, at);
  if (quoted !== null) return quoted;
  if (text[at] === '(') return [replaceInnermost(clear(state), { kind: 'arithmetic', depth: depth + 1 }), 1];
  if (text[at] !== ')') return [clear(state), 1];
  if (depth > 0) return [replaceInnermost(clear(state), { kind: 'arithmetic', depth: depth - 1 }), 1];
  const closed = text.startsWith('))', at) ? clear(state) : withProblem(clear(state), 'arithmetic that is not closed by ))');
  return [pop(closed), 2];
}

function inHeredoc(state: BashState, frame: Extract<Frame, { kind: 'heredoc' }>, text: string, at: number): Step {
  if (text[at] === '\n') {
    const line = frame.tabs ? frame.line.replace(/^\t+/, '') : frame.line;
    const next = line === frame.delimiter ? nextHeredoc({ ...pop(state), word: '' }) : replaceInnermost(state, { ...frame, line: '' });
    return [{ ...clear(next), lineStart: true }, 1];
  }
  const opened = frame.quoted ? null : (escaped(state, text, at) ?? nested(state, text, at));
  if (opened === null) return [replaceInnermost(clear(state), { ...frame, line: frame.line + text[at] }), 1];
  const [next, taken] = opened;
  const index = state.stack.length - 1;
  const stack = next.stack.map((each, position) => (position === index ? { ...frame, line: `${frame.line}$` } : each));
  return [{ ...next, stack }, taken];
}

function nextHeredoc(state: BashState): BashState {
  const [heredoc, ...heredocs] = state.heredocs;
  if (heredoc === undefined) return state;
  return push({ ...state, heredocs }, { kind: 'heredoc', line: '', ...heredoc });
}

function inCommand(state: BashState, text: string, at: number): Step {
  const quoted = escaped(state, text, at);
  if (quoted !== null) return quoted;
  const character = text[at] ?? '';
  if (/^\$['"]/.test(text.slice(at, at + 2))) {
    return [push(state, { kind: text[at + 1] === '"' ? 'double' : 'ansi' }, `${state.word}"`), 2];
  }
  const opened = nested(state, text, at);
  if (opened !== null) return opened;
  if (character === "'") return [push(state, { kind: 'single' }, `${state.word}"`), 1];
  if (character === '"') return [push(state, { kind: 'double' }, `${state.word}"`), 1];
  if (character === '#' && (state.word === '' || state.ambiguous)) return comment(state);
  if (/[ \t\n;&|]/.test(character)) return [separator(state, character), 1];
  if (character === '(' || character === ')') return parenthesis(state, text, at);
  if (character === '<' || character === '>') return redirection(state, text, at);
  return [letter(state, character), 1];
}

function comment(state: BashState): Step {
  const checked = state.ambiguous ? withProblem(state, '# after a block that may have ended a word or not: a comment?') : state;
  return [push({ ...checked, ambiguous: false }, { kind: 'comment' }), 1];
}

function letter(state: BashState, character: string): BashState {
  const glue = new Set<Glue>();
  if (character === '~') glue.add('tilde');
  if (character === '[') glue.add('subscript');
  return { ...clear(state), word: state.word + character, glue };
}

const KEEPS_FIRST = /^(?:then|do|else|elif|if|while|until|!|\{|time|[A-Za-z_]\w*\+?=.*)?$/s;
const ARITHMETIC = /^-(?:eq|ne|lt|le|gt|ge)$/;

/** The word is complete. */
function endWord(state: BashState): BashState {
  const { word, first } = state;
  if (word === '') return state;
  const frame = innermost(state);
  const cases = frame.kind !== 'command' || !first ? 0 : word === 'case' ? 1 : word === 'esac' ? -1 : 0;
  const counted = cases === 0 || frame.kind !== 'command' ? state : replaceInnermost(state, { ...frame, cases: Math.max(0, frame.cases + cases) });
  const compares = state.test && ARITHMETIC.test(word) && state.previousWord.includes(MARK);
  const checked = compares ? withProblem(counted, `[[ evaluates the operand of ${word} as arithmetic: use (( )) and {{integer x}}`) : counted;
  return {
    ...checked,
    test: word === '[[' ? true : word === ']]' ? false : state.test,
    first: first && KEEPS_FIRST.test(word),
    previousWord: word,
    word: '',
    ambiguous: false,
  };
}

function separator(state: BashState, character: string): BashState {
  if (character === '&' && /[<>]$/.test(state.word)) {
    return { ...clear(state), word: state.word + character, glue: new Set<Glue>(['duplication']) };
  }
  if (character === '|' && state.word.endsWith('>')) return { ...clear(state), word: '' };
  const ended = endWord(clear(state));
  const blank = character === ' ' || character === '\t';
  if (blank) return { ...ended, lineStart: state.lineStart };
  const frame = innermost(ended);
  const array = frame.kind === 'command' && frame.array;
  const next = { ...ended, first: !array && !ended.test, lineStart: character === '\n' };
  return character === '\n' ? nextHeredoc(next) : next;
}

function parenthesis(state: BashState, text: string, at: number): Step {
  if (text[at] === '(') {
    if (state.word === '' && state.first && text.startsWith('((', at)) return [push(state, { kind: 'arithmetic', depth: 0 }), 2];
    const array = state.word.endsWith('=');
    const isFunction = !array && !state.test;
    return [openCommand(state, isFunction ? '' : state.word, array), 1];
  }
  const ended = endWord(clear(state));
  const frame = innermost(ended);
  if (frame.kind !== 'command' || frame.close === '' || frame.cases > 0) return [{ ...ended, first: true }, 1];
  return [{ ...pop(ended), ...frame.resume }, 1];
}

const HEREDOC = /^<<(?<tabs>-?)[ \t]*(?<quote>['"\\]?)(?<delimiter>[A-Za-z_][\w-]*)(['"]?)/;

function redirection(state: BashState, text: string, at: number): Step {
  const rest = text.slice(at, at + 200);
  if (rest.startsWith('<<<')) return [{ ...clear(endWord(state)), first: state.first }, 3];
  if (/^[<>]\(/.test(rest)) return [openCommand(state, `${state.word}"`), 2];
  if (!rest.startsWith('<<')) return [{ ...clear(state), word: text[at] ?? '' }, 1];
  const { tabs, quote, delimiter } = HEREDOC.exec(rest)?.groups ?? {};
  if (delimiter === undefined) return [withProblem(clear(state), 'a heredoc whose delimiter is not a plain word'), 2];
  const heredoc = { delimiter, quoted: quote !== '', tabs: tabs === '-' };
  const length = HEREDOC.exec(rest)?.[0].length ?? 2;
  return [{ ...clear(state), word: '"', heredocs: [...state.heredocs, heredoc] }, length];
}
