import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Ajv4 from 'ajv-draft-04';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { CODES } from '../../../src/audit/finding.ts';
import { cash, folderWith } from './cash.ts';

const EVIL = '#!/bin/bash\nset -Eeuo pipefail\necho $1 | rm "a|b"\n';
const SHOP = `name: shop
services:
  web:
    image: tar:/srv/web.tar
    command: /web
    ports: ["8080:80"]
    cap_add: [NET_ADMIN]
    volumes: ["/srv/data:/data", "/opt/app:/opt/app:ro"]
    x-cash: {sha256: ${'ab'.repeat(32)}}
x-cash:
  waivers: [{rule: read_only, reason: "it <writes>", until: 2026-06-30}]
`;
const [BEFORE, AFTER] = ['1782000000', '1790000000']; // 2026-06-21, 2026-09-21

function shop(): string {
  const folder = folderWith({ 'compose.yaml': SHOP, 'evil.sh': EVIL });
  cash(folder, ['generate', '-o', 'shop.sh'], { SOURCE_DATE_EPOCH: BEFORE });
  return folder;
}

interface Json {
  readonly files: readonly { readonly file: string; readonly passes: boolean; readonly inventory: unknown; readonly commands: readonly { readonly name: string; readonly privilege: string }[] }[];
}

