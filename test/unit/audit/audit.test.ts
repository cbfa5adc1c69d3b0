import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { audit, summary } from '../../../src/audit/audit.ts';
import { CATALOGUE } from '../../../src/audit/catalogue.ts';

describe('a finding', () => {
  test('says what, where and how to mend it', async () => {
    expect(await audit('set -Eeuo pipefail\nls  "é" $x\n')).toEqual([
      {
        code: 'A004',
        severity: 'error',
        message: 'unquoted: $x',
        line: 2,
        column: 9,
        hint: 'double quotes around it; an array for several words',
      },
    ]);
  });

  test('stands in the order of the script', async () => {
    const places = (await audit('ls $x\neval "$y"\ndocker\n')).map(({ code, line }) => `${line} ${code}`);
    expect(places).toEqual(['1 A007', '1 A004', '2 A003', '3 A002']);
  });
});

/** Texts of the files of a folder of the repository, by name. */
function texts(folder: string, ending: string): readonly (readonly [string, string])[] {
  const place = new URL(`../../../${folder}/`, import.meta.url);
  const files = readdirSync(place).filter((file) => file.endsWith(ending));
  return files.map((file) => [file, readFileSync(new URL(file, place), 'utf8')]);
}

test.each(texts('generated', '.sh'))('generated/%s passes', async (_, text) => expect(await audit(text)).toEqual([]));

test('the constant parts pass, whichever sections they call', async () => {
  const text = texts('templates/runtime', '.bash').map(([, module]) => module).join('\n');
  expect((await audit(text)).filter(({ code }) => code !== 'A002' && code !== 'A007')).toEqual([]); // strict mode is set in the head
});

test('a hostile text ends in findings, not in an exception', async () => {
  for (const text of ['', '\0', '<<<<', '${', '"', '\ud800', '$(('.repeat(200)]) expect(await audit(text)).not.toEqual([]);
});

test('every entry of the catalogue is whole', () => {
  for (const [name, { packages, purpose }] of CATALOGUE) {
    expect(name).toMatch(/^[a-z0-9_.-]+$/);
    expect(purpose).not.toBe('');
    expect(packages.debian).not.toBe('');
  }
});

test('the summary counts what is constant and what is of this definition', () => {
  const script = [
    '#!/bin/bash',
    '# ── prelude: the same bytes in every script ──',
    'a',
    '',
    'b',
    '# ── service web ──',
    'c',
    '# ── images: the same bytes in every script that pulls one ──',
    'd',
  ];
  expect(summary(script.join('\n'))).toEqual({ constant: 5, literal: 3 });
});
