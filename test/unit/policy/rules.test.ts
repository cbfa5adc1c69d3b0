import { describe, expect, test } from 'vitest';
import { loadPolicy } from '../../../src/policy/load.ts';
import { violations } from '../../../src/policy/rules.ts';
import { policySchema } from '../../../src/policy/schema.ts';
import { definition, project } from '../model/definition.ts';

function broken(rule: string, lines: string, top = ''): readonly string[] {
  const loaded = loadPolicy('policy.yaml', `${rule}\n`);
  if (!('policy' in loaded)) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  return violations(project(definition(lines, top)), loaded.policy.rules).map(({ rule: name, path, waived }) => `${waived === null ? '' : 'waived '}${name} ${path.join('.')}`);
}

const rules: readonly (readonly [string, readonly string[], readonly (readonly [string, string])[]])[] = [
  ['images: ["debootstrap:*"]', ['image: debootstrap:bookworm'], [['image: scratch', 'image'], ['image: tar:/srv/a.tar', 'image']]],
  ['images: ["tar:/srv/*.tar"]', ['image: tar:/srv/a/b.tar'], [['image: tar:/srv/../etc/b.tar', 'image'], ['image: tar:/srv/atar', 'image']]],
  ['image_digests: required', [`image: tar:/a.tar\nx-cash: {sha256: ${'ab'.repeat(32)}}`, 'image: debootstrap:bookworm'], [['image: tar:/a.tar', 'image']]],
  ['privileged: forbidden', ['cap_add: [SYS_ADMIN]'], [['cap_add: [ALL]', 'cap_add'], ['privileged: true', 'privileged']]],
  ['devices: ["/dev/ttyS*"]', ['devices: ["/dev/ttyS0"]'], [['devices: ["/dev/kvm:/dev/ttyS0"]', 'devices'], ['device_cgroup_rules: ["c 1:3 rwm"]', 'device_cgroup_rules']]],
  ['host_namespaces: forbidden', ['network_mode: none', 'userns_mode: host'], [['network_mode: host', 'network_mode'], ['pid: host', 'pid'], ['ipc: host', 'ipc']]],
  ['capabilities: [cap_chown, KILL]', ['cap_drop: [ALL]\ncap_add: [CHOWN]', 'cap_drop: [ALL]'], [['init: true', 'cap_add']]],
  ['no_new_privileges: required', ['init: true'], [['security_opt: ["no-new-privileges:false"]', 'security_opt']]],
  ['user_namespace: required', ['userns_mode: auto'], [['init: true', 'userns_mode']]],
  ['user: not_root', ['user: "1000:0"', 'user: app', 'image: tar:/a.tar\nx-cash: {user: app}'], [['init: true', 'user'], ['user: "0"', 'user'], ['user: root:app', 'user'], ['user: "00"', 'user']]],
  ['read_only: required', ['read_only: true'], [['init: true', 'read_only']]],
  ['ports: {min: 1024, max: 9000}', ['ports: ["8080:80"]', 'expose: ["80"]'], [['ports: ["80:80"]', 'ports'], ['ports: ["9001:80"]', 'ports'], ['ports: ["1000-2000:80"]', 'ports']]],
  ['ports: {addresses: [127.0.0.1]}', ['ports: ["127.0.0.1:80:80"]'], [['ports: ["80:80"]', 'ports']]],
  ['binds: ["/srv/*"]', ['volumes: ["/srv/a:/a"]', 'volumes: ["/srv/../srv/a:/a"]'], [['volumes: ["/opt:/a"]', 'volumes'], ['volumes: ["/srv/../opt:/a"]', 'volumes']]],
  ['binds_read_only: required', ['volumes: ["/srv:/a:ro"]'], [['volumes: ["/srv:/a"]', 'volumes']]],
  ['mem_limit: {max: 1g}', ['mem_limit: 1g', 'deploy: {resources: {limits: {memory: 5m}}}'], [['init: true', 'mem_limit'], ['mem_limit: 2g', 'mem_limit']]],
  ['pids_limit: {max: 2048}', ['init: true', 'pids_limit: 3'], [['pids_limit: -1', 'pids_limit'], ['pids_limit: 2049', 'pids_limit']]],
  ['cpus: {max: 1.5}', ['cpus: 1.5', 'cpu_period: 100000\ncpu_quota: 150000'], [['init: true', 'cpus'], ['cpus: 2', 'cpus'], ['cpu_quota: 200000', 'cpus']]],
  ['healthcheck: required', ['healthcheck: {test: [CMD, /a]}'], [['init: true', 'healthcheck'], ['healthcheck: {disable: true}', 'healthcheck']]],
];

