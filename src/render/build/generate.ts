/**
 * From a rewritten template to the source of a JavaScript function. Handlebars' own compiler makes one that looks up helpers
 * and allocates their options at every value: 60 kB more to load, and three times slower.
 */
interface Scope {
  /** Variables of the contexts, innermost last. */
  readonly contexts: readonly string[];
  /** Number of the innermost each; null outside of one. */
  readonly loop: number | null;
  /** `as |item index|`: variables by name. */
  readonly named: ReadonlyMap<string, string>;
  readonly functions: ReadonlySet<string>;
}

/** Source of a function `(h, partial, context) => string`: helpers, a renderer of partials. It tells where one of `functions` stands. */
export function generate(program: hbs.AST.Program, functions: ReadonlySet<string>): string {
  return `(h, partial, c0) => ${body(program, { contexts: ['c0'], loop: null, named: new Map(), functions })}`;
}

function body(program: hbs.AST.Program | undefined, scope: Scope): string {
  const parts = (program?.body ?? []).map((node) => statement(node, scope)).filter((part) => part !== '""');
  return parts.length === 0 ? '""' : parts.join(' + ');
}

function statement(node: hbs.AST.Statement, scope: Scope): string {
  switch (node.type) {
    case 'ContentStatement':
      return content((node as hbs.AST.ContentStatement).value, scope);
    case 'MustacheStatement': {
      const { path, params } = node as hbs.AST.MustacheStatement;
      return `h.${(path as hbs.AST.PathExpression).original}(${value(params[0], scope)})`;
    }
    case 'BlockStatement':
      return block(node as hbs.AST.BlockStatement, scope);
    case 'PartialStatement':
      return partial(node as hbs.AST.PartialStatement, scope);
    default:
      return '""';
  }
}

function content(text: string, { functions }: Scope): string {
  const names = [...new Set(text.match(/[A-Za-z]\w*/g) ?? [])].filter((word) => functions.has(word));
  return names.length === 0 ? JSON.stringify(text) : `h.naming(${JSON.stringify(text)}, ${JSON.stringify(names.join(' '))})`;
}

function block({ path, params, program, inverse }: hbs.AST.BlockStatement, scope: Scope): string {
  const of = value(params[0], scope);
  if (path.original === 'each') return each(of, program, body(inverse, scope), scope);
  const [yes, no] = path.original === 'if' ? [program, inverse] : [inverse, program];
  return `(h.boolean(${of}) ? ${body(yes, scope)} : ${body(no, scope)})`;
}

function each(of: string, program: hbs.AST.Program, otherwise: string, scope: Scope): string {
  const n = scope.contexts.length;
  const [item, index] = program.blockParams ?? [];
  const named = [...scope.named, ...(item === undefined ? [] : [[item, `c${n}`] as const]), ...(index === undefined ? [] : [[index, `i${n}`] as const])];
  const inside = body(program, { contexts: [...scope.contexts, `c${n}`], loop: n, named: new Map(named), functions: scope.functions });
  return `h.each(${of}, (c${n}, i${n}, n${n}) => ${inside}, () => ${otherwise})`;
}

function partial({ name, params, ...node }: hbs.AST.PartialStatement, scope: Scope): string {
  const context = params[0] === undefined ? '{}' : value(params[0], scope);
  const template = name.type === 'SubExpression' ? `h.templateName(${value((name as hbs.AST.SubExpression).params[0], scope)})` : JSON.stringify((name as hbs.AST.PathExpression).original);
  return `${JSON.stringify((node as { readonly indent?: string }).indent ?? '')} + partial(${template}, ${context})`.replace(/^"" \+ /, '');
}

function value(node: hbs.AST.Expression | undefined, scope: Scope): string {
  const { data, depth, parts } = node as hbs.AST.PathExpression;
  if (data) return position(parts, scope);
  const [first, ...rest] = parts;
  const named = first !== undefined && depth === 0 ? scope.named.get(first) : undefined;
  const start = named ?? scope.contexts.at(-1 - depth) ?? 'undefined';
  return (named === undefined ? parts : rest).reduce((of, part) => `h.defined(${of}[${JSON.stringify(part)}], ${JSON.stringify(part)})`, start);
}

/** `@index`, `@first`, `@last`. */
function position([name]: readonly string[], { loop }: Scope): string {
  if (loop === null) return 'undefined';
  return name === 'first' ? `i${loop} === 0` : name === 'last' ? `i${loop} === n${loop} - 1` : name === 'index' ? `i${loop}` : 'undefined';
}
