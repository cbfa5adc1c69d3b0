import { afterEach, expect, it, vi } from 'vitest';
import { passesAudit } from '../../../src/cli/run/gate.ts';

afterEach(() => void vi.restoreAllMocks());

it.each([
  ['without a waiver', [], false],
  ['waived', [{ rule: 'A004', service: null }], true],
  ['waived for a service: a script is of all of them', [{ rule: 'A004', service: 'web' }], false],
  ['another one waived', [{ rule: 'A003', service: null }], false],
])('generate: %s', async (_, waivers, passes) => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const project = { host: { waivers: waivers.map((waiver) => ({ ...waiver, reason: 'it is old', until: '2099-12-31' })) } };
  expect(await passesAudit([{ definition: 'a.yaml', parts: ['set -Eeuo pipefail\nx=1\nrm -- $x\n'], project }])).toBe(passes);
  expect(said.mock.calls.join('')).toMatch(passes ? /^$/ : /A004/);
});

it('generate: a waiver that excuses nothing', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const project = { host: { waivers: [{ rule: 'A003', service: null, reason: 'it is old', until: '2099-12-31' }] } };
  expect(await passesAudit([{ definition: 'a.yaml', parts: ['set -Eeuo pipefail\n'], project }])).toBe(true);
  expect(said.mock.calls.join('')).toBe('cash: a.yaml: the waiver of A003 excuses nothing: remove it\n');
});
