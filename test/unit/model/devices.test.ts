import { expect, test } from 'vitest';
import { CAPABILITIES } from '../../../src/model/capabilities.ts';
import { problems, service } from './definition.ts';

const fuse = { source: '/dev/fuse', target: '/dev/fuse', access: 'rwm' };

test.each<[string, readonly object[]]>([
  ['[/dev/fuse]', [fuse]],
  ['["/dev/fuse:/dev/other"]', [{ ...fuse, target: '/dev/other' }]],
  ['["/dev/fuse:/dev/other:wr"]', [{ ...fuse, target: '/dev/other', access: 'rw' }]],
  ['["/dev/fuse:r"]', [{ ...fuse, access: 'r' }]],
  ['[{source: /dev/fuse}]', [fuse]],
  ['[{source: /dev/fuse, target: /srv/fuse, permissions: m}]', [{ source: '/dev/fuse', target: '/srv/fuse', access: 'm' }]],
  ['["/dev//bus/usb/"]', [{ source: '/dev/bus/usb', target: '/dev/bus/usb', access: 'rwm' }]],
])('devices: %s', (lines, found) => expect(service(`devices: ${lines}`).devices).toEqual(found));

test('device_cgroup_rules', () => {
  expect(service('device_cgroup_rules: ["c 189:* mwr", "a *:* r"]').device_cgroup_rules).toEqual(['c 189:* rwm', 'a *:* r']);
});

test('privileged: all capabilities, whatever is added; its devices are those of the host', () => {
  expect(service('privileged: true\ncap_add: [SYS_TIME]\ndevices: [/dev/fuse]')).toMatchObject({ privileged: true, capabilities: CAPABILITIES, devices: [], no_new_privileges: true });
});

test.each<[string, readonly string[]]>([
  ['devices: ["/dev/fuse:/dev"]', ['conflict: the container has its own `/dev`']],
  ['devices: ["/dev/fuse:/dev/shm/fuse"]', ['conflict: the container has its own `/dev/shm`']],
])('%s is refused', (lines, found) => expect(problems(lines)).toEqual(found));
