import { expect, test } from 'vitest';
import { compiled, view } from './compiled.ts';

test('none is asked for: nothing of it is in the script', () => {
  const found = compiled('init: false');
  expect(found).toMatchObject({ profiles: [], profiled: false, ownProfiles: [], checks: [] });
  expect(found.modules).not.toContain('apparmor');
  expect(found.commands).not.toContain('apparmor_parser:apparmor');
});

test('one of the host', () => {
  const found = compiled('security_opt: ["apparmor:theirs"]');
  expect(found).toMatchObject({ profiles: ['theirs'], profiled: true, ownProfiles: [], checks: ['apparmor_check'] });
  expect(found.commands).not.toContain('apparmor_parser:apparmor');
  expect(view('security_opt: ["apparmor:theirs"]')).toMatchObject({ confined: true, ownProfile: false, apparmor: 'theirs' });
});

test('that of the script: its name has the project and a digest, and stands in its rules', () => {
  const found = compiled('security_opt: ["apparmor:cash-default"]');
  const [profile] = found.ownProfiles;
  expect(profile?.name).toMatch(/^cash-p-[0-9a-f]{8}$/);
  expect(profile?.lines.filter((line) => line.includes(profile.name))).toHaveLength(3);
  expect(found).toMatchObject({ profiles: [], profiled: true });
  expect(found.commands).toContain('apparmor_parser:apparmor');
  expect(found.header.touches).toContain(`AppArmor profile ${profile?.name} · /etc/apparmor.d/${profile?.name} (by install)`);
  expect(view('security_opt: ["apparmor:cash-default"]')).toMatchObject({ confined: true, ownProfile: true, apparmor: profile?.name });
});
