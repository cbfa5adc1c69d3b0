import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { cash, definition, folderWith } from './cash.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const SHA = 'ab'.repeat(32);
const SHOP = `name: shop\nservices:\n  web:\n    image: tar:/srv/web.tar\n    command: /web\n    ports: ["8080:80", "127.0.0.1:53:53/udp"]\n    x-cash: {sha256: ${SHA}}\n  db: {image: "debootstrap:bookworm", command: /db, volumes: ["data:/d"]}\nvolumes: {data: {}}\n`;

const json = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

describe('cash generate --map', () => {
  interface Entry { readonly first: number; readonly last: number; readonly constant?: true; readonly fields: readonly { readonly field: string; readonly line: number }[] }

  it('each line, by the fields without which it would not be there', () => {
    const folder = folderWith({ 'compose.yaml': SHOP });
    expect(cash(folder, ['generate', '--map', '-o', 'shop.sh'])).toEqual({ status: 0, stdout: '', stderr: 'shop.sh: written\nshop.map.json: written\n' });
    const script = readFileSync(join(folder, 'shop.sh'), 'utf8').split('\n');
    const { lines, ...head } = json(folder, 'shop.map.json') as { lines: readonly Entry[]; sha256: string };
    expect(head).toEqual({ format: 1, script: 'shop.sh', sha256: createHash('sha256').update(script.join('\n')).digest('hex'), definition: 'compose.yaml' });
    const fieldsOf = (text: string): readonly string[] => {
      const number = script.findIndex((line) => line.includes(text)) + 1;
      return lines.find(({ first, last }) => first <= number && number <= last)?.fields.map(({ field, line }) => `${field}:${line}`) ?? [];
    };
    expect(fieldsOf('COMMAND=(/web)')).toEqual(['services.web.command:5']);
    expect(fieldsOf('COMMAND=(/db)')).toEqual(['services.db.command:8']);
    expect(fieldsOf('  ports_open cash-')).toEqual(['services.web.ports[0]:6', 'services.web.ports[1]:6', 'name:1']);
    expect(fieldsOf('volume_create /')).toContain('services.db.volumes[0]:8');
    expect(fieldsOf('# ── published ports: the same bytes')).toEqual(['services.web.ports:6']);
    expect(fieldsOf('# ── prelude: the same bytes')).toEqual([]);
    expect(fieldsOf('STOP_SIGNAL=')).toEqual(['services.web:3']);
    expect(fieldsOf('DIGEST=')).toEqual(['services.web:3']);
    expect(lines.every(({ first, last, fields }, index) => first <= last && fields.length > 0 && first > (lines[index - 1]?.last ?? 0))).toBe(true);
    expect(cash(folder, ['generate', '--map', '--check', '-o', 'shop.sh'])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(cash(folder, ['generate', '--map', '-o', '-'])).toMatchObject({ status: 2, stderr: expect.stringMatching(/--map writes files beside/) as string });
  });
});

describe('cash generate --attest', () => {
  const made = (): string => {
    const folder = folderWith({ 'compose.yaml': SHOP });
    expect(cash(folder, ['generate', '--attest', '-o', 'shop.sh'])).toEqual({ status: 0, stdout: '', stderr: 'shop.sh: written\nshop.provenance.json: written\nshop.cdx.json: written\n' });
    return folder;
  };

  it('provenance: the script, the definition and the images by their digests', () => {
    const folder = made();
    const digest = (name: string): string => createHash('sha256').update(readFileSync(join(folder, name))).digest('hex');
    expect(json(folder, 'shop.provenance.json')).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'shop.sh', digest: { sha256: digest('shop.sh') } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: { buildDefinition: { externalParameters: { definition: 'compose.yaml' }, resolvedDependencies: [{ name: 'compose.yaml', digest: { sha256: digest('compose.yaml') } }, { uri: 'tar:/srv/web.tar', digest: { sha256: SHA } }] }, runDetails: { builder: { id: 'urn:cash' } } },
    });
  });

  it('CycloneDX: valid, with images and packages', () => {
    const list = json(made(), 'shop.cdx.json') as { components: readonly { type: string; name: string }[] };
    const folder = join(ROOT, 'node_modules/@cyclonedx/cyclonedx-library/res/schema');
    const files = ['spdx', 'jsf-0.82', 'bom-1.6'].map((name) => `${name}.SNAPSHOT.schema.json`);
    // By the names by which they refer to each other.
    const schemas = files.map((file) => ({ ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object), $id: `http://cyclonedx.org/schema/${file}` }));
    const ajv = formats.default(new Ajv.default({ strict: false, unicodeRegExp: false, schemas, formats: { 'iri-reference': true, 'idn-email': true } }));
    expect(ajv.validate('http://cyclonedx.org/schema/bom-1.6.SNAPSHOT.schema.json', list), ajv.errorsText()).toBe(true);
    expect(list.components.filter(({ type }) => type === 'container').map(({ name }) => name)).toEqual(['tar', 'debootstrap']);
    expect(list.components.map(({ name }) => name)).toEqual(expect.arrayContaining(['util-linux', 'iproute2', 'nftables', 'debootstrap']));
  });

  it('gives the same again, and --check sees what is stale', () => {
    const folder = made();
    expect(cash(folder, ['generate', '--attest', '-o', 'shop.sh']).stderr).toBe('shop.sh: unchanged\nshop.provenance.json: unchanged\nshop.cdx.json: unchanged\n');
    expect(cash(folder, ['generate', '--attest', '--check', '-o', 'shop.sh'])).toEqual({ status: 0, stdout: '', stderr: '' });
    writeFileSync(join(folder, 'compose.yaml'), `# a comment\n${SHOP}`);
    expect(cash(folder, ['generate', '--attest', '--check', '-o', 'shop.sh'])).toMatchObject({ status: 1, stderr: 'cash: shop.provenance.json is stale: cash generate compose.yaml\n' });
    expect(statSync(join(folder, 'shop.cdx.json')).mode & 0o777).toBe(0o644);
  });

  it.each(['--attest', '--tests'])('%s is no use with -o -', (option) => expect(cash(folderWith({ 'compose.yaml': SHOP }), ['generate', option, '-o', '-'])).toMatchObject({ status: 2, stdout: '' }));
});

