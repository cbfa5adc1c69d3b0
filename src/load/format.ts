import type { Diagnostic, Sources } from './diagnostic.ts';

interface Paint {
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

function paint(colour: boolean): Paint {
  const style = (code: string) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: style('1'), red: style('1;31'), yellow: style('1;33'), cyan: style('36') };
}

/**
 * For people: `file:line:column: error: message (code)`, the line itself, a caret under what is meant, and `hint:`. One
 * block a diagnostic, with a line break at the end of each.
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], sources: Sources, options: { readonly colour: boolean }): string {
  const style = paint(options.colour);
  return diagnostics.map((one) => formatOne(one, sources.get(one.position.file) ?? '', style)).join('');
}

function formatOne(one: Diagnostic, source: string, style: Paint): string {
  const { file, line, column } = one.position;
  const label = one.severity === 'error' ? style.red('error') : style.yellow('warning');
  const head = `${style.bold(printable(`${file}:${line}:${column}:`))} ${label}: ${printable(one.message)} (${one.code})\n`;
  const hint = one.hint === null ? '' : `  ${style.cyan('hint:')} ${printable(one.hint)}\n`;
  return head + excerpt(one, source, style) + hint;
}

/** How much of a line is shown on either side of the place. */
const context = 100;

function excerpt(one: Diagnostic, source: string, style: Paint): string {
  const { offset, length, line } = one.position;
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = source.indexOf('\n', offset);
  const end = (lineEnd === -1 ? source.length : lineEnd) - (source[lineEnd - 1] === '\r' ? 1 : 0);
  if (source === '' || start > end) return '';
  const from = Math.max(start, offset - context);
  const to = Math.min(end, offset + context);
  const shown = `${from > start ? '…' : ''}${printable(source.slice(from, to))}${to < end ? '…' : ''}`.trimEnd();
  const marked = source.slice(offset, Math.min(to, offset + length)).trimEnd();
  const indent = (from > start ? ' ' : '') + blank(source.slice(from, offset));
  const gutter = ' '.repeat(String(line).length);
  const caret = style.red('^'.repeat(Math.max(1, width(marked))));
  return `  ${line} | ${shown}\n  ${gutter} | ${indent}${caret}\n`;
}

/** Control characters would reach the terminal: they are shown as what they are. A tab stays a tab. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });
}

const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const narrow = /[\p{M}\u200b-\u200f\ufeff]/u;

function cells(character: string): number {
  if (narrow.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** As many columns of a terminal as the text takes. */
function width(text: string): number {
  return [...text].reduce((sum, character) => sum + cells(character), 0);
}

/** Blanks that are as wide as the text, whatever a tab is. */
function blank(text: string): string {
  return [...text].map((character) => (character === '\t' ? '\t' : ' '.repeat(cells(character)))).join('');
}
