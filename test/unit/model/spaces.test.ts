import { expect, test } from 'vitest';
import { load, problems, service } from './definition.ts';

test('nothing is asked for: all are its own', () => {
  expect(service('init: false')).toMatchObject({ network_mode: null, ipc: 'private', pid: 'private', uts: 'private', cgroup: 'private' });
  expect(service('network_mode: ""\nipc: ""\npid: ""\nuts: ""')).toMatchObject({ network_mode: null, networks: [{ network: 'default' }], ipc: 'private', pid: 'private', uts: 'private' });
});

test('of the host, of others', () => {
  const found = service('network_mode: "container:other-1"\nipc: host\npid: host\nuts: host\ncgroup: host');
  expect(found).toMatchObject({ network_mode: { container: 'other-1' }, networks: [], ipc: 'host', pid: 'host', uts: 'host', cgroup: 'host' });
});

test('clocks of its own', () => {
  expect(service('init: false')?.time).toBe(null);
  expect(service('x-cash: {time: {}}')?.time).toEqual({ monotonic: 0, boottime: 0 });
  expect(service('x-cash: {time: {monotonic: -5, boottime: "7"}}')?.time).toEqual({ monotonic: -5, boottime: 7 });
});

test('of a service', () => {
  const { project, diagnostics } = load('services:\n  a: {image: scratch, ipc: "service:b", network_mode: "service:b", pid: "service:b", userns_mode: auto}\n  b: {image: scratch, ipc: shareable, userns_mode: auto}\n');
  expect(diagnostics).toEqual([]);
  expect(project?.services[0]).toMatchObject({ ipc: { service: 'b' }, network_mode: { service: 'b' }, pid: { service: 'b' } });
  expect(project?.services[0]?.depends_on).toEqual([{ service: 'b', condition: 'service_started', restart: true, required: true }]);
});

test('a service cannot join one that waits for it', () => {
  const { diagnostics } = load('services:\n  a: {image: scratch, network_mode: "service:b"}\n  b: {image: scratch, depends_on: [a]}\n');
  expect(diagnostics.map(({ message, code }) => [code, message])).toMatchObject([['conflict', expect.stringContaining('depend')]]);
});

test.each<[string, readonly string[]]>([
  ['pid: "container:a"', ['conflict: it is not in a user namespace of its own']],
  ['x-cash: {time: {monotonic: 1.5}}', ['invalid-value: `monotonic` must be a whole number from -4000000000 to 4000000000, not "1.5"']],
  ['ipc: none\nshm_size: 1m', ['conflict: with `ipc: none` the container has no `/dev/shm` of its own']],
  ['uts: host\ndomainname: a', ['conflict: with `uts: host` the name is the host\'s']],
  ['network_mode: "container:a"\nextra_hosts: ["b:1.2.3.4"]', ['conflict: with `network_mode: container:a` they are those of the other container']],
  ['ipc: "container:a"\nsysctls: {kernel.shmmax: 1}', ['conflict: `kernel.shmmax` would change another container: with `ipc: container:a` the ipc namespace is its']],
])('%j is refused', (lines, found) => expect(problems(lines)).toEqual(found));
