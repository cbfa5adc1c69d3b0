import { describe, expect, test } from 'vitest';
import { type Change, changes } from '../../../src/compare/changes.ts';
import { difference } from '../../../src/compare/words.ts';
import { compile } from '../../../src/compile.ts';
import { project } from '../model/definition.ts';

function between(before: string, after: string): readonly Change[] {
  const [old, now] = [before, after].map((text) => project(text)).map((one) => ({ script: 's.sh', project: one, text: compile(one) }));
  if (old === undefined || now === undefined) throw new Error('two are needed');
  return changes(old, now);
}

const brief = (found: readonly Change[]): readonly string[] => found.map(({ kind, name, change, container }) => `${change} ${kind} ${name}${container === null ? '' : ` ${container}`}`);

/** One service, with a line changed. */
const service = (line: string, rest = ''): string => `name: p\nservices:\n  web:\n    image: debootstrap:bookworm\n    command: [a]\n    ${line}\n${rest}`;

describe('nothing', () => {
  test('of the same', () => expect(between(service('init: true'), service('init: true'))).toEqual([]));
});

describe('a container', () => {
  test.each<readonly [string, string, string, readonly string[]]>([
    ['mem_limit: 64m', 'mem_limit: 1g', 'update', ['s.sh update --memory 1073741824 web']],
    ['mem_limit: 64m', 'stdin_open: false', 'recreate', ['s.sh up -d web']],
    ['pids_limit: 10', 'pids_limit: 20', 'update', ['s.sh update --pids-limit 20 web']],
    ['hostname: a', 'hostname: b', 'recreate', ['s.sh up -d web']],
    ['pull_policy: missing', 'pull_policy: always', 'recreate', ['s.sh up -d web']],
    ['profiles: []', 'profiles: [aa]', 'nothing', []],
    ['scale: 1', 'scale: 3', 'scale', ['s.sh up -d web']],
    ['x-cash: {include: [aa]}', 'x-cash: {include: [aa, bb]}', 'recreate', ['s.sh up -d web']],
  ])('%s to %s: %s', (before, after, effect, steps) => {
    const found = between(service(before), service(after)).filter(({ kind }) => kind === 'container');
    expect(found).toEqual([expect.objectContaining({ name: 'web', change: 'changed', container: effect, steps })]);
  });

  test('of a network, a volume or an image that is changed is recreated', () => {
    const definition = (subnet: string, volume: string): string =>
      service('volumes: [data:/data]', `    networks: [n]\nnetworks: {n: {ipam: {config: [{subnet: ${subnet}}]}}}\nvolumes: {data: {name: ${volume}}}\n`);
    const found = between(definition('10.1.0.0/24', 'one'), definition('10.2.0.0/24', 'two'));
    expect(brief(found)).toEqual(['changed network n', 'changed volume data', 'changed container web recreate']);
    expect(found[0]?.details).toEqual(['subnet: 10.1.0.0/24 → 10.2.0.0/24', 'gateway: 10.1.0.1 → 10.2.0.1']);
    expect(found[2]?.details).toEqual(['its network n is another one', 'its volume data is another one']);
  });

  test('is added, is removed, with what it alone used', () => {
    const ofVolumes = (how: string): readonly string[] => ['changed constant part commands for volumes', `${how} constant part snapshots of volumes`, `${how} constant part copies of volumes: by btrfs`, 'changed constant part help']; // the command `volume`
    const two = service('init: true', '  db:\n    image: scratch\n    command: [/db]\n    volumes: [data:/data]\nvolumes: {data: {}}\n');
    expect(brief(between(service('init: true'), two))).toEqual(['added image scratch:latest', 'added volume data', 'added container db', 'added constant part volumes', ...ofVolumes('added')]);
    const removed = between(two, service('init: true'));
    expect(new Set(brief(removed))).toEqual(new Set(['removed image scratch:latest', 'removed volume data', 'removed container db', 'removed constant part volumes', ...ofVolumes('removed')]));
    expect(removed.find(({ kind }) => kind === 'volume')?.details).toEqual(['its files stay on the host until s.sh down --volumes']);
    expect(removed.find(({ kind }) => kind === 'container')?.steps).toEqual(['s.sh rm --force db']);
  });

  test('shows the lines of its section', () => {
    const [found] = between(service('mem_limit: 64m'), service('mem_limit: 65m'));
    expect(found?.lines).toContain('-    limit mem_limit 67108864 "${CGROUP[memory]}/"memory.max');
    expect(found?.lines).toContain('+    limit mem_limit 68157440 "${CGROUP[memory]}/"memory.max');
  });
});

test('another name of the project, another root: all of it is another one', () => {
  expect(brief(between(service('init: true'), service('init: true').replace('name: p', 'name: q')))).toEqual(['changed host q', 'changed network default', 'removed container web', 'added container web']);
  expect(brief(between(service('init: true'), service('init: true', 'x-cash: {root: /srv/cash}\n')))).toEqual(['changed host p', 'removed container web', 'added container web']);
});

test('walls that are lowered, and as by default again', () => {
  const walls = (before: string, after: string): readonly string[] => between(service(before), service(after)).filter(({ kind }) => kind === 'walls').flatMap(({ details }) => details);
  expect(walls('init: true', 'cap_add: [SYS_TIME]')).toEqual(['lowered: capabilities SYS_TIME (web)']);
  expect(walls('cap_add: [SYS_TIME]', 'init: true')).toEqual(['as by default again: capabilities SYS_TIME (web)']);
});

describe('words', () => {
  test.each<readonly [string, unknown, unknown, readonly string[]]>([
    ['command', ['a', 'b'], null, ['command: ["a","b"] → none']],
    ['environment', [['A', '1'], ['B', '2']], [['A', '1'], ['B', '3'], ['C', '']], ['environment.B: 2 → 3', 'environment.C: none → ']],
    ['environment', [['A', '1'], ['B', '2']], [['B', '2'], ['A', '1']], ['environment: in another order']],
    ['capabilities', ['KILL'], ['CHOWN', 'KILL'], ['capabilities: added CHOWN']],
    ['mounts', [{ type: 'bind', source: '/a', target: '/b', read_only: true }], [], ['mounts: removed type=bind source=/a target=/b read_only']],
    ['stop_grace_period', 10_000, 1500, ['stop_grace_period: 10 s → 1500 ms']],
    ['mem_limit', -1, { parameter: 'memory' }, ['mem_limit: unlimited → <memory>']],
    ['healthcheck', { retries: 3, interval: null }, { retries: 4, interval: 1000 }, ['healthcheck.retries: 3 → 4', 'healthcheck.interval: none → 1 s']],
    ['user', '\0who\0', 'root', ['user: <who> → root']],
  ])('%s', (field, before, after, words) => expect(difference(field, before, after)).toEqual(words));
});
