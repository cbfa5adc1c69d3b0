import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { version } from '../../../src/version.ts';
import { built, cash, definition, folderWith } from './cash.ts';

const INVALID = 'name: b\nservices:\n  app:\n    image: debootstrap:bookworm\n    comand: x\n';

describe('usage', () => {
  const folder = folderWith({});

  it.each(['generate', 'validate', 'schema', 'verify', 'audit', 'diff', 'policy', 'init', 'completion', 'sign'])('%s --help has an example', (command) => {
    const { status, stdout, stderr } = cash(folder, [command, '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`\\nExample:\\n  cash ${command}`));
  });

  it('prints help and version on stdout', () => {
    expect(cash(folder, ['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(cash(folder, ['--help']).stdout).toMatch(/^Usage: cash /);
    expect(cash(folder, ['help', 'verify']).stdout).toMatch(/^Usage: cash verify /);
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['nothing', [], /Usage: cash/],
    ['an unknown command', ['generat'], /unknown command 'generat'[^]*generate/],
    ['an unknown option', ['generate', '--chek'], /unknown option '--chek'[^]*--check/],
    ['no file', ['validate'], /missing required argument/],
    ['no definition here', ['generate'], /no compose\.yaml, .* in this directory\. Name a file/],
    ['a file that is not there', ['generate', 'a.yaml'], /^cash: a\.yaml: no such file\n$/],
    ['a directory', ['validate', '.'], /^cash: \. is a directory\. Name the file in it: \.\/compose\.yaml\n$/],
    ['a script that is not there', ['verify', 'a.sh'], /^cash: a\.sh: no such file\n$/],
    ['a script to judge that is not there', ['audit', 'a.sh'], /^cash: a\.sh: no such file\n$/],
  ])('%s is wrong usage', (_, args, message) => {
    expect(cash(folder, args)).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(message) as string });
  });

  it('minds no reader that has gone', () => {
    const script = `"$1" schema | head -c 1; printf ' %s' "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', join(built, 'cash.js')], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '{ 0', stderr: '' });
  });
});

describe('cash validate', () => {
  it('says everything that is wrong', () => {
    const folder = folderWith({ 'good.yaml': definition('a'), 'bad.yaml': INVALID });
    expect(cash(folder, ['validate', 'good.yaml'])).toEqual({ status: 0, stdout: '', stderr: 'good.yaml: valid\n' });
    const { status, stdout, stderr } = cash(folder, ['validate', 'bad.yaml', 'good.yaml']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/bad\.yaml:5:5[^]*command[^]*good\.yaml: valid/);
    expect(stderr).not.toContain('\x1b');
    expect(cash(folder, ['validate', 'bad.yaml'], { FORCE_COLOR: '1' }).stderr).toContain('\x1b[');
  });
});

it('cash schema prints JSON', () => {
  const { status, stdout } = cash(folderWith({}), ['schema']);
  expect({ status, schema: JSON.parse(stdout) as unknown }).toEqual({ status: 0, schema: expect.objectContaining({ type: 'object' }) as object });
});

describe('cash verify', () => {
  const generated = (): { folder: string; path: string; text: string } => {
    const folder = folderWith({ 'compose.yaml': definition('web', '["echo", "é\\u202e"]') });
    cash(folder, ['generate', '-o', 'web.sh']);
    const path = join(folder, 'web.sh');
    return { folder, path, text: readFileSync(path, 'utf8') };
  };

  it('accepts what generate wrote, wherever it lies', () => {
    const { path } = generated();
    expect(cash('/', ['verify', path])).toEqual({ status: 0, stdout: `${path}: verified\n`, stderr: '' });
  });

  it('names the first difference', () => {
    const { folder, path, text } = generated();
    writeFileSync(path, text.replace('\n', '\nrm -rf \x1b[2J/\n'));
    const { status, stdout, stderr } = cash(folder, ['verify', 'web.sh']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`  web.sh:2\n  there:    rm -rf \\e[2J/\n  rendered: ${text.split('\n')[1] ?? ''}\n`);
  });

  it('sees a byte that is no UTF-8, and a missing mode line', () => {
    const { folder, path, text } = generated();
    writeFileSync(path, Buffer.concat([Buffer.from(text.slice(0, 12)), Buffer.of(0xff), Buffer.from(text.slice(12))]));
    expect(cash(folder, ['verify', 'web.sh'])).toMatchObject({ status: 1, stderr: expect.stringContaining('first difference') as string });
  });

  it('sees a changed definition', () => {
    const { folder, path, text } = generated();
    writeFileSync(path, text.replace('{"name":"web"}', '{"name":"evil"}'));
    expect(cash(folder, ['verify', 'web.sh']).status).toBe(1);
  });

  it.each([
    ['no definition', () => '#!/bin/bash\n', /carries no definition/],
    ['a damaged one', (text: string) => text.replace(/\}\n\nmain "/, '\n\nmain "'), /damaged definition in line \d+/],
    ['one that is none', () => '# cash-definition: {"version":"0.1.0","name":1,"services":1,"networks":1,"volumes":1,"host":1}\n', /cannot be rendered|not what its definition/],
    ['one of another version', (text: string) => text.replace(`{"version":"${version}"}`, '{"version":"9.9.9"}'), /written by cash 9\.9\.9, this is/],
  ])('refuses %s', (_, change, message) => {
    const { folder, path, text } = generated();
    writeFileSync(path, change(text));
    expect(cash(folder, ['verify', 'web.sh'])).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(message) as string });
  });
});

describe('cash audit', () => {
  it('accepts what generate wrote, refuses what it does not know', () => {
    const folder = folderWith({ 'compose.yaml': definition('web'), 'evil.sh': '#!/bin/bash\neval "$1"\n' });
    cash(folder, ['generate', '-o', 'web.sh']);
    expect(cash(folder, ['audit', 'web.sh']).status).toBe(0);
    expect(cash(folder, ['audit', 'evil.sh', 'web.sh']).status).toBe(1);
  });
});
