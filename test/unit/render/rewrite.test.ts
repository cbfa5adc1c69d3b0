import { describe, expect, it } from 'vitest';
import { problemsOf } from './templates.ts';

const accepted: readonly (readonly [string, string])[] = [
  ['an argument', 'ip link add {{bridge}} type bridge\n'],
  ['glued to an option', 'cmd --name={{x}} -v{{y}}/z\n'],
  ['glued to each other', 'cmd {{x}}{{y}}\n'],
  ['an assignment', 'local x={{x}}\n'],
  ['an array', 'a=(\n  {{#each xs}}\n  {{this}}\n  {{/each}}\n)\n'],
  ['a redirection', 'echo {{x}} >{{file}}\n'],
  ['a here string', 'read -r x <<<{{x}}\n'],
  ['a pattern of case', 'case $1 in\n  {{x}}) a {{y}} ;;\n  {{z}} | b) c ;;\nesac\n'],
  ['a case inside a substitution', 'a=$(case $1 in b) echo {{x}} ;; esac) c={{x}}\n'],
  ['a test', '[[ -d {{x}} && $y == {{y}} ]]\n'],
  ['a substitution within quotes', 'a="$(cat {{x}}) $((n + {{integer m}}))"\n'],
  ['a name', '{{name service}}_create() {\n  "cash_{{name service}}" \'{{name service}}\'\n}\n'],
  ['a name and a redirection', '{{name f}}() { :; }\n{{name f}} >x\n'],
  ['a comment', '# ── {{comment x}} ──\ncmd # {{comment y}}\ncmd a#b {{y}}\n'],
  ['a value after an apostrophe in a comment', "# it's\ncmd {{x}}\n"],
  ['a heredoc', "cmd {{x}} <<IP {{y}}\nlink add {{text a}} $(id) ${b}\n{{#each cs}}\nroute {{text this}}\n{{/each}}\nIP\ncmd {{x}}\n"],
  ['after a quoted heredoc', "cmd <<'END'\n$( \" ' `\nEND\ncmd {{x}}\n"],
  ['after a heredoc with tabs', 'f() {\n\tcmd <<-END\n\ta\n\tEND\n\tcmd {{x}}\n}\n'],
  ['an optional argument', 'cmd {{#if x}}--all {{/if}}{{y}}\n'],
  ['arguments in a row', 'cmd{{#each xs}} {{this}}{{/each}}\n'],
  ['a lone dollar in quotes, closed', "cmd 'a$' \"b$\" {{x}}\n"],
  ['expansions', 'cmd "${a:-it\'s}" "${b#\'x\'}" ${#c} $# {{x}}\n'],
  ['arithmetic', '((i < {{integer n}})) && cmd {{x}}\n'],
  ['ansi quotes', "IFS=$' \\t\\n' cmd $'it\\'s' {{x}}\n"],
  ['a line continued', 'cmd \\\n  {{x}} \\\n  {{y}}\n'],
  ['a comment to the end of the line in a block', 'cmd{{#if x}} # {{comment y}}{{/if}}\ncmd {{z}}\n'],
  ['positions', 'a=${{integer n}} b=("${@:{{integer m}}}" ${b:{{integer m}}}c)\n'],
  ['descriptors', 'cmd {{x}} >&2 2>&1 <&- {fd}>{{lock}} &>{{log}} &\n'],
];

describe('a template may have', () => {
  it.each(accepted)('%s', (_, template) => expect(problemsOf(template)).toEqual([]));
});

