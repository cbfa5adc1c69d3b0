import type { Remark } from '../finding.ts';
import type { Script } from '../script.ts';
import { descendants, type SyntaxNode } from '../syntax.ts';

/** A004. An expansion whose value Bash splits into words and matches against file names. */
export function unquotedExpansion({ root }: Script): readonly Remark[] {
  return descendants(root, 'simple_expansion', 'expansion', 'command_substitution')
    .filter((node) => !isNumber(node) && isSplit(node))
    .map((node) => ({
      code: 'A004',
      message: `unquoted: ${node.text.split('\n')[0] ?? ''}`,
      hint: 'double quotes around it; an array for several words',
      index: node.start,
    }));
}

/** `$?`, `$$`, `$!`, `$#`, `${#name}`: digits. */
function isNumber({ text }: SyntaxNode): boolean {
  return /^\$([?$!#]|\{[?$!#]\}|\{#.+\})$/.test(text);
}

/** bash(1), Word Splitting: not in quotes, assignments, [[ ]], (( )), case words, here-strings and here-documents. */
function isSplit(node: SyntaxNode): boolean {
  const { parent } = node;
  switch (parent?.type) {
    case 'concatenation':
      return isSplit(parent);
    case 'command':
      return parent.children.indexOf(node) < nameOrEnd(parent) ? false : !behindHereString(parent, node);
    case 'command_name':
    case 'for_statement':
    case 'array':
      return true;
    case 'file_redirect':
      return !parent.children.some(({ type }) => type === '>&' || type === '<&');
    case 'unary_expression':
    case 'binary_expression':
      return isSplit(parent);
    case 'test_command':
      return parent.children[0]?.type === '[';
    default:
      return false;
  }
}

/** Where assignments end. */
function nameOrEnd({ children }: SyntaxNode): number {
  return children.findIndex(({ type }) => type === 'command_name');
}

function behindHereString({ children }: SyntaxNode, node: SyntaxNode): boolean {
  return children[children.indexOf(node) - 1]?.type === '<<<';
}
