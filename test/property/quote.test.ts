import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { helpers } from '../../src/render/helpers.ts';
import { HIDDEN, plainText, quote, quoteFirst, toWord, type Word } from '../../src/render/quote.ts';
import { hostile } from './arbitraries.ts';
import { bash, bytes } from './bash.ts';

const LOCALES = ['C', 'C.UTF-8'];
const BATCH = { minLength: 200, maxLength: 400 };
const many = { numRuns: 12 };
/** A lone surrogate has no bytes to be exported as. */
const exported = hostile.map((text) => text.replace(/\p{Cs}/gu, ''));

/** What Bash makes of these words: each followed by NUL. */
function argv(sources: readonly string[], environment = {}): Buffer {
  return bash(`printf '%s\\0' ${sources.join(' \\\n')}\n`, environment);
}

function expected(values: readonly string[]): Buffer {
  return Buffer.concat(values.flatMap((value) => [bytes(value), Buffer.of(0)]));
}

describe.each(LOCALES)('in locale %s Bash reads back', (LC_ALL) => {
  it('every text', () => {
    fc.assert(
      fc.property(fc.array(hostile, BATCH), (values) => {
        expect(argv(values.map(quote), { LC_ALL }).equals(expected(values))).toBe(true);
        expect(argv(values.map(quoteFirst), { LC_ALL }).equals(expected(values))).toBe(true);
      }),
      many,
    );
  });

  it('every text with parameters of any value', () => {
    const piece = fc.oneof(hostile, fc.constantFrom({ parameter: 'a' }, { parameter: 'b_1' }));
    const words = fc.array(fc.array(piece, { maxLength: 5 }), BATCH);
    fc.assert(
      fc.property(words, exported, exported, (values, a, b) => {
        const resolve = (word: (typeof values)[number]): string =>
          word.map((each) => (typeof each === 'string' ? each.replaceAll('\0', '') : each.parameter === 'a' ? a : b)).join('');
        expect(argv(values.map(quote), { LC_ALL, a, b_1: b }).equals(expected(values.map(resolve)))).toBe(true);
      }),
      many,
    );
  });

  it('every line of a heredoc', () => {
    const lines = fc.array(hostile.map((text) => text.replace(/\p{Cc}|\p{Cs}/gu, '')), BATCH);
    fc.assert(
      fc.property(lines, (values) => {
        const script = `cat <<END\n${values.map((value) => `> ${helpers.text(value)}\n`).join('')}END\n`;
        expect(bash(script, { LC_ALL }).toString()).toBe(values.map((value) => `> ${value}\n`).join(''));
      }),
      many,
    );
  });

  it('no comment as anything but a comment', () => {
    fc.assert(
      fc.property(fc.array(hostile, BATCH), (values) => {
        expect(bash(values.map((value) => `# ${plainText(value)}\n`).join(''), { LC_ALL })).toHaveLength(0);
      }),
      many,
    );
  });
});

it('hides nothing and stays on its line', () => {
  fc.assert(fc.property(fc.array(hostile, BATCH), (values) => values.every((value) => !HIDDEN.test(quote(value) + plainText(value)))), many);
});

it('takes 64 KiB', () => {
  const values = ["'", '\n', 'é', '$(id)', 'a'].map((unit) => unit.repeat(Math.ceil(65536 / unit.length)));
  expect(argv(values.map(quote)).equals(expected(values))).toBe(true);
});

it('takes any number as digits that read back the same', () => {
  fc.assert(fc.property(fc.integer(), (value) => quote(value) === String(value)));
  fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e20, noNaN: true }), (value) => Math.abs(Number(quote(value)) - value) < 1e-18 + value * 1e-12));
});

it('round-trips the model texts', () => {
  const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,5}$/);
  const parts = fc.array(fc.tuple(hostile, name), { minLength: 1, maxLength: 4 });
  const source = (word: Word): string => (Array.isArray(word) ? word.map((each) => (typeof each === 'string' ? each : `\0${each.parameter}\0`)).join('') : String(word));
  fc.assert(fc.property(parts, hostile, (pairs, end) => {
    const text = pairs.map(([before, parameter]) => `${before}\0${parameter}\0`).join('') + end;
    return source(toWord(text)) === text;
  }));
});
