import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { example, EXAMPLES, ROOT, textOf } from '../examples.ts';
import { cash, folderWith } from './cash.ts';

describe.each(EXAMPLES)('examples/%s', (name) => {
  const file = join(ROOT, 'examples', name, 'compose.yaml');
  const script = join(ROOT, 'generated', `${example(name).name}.sh`);

  it('is valid, and says nothing else', () => expect(cash('/', ['validate', file])).toEqual({ status: 0, stdout: '', stderr: `${file}: valid\n` }));

  it('is what cash schema describes', () => {
    const schema = JSON.parse(cash('/', ['schema']).stdout) as object;
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(parse(textOf('examples', name, 'compose.yaml')))).toBe(true);
  });

  it('has a script that is its own', () => {
    expect(cash('/', ['verify', script])).toEqual({ status: 0, stdout: `${script}: verified\n`, stderr: '' });
    const { status, stdout, stderr } = cash('/', ['audit', script]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [, literal = 0, constant = 0] = /: passes; (\d+) lines of its own to review, (\d+) that are the same in every script\n/.exec(stdout)?.map(Number) ?? [];
    expect(literal).toBeGreaterThan(50);
    expect(constant).toBeGreaterThan(500);
  });

  it('compiles to the same bytes, whoever does it and wherever', () => {
    const folder = folderWith({});
    cpSync(file, join(folder, 'compose.yaml'));
    const { stdout } = cash(folder, ['generate', '-o', '-'], { LC_ALL: 'C', TZ: 'UTC', HOME: '/root' });
    const other = cash('/', ['generate', join(folder, 'compose.yaml'), '-o', '-'], { LC_ALL: 'tr_TR.UTF-8', LANG: 'de_DE', TZ: 'Asia/Kolkata', HOME: '/home/x', USER: 'x', SOURCE_DATE_EPOCH: '1', COLUMNS: '20' });
    expect(other.stdout === stdout).toBe(true);
    expect(stdout).toBe(textOf('generated', `${example(name).name}.sh`));
  });
});
