import { describe, expect, it } from 'vitest';
import { renderAll } from './templates.ts';

const open = [{ parameter: 'name' }];

describe('values', () => {
  it.each([
    ['cmd {{x}}\n', { x: 'a b' }, "cmd 'a b'\n"],
    ['cmd {{x}}\n', { x: 0 }, 'cmd 0\n'],
    ['cmd {{x}}\n', { x: false }, 'cmd false\n'],
    ['cmd {{x}}\n', { x: '' }, "cmd ''\n"],
    ['cmd {{x}}\n', { x: "'$(id)'\n" }, "cmd $'\\'$(id)\\'\\n'\n"],
    ['cmd {{x}}\n', { x: ['/run/', ...open, '/pid'] }, 'cmd "/run/$name/pid"\n'],
    ['cmd {{a.b}}\n', { a: { b: '<&>"' } }, "cmd '<&>\"'\n"],
    ['{{x}} a\n', { x: 'A=b' }, "'A=b' a\n"],
    ['case a in\n  {{x}}) ;;\nesac\n', { x: 'if' }, "case a in\n  'if') ;;\nesac\n"],
    ['env {{x}} a\n', { x: 'A=b' }, 'env A=b a\n'],
    ['# {{comment x}}\n', { x: "it's\na\u202etrap" }, "# it's\\na\\xe2\\x80\\xaetrap\n"],
    ['# {{comment x}}\n', { x: ['a ', ...open] }, '# a $name\n'],
    ['{{name x}}_create\n', { x: 'web_1' }, 'web_1_create\n'],
    ['A_{{name x}}=1\n', { x: 0 }, 'A_0=1\n'],
    ['"cash_{{name x}}"\n', { x: 'pull' }, '"cash_pull"\n'],
    ['a=${{integer x}}\n', { x: 2 }, 'a=$2\n'],
    ['a="${@:{{integer x}}}"\n', { x: 2 }, 'a="${@:2}"\n'],
    ['a="${@:{{integer x}}:{{integer x}}}"\n{ {{x}}; }\n', { x: 2 }, 'a="${@:2:2}"\n{ 2; }\n'],
    ['((a < {{integer x}}))\n', { x: 5 }, '((a < 5))\n'],
    ['((a < {{integer x}}))\n', { x: open }, '((a < name))\n'],
    ['cmd <<END\na {{text x}}\nEND\n', { x: '$(id) `\\' }, 'cmd <<END\na \\$(id) \\`\\\\\nEND\n'],
    ['cmd <<END\na {{text x}}b\nEND\n', { x: open }, 'cmd <<END\na ${name}b\nEND\n'],
  ])('%j of %j', (template, context, expected) => expect(renderAll(template, context)).toBe(expected));
});

describe('bugs are thrown', () => {
  it.each([
    ['a missing field', 'cmd {{x}}\n', {}, /"x" not defined/],
    ['a missing inner field', 'cmd {{a.b}}\n', { a: {} }, /"b" not defined/],
    ['a field of the prototype', 'cmd {{toString}}\n', {}, /not a word/],
    ['a missing field of a form', '# {{comment x}}\n', {}, /"x" not defined/],
    ['null', 'cmd {{x}}\n', { x: null }, /not a word: null/],
    ['an object', 'cmd {{x}}\n', { x: {} }, /not a word/],
    ['NUL', 'cmd {{x}}\n', { x: 'a\0b' }, /NUL/],
    ['an if of nothing', '{{#if x}}\na\n{{/if}}\n', {}, /"x" not defined/],
    ['an if of a number', '{{#if x}}\na\n{{/if}}\n', { x: 0 }, /neither true nor false: number 0/],
    ['an unless of null', '{{#unless x}}\na\n{{/unless}}\n', { x: null }, /neither true nor false/],
    ['an each of an object', '{{#each x}}\na\n{{/each}}\n', { x: {} }, /not an array/],
    ['an each of nothing', '{{#each x}}\na\n{{/each}}\n', {}, /"x" not defined/],
    ['a name with a dash', '{{name x}}\n', { x: 'a-b' }, /identifier/],
    ['a name that is a parameter', '{{name x}}\n', { x: open }, /identifier/],
    ['a name that is a number', '{{name x}}\n', { x: 0 }, /identifier/],
    ['a part of a name with a dash', 'a_{{name x}}\n', { x: 'a-b' }, /identifier/],
    ['a part of a name that is negative', 'a_{{name x}}\n', { x: -1 }, /identifier/],
    ['a position of two digits', 'a=${{integer x}}\n', { x: 10 }, /position/],
    ['an integer that is a text', '((a < {{integer x}}))\n', { x: 'a[$(id)]' }, /not an integer/],
    ['a newline in a heredoc', 'cmd <<END\na {{text x}}\nEND\n', { x: 'a\nEND' }, /control character/],
    ['a template that is not there', '{{> (partial x) this}}\n', { x: 'nothing' }, /nothing/],
  ])('%s', (_, template, context, message) => expect(() => renderAll(template, context)).toThrow(message));

  it('with the name of the template', () => expect(() => renderAll('cmd {{x}}\n', {})).toThrow(/^template main: /));
});

describe('blocks and partials', () => {
  it('leave no blank line', () => {
    const template = 'a\n{{#if x}}\nb\n{{else}}\nc\n{{/if}}\n{{#each ys}}\nd {{this}} {{@index}}\n{{/each}}\n{{!-- why --}}\ne\n';
    expect(renderAll(template, { x: true, ys: ['f', 'g'] })).toBe('a\nb\nd f 0\nd g 1\ne\n');
    expect(renderAll(template, { x: false, ys: [] })).toBe('a\nc\ne\n');
  });

  it('have positions and outer fields', () => {
    const template = 'cmd {{#each xs as |x i|}}{{#unless @first}}, {{/unless}}{{x.a}}={{i}}:{{../y}}{{/each}}\n';
    expect(renderAll(template, { xs: [{ a: 'p' }, { a: 'q' }], y: 'z' })).toBe('cmd p=0:z, q=1:z\n');
  });

  it('quote in partials, static and by name', () => {
    const templates = { main: '{{> one}}\n{{#each xs}}\n{{> (partial kind) this}}\n{{/each}}\nend\n', one: '# one\n', two: 'two {{v}}\n' };
    expect(renderAll(templates, { xs: [{ kind: 'two', v: 'a b' }, { kind: 'one' }] })).toBe("# one\ntwo 'a b'\n# one\nend\n");
  });

  it('are not constant Bash, of which each file is whole', () => {
    expect(() => renderAll('{{> runtime/prelude}}\n', {}, { prelude: 'a\n' })).toThrow(/runtime\/prelude/);
    expect(() => renderAll('a\n', {}, { half: 'a' })).toThrow(/newline/);
  });

  it('see only the context they are given', () => {
    expect(() => renderAll({ main: '{{> one}}\n', one: 'cmd {{x}}\n' }, { x: 1 })).toThrow(/"x" not defined/);
  });

  it('do not indent what is in them', () => {
    const templates = { main: 'f() {\n  {{> one this}}\n}\n', one: 'cmd <<END\na\nEND\n' };
    expect(renderAll(templates, {})).toBe('f() {\n  cmd <<END\na\nEND\n}\n');
  });
});
