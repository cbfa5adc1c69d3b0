import { describe, expect, test } from 'vitest';
import { load, project } from './definition.ts';

const others = '  db: {image: scratch, healthcheck: {test: [CMD, a]}}\n  job: {image: scratch}\n  forever: {image: scratch, restart: always, profiles: [more, most]}\n';
const definition = (dependsOn: string): string => `name: p\nservices:\n${others}  web: {image: scratch, depends_on: ${dependsOn}}\n`;
const messages = (text: string): readonly string[] => load(text).diagnostics.map(({ code, severity, message }) => `${severity} ${code}: ${message}`);

describe('depends_on', () => {
  const started = { condition: 'service_started', restart: false, required: true };
  test.each<[string, readonly object[]]>([
    ['[]', []], ['', []], ['{}', []],
    ['[db, job]', [{ service: 'db', ...started }, { service: 'job', ...started }]],
    ['{db: {condition: service_healthy, restart: true}, job: {condition: service_completed_successfully, required: false}}', [{ service: 'db', condition: 'service_healthy', restart: true, required: true }, { service: 'job', condition: 'service_completed_successfully', restart: false, required: false }]],
    ['{nosuch: {condition: service_started, required: false}}', []],
  ])('%s', (lines, found) => expect(project(definition(lines)).services.find(({ name }) => name === 'web')?.depends_on).toEqual(found));

  test.each<[string, string]>([
    ['[bd]', 'error undefined-name: there is no service `bd`'],
    ['[db, db]', 'error duplicate: `db` stands there twice'],
    ['[web]', 'error conflict: `web` depends on itself: web → web'],
    ['{nosuch: {condition: service_started, required: false}}', 'warning undefined-name: there is no service `nosuch`'],
    ['{db: {}}', 'error missing-key: `condition` is missing'],
    ['{db: {condition: healthy}}', 'error invalid-value: `condition` must be one of `service_started`, `service_healthy`, `service_completed_successfully`, not "healthy"'],
    ['{job: {condition: service_healthy}}', 'error conflict: `job` is never healthy: it has no `healthcheck`'],
    ['{forever: {condition: service_completed_successfully}}', 'error conflict: `forever` never completes: it is always started again'],
    ['{db: {condition: service_started, needed: true}}', 'error unknown-key: unknown key `needed`'],
    ['db', 'error wrong-type: `depends_on` must be a list or a mapping of services, not `db`'],
  ])('%s', (lines, message) => expect(messages(definition(lines))).toEqual([message]));

  test('cycles, each once', () => {
    const service = (name: string, on: string): string => `  ${name}: {image: scratch, depends_on: [${on}]}\n`;
    expect(messages(`services:\n${service('a', 'b')}${service('b', 'c, d')}${service('c', 'a')}${service('d', 'e')}${service('e', 'd')}`)).toEqual([
      'error conflict: `a` depends on itself: a → b → c → a',
      'error conflict: `d` depends on itself: d → e → d',
    ]);
  });
});

test('who joins another one depends on it', () => {
  const web = (lines: string): unknown => project(`services:\n  db: {image: scratch, ipc: shareable}\n  web: {image: scratch, ${lines}}\n`).services[1]?.depends_on;
  const joined = { service: 'db', condition: 'service_started', restart: true, required: true };
  expect(web('network_mode: service:db')).toEqual([joined]);
  expect(web('network_mode: service:db, ipc: service:db, depends_on: {db: {condition: service_started, required: false}}')).toEqual([joined]);
  expect(messages('services:\n  a: {image: scratch, network_mode: service:b}\n  b: {image: scratch, depends_on: [a]}\n')).toEqual(['error conflict: `a` depends on itself: a → b → a']);
});

describe('profiles', () => {
  test('those that are active come from COMPOSE_PROFILES, as far as there are any', () => {
    const active = (COMPOSE_PROFILES: string): readonly string[] => project(definition('[]'), { environment: { COMPOSE_PROFILES } }).profiles;
    expect(project(definition('[]')).services.map(({ profiles }) => profiles)).toEqual([[], [], ['more', 'most'], []]);
    expect(active('')).toEqual([]);
    expect(active('other, most')).toEqual(['most']);
    expect(active('*')).toEqual(['more', 'most']);
  });

  test('a name has two letters', () => {
    expect(messages('services: {a: {image: scratch, profiles: [x, -y, ok, "*"]}}')).toEqual(['x', '-y', '*'].map((name) => expect.stringContaining(`not "${name}"`)));
  });
});
