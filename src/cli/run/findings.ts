import type { Finding } from '../../audit/audit.ts';
import { plainText } from '../../render/quote.ts';

/** For people: `FILE:LINE:COLUMN: error: MESSAGE (CODE)`, and a hint. What stands in the script cannot reach the terminal. */
export function formatFindings(file: string, findings: readonly Finding[], colour: boolean): string {
  return findings.map((finding) => formatOne(file, finding, colour)).join('');
}

function formatOne(file: string, { severity, code, message, line, column, hint }: Finding, colour: boolean): string {
  const style = (sgr: string, text: string): string => (colour ? `\x1b[${sgr}m${text}\x1b[0m` : text);
  const label = style(severity === 'error' ? '1;31' : '1;33', severity);
  const head = `${style('1', `${plainText(file)}:${line}:${column}:`)} ${label}: ${plainText(message)} (${code})\n`;
  return hint === '' ? head : `${head}  ${style('36', 'hint:')} ${plainText(hint)}\n`;
}
