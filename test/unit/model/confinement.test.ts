import { expect, test } from 'vitest';
import { DEFAULT_CAPABILITIES } from '../../../src/model/capabilities.ts';
import { problems, service } from './definition.ts';

test('nothing is asked for', () => {
  expect(service('init: false')).toMatchObject({ capabilities: DEFAULT_CAPABILITIES, no_new_privileges: true, seccomp: 'default' });
});

test.each<[string, readonly string[]]>([
  ['cap_add: [cap_net_raw, SYS_TIME]', ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP', 'NET_BIND_SERVICE', 'NET_RAW', 'SYS_CHROOT', 'SYS_TIME', 'SETFCAP']],
  ['cap_drop: [ALL]', []],
  ['cap_drop: [all]\ncap_add: [CHOWN]', ['CHOWN']],
  ['cap_drop: [CHOWN]\ncap_add: [CHOWN]', [...DEFAULT_CAPABILITIES]],
])('%j', (lines, found) => expect(service(lines).capabilities).toEqual(found));

test('ALL, with exceptions', () => {
  const all = service('cap_add: [ALL]\ncap_drop: [SYS_ADMIN]').capabilities;
  expect(all).toHaveLength(40);
  expect(all).not.toContain('SYS_ADMIN');
});

test.each<[string, boolean]>([
  ['security_opt: ["no-new-privileges:false"]', false], ['security_opt: ["no-new-privileges=false"]', false], ['security_opt: [no-new-privileges]', true],
  ['security_opt: ["seccomp:unconfined", "apparmor=unconfined"]', true],
])('%j', (lines, found) => expect(service(lines).no_new_privileges).toBe(found));

test.each<[string, string | null]>([
  ['init: false', null], ['security_opt: ["apparmor:unconfined"]', null], ['security_opt: ["apparmor:one", "apparmor=two.d/3"]', 'two.d/3'],
])('%j', (lines, found) => expect(service(lines).apparmor).toBe(found));

const NONE = { user: null, role: null, type: null, level: null, filetype: null };
test.each<[string, object | null]>([
  ['init: false', null], ['security_opt: ["label:disable"]', null], ['security_opt: ["label=disable", "label:type:spc_t"]', null],
  ['security_opt: ["label:type:one_t", "label=type:spc_t"]', { ...NONE, type: 'spc_t' }],
  ['security_opt: ["label:user:u", "label:role:r", "label:level:s0:c1,c2", "label:filetype:f_t"]', { ...NONE, user: 'u', role: 'r', level: 's0:c1,c2', filetype: 'f_t' }],
])('%j', (lines, found) => expect(service(lines).selinux).toEqual(found));

test.each<[string, readonly string[]]>([
  ['security_opt: ["apparmor:a b"]', ['invalid-value: `security_opt` must be the name of an AppArmor profile: letters, digits, `_ . / @ + -`, not "a b"']],
  ['security_opt: ["label:type:spc t"]', ['invalid-value: `security_opt` must be a type of SELinux: letters, digits, `_ . -`, not "spc t"']],
  ['security_opt: ["label:level:c1"]', ['invalid-value: `security_opt` must be a level of SELinux: `s0:c1,c2`, not "c1"']],
  ['security_opt: ["label:nested"]', ['invalid-value: `label:nested` is no security option']],
  ['security_opt: ["label:kind:x"]', ['invalid-value: `label:kind:x` is no security option']],
  ['security_opt: ["label:type:x", "apparmor:y"]', ['conflict: a kernel has either AppArmor or SELinux']],
  ['cap_add: [NET_ADMN]', ['invalid-value: `NET_ADMN` is no capability']],
  ['security_opt: ["seccomp:./profile.json"]', ['undefined-name: there is no seccomp profile `./profile.json`']],
  ['security_opt: [safe]', ['invalid-value: `safe` is no security option']],
])('%j is refused', (lines, found) => expect(problems(lines)).toEqual(found));
