import { expect, test } from 'vitest';
import { order } from '../../../src/resources/order.ts';
import { project } from '../model/definition.ts';
import { view } from './compiled.ts';

test('each service behind those it depends on; else as in the definition', () => {
  const found = order(project(`services:
  web: {image: scratch, depends_on: {api: {condition: service_started, restart: true}, cache: {condition: service_started, required: false}}}
  api: {image: scratch, depends_on: [db]}
  cache: {image: scratch, profiles: [fast]}
  db: {image: scratch}
  tool: {image: scratch, profiles: [debug, fast]}
`, { environment: { COMPOSE_PROFILES: 'debug' } }));
  expect(found).toEqual({
    services: ['cache', 'db', 'tool', 'api', 'web'],
    waves: ['cache db tool', 'api', 'web'],
    dependents: [
      { name: 'web', on: ['api:service_started:restart', 'cache:service_started:optional'] },
      { name: 'api', on: ['db:service_started'] },
    ],
    stopTimeout: 60,
    active: ['web', 'api', 'db', 'tool'],
    profiled: true,
    profiles: [{ name: 'fast', services: ['cache', 'tool'] }, { name: 'debug', services: ['tool'] }],
  });
});

test('the digest of a service is of what its containers are made by', () => {
  const digest = (lines: string, top = ''): string => view(`command: /a\n${lines}`, top).digest;
  const plain = digest('init: false');
  expect(plain).toMatch(/^[0-9a-f]{16}$/);
  for (const same of ['scale: 3', 'profiles: [more]', 'depends_on: []']) expect(digest(same), same).toBe(plain);
  for (const other of ['mem_limit: 64m', 'environment: {A: b}', 'networks: [front]', 'restart: always']) expect(digest(other, 'networks: {front: {}}'), other).not.toBe(plain);
  const front = (subnet: string): string => digest('networks: [front]', `networks: {front: {ipam: {config: [{subnet: ${subnet}}]}}}`);
  expect(front('10.5.0.0/24')).not.toBe(front('10.6.0.0/24'));
});
