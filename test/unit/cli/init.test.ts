import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cash, folderWith } from './cash.ts';

describe('cash init', () => {
  it('writes a definition that generates, and not over one that is there', () => {
    const folder = folderWith({});
    expect(cash(folder, ['init'])).toEqual({ status: 0, stdout: '', stderr: 'compose.yaml: written\n' });
    expect(cash(folder, ['generate']).status).toBe(0);
    expect(cash(folder, ['init'])).toEqual({ status: 1, stdout: '', stderr: 'cash: compose.yaml is there already: --force writes over it\n' });
    expect(cash(folder, ['init', '--force']).status).toBe(0);
    expect(readFileSync(join(folder, 'compose.yaml'), 'utf8')).toContain(`\nname: ${basename(folder).toLowerCase()}\n`);
  });

  it('from a docker run line, without node_modules beside it', () => {
    const folder = folderWith({});
    expect(cash(folder, ['init', '--', 'docker', 'run', '--foo=1', 'debian', 'a'])).toEqual({ status: 0, stdout: '', stderr: 'not taken over: --foo=1: composerize does not know it\ncompose.yaml: written\n' });
    expect(cash(folder, ['validate', 'compose.yaml']).status).toBe(0);
    expect(cash(folder, ['init', '-o', '-', 'docker run debian:12 sh -c "a b"']).stdout).toMatch(/^# From: docker run debian:12 sh -c "a b"\n[^]* {4}image: debootstrap:bookworm\n/);
  });

  it('from docker inspect', () => {
    const folder = folderWith({ 'web.json': '[{"Name": "/web", "Config": {"Image": "debian", "Cmd": ["a"]}, "HostConfig": {}}]' });
    expect(cash(folder, ['init', '--inspect', 'web.json', '-o', '-'])).toMatchObject({ status: 0, stdout: expect.stringContaining('\n  web:\n    image: debootstrap:stable\n') as string });
  });

  it.each<readonly [string, readonly string[], number, RegExp]>([
    ['another command', ['init', '--', 'docker', 'ps'], 1, /^cash: this is no docker run line\n$/],
    ['another JSON', ['init', '--inspect', 'no.json'], 1, /^cash: this is not what docker inspect CONTAINER prints\n$/],
    ['a file that is not there', ['init', '--inspect', 'gone.json'], 2, /^cash: gone\.json: no such file\n$/],
    ['both', ['init', '--inspect', 'no.json', 'docker run a'], 2, /two things/],
    ['a folder that is not there', ['init', '-o', 'no/compose.yaml'], 1, /^cash: no\/compose\.yaml cannot be written/],
  ])('%s', (_, args, status, message) => {
    const folder = folderWith({ 'no.json': '{}' });
    expect(cash(folder, args)).toEqual({ status, stdout: '', stderr: expect.stringMatching(message) as string });
    expect(existsSync(join(folder, 'compose.yaml'))).toBe(false);
  });
});
