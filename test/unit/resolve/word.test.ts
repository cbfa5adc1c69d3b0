import { expect, test } from 'vitest';
import { variable, word } from '../../../src/resolve/word.ts';

const name = { parameter: 'name' };

test.each([
  [word`a`, 'a'],
  [word`${''}`, ''],
  [word`${'a'}b${1}c${true}`, 'ab1ctrue'],
  [word`/run/${'\0name\0'}/x`, ['/run/', name, '/x']],
  [word`${name}`, [name]],
  [word`${variable('A')}${'b'}${variable('C')}d`, [{ parameter: 'A' }, 'b', { parameter: 'C' }, 'd']],
  [word`x${word`a${name}b`}y`, ['xa', name, 'by']],
])('%j', (built, expected) => expect(built).toEqual(expected));