describe.each(rules)('%s', (rule, good, bad) => {
  const name = rule.split(':')[0] ?? '';
  test.each(good)('holds of %s', (lines) => expect(broken(rule, lines)).toEqual([]));
  test.each(bad)('is broken by %s', (lines, key) => expect(broken(rule, lines)).toEqual([`${name} services.s.${key}`]));
});

test('loosened, host_ports', () => {
  expect(broken('loosened: forbidden', 'init: true')).toEqual([]);
  expect(broken('loosened: forbidden', 'ports: ["80:80"]\ncap_add: [NET_ADMIN]')).toEqual(['loosened services.s', 'loosened services.s']);
  const top = 'networks: {default: {x-cash: {host_ports: ["53/udp"]}}}';
  expect(broken('host_ports: forbidden\nloosened: forbidden', 'init: true', top)).toEqual(['host_ports networks.default.x-cash', 'loosened ']);
});

test('every rule has a test', () => {
  expect([...new Set([...rules.map(([rule]) => rule.split(':')[0]), 'loosened', 'host_ports'])].toSorted()).toEqual(Object.keys(policySchema.shape).toSorted());
});

test('a parameter matches no pattern and keeps no limit', () => {
  const top = 'x-cash: {parameters: {dir: path, bytes: {type: bytes, max: 5m}, who: name}}';
  const lines = 'mem_limit: ${bytes}\nvolumes: ["${dir}/a:/a"]\nuser: ${who}';
  expect(broken('binds: ["*"]\nmem_limit: {max: 1g}\nuser: not_root', lines, top)).toEqual(['user services.s.user', 'binds services.s.volumes', 'mem_limit services.s.mem_limit']);
});

test('a waiver is for its rule and its service, or for all', () => {
  const waiver = (more: string): string => `x-cash: {waivers: [{rule: read_only, reason: so, until: 2030-01-01${more}}]}`;
  expect(broken('read_only: required', 'init: true', waiver(''))).toEqual(['waived read_only services.s.read_only']);
  expect(broken('read_only: required', 'init: true', waiver(', service: s'))).toEqual(['waived read_only services.s.read_only']);
  expect(broken('healthcheck: required', 'init: true', waiver(''))).toEqual(['healthcheck services.s.healthcheck']);
});

describe('a wrong policy', () => {
  test.each<readonly [string, readonly string[]]>([
    ['priviliged: forbidden', ['1:1 unknown-key: there is no rule `priviliged`; did you mean `privileged`?']],
    ['read_only: true', ['1:12 invalid-value: `read_only` must be `required`']],
    ['ports: {min: 0, least: 3}', ['1:14 invalid-value: `min` must be a port from 1 to 65535', '1:17 unknown-key: there is no rule `least`']],
    ['capabilities: [CHOWN, FLY]', ['1:23 invalid-value: `capabilities` must be a capability such as NET_BIND_SERVICE']],
    ['mem_limit: {max: much}', ['1:18 invalid-value: `max` must be a size such as `512m`']],
    ['mem_limit: {}', ['1:12 invalid-value: `max` must be a size such as `512m`']],
    ['- a', ['1:1 invalid-value: the policy must be a mapping of rules']],
    ['images: "a', ['1:9 yaml: this quote is not closed']],
  ])('%s', (text, messages) => {
    const loaded = loadPolicy('policy.yaml', text);
    const found = 'policy' in loaded ? [] : loaded.diagnostics.map(({ position: { line, column }, code, message, hint }) => `${line}:${column} ${code}: ${message}${hint?.startsWith('did') === true ? `; ${hint}` : ''}`);
    expect(found).toEqual(messages);
  });
});
