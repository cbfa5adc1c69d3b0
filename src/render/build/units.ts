/**
 * The constant Bash, cut into what a script can have or leave out: a function with its comment, or the first value of a
 * variable. What a unit uses is read from it by a grammar of Bash: each word that is the name of another one counts, wherever
 * it stands (`"$FUNCTION"` calls what a word elsewhere names), and so do all names that a word begins (`"volume_$1"`).
 * Too much may count, never too little.
 */
import type { SyntaxNode } from '../../audit/syntax.ts';
import type { Unit } from '../shake.ts';
import type { Source } from './precompile.ts';

/** Bash itself reads them. */
const OF_BASH = ['IFS', 'PATH', 'LC_ALL'];

/** Escaped, as for the heading of src/audit/summary.ts. */
const HEADING = /^# \u2500\u2500 /;

/** The units of each module, by its name. */
export function cutUnits(parse: (text: string) => SyntaxNode, modules: readonly Source[]): Readonly<Record<string, readonly Unit[]>> {
  const pieces = modules.map(({ name, text }) => [name, cut(text, parse(text))] as const);
  const known = new Set(pieces.flatMap(([, each]) => each.flatMap(({ names }) => names)));
  return Object.fromEntries(pieces.map(([name, each]) => [name, each.map((piece) => unit(piece, known))]));
}

interface Piece {
  readonly text: string;
  readonly names: readonly string[];
  readonly nodes: readonly SyntaxNode[];
}

/** Whole lines. Comments belong to what follows them. */
function cut(text: string, root: SyntaxNode): readonly Piece[] {
  const lines = text.split(/(?<=\n)/);
  const pieces: Piece[] = [];
  let begin = headingLines(lines);
  const add = (end: number, nodes: readonly SyntaxNode[]): void => {
    if (end > begin) pieces.push({ text: lines.slice(begin, end).join(''), names: nodes.flatMap(namesOf), nodes });
    begin = end;
  };
  if (begin > 0) pieces.push({ text: lines.slice(0, begin).join(''), names: [], nodes: [] });
  for (const nodes of byLine(text, root)) add(text.slice(0, nodes.at(-1)?.end).split('\n').length, nodes);
  add(lines.length, []);
  return pieces;
}

/** Statements, those on one line together. */
function byLine(text: string, root: SyntaxNode): readonly (readonly SyntaxNode[])[] {
  return root.children.filter(({ named, type }) => named && type !== 'comment').reduce<readonly (readonly SyntaxNode[])[]>((all, node) => {
    const last = all.at(-1);
    return last === undefined || text.slice(last.at(-1)?.end, node.start).includes('\n') ? [...all, [node]] : [...all.slice(0, -1), [...last, node]];
  }, []);
}

/** Its heading, and a comment below it that an empty line ends. */
function headingLines(lines: readonly string[]): number {
  if (!HEADING.test(lines[0] ?? '')) return 0;
  const comment = lines.findIndex((line) => !line.startsWith('#'));
  return lines[comment] === '\n' ? comment : 1;
}

/** None of a statement that does something: it is there with its module. */
function namesOf(node: SyntaxNode): readonly string[] {
  if (node.type === 'function_definition') return [node.children.find(({ type }) => type === 'word')?.text ?? ''];
  const assigns = node.text.startsWith('declare -A ') || /^variable_assignments?$/.test(node.type);
  const assigned = node.type === 'variable_assignment' ? [node] : node.children.filter(({ type }) => type === 'variable_assignment');
  const names = assigns ? assigned.map(({ children }) => children[0]?.text ?? '') : [];
  return names.some((name) => OF_BASH.includes(name)) ? [] : names;
}

function unit({ text, names, nodes }: Piece, known: ReadonlySet<string>): Unit {
  const used = new Set(nodes.flatMap((node) => uses(node, known)));
  return { text, names, uses: [...used].filter((name) => !names.includes(name)).sort() };
}

function uses(node: SyntaxNode, known: ReadonlySet<string>): readonly string[] {
  const found = node.type === 'string' || node.type === 'concatenation' ? begun(node, known) : [];
  switch (node.type) {
    case 'comment':
      return [];
    case 'variable_name': // a local variable may be called as a function is
      return known.has(node.text) && node.text === node.text.toUpperCase() ? [node.text] : [];
    case 'raw_string':
    case 'ansi_c_string':
    case 'string_content':
    case 'heredoc_content':
      return quoted(node.text.replace(/^\$?'/, ''), known);
    default:
      return node.children.some(({ named }) => named) ? [...found, ...node.children.flatMap((child) => uses(child, known))] : words(node.text).filter((word) => known.has(word));
  }
}

function words(text: string): readonly string[] {
  return text.match(/[A-Za-z]\w*/g) ?? [];
}

/** In prose and in scripts: a name with a `_`, or a word where a command or an expansion can be, or the whole text. */
function quoted(text: string, known: ReadonlySet<string>): readonly string[] {
  const commands = [...text.matchAll(/(?:^|[;&|(){}!\n]|\b(?:then|do|else|if|while|until)\b)\s*([A-Za-z]\w*)/g)].map(([, name = '']) => name);
  const variables = [...text.matchAll(/(?:\$\{?[#!]?|\b(?=\w+\+?=))([A-Za-z_]\w*)/g)].map(([, name = '']) => name).filter((name) => name === name.toUpperCase());
  const named = words(text).filter((name) => name.includes('_'));
  return [...commands, ...variables, ...named].filter((name) => known.has(name));
}

/** `"volume_$1"`, `volume_"$1"`. */
function begun(node: SyntaxNode, known: ReadonlySet<string>): readonly string[] {
  const starts = (node.text.match(/[A-Za-z]\w*_(?="?\$)/g) ?? []).filter((start) => [...known].some((name) => name.startsWith(start)));
  return starts.map((start) => `${start}*`);
}

/** `# commands: up stop` beside a function: the script calls itself with these. */
export function neededCommands(units: readonly Unit[]): Readonly<Record<string, readonly string[]>> {
  const needs = units.flatMap(({ text, names }) => {
    const commands = /^# commands: ([a-z ]+)$/m.exec(text)?.[1]?.split(' ');
    return commands === undefined ? [] : names.flatMap((name) => (name.startsWith('command_') ? [[name.slice('command_'.length), commands] as const] : []));
  });
  return Object.fromEntries(needs);
}
