import type { Remark } from '../finding.ts';
import type { Script } from '../script.ts';
import { descendants, type SyntaxNode } from '../syntax.ts';

/** A005. `|| true` and `|| :` without the reason on the same line. */
export function ignoredFailure({ root, text }: Script): readonly Remark[] {
  const explained = new Set(descendants(root, 'comment').map(({ start }) => lineOf(text, start)));
  return descendants(root, 'list')
    .flatMap(({ children }) => children.filter(({ type }, at) => type === '||' && isNothing(children[at + 1])))
    .filter(({ start }) => !explained.has(lineOf(text, start)))
    .map(({ start }) => ({
      code: 'A005',
      message: 'a failure is ignored, and nothing says why',
      hint: 'a comment on this line: why it may fail',
      index: start,
    }));
}

function isNothing(node: SyntaxNode | undefined): boolean {
  const command = node?.type === 'redirected_statement' ? node.children[0] : node;
  return command?.type === 'command' && (command.text === ':' || command.text === 'true');
}

/** Where the line begins that has the index in it. */
function lineOf(text: string, index: number): number {
  return text.lastIndexOf('\n', index - 1);
}
