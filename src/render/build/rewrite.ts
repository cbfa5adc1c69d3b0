/**
 * Rewrites a parsed template so that every `{{x}}` is a call of the helper that quotes it where it stands, and collects
 * everything a template must not do. The AST is the rewritten one afterwards: it is ours alone.
 */
import { type BashState, innermost, merge, START } from './bash-state.ts';
import { scan } from './bash-scan.ts';
import { type Form, FORMS, place, type Placement } from './mustache.ts';

export interface TemplateProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

type Report = (node: hbs.AST.Node, message: string) => void;
interface Scope {
  readonly report: Report;
  /** Names of all templates. */
  readonly partials: ReadonlySet<string>;
  /** Mustaches by their source: the body of an each is walked twice. */
  readonly seen: Map<hbs.AST.MustacheStatement, Seen>;
}

interface Seen {
  readonly form: Form;
  readonly value: hbs.AST.PathExpression;
  readonly helper: Placement['helper'] | null;
}

export function rewrite(program: hbs.AST.Program, partials: ReadonlySet<string>): readonly TemplateProblem[] {
  const problems = new Map<string, TemplateProblem>();
  const report: Report = (node, message) => {
    const { line, column } = node.loc.start;
    problems.set(`${line}:${column}:${message}`, { line, column: column + 1, message });
  };
  const end = walk(program, START, { report, partials, seen: new Map() });
  const last = program.body.at(-1) ?? program;
  if (end.stack.length !== 1 || end.heredocs.length > 0) report(last, `the template ends inside a ${innermost(end).kind}`);
  else if (!end.lineStart) report(last, 'the template does not end with a newline');
  return [...problems.values()];
}

function walk(program: hbs.AST.Program | undefined, state: BashState, scope: Scope): BashState {
  return (program?.body ?? []).reduce((current, node) => visit(node, current, scope), state);
}

function visit(node: hbs.AST.Statement, state: BashState, scope: Scope): BashState {
  const before = state.problems.length;
  const after = isContent(node)
    ? scan(state, node.value)
    : isMustache(node)
      ? mustache(node, state, scope)
      : isBlock(node)
        ? block(node, state, scope)
        : isPartial(node)
          ? partial(node, state, scope)
          : other(node, state, scope);
  for (const problem of after.problems.slice(before)) scope.report(node, problem);
  return { ...after, problems: state.problems };
}

function other(node: hbs.AST.Statement, state: BashState, { report }: Scope): BashState {
  if (node.type !== 'CommentStatement') report(node, `no ${node.type} in a template`);
  return state;
}

function mustache(node: hbs.AST.MustacheStatement, state: BashState, scope: Scope): BashState {
  const read = scope.seen.get(node) ?? readMustache(node);
  if (!node.escaped) scope.report(node, 'raw output: write {{x}}');
  if (read === null) {
    scope.report(node, `a mustache is {{x}} or one of ${FORMS.slice(1).map((form) => `{{${form} x}}`).join(' ')}`);
    return state;
  }
  const placed = place(state, read.form);
  const helper = read.helper === 'quoteFirst' ? read.helper : placed.helper;
  scope.seen.set(node, { ...read, helper });
  node.path = path(helper, node);
  node.params = [strict(read.value)];
  return placed.state;
}

function readMustache({ path: head, params, hash }: hbs.AST.MustacheStatement): Seen | null {
  const [value, ...rest] = params;
  if (!isPath(head) || hash !== undefined || rest.length > 0) return null;
  if (value === undefined) return { form: 'word', value: head, helper: null };
  const form = formOf(head.original);
  return form === null || !isPath(value) ? null : { form, value, helper: null };
}

function formOf(helper: string): Form | null {
  return FORMS.find((form) => form === helper && form !== 'word') ?? null;
}

const BLOCKS = new Set(['if', 'unless', 'each']);

function block(node: hbs.AST.BlockStatement, state: BashState, scope: Scope): BashState {
  const [value, ...rest] = node.params;
  if (!BLOCKS.has(node.path.original) || value === undefined || !isPath(value) || rest.length > 0 || node.hash !== undefined) {
    scope.report(node, 'a block is {{#if x}}, {{#unless x}} or {{#each x}}');
    return state;
  }
  strict(value);
  const once = walk(node.program, state, scope);
  const otherwise = walk(node.inverse, state, scope);
  if (node.path.original !== 'each') return merge(once, otherwise);
  return merge(walk(node.program, merge(state, once), scope), otherwise);
}

function partial(node: hbs.AST.PartialStatement, state: BashState, scope: Scope): BashState {
  const frame = innermost(state);
  if (frame.kind !== 'command' || !state.lineStart || state.glue.has('comment')) scope.report(node, 'a partial stands on a line of its own, outside quotes');
  node.params.forEach((each) => (isPath(each) ? strict(each) : scope.report(node, 'the context of a partial is a path')));
  node.hash?.pairs.forEach((pair) => isPath(pair.value) && strict(pair.value));
  if (isPath(node.name)) {
    if (!scope.partials.has(node.name.original)) scope.report(node, `no template called ${node.name.original}`);
  } else if (node.name.path.original !== 'partial' || node.name.params.length !== 1 || node.params.length !== 1) {
    scope.report(node, 'a partial whose name is a value is written {{> (partial kind) context}}');
  } else {
    node.name.params.forEach((each) => isPath(each) && strict(each));
  }
  return { ...state, lineStart: true, word: '', first: true };
}

/** The compiler reads this flag of a path: a missing field throws, in arguments of helpers too. */
function strict(node: hbs.AST.PathExpression): hbs.AST.PathExpression {
  return Object.assign(node, { strict: true });
}

function path(name: string, { loc }: hbs.AST.Node): hbs.AST.PathExpression {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc };
}

const isContent = (node: hbs.AST.Node): node is hbs.AST.ContentStatement => node.type === 'ContentStatement';
const isMustache = (node: hbs.AST.Node): node is hbs.AST.MustacheStatement => node.type === 'MustacheStatement';
const isBlock = (node: hbs.AST.Node): node is hbs.AST.BlockStatement => node.type === 'BlockStatement';
const isPartial = (node: hbs.AST.Node): node is hbs.AST.PartialStatement => node.type === 'PartialStatement';
const isPath = (node: hbs.AST.Node): node is hbs.AST.PathExpression => node.type === 'PathExpression';
