/**
 * Splits a command as Compose does (github.com/mattn/go-shellwords with its defaults): blanks part words, both quotes and the
 * backslash quote, nothing is expanded. An unquoted `; & | < >` ends the command, the rest is not looked at.
 */
export type Split =
  | { readonly ok: true; readonly words: readonly string[]; /** Where the command ended before the line. */ readonly cutAt: number | null }
  | { readonly ok: false; readonly reason: string };

type Quote = '' | "'" | '"' | '`' | '$(';

interface State {
  readonly words: string[];
  /** null: between words. */
  word: string | null;
  quote: Quote;
}

const blanks = ' \t\r\n';
const ends = ';&|<>';

export function splitWords(line: string): Split {
  const state: State = { words: [], word: null, quote: '' };
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (character === '\\' && state.quote !== "'") {
      index += 1;
      if (index === line.length) return { ok: false, reason: 'it ends in a backslash' };
      append(state, escaped(state.quote, line.charAt(index)));
    } else if (state.quote === '' && ends.includes(character)) {
      return finish(state, character === '>' && /^\d+$/.test(state.word ?? '') ? { ...state, word: null } : state, index);
    } else if (!step(state, character)) {
      return { ok: false, reason: `\`${character}\` must be quoted` };
    }
  }
  if (state.quote !== '') return { ok: false, reason: `${state.quote} is not closed` };
  return finish(state, state, null);
}

function finish(state: State, last: State, cutAt: number | null): Split {
  if (last.word !== null) state.words.push(last.word);
  return { ok: true, words: state.words, cutAt };
}

function escaped(quote: Quote, character: string): string {
  if (quote === '`' || quote === '$(') return `\\${character}`;
  if (character === 't') return '\t';
  return character === 'n' ? '\n' : character;
}

function append(state: State, text: string): void {
  state.word = (state.word ?? '') + text;
}

/** Takes one character that is neither escaped nor an end; false where it cannot stand here. */
function step(state: State, character: string): boolean {
  if (state.quote !== '') {
    quoted(state, character);
    return true;
  }
  if (blanks.includes(character)) {
    if (state.word !== null) state.words.push(state.word);
    state.word = null;
  } else if (character === '"' || character === "'") {
    state.quote = character;
    append(state, '');
  } else if (character === '`') {
    state.quote = '`';
    append(state, character);
  } else if (character === '(' && (state.word ?? '').endsWith('$')) {
    state.quote = '$(';
    append(state, character);
  } else if (character === '(' || character === ')') {
    return false;
  } else {
    append(state, character);
  }
  return true;
}

function quoted(state: State, character: string): void {
  const closes = state.quote === '$(' ? character === ')' : character === state.quote;
  if (closes) {
    const keeps = state.quote === '`' || state.quote === '$(';
    state.quote = '';
    if (!keeps) return;
  }
  append(state, character);
}
