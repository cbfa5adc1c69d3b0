/** Fenced blocks of Markdown, with what CONTRIBUTING.md says their marks mean. */

export interface Block {
  /** `yaml`, `bash`, `console`, … */
  readonly language: string;
  /** The words after the language. */
  readonly marks: readonly string[];
  /** Number of the line of the opening fence, from 1. */
  readonly line: number;
  readonly text: string;
}

export function blocks(markdown: string): readonly Block[] {
  const found: Block[] = [];
  let open: { readonly info: string; readonly line: number; readonly lines: string[] } | null = null;
  markdown.split('\n').forEach((text, index) => {
    if (open === null) {
      if (text.startsWith('```')) open = { info: text.slice(3).trim(), line: index + 1, lines: [] };
    } else if (text === '```') {
      const [language = '', ...marks] = open.info.split(/\s+/);
      found.push({ language, marks, line: open.line, text: `${open.lines.join('\n')}\n` });
      open = null;
    } else {
      open.lines.push(text);
    }
  });
  return found;
}

export interface Command {
  readonly text: string;
  /** What the page shows of its output. */
  readonly output: string;
}

/** `$ COMMAND`, continued by lines that begin with `> `; what follows is its output. */
export function commands({ text }: Block): readonly Command[] {
  const found: { text: string; output: string }[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const last = found.at(-1);
    if (line.startsWith('$ ')) found.push({ text: line.slice(2), output: '' });
    else if (last !== undefined && last.output === '' && line.startsWith('> ')) last.text += `\n${line.slice(2)}`;
    else if (last !== undefined) last.output += `${line}\n`;
  }
  return found;
}

/** The rows of the table that follows `<!-- MARK -->`: their first cells, without backticks. */
export function firstCells(markdown: string, mark: string): readonly string[] | null {
  const at = markdown.indexOf(`<!-- ${mark} -->\n`);
  if (at < 0) return null;
  const lines = markdown.slice(at).split('\n').slice(1);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).flatMap((line) => (line.split('|')[1] ?? '').split(',').map((cell) => cell.replace(/`/g, '').trim()));
}
