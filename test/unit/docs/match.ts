/** A line `…` stands for any lines, `…` in a line for any text. */
export function matches(shown: string, real: string): boolean {
  const pattern = lines(shown).map((line) => (line === '…' ? '(?:.*\\n)*' : `${line.split('…').map(escape).join('.*')}[ \\t]*\\n`)).join('');
  return new RegExp(`^${pattern}$`).test(lines(real).map((line) => `${line}\n`).join(''));
}

function lines(text: string): readonly string[] {
  const trimmed = text.replace(/\n$/, '');
  return trimmed === '' ? [] : trimmed.split('\n').map((line) => line.trimEnd());
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The first part between lines `…` that does not stand in the text, behind those before it; null: all do. A part may begin and end within a line. */
export function missingPart(excerpt: string, text: string): string | null {
  let at = 0;
  for (const part of excerpt.split(/^…\n/m).map((lines) => lines.replace(/\n$/, ''))) {
    const found = text.indexOf(part, at);
    if (found < 0) return part;
    at = found + part.length;
  }
  return null;
}
