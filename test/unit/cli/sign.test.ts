import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cash, definition, folderWith } from './cash.ts';

/** Two scripts, the keys of ann and bob, and a file in which ann may sign. */
function folder(): string {
  const made = folderWith({ 'web.yaml': definition('web'), 'db.yaml': definition('db'), 'attest.json': '{}\n' });
  for (const name of ['ann', 'bob']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(made, name)]);
  writeFileSync(join(made, 'signers'), `ann@example.org namespaces="cash" ${readFileSync(join(made, 'ann.pub'), 'utf8')}`);
  cash(made, ['generate', 'web.yaml', 'db.yaml', '-o', '.']);
  return made;
}

describe('cash sign, cash verify --allowed-signers', () => {
  it('signs what verifies, and says who did', () => {
    const made = folder();
    expect(cash(made, ['sign', '--key', 'ann', 'web.sh', 'attest.json'])).toEqual({ status: 0, stdout: '', stderr: 'web.sh.sig: written\nattest.json.sig: written\n' });
    expect(cash(made, ['verify', '--allowed-signers', 'signers', 'web.sh'])).toEqual({ status: 0, stdout: 'web.sh: verified, signed by ann@example.org\n', stderr: '' });
    expect(cash(made, ['verify', '--allowed-signers', 'signers', '--signer', 'ann@example.org', '--signature', 'web.sh.sig', 'web.sh']).status).toBe(0);
    const { stdout } = { stdout: execFileSync('ssh-keygen', ['-Y', 'verify', '-f', 'signers', '-I', 'ann@example.org', '-n', 'cash', '-s', 'web.sh.sig'], { cwd: made, input: readFileSync(join(made, 'web.sh')), encoding: 'utf8' }) };
    expect(stdout).toMatch(/^Good "cash" signature for ann@example\.org/);
  });

  it('refuses another signer, another namespace, another script, and none', () => {
    const made = folder();
    const refused = (message: RegExp, ...args: readonly string[]): void =>
      expect(cash(made, ['verify', '--allowed-signers', 'signers', ...args])).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(message) as string });
    refused(/^cash: web\.sh is not signed: there is no web\.sh\.sig\n$/, 'web.sh');
    cash(made, ['sign', '--key', 'bob', 'web.sh']);
    refused(/^cash: web\.sh is not signed as it should be: the key that signed it is none of the allowed signers\n$/, 'web.sh');
    cash(made, ['sign', '--key', 'ann', 'web.sh']);
    refused(/^cash: web\.sh is signed by ann@example\.org, not by bob@example\.org\n$/, '--signer', 'bob@example.org', 'web.sh');
    refused(/^cash: db\.sh is not signed as it should be: /, '--signature', 'web.sh.sig', 'db.sh');
    execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'file', '-f', 'ann', 'db.sh'], { cwd: made, stdio: 'ignore' });
    refused(/^cash: db\.sh is not signed as it should be: /, 'db.sh');
  });

  it('says what ssh-keygen says', () => {
    expect(cash(folder(), ['sign', '--key', 'nope', 'web.sh'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/^cash: web\.sh cannot be signed: .*nope: No such file/) as string });
  });

  it('signs no script that was changed', () => {
    const made = folder();
    writeFileSync(join(made, 'web.sh'), `${readFileSync(join(made, 'web.sh'), 'utf8')}:\n`);
    expect(cash(made, ['sign', '--key', 'ann', 'web.sh'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/: it is not signed\n$/) as string });
    expect(existsSync(join(made, 'web.sh.sig'))).toBe(false);
  });

  it('x-cash.require_signature: the part that executes what it has verified passes the audit as it is, and not when it is changed', () => {
    const made = folderWith({ 'web.yaml': `${definition('web')}x-cash:\n  require_signature: {allowed_signers: /etc/signers, identity: ann@example.org}\n` });
    expect(cash(made, ['generate', 'web.yaml', '-o', 'web.sh'])).toMatchObject({ status: 0 });
    expect(cash(made, ['audit', 'web.sh']).stdout).toMatch(/^web\.sh: passes; /);
    const text = readFileSync(join(made, 'web.sh'), 'utf8');
    writeFileSync(join(made, 'web.sh'), text.replace(' -n cash ', ' -n file '));
    expect(cash(made, ['audit', 'web.sh'])).toMatchObject({ status: 1, stdout: expect.stringMatching(/^web\.sh:\d+:3: error: source executes text that does not stand here \(A003\)/) as string });
  });

  it.each<readonly [string, readonly string[], number, RegExp]>([
    ['no key', ['sign', 'web.sh'], 2, /--key/],
    ['a key that is not there', ['sign', '--key', 'gone', 'web.sh'], 1, /^cash: web\.sh cannot be signed: /],
    ['a script that is not there', ['sign', '--key', 'ann', 'gone.sh'], 2, /^cash: gone\.sh: no such file\n$/],
    ['signers that are not there', ['verify', '--allowed-signers', 'gone', 'web.sh'], 2, /^cash: gone: no such file\n$/],
    ['a signature without signers', ['verify', '--signature', 'a.sig', 'web.sh'], 2, /--allowed-signers/],
    ['one signature for two', ['verify', '--allowed-signers', 'signers', '--signature', 'a.sig', 'web.sh', 'db.sh'], 2, /one script/],
  ])('%s', (_, args, status, message) => expect(cash(folder(), args)).toEqual({ status, stdout: '', stderr: expect.stringMatching(message) as string }));
});
