import { expect, test } from 'vitest';
import { CAPABILITIES } from '../../../src/model/capabilities.ts';
import { script } from '../../../src/resources/script.ts';
import { definition, problems, project, service } from '../model/definition.ts';
import { compiled } from '../resources/compiled.ts';

const files = (profile: object): { files: Record<string, string> } => ({ files: { '/srv/app/mine.json': JSON.stringify(profile, null, '\t') } });
const MINE = 'security_opt: ["seccomp:./mine.json"]';

function loosens(lines: string, profile: object = {}): readonly string[] {
  return script(project(`name: p\n${definition(lines)}`, files(profile)), '1').header.loosens;
}

test('security_opt: the last one holds, in either spelling', () => {
  expect(service('security_opt: ["seccomp:unconfined"]').seccomp).toBe('unconfined');
  expect(service('security_opt: ["seccomp=unconfined", "seccomp=builtin"]').seccomp).toBe('default');
  expect(service('privileged: true').seccomp).toBe('unconfined');
  expect(service('privileged: true\nsecurity_opt: ["seccomp:default"]').seccomp).toBe('default');
});

test('a profile of Docker, in one form', () => {
  const profile = {
    defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 1, archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: null }],
    syscalls: [
      { names: ['read'], action: 'SCMP_ACT_ALLOW', comment: 'all' },
      { names: ['ptrace'], action: 'SCMP_ACT_ALLOW', includes: { minKernel: '4.8' } },
      { names: ['mount'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_ADMIN'], arches: ['amd64'] }, excludes: { caps: ['CAP_CHOWN'] } },
      { names: ['clone'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: 2114060288, op: 'SCMP_CMP_MASKED_EQ' }], excludes: { arches: ['s390', 's390x'] } },
      { name: 'socket', action: 'SCMP_ACT_ERRNO', errnoRet: 97, args: [{ index: 0, value: 1, op: 'SCMP_CMP_EQ' }, { index: 0, value: '18446744073709551615', valueTwo: 0, op: 'SCMP_CMP_EQ' }] },
    ],
  };
  const condition = (value: string): object => ({ argument: 0, operator: 'eq', value, mask: null });
  expect(service(MINE, '', files(profile)).seccomp).toMatchObject({
    file: './mine.json',
    default: { action: 'errno', data: 1 },
    rules: [
      { names: ['read'], conditions: [], machines: null },
      { names: ['ptrace'], with: [] },
      { names: ['mount'], with: ['SYS_ADMIN'], without: ['CHOWN'], machines: ['amd64'] },
      { names: ['clone'], machines: null, conditions: [{ operator: 'masked', mask: '2114060288', value: '0' }] },
      { names: ['socket'], action: { action: 'errno', data: 97 }, conditions: [condition('1')] },
      { names: ['socket'], conditions: [condition('18446744073709551615')] },
    ],
  });
});

test('a name that nobody knows is a hole where it should refuse, and none where it should allow', () => {
  const rule = { names: ['unshar'], action: 'SCMP_ACT_ERRNO' };
  expect(problems(MINE, '', files({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rule] }))).toEqual(['undefined-name: cash knows no system call `unshar`']);
  const allowed = { defaultAction: 'SCMP_ACT_ERRNO', syscalls: [{ names: ['unshar'], action: 'SCMP_ACT_ALLOW' }] };
  expect(service(MINE, '', files(allowed)).seccomp).toMatchObject({ rules: [{ names: [] }] });
});

test('what is loosened is said', () => {
  expect(loosens('init: false')).toEqual(['nothing']);
  expect(loosens('security_opt: ["seccomp:unconfined"]')).toEqual(['every system call is allowed (seccomp:unconfined) (s)']);
  const rules = (...names: readonly string[]): object => ({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [{ names, action: 'SCMP_ACT_ALLOW' }] });
  expect(loosens(MINE, rules('read', 'write'))).toEqual(['seccomp by ./mine.json (s)']);
  expect(loosens(MINE, rules('read', 'bpf', 'clone', 'chroot'))).toEqual(['seccomp by ./mine.json, which also allows bpf, clone (s)']);
  expect(loosens(`${MINE}\ncap_drop: [SYS_CHROOT]`, rules('chroot'))).toEqual(['seccomp by ./mine.json, which also allows chroot (s)']);
});

test('one filter for all services that have the same profile and capabilities; its heading says which are in every script', () => {
  const services = ['a: {image: scratch}', 'b: {image: scratch}', 'c: {image: scratch, cap_add: [SYS_TIME]}', 'd: {image: scratch, security_opt: ["seccomp:unconfined"]}'];
  const { filters, services: views } = script(project(`name: p\nservices:\n  ${services.join('\n  ')}\n`), '1');
  expect(filters.map(({ title }) => title)).toEqual(['seccomp, by default: the same bytes in every script that has it', expect.stringMatching(/^seccomp, by default, with CHOWN .* SYS_TIME SETFCAP$/)]);
  expect(views.map(({ seccomp }) => seccomp.id)).toEqual([filters[0]?.id, filters[0]?.id, filters[1]?.id, '']);
});

test('the listing says what is in the filter', () => {
  const [filter] = compiled('init: false').filters;
  const text = filter?.listing.join('\n') ?? '';
  for (const line of ['fails with ENOSYS: clone3', 'allowed with argument 0 & 0x7e020000 = 0, else fails with EPERM: clone', 'allowed with argument 0 = 0 8 0x20000 0x20008 0xffffffff, else fails with EPERM: personality']) expect(text).toContain(line);
  for (const name of ['io_uring_setup', 'bpf', 'keyctl', 'mount', 'unshare', 'kexec_load']) expect(text).not.toMatch(new RegExp(`\\b${name}\\b`));
  expect(Math.max(...(filter?.listing ?? []).map((line) => line.length))).toBeLessThan(137);
  const all = compiled(`cap_add: [${CAPABILITIES.filter((name) => name !== 'MKNOD').join(', ')}]`).filters[0]?.listing.join('\n');
  expect(all).toMatch(/\bunshare\b/);
});
