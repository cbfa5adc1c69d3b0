/** POSIX extended regular expressions (regex(7)), as Bash's `=~` takes them: as much of them as the compiler has to judge. */

export interface EreProblem {
  readonly expected: string;
  readonly hint: string;
}

const classes: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z', digit: '0-9', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', space: ' \\t\\n\\r\\f\\v', blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~', xdigit: '0-9A-Fa-f', cntrl: '\\x00-\\x1f\\x7f', print: ' -~', graph: '!-~', word: 'A-Za-z0-9_',
};

/** The same expression for JavaScript; null where it is none. */
function translate(pattern: string): RegExp | null {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern.charAt(index);
    if (character !== '[') {
      source += character;
      if (character === '\\') source += pattern.charAt((index += 1));
      continue;
    }
    const end = bracketEnd(pattern, index);
    if (end === -1) return null;
    source += bracket(pattern.slice(index, end));
    index = end - 1;
  }
  try {
    return new RegExp(source);
  } catch {
    return null;
  }
}

/** Where the bracket expression that begins at `start` ends (after its `]`), or -1. A `]` that comes first is a member. */
function bracketEnd(pattern: string, start: number): number {
  let index = start + 1;
  if (pattern[index] === '^') index += 1;
  if (pattern[index] === ']') index += 1;
  while (index < pattern.length && pattern[index] !== ']') {
    index = pattern.startsWith('[:', index) && pattern.includes(':]', index) ? pattern.indexOf(':]', index) + 2 : index + 1;
  }
  return index < pattern.length ? index + 1 : -1;
}

function bracket(expression: string): string {
  const negated = expression.startsWith('[^');
  const members = expression.slice(negated ? 2 : 1, -1).replace(/\[:([a-z]+):\]|[\\[\]]|&&|--/g, (found, name: string | undefined) => {
    if (name !== undefined) return classes[name] ?? found;
    return found === '--' ? '\\--' : [...found].map((character) => `\\${character}`).join('');
  });
  return `[${negated ? '^' : ''}${members.replace(/^-|-$/g, '\\-')}]`;
}

/** The pattern without what stands in brackets, parentheses and escapes. */
function topLevel(pattern: string): string {
  let depth = 0;
  let seen = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern.charAt(index);
    if (character === '\\') index += 1;
    else if (character === '[') index = Math.max(index, bracketEnd(pattern, index) - 1);
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (depth === 0) seen += character;
  }
  return seen;
}

/** null where the pattern is an expression that a whole value has to match. */
export function anchored(pattern: string): EreProblem | null {
  const top = topLevel(pattern);
  if (!top.startsWith('^') || !pattern.startsWith('^') || !top.endsWith('$') || !pattern.endsWith('$') || pattern.length < 2) {
    return { expected: 'anchored', hint: 'begin it with ^ and end it with $' };
  }
  if (top.includes('|')) return { expected: 'anchored as a whole', hint: `put the alternatives in parentheses: ^(…|…)$` };
  if (/\\[a-zA-Z0-9]/.test(pattern) || pattern.includes('(?')) {
    return { expected: 'a POSIX extended regular expression', hint: 'write [0-9] for \\d, [[:space:]] for \\s; there are no lookarounds' };
  }
  if (translate(pattern) === null) return { expected: 'a POSIX extended regular expression', hint: 'see regex(7)' };
  return null;
}

export function matches(pattern: string, text: string): boolean {
  return translate(pattern)?.test(text) ?? false;
}
