import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cash, definition, folderWith } from './cash.ts';

function has(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0;
}

/** What Bash would offer for the words, of which the last is being written. */
function offered(folder: string, script: string, name: string, words: readonly string[]): readonly string[] {
  const drive = `set -u; source "$1"; COMP_WORDS=("\${@:3}"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); function=$(complete -p -- "$2"); function=\${function##*-F }; "\${function%% *}"; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', drive, 'bash', script, name, ...words], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

function written(shell: string): { readonly folder: string; readonly file: string } {
  const folder = folderWith({});
  const file = join(folder, `_cash.${shell}`);
  writeFileSync(file, cash(folder, ['completion', shell]).stdout);
  return { folder, file };
}

describe('cash completion', () => {
  it('bash: commands, options, values; else files', () => {
    const { folder, file } = written('bash');
    const words = (...line: readonly string[]): readonly string[] => offered(folder, file, 'cash', ['cash', ...line]);
    expect(words('aud')).toEqual(['audit']);
    expect(words('generate', '--che')).toEqual(['--check']);
    expect(words('audit', '--format', '')).toEqual(['text', 'json', 'sarif', 'markdown']);
    expect(words('completion', 'z')).toEqual(['zsh']);
    expect(words('help', 'sche')).toEqual(['schema']);
    expect(words('generate', '')).toEqual([]);
    expect(words('generate', '--output', '')).toEqual([]);
    expect(words('--ver')).toEqual(['--version']);
  });

  it.skipIf(!has('zsh'))('zsh takes it', () => {
    const { folder, file } = written('zsh');
    const script = `autoload -U compinit; compinit -D -d ${folder}/dump; source ${file}; print -r -- $_comps[cash]; whence -w _cash`;
    expect(spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '_cash\n_cash: function\n', stderr: '' });
  });

  it.skipIf(!has('fish'))('fish: commands, options, values', () => {
    const { file } = written('fish');
    const words = (line: string): string => spawnSync('fish', ['--no-config', '-c', `source ${file}; complete -C "${line}"`], { encoding: 'utf8' }).stdout;
    expect(words('cash aud')).toMatch(/^audit\tjudge/);
    expect(words('cash generate --che')).toMatch(/^--check\t/);
    expect(words('cash audit --format ')).toMatch(/^json\b[^]*sarif\b/);
  });

  it('another shell is wrong usage', () => expect(cash(folderWith({}), ['completion', 'csh'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('bash, zsh, fish') as string }));
});

describe('SCRIPT completion bash', () => {
  it('completes commands, services and volumes, and needs no root', () => {
    const folder = folderWith({ 'compose.yaml': `${definition('my-app')}    volumes: ["data:/data"]\n  web-1: {image: scratch, command: /a}\nvolumes: {data: {}}\n` });
    cash(folder, ['generate', '-o', 'my app.sh']);
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    spawnSync('chmod', ['755', folder]);
    const { status, stdout, stderr } = spawnSync(join(folder, 'my app.sh'), ['completion', 'bash'], { encoding: 'utf8', ...user });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const file = join(folder, 'completion');
    writeFileSync(file, stdout);
    const words = (...line: readonly string[]): readonly string[] => offered(folder, file, 'my app.sh', [basename('my app.sh'), ...line]);
    expect(words('ex')).toEqual(['exec', 'export']);
    expect(words('exec', '')).toEqual(['app', 'web-1', 'data']);
    expect(words('plan', 'ru')).toEqual(['run']);
    expect(words('--verbose', 'run', '-d', 'we')).toEqual(['web-1']);
    expect(spawnSync('shellcheck', ['--shell=bash', file], { encoding: 'utf8' }).stdout).toBe('');
    const wrong = spawnSync(join(folder, 'my app.sh'), ['completion', 'fish'], { encoding: 'utf8', ...user });
    expect(wrong).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('completion bash') as string });
  });
});
