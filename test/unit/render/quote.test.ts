import { describe, expect, it } from 'vitest';
import { plainText, quote, quoteFirst, toWord, type Word } from '../../../src/render/quote.ts';

const name = { parameter: 'name' };

describe('quote is as short as a careful human would be', () => {
  it.each<[Word, string]>([
    ['/var/lib/cash', '/var/lib/cash'],
    ['a:b,c=d+e@f%g-h_i.j', 'a:b,c=d+e@f%g-h_i.j'],
    ['-rf', '-rf'],
    ['', "''"],
    ['a b', "'a b'"],
    ['~', "'~'"],
    ['PATH=~/bin', "'PATH=~/bin'"],
    ['=ls', "'=ls'"],
    ["it's", '"it\'s"'],
    ["it's $5", "'it'\\''s $5'"],
    ['$(id)', "'$(id)'"],
    ['*.txt', "'*.txt'"],
    ['é', "'é'"],
    ['a\nb', "$'a\\nb'"],
    ['a\tb', "$'a\\tb'"],
    ['\x1b[31m', "$'\\e[31m'"],
    ["it's\\\n", "$'it\\'s\\\\\\n'"],
    ['\x7f', "$'\\x7f'"],
    ['\u0085', "$'\\xc2\\x85'"],
    ['a\u202eb', "$'a\\xe2\\x80\\xaeb'"],
    ['\u00a0', "$'\\xc2\\xa0'"],
    ['\ud800', "$'\\xed\\xa0\\x80'"],
    [42, '42'],
    [-1, '-1'],
    [0.5, '0.5'],
    [1e21, '1000000000000000000000'],
    [1e-7, '0.0000001'],
    [true, 'true'],
    [[name], '"$name"'],
    [['/run/cash/', name, '/pid'], '"/run/cash/$name/pid"'],
    [[name, 'x'], '"${name}x"'],
    [[name, '_x'], '"${name}_x"'],
    [[name, '[0]'], '"${name}[0]"'],
    [[name, '-x'], '"$name-x"'],
    [[name, name], '"$name$name"'],
    [['$', name, '`"\\'], '"\\$$name\\`\\"\\\\"'],
    [[name, '\n', { parameter: 'b' }], '"$name"$\'\\n\'"$b"'],
    [['a', '\nb ', name], '"a"$\'\\n\'"b $name"'],
    [['a', ' ', 'b'], "'a b'"],
    [[], "''"],
  ])('%j', (word, source) => expect(quote(word)).toBe(source));
});

describe('quoteFirst', () => {
  it.each([
    ['web', 'web'],
    ['A=b', "'A=b'"],
    ['if', "'if'"],
    ['a b', "'a b'"],
  ])('%j', (word, source) => expect(quoteFirst(word)).toBe(source));
});

describe('bugs are thrown', () => {
  it.each([
    ['a\0b', /NUL/],
    [NaN, /finite/],
    [Infinity, /finite/],
    [[{ parameter: 'a-b' }], /identifier/],
    [[{ parameter: '' }], /identifier/],
  ])('%j', (word, message) => expect(() => quote(word)).toThrow(message));
});

describe('toWord', () => {
  it.each([
    ['a', 'a'],
    ['', ''],
    [5, 5],
    [name, [name]],
    ['\0name\0', [name]],
    ['/a/\0name\0/b', ['/a/', name, '/b']],
    ['\0name\0\0name\0', [name, name]],
  ])('%j', (value, word) => expect(toWord(value)).toEqual(word));

  it('refuses a NUL alone', () => expect(() => toWord('a\0b')).toThrow(/NUL/));
});

it('plainText keeps to its line', () => {
  expect(plainText('a b\nc\u200b\\')).toBe('a b\\nc\\xe2\\x80\\x8b\\');
});