const refused: readonly (readonly [string, string, RegExp])[] = [
  ['raw output', 'cmd {{{x}}}\n', /1:5: raw output/],
  ['raw output with &', 'cmd {{&x}}\n', /raw output/],
  ['single quotes', "cmd\ncmd 'a {{x}}'\n", /2:8: .*single quotes/],
  ['double quotes', 'cmd "{{x}}"\n', /double quotes/],
  ['ansi quotes', "cmd $'{{x}}'\n", /\$'…'/],
  ['a word in a comment', '# {{x}}\n', /write \{\{comment x\}\}/],
  ['a comment form outside', 'cmd {{comment x}}\n', /outside a comment/],
  ['a word in a heredoc', 'cmd <<END\na {{x}}\nEND\n', /write \{\{text x\}\}/],
  ['text in a quoted heredoc', "cmd <<'END'\na {{text x}}\nEND\n", /quoted heredoc/],
  ['text that begins a line', 'cmd <<END\n{{text x}}\nEND\n', /could end the heredoc/],
  ['text after a beginning of the delimiter', 'cmd <<END\nE{{text x}}\nEND\n', /could end the heredoc/],
  ['text outside', 'cmd {{text x}}\n', /outside a heredoc/],
  ['a parameter expansion', 'cmd ${x:-{{y}} }\n', /inside \$\{/],
  ['arithmetic', '((a < {{b}}))\n', /\{\{integer x\}\}/],
  ['arithmetic in [[', '[[ $a -lt {{b}} ]]\n', /as arithmetic/],
  ['arithmetic in [[, before', '[[ {{b}} -eq 1 ]]\n', /as arithmetic/],
  ['a regular expression', '[[ $a =~ {{b}} ]]\n', /regular expression/],
  ['after a dollar', 'cmd ${{x}}\n', /after \$/],
  ['after a backslash', 'cmd \\\\{{x}}\n', /after a backslash/],
  ['after a tilde', 'cmd ~{{x}}\n', /after ~/],
  ['a subscript', 'a[{{x}}]=1\n', /after \[/],
  ['a brace', 'cmd {a,{{x}} }\n', /brace expansion/],
  ['a descriptor before', 'cmd {{x}}>file\n', /descriptor/],
  ['a descriptor after', 'cmd >&{{x}}\n', /descriptor/],
  ['a function', '{{x}}() { :; }\n', /\{\{name x\}\}/],
  ['a heredoc delimiter', 'cmd <<{{x}}\n', /delimiter/],
  ['a backquote', 'cmd `id`\n', /backquote/],
  ['branches that differ', 'cmd {{#if x}}"{{/if}}a"\n', /branches/],
  ['a comment or not', 'cmd {{#if x}}a{{/if}}#b\n', /a comment\?/],
  ['text after a comment in a block', 'cmd {{#if x}}# y{{/if}} z\n', /goes on after it/],
  ['a mustache after a comment in a block', 'cmd {{#if x}}# y{{/if}}{{z}}\n', /goes on after it/],
  ['an open quote', 'cmd "\n', /ends inside a double/],
  ['an open heredoc', 'cmd <<END\n', /ends inside a heredoc/],
  ['no newline', 'cmd', /newline/],
  ['another helper', 'cmd {{lookup a "b"}}\n', /a mustache is/],
  ['a literal', 'cmd {{"a"}}\n', /a mustache is/],
  ['the form word by name', 'cmd {{word x}}\n', /a mustache is/],
  ['hash arguments', 'cmd {{name x a=1}}\n', /a mustache is/],
  ['another block', '{{#with x}}\ncmd\n{{/with}}\n', /a block is/],
  ['a block of a field', '{{#x}}\ncmd\n{{/x}}\n', /a block is/],
  ['a decorator', '{{#*inline "x"}}\n{{/inline}}\n', /no DecoratorBlock/],
  ['a partial block', '{{#> main}}\n{{/main}}\n', /no PartialBlockStatement/],
  ['an unknown partial', '{{> nothing this}}\n', /no template called nothing/],
  ['a partial by value without a context', '{{> (partial x)}}\n', /\{\{> \(partial kind\) context\}\}/],
  ['a partial within a line', 'cmd {{> main this}}\n', /line of its own/],
  ['a partial within quotes', "cmd '\n{{> main this}}\n'\n", /line of its own/],
  ['a syntax error', 'cmd\n{{#if x}}\n', /^\d+:1: Parse error/],
];

describe('a template must not have', () => {
  it.each(refused)('%s', (_, template, message) => expect(problemsOf(template).join('\n')).toMatch(message));
});

it('names the file of every problem', () => {
  expect(problemsOf({ main: 'a\n', 'x/y': 'cmd "{{x}}"\n' })).toEqual([expect.stringMatching(/^x\/y:1:6: /)]);
});
