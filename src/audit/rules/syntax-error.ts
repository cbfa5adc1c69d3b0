import type { Remark } from '../finding.ts';
import type { Script } from '../script.ts';
import { nodes } from '../syntax.ts';

/** A001. What the grammar cannot read, nobody has judged: refused, even where Bash might take it. */
export function syntaxError({ root }: Script): readonly Remark[] {
  return nodes(root, ({ type, missing }) => type === 'ERROR' || missing).map((node) => ({
    code: 'A001',
    message: node.missing ? `syntax error: "${node.type}" is missing` : `syntax error at "${short(node.text)}"`,
    hint: 'bash -n says more; where Bash takes it, write it in a plainer way',
    index: node.start,
  }));
}

function short(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}
