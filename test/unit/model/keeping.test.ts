import { describe, expect, test } from 'vitest';
import { problems, service } from './definition.ts';

describe('restart', () => {
  const policy = (condition: string, max_attempts: number | null = null) => ({ condition, max_attempts, delay: null, window: null });
  test.each<[string, object | null]>([
    ['init: false', null], ['restart: no', null], ['restart: "no"', null], ['restart: ""', null], ['restart: always', policy('always')], ['restart: unless-stopped', policy('unless-stopped')],
    ['restart: on-failure', policy('on-failure')], ['restart: on-failure:3', policy('on-failure', 3)], ['restart: on-failure:0', policy('on-failure')],
    ['deploy: {restart_policy: {}}', policy('always')], ['deploy: {restart_policy: {condition: none}}', null],
    ['deploy: {restart_policy: {condition: on-failure, max_attempts: 4, delay: 1m, window: 1.5s}}', { condition: 'on-failure', max_attempts: 4, delay: 60_000, window: 1500 }],
    ['restart: always\ndeploy: {restart_policy: {condition: any, delay: 5s}}', { ...policy('always'), delay: 5000 }],
  ])('%j', (lines, found) => expect(service(lines).restart).toEqual(found));

  test.each<[string, string]>([
    ['restart: always:3', 'on-failure:ATTEMPTS'], ['restart: on-failure:x', 'on-failure:ATTEMPTS'], ['restart: sometimes', 'must be `no`'], ['restart: no\ndeploy: {restart_policy: {}}', 'different things'],
    ['restart: on-failure:2\ndeploy: {restart_policy: {condition: on-failure}}', 'different things'], ['deploy: {restart_policy: {max_attempts: 0}}', 'from 1'], ['deploy: {restart_policy: {delay: soon}}', 'a duration'],
  ])('%j', (lines, message) => expect(problems(lines)).toEqual([expect.stringContaining(message)]));
});

describe('healthcheck', () => {
  const unsaid = { disable: false, interval: null, timeout: null, retries: null, start_period: null, start_interval: null };
  test.each<[string, object | null]>([
    ['init: false', null],
    ['healthcheck: {test: curl -f localhost || exit 1}', { ...unsaid, test: ['/bin/sh', '-c', 'curl -f localhost || exit 1'] }],
    ['healthcheck: {test: [CMD-SHELL, a && b]}', { ...unsaid, test: ['/bin/sh', '-c', 'a && b'] }],
    ['healthcheck: {test: [CMD, a, b c]}', { ...unsaid, test: ['a', 'b c'] }],
    ['healthcheck: {test: [NONE]}', { ...unsaid, disable: true, test: null }],
    ['healthcheck: {disable: false}', null],
    ['healthcheck: {disable: true}', { ...unsaid, disable: true, test: null }],
    ['healthcheck: {test: [CMD, a], interval: 1m, timeout: 500ms, retries: 5, start_period: 2m, start_interval: 1s}', { disable: false, test: ['a'], interval: 60_000, timeout: 500, retries: 5, start_period: 120_000, start_interval: 1000 }],
    ['healthcheck: {test: [CMD, a], interval: "0", retries: 0}', { ...unsaid, test: ['a'] }],
  ])('%j', (lines, found) => expect(service(lines).healthcheck).toEqual(found));

  test('on_unhealthy, for an image of any transport', () => {
    expect(service('x-cash: {on_unhealthy: stop}').on_unhealthy).toBe('stop');
    expect(service('init: false').on_unhealthy).toBe('none');
  });

  test.each<[string, string]>([
    ['healthcheck: {interval: 1s}', 'the image brings none'], ['healthcheck: {test: [a]}', 'a command to check with'], ['healthcheck: {test: [CMD]}', 'a command to check with'],
    ['healthcheck: {test: [CMD-SHELL, a, b]}', 'a command to check with'], ['healthcheck: {test: [NONE, a]}', 'a command to check with'], ['healthcheck: {test: [CMD, a], interval: "5"}', 'a duration'],
    ['healthcheck: {test: [CMD, a], disable: true}', 'disabled'], ['healthcheck: {test: [CMD, a], retries: many}', 'whole number'], ['healthcheck: {tset: a}', 'unknown key `tset`'],
  ])('%j', (lines, message) => expect(problems(lines)).toContainEqual(expect.stringContaining(message)));
});

describe('logging', () => {
  test.each<[string, object | null]>([
    ['init: false', null], ['logging: {}', { driver: 'file', max_size: null, max_file: 1 }], ['logging: {driver: local, options: {max-size: 10m, max-file: "3"}}', { driver: 'file', max_size: 10 * 2 ** 20, max_file: 3 }],
    ['logging: {driver: json-file, options: {max-size: -1}}', { driver: 'file', max_size: null, max_file: 1 }], ['logging: {driver: journald}', { driver: 'journald', max_size: null, max_file: 1 }],
    ['logging: {driver: none}', { driver: 'none', max_size: null, max_file: 1 }],
  ])('%j', (lines, found) => expect(service(lines).logging).toEqual(found));

  test.each<[string, string]>([
    ['logging: {driver: gelf}', '`gelf` is not supported yet'], ['logging: {driver: fiel}', 'one of'], ['logging: {options: {compress: "true"}}', '`compress` is not supported yet'],
    ['logging: {options: {max-siz: 1m}}', 'unknown key `max-siz`'], ['logging: {driver: none, options: {max-size: 1m}}', 'has no option `max-size`'], ['logging: {options: {max-file: 2}}', 'no effect without `max-size`'],
  ])('%j', (lines, message) => expect(problems(lines)).toEqual([expect.stringContaining(message)]));
});

describe('hooks, scale, streams', () => {
  test('hooks', () => {
    expect(service('post_start: [{command: a "b c", user: nobody, working_dir: /w, environment: {A: 1}}]\npre_stop: [{command: [x]}, {command: [y], privileged: false}]')).toMatchObject({
      post_start: [{ command: ['a', 'b c'], user: 'nobody', working_dir: '/w', environment: [['A', '1']] }],
      pre_stop: [{ command: ['x'], user: null, working_dir: null, environment: [] }, { command: ['y'] }],
    });
    expect(service('init: false')).toMatchObject({ post_start: [], pre_stop: [] });
  });

  test('scale', () => {
    expect(service('scale: 3').scale).toBe(3);
    expect(service('deploy: {replicas: "2"}').scale).toBe(2);
    expect(service('scale: 0').scale).toBe(0);
    expect(service('scale: 2\ndeploy: {replicas: 2}').scale).toBe(2);
    expect(service('container_name: abc\nscale: 1').scale).toBe(1);
  });

  test('stdin_open, tty', () => {
    expect(service('stdin_open: true\ntty: "yes"')).toMatchObject({ stdin_open: true, tty: true });
    expect(service('init: false')).toMatchObject({ stdin_open: false, tty: false, scale: 1 });
  });

  test.each<[string, string]>([
    ['post_start: [{}]', 'needs a `command`'], ['pre_stop: [{command: [a], privileged: true}]', 'not supported yet'], ['scale: -1', 'whole number'], ['scale: 2\ndeploy: {replicas: 3}', '`deploy.replicas` and `scale` have different values'],
    ['scale: 2\ncontainer_name: abc', 'one `container_name`'], ['deploy: {replicas: 2}\nnetworks: {default: {ipv4_address: 10.5.0.9}}', 'one `ipv4_address`'],
  ])('%j', (lines, message) => expect(problems(lines, 'networks: {default: {ipam: {config: [{subnet: 10.5.0.0/24}]}}}')).toEqual([expect.stringContaining(message)]));
});
