import { expect, test } from 'vitest';
import { script } from '../../../src/resources/script.ts';
import { project } from '../model/definition.ts';
import { compiled, plain, view } from './compiled.ts';

test('none is asked for: nothing of it is in the script', () => {
  const found = compiled('init: false');
  expect(found).toMatchObject({ contexts: '', labelled: false, checks: [] });
  expect(found.modules).not.toContain('selinux');
  expect(found.commands).not.toContain('chcon:coreutils');
});

test('what is not said is that of containers, with two categories', () => {
  const found = view('security_opt: ["label:user:system_u"]');
  expect(found.selinux).toMatch(/^system_u:system_r:container_t:s0:c\d+,c\d+$/);
  expect(found.fileContext).toBe(found.selinux.replace('system_r:container_t', 'object_r:container_file_t'));
  expect(found).toMatchObject({ labelled: true, needless: false });
  const script = compiled('security_opt: ["label:user:system_u"]');
  expect(script).toMatchObject({ contexts: found.selinux, labelled: true, checks: ['selinux_check'] });
  expect(script.modules).toContain('selinux');
  expect(script.commands).toContain('chcon:coreutils');
});

test('what is said, and the file systems of its own', () => {
  const found = view('security_opt: ["label:user:u", "label:role:r", "label:type:t", "label:level:s0", "label:filetype:f"]\ntmpfs: /scratch');
  expect(found).toMatchObject({ selinux: 'u:r:t:s0', fileContext: 'system_u:object_r:f:s0' });
  const own = found.mounts.lines.map(plain).filter((line) => line.includes(',context="system_u:object_r:f:s0"'));
  expect(own.map((line) => line.split(' ')[2])).toEqual(['devpts', 'tmpfs', 'tmpfs']);
});

test('each service its own categories; a volume of several has none', () => {
  const { services } = script(project(`
name: p
x-box: &box {image: scratch, security_opt: ["label:type:t"]}
volumes: {one: , two: }
services:
  a: {<<: *box, volumes: ["one:/one", "two:/two"]}
  b: {<<: *box, volumes: ["two:/two"]}
  c: {image: scratch, volumes: ["one:/one"]}`), '1.2.3');
  const [a, b] = services;
  expect(a?.selinux).not.toBe(b?.selinux);
  expect(a?.mounts.volumes.map(({ context }) => context)).toEqual([a?.fileContext, 'system_u:object_r:container_file_t:s0']);
  expect(services.map(({ labelled }) => labelled)).toEqual([true, true, false]);
});
