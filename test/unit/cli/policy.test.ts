import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cash, definition, folderWith } from './cash.ts';

const POLICY = '# ours\nread_only: required\n';

describe('cash policy', () => {
  const folder = (): string => folderWith({ 'policy.yaml': POLICY, 'good.yaml': `${definition('good')}    read_only: true\n`, 'bad.yaml': definition('bad'), 'wrong.yaml': 'rules: {}\n', 'text.yaml': 'rules' });

  it('judges definitions, with the place in them and in the policy', () => {
    const { status, stdout, stderr } = cash(folder(), ['policy', 'policy.yaml', 'good.yaml', 'bad.yaml']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('bad.yaml:3:3: error: app: its root has to be read-only (`read_only: true`) (policy)\n  3 |   app:\n    |   ^^^\n  hint: the rule `read_only` at policy.yaml:2\n');
    expect(cash(folder(), ['policy', 'policy.yaml', 'good.yaml'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('judges scripts, but none that is not what its definition renders to', () => {
    const files = folder();
    cash(files, ['generate', 'good.yaml', 'bad.yaml', '-o', '.']);
    expect(cash(files, ['policy', 'policy.yaml', 'good.sh'])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(cash(files, ['policy', 'policy.yaml', 'bad.sh'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/^bad\.sh:1:1: error: app: its root/) as string });
    const path = join(files, 'good.sh');
    writeFileSync(path, `${readFileSync(path, 'utf8')}:\n`);
    expect(cash(files, ['policy', 'policy.yaml', 'good.sh'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/^cash: good\.sh (carries|is not)/) as string });
  });

  it('takes a waiver as a warning, until its day', () => {
    const files = folderWith({ 'policy.yaml': POLICY, 'a.yaml': `${definition('a')}x-cash: {waivers: [{rule: read_only, reason: so, until: 2026-06-30}]}\n` });
    expect(cash(files, ['generate', '--policy', 'policy.yaml', 'a.yaml', '-o', 'a.sh'], { SOURCE_DATE_EPOCH: '1782000000' })).toMatchObject({ status: 0, stderr: expect.stringMatching(/warning: app: its root[^]*waived: read_only, until 2026-06-30: so\n/) as string });
    expect(cash(files, ['policy', 'policy.yaml', 'a.sh'], { SOURCE_DATE_EPOCH: '1790000000' })).toMatchObject({ status: 1, stderr: expect.stringContaining('a waiver has expired') as string });
  });

  it('says which waiver excuses nothing, of rules that it has', () => {
    const waivers = '    read_only: true\nx-cash:\n  waivers:\n    - {rule: user, reason: so, until: 2099-06-30}\n    - {rule: read_only, reason: so, until: 2099-06-30}\n';
    const files = folderWith({ 'policy.yaml': POLICY, 'a.yaml': definition('a') + waivers });
    const stderr = 'a.yaml:10:7: warning: the waiver of read_only excuses nothing (policy)\n  10 |     - {rule: read_only, reason: so, until: 2099-06-30}\n     |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  hint: remove it\n';
    expect(cash(files, ['policy', 'policy.yaml', 'a.yaml'])).toEqual({ status: 0, stdout: '', stderr });
  });

  it('generate writes nothing that breaks a rule', () => {
    const files = folder();
    expect(cash(files, ['generate', '--policy', 'policy.yaml', 'good.yaml', 'bad.yaml']).status).toBe(1);
    expect(existsSync(join(files, 'generated'))).toBe(false);
    expect(cash(files, ['generate', '--policy', 'policy.yaml', 'good.yaml'])).toEqual({ status: 0, stdout: '', stderr: 'generated/good.sh: written\n' });
  });

  it.each<readonly [string, readonly string[], number, RegExp]>([
    ['a policy that is not there', ['policy', 'no.yaml', 'good.yaml'], 2, /^cash: no\.yaml: no such file\n$/],
    ['a directory', ['policy', '.', 'good.yaml'], 2, /^cash: \. is a directory\n$/],
    ['what is no mapping', ['policy', 'text.yaml', 'good.yaml'], 1, /^text\.yaml:1:1: error: the policy must be a mapping of rules \(invalid-value\)\n/],
    ['a definition that is not there', ['policy', 'policy.yaml', 'no.yaml'], 2, /^cash: no\.yaml: no such file\n$/],
    ['a wrong policy', ['policy', 'wrong.yaml', 'good.yaml'], 1, /^wrong\.yaml:1:1: error: there is no rule `rules` \(unknown-key\)\n/],
    ['a wrong policy for generate', ['generate', '--policy', 'wrong.yaml', 'good.yaml'], 1, /^wrong\.yaml:1:1: error/],
  ])('%s', (_, args, status, message) => expect(cash(folder(), args)).toEqual({ status, stdout: '', stderr: expect.stringMatching(message) as string }));
});
