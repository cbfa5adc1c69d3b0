import { describe, expect, test } from 'vitest';
import { definition, load, problems, project, service } from './definition.ts';

describe('the name of a project', () => {
  const text = (name: string) => `${name}services: {a: {image: scratch}}`;
  test.each<[string, string, object]>([
    ['', 'app', {}], ['name: shop\n', 'shop', {}], ['name: ${X:-from-env}\n', 'from-env', {}], ['', 'myapp2', { directory: '/srv/_My.App 2/' }],
    ['name: shop\n', 'env', { environment: { COMPOSE_PROJECT_NAME: 'env' } }], ['name: shop\n', 'cli', { projectName: 'cli' }],
  ])('%j is %s', (name, expected, around) => expect(project(text(name), around).name).toBe(expected));

  test('a wrong one', () => expect(load(text('name: My App\n')).diagnostics).toMatchObject([{ code: 'invalid-value', position: { line: 1, column: 7 } }]));
  test('COMPOSE_PROJECT_NAME can be interpolated', () => expect(service('labels: {p: $COMPOSE_PROJECT_NAME}').labels).toEqual([['p', 'app']]));
  test('before or behind `name`', () => {
    const text = 'services: {a: {image: scratch, container_name: "${COMPOSE_PROJECT_NAME}-a"}}\nname: ${PN:-foo}';
    expect(project(text).services[0]?.container_name).toBe('foo-a');
  });
  test.each(['../../My App', 'a/b', '-x', 'x$y', 'a\nb', 'tasks'])('COMPOSE_PROJECT_NAME %j is refused', (name) => {
    expect(load('services: {a: {image: scratch}}', { environment: { COMPOSE_PROJECT_NAME: name } }).diagnostics).toMatchObject([{ code: 'invalid-value' }]);
  });
});

describe('networks', () => {
  const top = 'networks:\n  back: {ipam: {config: [{subnet: 10.5.0.0/24, gateway: 10.5.0.254}]}, internal: true, name: b0}\n  front:';

  test('forms', () => {
    expect(service('init: true').networks).toEqual([{ network: 'default', ipv4_address: null, aliases: [] }]);
    expect(service('networks: [front, back]', top).networks).toEqual([{ network: 'front', ipv4_address: null, aliases: [] }, { network: 'back', ipv4_address: null, aliases: [] }]);
    expect(service('networks: {back: {ipv4_address: 10.5.0.1}, default: }', top).networks).toEqual([{ network: 'back', ipv4_address: '10.5.0.1', aliases: [] }, { network: 'default', ipv4_address: null, aliases: [] }]);
    expect(service('networks: {back: {aliases: [db, main_db.x]}}', top).networks).toEqual([{ network: 'back', ipv4_address: null, aliases: ['db', 'main_db.x'] }]);
    expect(service('network_mode: host')).toMatchObject({ network_mode: 'host', networks: [] });
    expect(project(definition('networks: [back]', top)).networks).toEqual([{ name: 'back', explicit_name: 'b0', subnet: '10.5.0.0/24', gateway: '10.5.0.254', ip_range: null, aux_addresses: [], internal: true, host_ports: [] }]);
  });

  test.each<[string, string]>([
    ['networks: [bcak]', 'no network `bcak`'], ['networks: {bcak: }', 'no network `bcak`'], ['network_mode: none\nnetworks: [back]', 'exclude each other'], ['network_mode: "service:x"', 'there is no service'],
    ['network_mode: nat', 'one of'], ['networks: {back: {aliases: [a b]}}', 'letters, digits'], ['networks: {back: {mac_address: x}}', '`mac_address` is not supported yet'], ['networks: {back: {ipv4_adress: x}}', 'unknown key'],
    ['networks: {back: {ipv4_address: 10.6.0.1}}', 'not in the subnet'], ['networks: {back: {ipv4_address: 10.5.0.0}}', 'network itself'], ['networks: {back: {ipv4_address: 10.5.0.255}}', 'broadcast'],
    ['networks: {back: {ipv4_address: 10.5.0.254}}', 'is the gateway'], ['networks: {back: {ipv4_address: x}}', 'IPv4 address'], ['networks: {front: {ipv4_address: 10.0.0.2}}', 'needs a `subnet`'],
  ])('%j', (lines, message) => expect(problems(lines, top)).toEqual([expect.stringContaining(message)]));

  test.each<[string, string]>([
    ['{driver: overlay}', 'not supported yet'], ['{external: true}', 'not supported yet'], ['{ipam: {config: [{subnet: 10.0.0.1/24}]}}', 'address of a subnet'], ['{ipam: {config: [{subnet: 10.0.0.0/30}]}}', '/8 to /29'],
    ['{ipam: {config: [{subnet: "fd00::/64"}]}}', 'IPv6 subnet is not supported'], ['{ipam: {config: [{gateway: 10.0.0.1}]}}', 'needs a `subnet`'], ['{ipam: {config: [{subnet: 10.0.0.0/24, gateway: 10.0.1.1}]}}', 'not in the subnet'],
    ['{ipam: {config: [{subnet: 10.0.0.0/24}, {subnet: 10.0.1.0/24}]}}', 'second subnet'], ['{labels: {a: b}}', 'not supported yet'], ['{intrenal: true}', 'unknown key'],
  ])('%s', (network, message) => expect(problems('init: true', `networks: {n: ${network}}`)).toEqual([expect.stringContaining(message)]));

  test('two services cannot have one address', () => {
    const text = (second: string) => `services:\n  a: &a {image: scratch, networks: {back: {ipv4_address: 10.5.0.9}}}\n  b: ${second}\n${top}`;
    expect(load(text('{<<: *a}')).diagnostics).toMatchObject([{ code: 'duplicate', message: '10.5.0.9 is the address of `a` already' }]);
  });
});