describe('cash audit --format', () => {
  it('json: what a script does to a host, and only of one that is what its definition renders to', () => {
    const folder = shop();
    const { status, stdout, stderr } = cash(folder, ['audit', '--format', 'json', 'shop.sh', 'compose.yaml', 'evil.sh'], { SOURCE_DATE_EPOCH: BEFORE });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    const [script, definition, evil] = (JSON.parse(stdout) as Json).files;
    expect(script).toMatchObject({
      passes: true,
      waivers: [{ rule: 'read_only' }],
      inventory: {
        project: 'shop',
        ports: [{ host_ip: '0.0.0.0', first: 8080, last: 8080, target: 80, protocol: 'tcp', service: 'web' }],
        networks: [{ name: 'default', bridge: 'cash-shop' }],
        images: [{ source: 'tar:/srv/web.tar', sha256: 'ab'.repeat(32), services: ['web'] }],
        capabilities: [{ service: 'web', capabilities: expect.arrayContaining(['NET_ADMIN']) as string[] }],
      },
    });
    expect(script?.inventory).toHaveProperty('paths', expect.arrayContaining([{ path: '/srv/data', access: 'written', service: 'web' }, { path: '/opt/app', access: 'read', service: 'web' }]));
    expect(script?.inventory).toEqual(definition?.inventory);
    for (const command of ['perl', 'setpriv', 'unshare', 'nft', 'ip']) expect(script?.commands.map(({ name }) => name)).toContain(command);
    expect(evil).toMatchObject({ passes: false, inventory: null, findings: [{ code: 'A004', line: 3, waived: null }], commands: [{ name: 'rm', privilege: 'root' }] });
  });

  it('sarif: valid, each rule with its page', () => {
    const { status, stdout } = cash(shop(), ['audit', '--format', 'sarif', 'shop.sh', 'compose.yaml', 'evil.sh'], { SOURCE_DATE_EPOCH: BEFORE });
    expect(status).toBe(1);
    const log = JSON.parse(stdout) as { runs: readonly { tool: { driver: { rules: readonly { id: string; help: { markdown: string } }[] } }; results: readonly unknown[] }[] };
    const schema = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as object;
    const ajv = formats.default(new Ajv4.default({ strict: false, unicodeRegExp: false }));
    expect(ajv.validate(schema, log), ajv.errorsText()).toBe(true);
    const [run] = log.runs;
    for (const code of Object.keys(CODES)) expect(run?.tool.driver.rules.find(({ id }) => id === code)?.help.markdown).toContain(`# ${code}: `);
    expect(run?.results).toEqual([
      expect.objectContaining({ ruleId: 'A004', level: 'error', locations: [{ physicalLocation: { artifactLocation: { uri: 'evil.sh' }, region: { startLine: 3, startColumn: 6 } } }] }),
    ]);
  });

  it('markdown: what stands in a file is no markup', () => {
    const { stdout } = cash(shop(), ['audit', '--format', 'markdown', 'compose.yaml', 'evil.sh'], { SOURCE_DATE_EPOCH: BEFORE });
    expect(stdout).toContain('> **Waiver** read\\_only, until 2026-06-30: it \\<writes\\>\n');
    expect(stdout).toContain('## Audit of `evil.sh`: 1 finding\n');
    expect(stdout).toContain('| 3:6 | A004 | `unquoted: $1` | double quotes around it; an array for several words |\n');
    expect(stdout).toContain('`0.0.0.0:8080/tcp to 80 (web)`');
  });

  it('refuses a format that there is not', () => {
    expect(cash(folderWith({}), ['audit', '--format', 'xml', 'a.sh'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('text, json, sarif, markdown') as string });
  });
});

describe('waivers', () => {
  it('stand in the head of the script and at the top of the report', () => {
    const folder = shop();
    expect(readFileSync(join(folder, 'shop.sh'), 'utf8')).toContain('\n#   waives   read_only, until 2026-06-30: it <writes>\n');
    const { status, stdout } = cash(folder, ['audit', 'shop.sh'], { SOURCE_DATE_EPOCH: BEFORE });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^shop\.sh: waiver: read_only, until 2026-06-30: it <writes>\nshop\.sh: passes;/);
  });

  it('that have expired fail: the definition with its place, the script too', () => {
    const folder = shop();
    const late = { SOURCE_DATE_EPOCH: AFTER };
    for (const command of [['generate'], ['validate', 'compose.yaml'], ['audit', 'compose.yaml']]) {
      expect(cash(folder, command, late)).toMatchObject({ status: 1, stderr: expect.stringMatching(/compose\.yaml:11:61: error: the waiver of read_only has expired: it <writes> \(expired\)/) as string });
    }
    expect(cash(folder, ['audit', 'shop.sh'], late)).toMatchObject({ status: 1, stdout: expect.stringMatching(/^shop\.sh: waiver that has expired: .*\nshop\.sh: a waiver has expired;/) as string });
    const { runs } = JSON.parse(cash(folder, ['audit', '--format', 'sarif', 'shop.sh'], late).stdout) as { runs: readonly { results: readonly unknown[] }[] };
    expect(runs[0]?.results).toEqual([expect.objectContaining({ ruleId: 'expired-waiver' })]);
  });

  it('of a rule of the audit that excuse nothing are called so', () => {
    const folder = folderWith({ 'compose.yaml': SHOP.replace('rule: read_only', 'rule: A003') });
    const { status, stdout } = cash(folder, ['audit', 'compose.yaml'], { SOURCE_DATE_EPOCH: BEFORE });
    expect({ status, first: stdout.split('\n')[0] }).toEqual({ status: 0, first: 'compose.yaml: waiver that excuses nothing: A003, until 2026-06-30: it <writes>' });
  });

  it('of a rule of the audit waive nothing in a script that was changed by hand', () => {
    const folder = folderWith({ 'compose.yaml': SHOP.replace('rule: read_only', 'rule: A003') });
    cash(folder, ['generate', '-o', 'shop.sh'], { SOURCE_DATE_EPOCH: BEFORE });
    const path = join(folder, 'shop.sh');
    writeFileSync(path, readFileSync(path, 'utf8').replace('\nset -Eeuo pipefail\n', '\nset -Eeuo pipefail\neval "$1"\n'));
    expect(cash(folder, ['audit', 'shop.sh'], { SOURCE_DATE_EPOCH: BEFORE })).toMatchObject({ status: 1, stdout: expect.stringMatching(/\(A003\)[^]*shop\.sh: 1 finding;[^]*unknown +what it touches: it is not what its definition renders to\n/) as string });
  });
});
