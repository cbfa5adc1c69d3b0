/**
 * A script as a tree of plain data. Node types are those of tree-sitter-bash 0.25 (its src/node-types.json).
 */
export interface SyntaxNode {
  /** `command`, `string`, …; of an anonymous node its own text. */
  readonly type: string;
  readonly named: boolean;
  /** The grammar expected this node, and it is not there. */
  readonly missing: boolean;
  /** Index of the first UTF-16 code unit in the script. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly parent: SyntaxNode | null;
  readonly children: readonly SyntaxNode[];
}

/** Of the node and all below it those of which `test` holds, in the order of the text. */
export function nodes(node: SyntaxNode, test: (node: SyntaxNode) => boolean): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const visit = (each: SyntaxNode): void => {
    if (test(each)) found.push(each);
    each.children.forEach(visit);
  };
  visit(node);
  return found;
}

/** All nodes of one of the types. */
export function descendants(node: SyntaxNode, ...types: readonly string[]): readonly SyntaxNode[] {
  return nodes(node, ({ type }) => types.includes(type));
}

/** The nearest node above that is of one of the types. */
export function ancestor(node: SyntaxNode, ...types: readonly string[]): SyntaxNode | null {
  for (let above = node.parent; above !== null; above = above.parent) if (types.includes(above.type)) return above;
  return null;
}
