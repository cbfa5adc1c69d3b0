/**
 * tree-sitter-bash 0.25 misreads some valid Bash. Where its tree shows that, one character is exchanged for another that means
 * the same to the audit, and the text is parsed again; the length stays, so that every position holds.
 */
import { descendants, type SyntaxNode } from './syntax.ts';

interface Exchange {
  readonly index: number;
  readonly by: string;
}

/** The text without what the tree shows to be misread; the same text where there is nothing. */
export function repaired(text: string, root: SyntaxNode): string {
  const exchanges = descendants(root, '$', 'command', 'ERROR').flatMap((node) => [...strayDollar(node), ...swallowedNewline(text, node), ...readWrite(text, node)]);
  return exchanges.reduce((result, { index, by }) => result.slice(0, index) + by + result.slice(index + 1), text);
}

/** `$a/b$c`: the second `$` stands alone, and `c` is another word. An expansion stands before it, so the word stays one. */
function strayDollar({ type, parent, start }: SyntaxNode): readonly Exchange[] {
  return type === '$' && parent?.type === 'concatenation' ? [{ index: start, by: '_' }] : [];
}

/** `a=1 b=2` and a command on the next line: read as one command. */
function swallowedNewline(text: string, { type, children }: SyntaxNode): readonly Exchange[] {
  if (type !== 'command') return [];
  const name = children.findIndex((child) => child.type === 'command_name');
  const before = children[name - 1];
  const after = children[name];
  if (before?.type !== 'variable_assignment' || after === undefined) return [];
  const gap = /^([ \t]*)\n/.exec(text.slice(before.end, after.start));
  return gap === null ? [] : [{ index: before.end + (gap[1]?.length ?? 0), by: ';' }];
}

/** `exec {fd}<>file`: not in the grammar. */
function readWrite(text: string, { type, start, end }: SyntaxNode): readonly Exchange[] {
  if (type !== 'ERROR') return [];
  const at = text.slice(Math.max(start - 1, 0), end + 1).indexOf('<>');
  return at < 0 ? [] : [{ index: Math.max(start - 1, 0) + at + 1, by: ' ' }];
}