describe('cash generate --tests', () => {
  const bats = (folder: string, name: string): ReturnType<typeof spawnSync> => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('BATS')));
    return spawnSync('bash', [join(ROOT, 'node_modules/bats/bin/bats'), '--tap', name], { cwd: folder, env: { ...env, CASH_ACCEPTANCE: '' }, encoding: 'utf8' });
  };

  it('writes tests that pass, and fail of another script', () => {
    const folder = folderWith({ 'compose.yaml': SHOP });
    expect(cash(folder, ['generate', '--tests', '-o', 'my shop.sh'])).toMatchObject({ status: 0, stderr: 'my shop.sh: written\nmy shop.bats: written\n' });
    const { status, stdout } = bats(folder, 'my shop.bats');
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^1\.\.10\nok 1 bash reads it\n[^]*\nok 9 web answers on 127\.0\.0\.1:8080 # skip [^]*\nok 10 down leaves nothing # skip/) as string });
    writeFileSync(join(folder, 'my shop.sh'), 'if\n');
    expect(bats(folder, 'my shop.bats').stdout).toMatch(/\nnot ok 1 bash reads it\n[^]*\nnot ok 2 it is of the definition/);
  }, 120_000);

  it('ShellCheck and shfmt have nothing to say', () => {
    const folder = folderWith({ 'compose.yaml': SHOP });
    cash(folder, ['generate', '--tests', '-o', '.']);
    expect(spawnSync('shellcheck', ['shop.bats'], { cwd: folder, encoding: 'utf8' }).stdout).toBe('');
    expect(spawnSync('shfmt', ['-i', '2', '-ln', 'bats', '-d', 'shop.bats'], { cwd: folder, encoding: 'utf8' }).stdout).toBe('');
  });

  it('only reads a script with parameters', () => {
    const folder = folderWith({ 'compose.yaml': `${definition('web', '"echo ${word}"')}x-cash: {parameters: {word: name}}\n` });
    cash(folder, ['generate', '--tests', '-o', '.']);
    expect(readdirSync(folder).sort()).toEqual(['compose.yaml', 'web.bats', 'web.sh']);
    expect(readFileSync(join(folder, 'web.bats'), 'utf8').match(/^@test /gm)).toHaveLength(5);
  });
});
