import { expect, test } from 'vitest';
import { projectJson, serviceJson } from '../../../src/model/json.ts';
import { example, EXAMPLES } from '../examples.ts';

test.each(EXAMPLES)('%s: as JSON.stringify writes it, the first time and again', (name) => {
  const project = example(name);
  expect(projectJson(project)).toBe(JSON.stringify(project));
  expect(projectJson(project)).toBe(JSON.stringify(project));
});

test('a service that has been changed is another one', () => {
  const [service] = example('hello').services;
  if (service === undefined) throw new Error('hello has a service');
  serviceJson(service);
  expect(serviceJson({ ...service, scale: 7 })).toContain('"scale":7');
});
