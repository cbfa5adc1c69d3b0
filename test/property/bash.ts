import { spawnSync } from 'node:child_process';

/** Runs real Bash on a script from standard input; the bytes of its standard output. */
export function bash(script: string, environment: Readonly<Record<string, string>> = {}): Buffer {
  const { stdout, stderr, status } = spawnSync('bash', ['--noprofile', '--norc', '-s'], {
    input: script,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...environment },
    maxBuffer: 2 ** 28,
  });
  if (status !== 0 || stderr.length > 0) throw new Error(`bash: status ${status}: ${stderr.toString()}`);
  return stdout;
}

/** UTF-8, with the three bytes a lone surrogate would have. */
export function bytes(text: string): Buffer {
  return Buffer.concat(
    Array.from(text, (character) => {
      const code = character.codePointAt(0) ?? 0;
      const lone = code >= 0xd800 && code <= 0xdfff;
      return lone ? Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)]) : Buffer.from(character);
    }),
  );
}
