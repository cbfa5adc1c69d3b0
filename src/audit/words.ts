import { ancestor, type SyntaxNode } from './syntax.ts';

/** A word of a command. */
export interface Word {
  readonly node: SyntaxNode;
  /** What the command receives; null where only the run tells. */
  readonly literal: string | null;
}

export function word(node: SyntaxNode): Word {
  return { node, literal: literal(node) };
}

function literal(node: SyntaxNode): string | null {
  switch (node.type) {
    case 'command_name':
    case 'concatenation':
      return joined(node.children);
    case 'word':
    case 'number':
    case 'brace_expression':
      return globbed(node.text) ? null : node.text.replace(/\\(\n|.)/g, (_, escaped: string) => (escaped === '\n' ? '' : escaped));
    case 'raw_string':
      return node.text.slice(1, -1);
    case 'string':
      return isLiteral(node) ? node.text.slice(1, -1).replace(/\\([$`"\\\n])/g, (_, escaped: string) => (escaped === '\n' ? '' : escaped)) : null;
    default:
      return null;
  }
}

function isLiteral(string: SyntaxNode): boolean {
  return string.children.every(({ type }) => type === '"' || type === 'string_content');
}

function joined(nodes: readonly SyntaxNode[]): string | null {
  return nodes.reduce<string | null>((before, node) => {
    const text = literal(node);
    return before === null || text === null ? null : before + text;
  }, '');
}

/** One word may become several, or another. */
function globbed(text: string): boolean {
  return text !== '[' && text !== '[[' && /(^|[^\\])[*?[]/.test(text);
}

/** The words of a `command` node: its name first; assignments before it and redirections apart. */
export function words(command: SyntaxNode): readonly Word[] {
  const name = command.children.findIndex(({ type }) => type === 'command_name');
  if (name < 0) return [];
  return command.children.slice(name).filter(isWord).map(word);
}

/** Not `{fd}`, which belongs to the redirection behind it. */
function isWord({ type, named, text }: SyntaxNode): boolean {
  return named && !/^\{[A-Za-z_]\w*\}$/.test(text) && !['file_redirect', 'herestring_redirect', 'heredoc_redirect', 'comment', 'ERROR'].includes(type);
}

/** `"$@"` and `"${@:3}"`: how many arguments of the function it leaves out; null for another word. */
export function restOfArguments({ node }: Word): number | null {
  if (node.text === '"$@"') return 0;
  const from = /^"\$\{@:(\d+)\}"$/.exec(node.text)?.[1];
  return from === undefined ? null : Number(from) - 1;
}

/**
 * The word with the first value of each loop variable in it (`for signal in HUP INT; do trap "stop $signal" …`), where those
 * values are plain words: null where anything else is open.
 */
export function unrolled({ node, literal: known }: Word): string | null {
  if (known !== null) return known;
  switch (node.type) {
    case 'concatenation':
    case 'string':
      return node.children.reduce<string | null>((before, child) => {
        const text = child.type === '"' ? '' : child.type === 'string_content' ? child.text : unrolled(word(child));
        return before === null || text === null ? null : before + text;
      }, '');
    case 'simple_expansion':
      return firstOfLoop(node, node.text.slice(1));
    default:
      return null;
  }
}

function firstOfLoop(node: SyntaxNode, variable: string): string | null {
  for (let loop = ancestor(node, 'for_statement'); loop !== null; loop = ancestor(loop, 'for_statement')) {
    if (loop.children.find(({ type }) => type === 'variable_name')?.text !== variable) continue;
    const values = loop.children.slice(3).filter(({ named, type }) => named && type !== 'do_group').map(({ text }) => text);
    return values.every((value) => /^\w+$/.test(value)) ? (values[0] ?? null) : null;
  }
  return null;
}
