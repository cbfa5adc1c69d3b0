import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { built, cash, definition, folderWith } from './cash.ts';

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

describe('cash generate', () => {
  it.each(['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'])('finds %s, and writes an executable', (file) => {
    const folder = folderWith({ [file]: definition('web') });
    expect(cash(folder, ['generate'])).toEqual({ status: 0, stdout: '', stderr: 'generated/web.sh: written\n' });
    expect(readdirSync(join(folder, 'generated'))).toEqual(['web.sh']);
    expect(statSync(join(folder, 'generated/web.sh')).mode & 0o7777).toBe(0o755);
    expect(read(folder, 'generated/web.sh')).toMatch(/^#!/);
  });

  it('prefers compose.yaml', () => {
    const folder = folderWith({ 'compose.yaml': definition('right'), 'docker-compose.yml': definition('wrong') });
    expect(cash(folder, ['generate']).stderr).toBe('generated/right.sh: written\n');
  });

  it.each<[string, Record<string, string>]>([
    ['compose.override.yaml', { 'compose.override.yaml': 'services: {}\n' }], ['COMPOSE_FILE', { '.env': 'COMPOSE_FILE=compose.yaml:prod.yaml\n' }],
  ])('passes no %s over', (what, files) => {
    const folder = folderWith({ 'compose.yaml': definition('web'), ...files });
    const { status, stderr } = cash(folder, ['generate']);
    expect([status, stderr]).toEqual([2, expect.stringContaining(what)]);
    expect(cash(folder, ['generate', 'compose.yaml']).status).toBe(0);
  });

  it('takes --env-file for itself: Node would read it, and fail in another way', () => {
    const { status, stderr } = spawnSync(join(built, 'cash.js'), ['generate', '--env-file', 'nope.env', 'compose.yaml'], { cwd: folderWith({ 'compose.yaml': definition('web') }), encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('there is no such env file')]);
  });

  it('leaves what is up to date alone', () => {
    const folder = folderWith({ 'compose.yaml': definition('web') });
    cash(folder, ['generate']);
    const path = join(folder, 'generated/web.sh');
    const before = statSync(path, { bigint: true });
    expect(cash(folder, ['generate']).stderr).toBe('generated/web.sh: unchanged\n');
    const after = statSync(path, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  it('replaces what is stale by a rename, and through a symbolic link', () => {
    const folder = folderWith({ 'compose.yaml': definition('web'), 'real.sh': 'old\n' });
    symlinkSync('real.sh', join(folder, 'link.sh'));
    const before = statSync(join(folder, 'real.sh')).ino;
    expect(cash(folder, ['generate', '-o', 'link.sh']).status).toBe(0);
    expect(lstatSync(join(folder, 'link.sh')).isSymbolicLink()).toBe(true);
    expect(read(folder, 'real.sh')).toMatch(/^#!/);
    expect(statSync(join(folder, 'real.sh')).ino).not.toBe(before);
    expect(readdirSync(folder).sort()).toEqual(['compose.yaml', 'link.sh', 'real.sh']);
  });

  it('writes to stdout, a file, a directory with or without slash', () => {
    const folder = folderWith({ 'a.yaml': definition('web') });
    const { stdout, stderr, status } = cash(folder, ['generate', 'a.yaml', '-o', '-']);
    expect({ stderr, status, written: existsSync(join(folder, 'generated')) }).toEqual({ stderr: '', status: 0, written: false });
    mkdirSync(join(folder, 'there'));
    for (const [output, path] of [['x/y.sh', 'x/y.sh'], ['new/', 'new/web.sh'], ['there', 'there/web.sh']] as const) {
      expect(cash(folder, ['generate', 'a.yaml', '-o', output])).toMatchObject({ status: 0, stderr: `${path}: written\n` });
      expect(read(folder, path)).toBe(stdout);
    }
    const piped = spawnSync('bash', ['-c', '"$1" generate a.yaml -o /dev/stdout | cat', 'bash', join(built, 'cash.js')], { cwd: folder, encoding: 'utf8' });
    expect(piped.stdout).toBe(stdout);
  });

  it('takes several files', () => {
    const folder = folderWith({ 'a.yaml': definition('a'), 'b.yaml': definition('b') });
    expect(cash(folder, ['generate', 'a.yaml', 'b.yaml']).status).toBe(0);
    expect(readdirSync(join(folder, 'generated'))).toEqual(['a.sh', 'b.sh']);
    for (const output of ['one.sh', '-']) {
      const { status, stderr } = cash(folder, ['generate', 'a.yaml', 'b.yaml', '-o', output]);
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('need a directory') as string });
    }
  });

  it('refuses two projects of one name, and writes none', () => {
    const folder = folderWith({ 'a.yaml': definition('web'), 'b.yaml': definition('web'), 'c.yaml': definition('c') });
    const { status, stderr } = cash(folder, ['generate', 'a.yaml', 'b.yaml', 'c.yaml']);
    expect(status).toBe(1);
    expect(stderr).toContain('a.yaml and b.yaml are both called "web"');
    expect(existsSync(join(folder, 'generated'))).toBe(false);
  });

  it('writes none where one definition is invalid', () => {
    const folder = folderWith({ 'a.yaml': definition('a'), 'b.yaml': 'name: b\nservices:\n  app:\n    image: debootstrap:bookworm\n    comand: x\n' });
    const { status, stdout, stderr } = cash(folder, ['generate', 'a.yaml', 'b.yaml']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/b\.yaml:5:5/);
    expect(existsSync(join(folder, 'generated'))).toBe(false);
  });

  it('reads variables from --env-file', () => {
    const folder = folderWith({ 'compose.yaml': definition('web', '"echo ${WORD}"'), 'one.env': 'WORD=first\n', 'two.env': 'WORD=second\n' });
    expect(cash(folder, ['generate', '-o', '-', '--env-file', 'one.env', '--env-file', 'two.env']).stdout).toContain('second');
  });

  it('says of an env file what is wrong by the name that it was given', () => {
    const folder = folderWith({ 'compose.yaml': definition('web'), 'one.env': 'WORD="first\n' });
    expect(cash(folder, ['generate', '-o', '-', '--env-file', 'one.env']).stderr).toMatch(/^one\.env:1:6: error: the quote is not closed/);
  });

  it('says what cannot be written', () => {
    const folder = folderWith({ 'compose.yaml': definition('web'), file: '' });
    expect(cash(folder, ['generate', '-o', 'file/x.sh'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/^cash: file\/x\.sh cannot be written: .*\n$/) as string });
  });
});

describe('cash generate --check', () => {
  it('is silent where all is fresh, also about the mode', () => {
    const folder = folderWith({ 'compose.yaml': definition('web') });
    cash(folder, ['generate']);
    chmodSync(join(folder, 'generated/web.sh'), 0o644);
    expect(cash(folder, ['generate', '--check'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('shows the difference, and writes nothing', () => {
    const folder = folderWith({ 'compose.yaml': definition('web') });
    cash(folder, ['generate']);
    const stale = `${read(folder, 'generated/web.sh')}# by hand\n`;
    writeFileSync(join(folder, 'generated/web.sh'), stale);
    const { status, stdout, stderr } = cash(folder, ['generate', '--check']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^--- generated\/web\.sh.*\n\+\+\+ generated\/web\.sh.*\n@@ /);
    expect(stdout).toContain('\n-# by hand\n');
    expect(stderr).toBe('cash: generated/web.sh is stale: cash generate compose.yaml\n');
    expect(read(folder, 'generated/web.sh')).toBe(stale);
  });

  it('counts a missing script as stale', () => {
    const folder = folderWith({ 'compose.yaml': definition('web') });
    const { status, stdout, stderr } = cash(folder, ['generate', '--check', '-o', 'out/']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'cash: out/web.sh is missing: cash generate compose.yaml\n' });
    expect(stdout).toMatch(/^--- \/dev\/null/);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('has colour only where it is asked for', () => {
    const folder = folderWith({ 'compose.yaml': definition('web') });
    const colourful = (environment: Record<string, string>): boolean => cash(folder, ['generate', '--check'], environment).stdout.includes('\x1b[');
    expect(colourful({})).toBe(false);
    expect(colourful({ FORCE_COLOR: '1' })).toBe(true);
    expect(colourful({ FORCE_COLOR: '0' })).toBe(false);
    expect(colourful({ NO_COLOR: '1' })).toBe(false);
  });

  it('is no use with -o -', () => {
    expect(cash(folderWith({ 'compose.yaml': definition('web') }), ['generate', '--check', '-o', '-'])).toMatchObject({ status: 2, stdout: '' });
  });
});
