import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema } from '../../../src/model/json-schema.ts';
import { levelKeys } from '../../../src/model/schema/levels.ts';
import { definition, load } from './definition.ts';

const validate = new Ajv2020({ strict: false }).compile(jsonSchema());
const accepts = (text: string): boolean => validate(parse(text, { merge: true }));

const fixtures = new URL('../../fixtures/definitions/', import.meta.url).pathname;

describe('the JSON Schema', () => {
  test('is draft 2020-12, and describes every key of a service', () => {
    const schema = jsonSchema();
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
    const service = Reflect.get(Reflect.get(schema, '$defs'), 'service');
    for (const key of levelKeys('services.*').supported) expect(service.properties, key).toHaveProperty([key]);
  });

  test.each(readdirSync(fixtures))('accepts %s, which loads', (name) => {
    const text = readFileSync(join(fixtures, name), 'utf8');
    const { diagnostics } = load(text, { environment: { HOME: '/root' } });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(accepts(text), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each([
    'image: [a]', 'imge: x', 'ports: "80:80"', 'network_mode: nat', 'volumes: ["a:/b", 5]', 'environment: {A: [1]}', 'x-cash: {mirorr: x}', 'deploy: {resources: {limits: {cpu: 1}}}', 'command: {a: b}',
  ])('refuses a service with %s', (lines) => {
    expect(accepts(definition(lines))).toBe(false);
    expect(load(definition(lines)).project).toBeNull();
  });

  test.each(['{}', 'services: {a: {}}', 'services: {a: {image: scratch}}\nnetwork: {}', 'services: {a: {image: scratch}}\nx-cash: {parameters: {p: nothing}}', 'services: []'])('refuses %j', (text) => {
    expect(accepts(text)).toBe(false);
    expect(load(text).project).toBeNull();
  });

  test.each(['pull_policy: ${POLICY:-never}', 'network_mode: none', 'x-mine: {a: 1}', 'cpus: "0.5"'])('accepts a service with %s', (lines) => expect(accepts(definition(lines))).toBe(true));
});