describe('volumes', () => {
  test('forms', () => {
    const top = 'volumes:\n  a:\n  b: {name: bb, driver: local}\n  c: {external: true}';
    expect(project(definition('volumes: ["a:/a", "b:/b", "c:/c"]', top)).volumes).toEqual([
      { name: 'a', explicit_name: null, external: false }, { name: 'b', explicit_name: 'bb', external: false }, { name: 'c', explicit_name: null, external: true },
    ]);
  });
  test.each(['{driver: nfs}', '{driver_opts: {a: b}}', '{labels: [a]}'])('%s is not supported yet', (volume) => {
    expect(problems('init: true', `volumes: {v: ${volume}}`)).toEqual([expect.stringContaining('not-supported-yet')]);
  });
});

describe('x-cash', () => {
  const host = (text: string) => project(definition('init: true', `x-cash: ${text}`)).host;

  test('supervisor: systemd has the log in the journal', () => {
    const made = (lines: string) => project(definition(lines, 'x-cash: {supervisor: systemd}'));
    expect(made('init: true').host.supervisor).toBe('systemd');
    expect(made('init: true').services[0]?.logging).toEqual({ driver: 'journald', max_size: null, max_file: 1 });
    expect(made('healthcheck: {test: [CMD, a]}').services[0]?.healthcheck?.test).toEqual(['a']);
    expect(made('logging: {driver: none}').services[0]?.logging?.driver).toBe('none');
    expect(problems('logging: {driver: json-file}', 'x-cash: {supervisor: systemd}')).toEqual([expect.stringContaining('writes no log files')]);
  });

  test('defaults', () => {
    expect(host('')).toEqual({ root: '/var/lib/cash', storage: { type: 'loop', size: 2 ** 32 }, cgroup: 'auto', supervisor: 'cash', allow: [], userns: { start: 100_000, count: 65_536 }, rootless: false, parameters: [], functions: [], require_signature: null, waivers: [], commands: null });
  });

  test('storage', () => {
    expect(host('{storage: 10g}').storage).toEqual({ type: 'loop', size: 10 * 2 ** 30 });
    expect(host('{storage: {device: /dev/sdb, format: true}}').storage).toEqual({ type: 'device', device: '/dev/sdb', format: true });
    expect(host('{storage: {type: btrfs}}').storage).toEqual({ type: 'btrfs' });
    expect(host('{rootless: true, root: /home/me/cash}').storage).toEqual({ type: 'btrfs' });
    expect(host('{rootless: true, root: /home/me/cash, storage: {type: directory}}').storage).toEqual({ type: 'directory' });
    expect(host('{root: /srv/cash/, cgroup: libcgroup, userns: {start: 200000}}')).toMatchObject({ root: '/srv/cash', cgroup: 'libcgroup', userns: { start: 200_000, count: 65_536 } });
  });

  test.each<[string, string]>([
    ['{storage: 1m}', 'at least'], ['{storage: {type: device}}', 'needs its `device`'], ['{storage: {type: btrfs, size: 1g}}', 'has no `size`'], ['{root: var}', 'absolute path'], ['{root: /}', 'directory of its own'],
    ['{root: "/a/../b"}', 'without `..`'], ['{cgroup: v3}', 'one of'], ['{storage: {type: directory}}', 'is for `x-cash.rootless`'], ['{userns: {start: 0}}', 'whole number'], ['{rot: /x}', 'unknown key'], ['{x-foo: 1}', 'unknown key'],
  ])('%s', (text, message) => expect(problems('init: true', `x-cash: ${text}`)).toEqual([expect.stringContaining(message)]));
});

describe('keys', () => {
  test('x- keys are for others', () => {
    expect(problems('x-mine: {a: 1}\ndeploy: {x-y: 1}', 'x-common: &c [1]\nnetworks: {n: {x-z: 1}}')).toEqual([]);
  });
  test('x-cash misspelt is not', () => expect(problems('x-cahs: {a: 1}')).toEqual(['unknown-key: unknown key `x-cahs`']));
  test('a label may begin with x-', () => expect(service('labels: {x-a: 1}').labels).toEqual([['x-a', '1']]));
  test('keys of the specification', () => {
    expect(problems('gpus: all\ncredential_spec: {}', 'models: {}').map((text) => text.split(':')[0])).toEqual(['not-supported-yet', 'not-supported-yet', 'not-supported-yet']);
  });
  test('version is obsolete', () => {
    const { project: found, diagnostics } = load(definition('init: true', 'version: 3'));
    expect(found).not.toBeNull();
    expect(diagnostics).toMatchObject([{ code: 'obsolete', severity: 'warning' }]);
  });
  test.each<[string, string]>([['', 'no `services`'], ['services:', '`services` must be a mapping, not empty'], ['services: {}', 'no `services`'], ['[]', 'must be a mapping'], ['services: {a: }', 'must be a mapping, not empty'], ['services: {a: {}}', 'has no `image`'], ['services: {.a: {image: scratch}}', 'a name is']])('%j', (text, message) => {
    expect(load(text).diagnostics[0]?.message).toContain(message);
  });
});
