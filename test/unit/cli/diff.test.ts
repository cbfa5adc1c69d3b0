import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cash, definition, folderWith } from './cash.ts';

describe('cash diff', () => {
  const folder = (): string => {
    const files = folderWith({ 'old.yaml': definition('web'), 'new.yaml': `${definition('web', 'echo `|<b>`')}    environment: {X: "a\\eb"}\n` });
    cash(files, ['generate', 'old.yaml', '-o', 'old.sh']);
    return files;
  };

  it('takes scripts and definitions, and is silent of the same', () => {
    expect(cash(folder(), ['diff', 'old.sh', 'old.yaml'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('exits with 2 for a difference, in words, in lines, in commands', () => {
    const { status, stdout, stderr } = cash(folder(), ['diff', 'old.sh', 'new.yaml']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(stdout).toMatch(/^~ container app: changed; a container that runs has to be recreated\n {4}command: \["echo","hello"\] → .*\n {4}environment\.X: none → a\\eb\n {4}- +COMMAND=\(echo hello\)\n[^]*\n {4}\$ web\.sh up -d app\n$/);
    expect(cash(folder(), ['diff', 'old.sh', 'new.yaml'], { FORCE_COLOR: '1' }).stdout).toContain('\x1b[33m~ container app');
  });

  it('as Markdown, and as JSON', () => {
    const { status, stdout } = cash(folder(), ['diff', '--format', 'markdown', 'old.sh', 'new.yaml']);
    expect(status).toBe(2);
    expect(stdout).toContain('## What changes from `old.sh` to `new.yaml`\n\n### container `app`: changed\n');
    expect(stdout).toContain('- command: \\["echo","hello"\\] → \\["echo","\\`\\|\\<b\\>\\`"\\]\n');
    expect(JSON.parse(cash(folder(), ['diff', '--format', 'json', 'old.yaml', 'new.yaml']).stdout)).toMatchObject({ changes: [{ kind: 'container', name: 'app', container: 'recreate' }] });
    expect(JSON.parse(cash(folder(), ['diff', '--format', 'json', 'old.yaml', 'old.yaml']).stdout)).toMatchObject({ changes: [] });
  });

  it.each([
    ['a file that is not there', ['diff', 'old.sh', 'no.sh'], /^cash: no\.sh: no such file\n$/],
    ['a script of somebody else', ['diff', 'foreign.sh', 'old.sh'], /^cash: foreign\.sh carries no definition/],
    ['a definition that is none', ['diff', 'old.yaml', 'broken.sh'], /^cash: broken\.sh carries a definition that cannot be rendered/],
    ['an invalid definition', ['diff', 'old.sh', 'bad.yaml'], /^bad\.yaml:1:1: error/],
  ])('%s: 1', (_, args, message) => {
    const files = folder();
    writeFileSync(join(files, 'foreign.sh'), '#!/bin/bash\n');
    writeFileSync(join(files, 'bad.yaml'), 'services: {}\n');
    writeFileSync(join(files, 'broken.sh'), readFileSync(join(files, 'old.sh'), 'utf8').replace('"service":{', '"service":null,"x":{'));
    expect(cash(files, args)).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(message) as string });
  });

  it('one file alone is wrong usage', () => expect(cash(folder(), ['diff', 'old.sh'])).toMatchObject({ status: 2, stdout: '' }));

  it('says where a script is not what its definition renders to', () => {
    const files = folder();
    const path = join(files, 'old.sh');
    writeFileSync(path, readFileSync(path, 'utf8').replace('COMMAND=(echo hello)', 'COMMAND=(echo bye)'));
    expect(cash(files, ['diff', 'old.sh', 'new.yaml'])).toMatchObject({ status: 2, stdout: expect.stringContaining('COMMAND=(echo bye)') as string, stderr: expect.stringContaining('old.sh is not what its definition renders to') as string });
  });
});
