import { describe, expect, test } from 'vitest';
import { plain, view } from './compiled.ts';

const top = 'volumes: {data: , shared: {external: true}, named: {name: other}}\nx-cash: {parameters: {where: path}, allow: /proc}\nsecrets: {s: {file: ./s}}\nconfigs: {c: {content: text}}';

/** SOURCE TARGET TYPE OPTIONS of the definition's own mounts. */
function own(lines: string): readonly string[] {
  const before = view('command: a').mounts.lines.map(plain);
  return view(lines, top).mounts.lines.map(plain).filter((line) => !before.includes(line)).map((line) => line.replace(/ 0 0$/, '').replaceAll('$ROOTFS', ''));
}

describe('lines of an fstab', () => {
  test.each<readonly [string, readonly string[]]>([
    ['volumes: [data:/v]', ['/var/lib/cash/volumes/p_data /v none bind,nosuid,nodev']],
    ['volumes: [data:/v:ro]', ['/var/lib/cash/volumes/p_data /v none bind,nosuid,nodev,ro']],
    ['volumes: [shared:/v]', ['/var/lib/cash/volumes/shared /v none bind,nosuid,nodev']],
    ['volumes: [named:/v]', ['/var/lib/cash/volumes/other /v none bind,nosuid,nodev']],
    ['volumes: [./a:/v]', ['/srv/app/a /v none noauto,rbind,nosuid,nodev']],
    ['volumes: ["${where}:/v"]', ['$where /v none noauto,rbind,nosuid,nodev']],
    ['tmpfs: /t', ['tmpfs /t tmpfs nosuid,nodev,noexec,mode=1777']],
    ['tmpfs: "/t:size=1m,mode=700,exec"', ['tmpfs /t tmpfs nosuid,nodev,mode=700,size=1048576']],
    ['volumes: ["/a b\\\\#:/c\\td"]', ['/a\\040b\\134\\043 /c\\011d none noauto,rbind,nosuid,nodev']],
  ])('%s', (lines, expected) => expect(own(lines)).toEqual(expected));

  test.each<readonly [string, readonly string[]]>([
    ['volumes: [/a:/v, data:/v/w]\ntmpfs: /v/w/x', ['/a /v none noauto,rbind,nosuid,nodev', '/var/lib/cash/volumes/p_data /v/w none noauto,bind,nosuid,nodev', 'tmpfs /v/w/x tmpfs noauto,nosuid,nodev,noexec,mode=1777']],
    ['volumes: [data:/t/v]\ntmpfs: /t', ['tmpfs /t tmpfs nosuid,nodev,noexec,mode=1777', '/var/lib/cash/volumes/p_data /t/v none bind,nosuid,nodev,X-mount.mkdir=0755']],
    ['volumes: [/proc:/p:ro]', ['/proc /p none noauto,x-cash.allow,rbind,nosuid,nodev,ro']],
    ['secrets: [s]', ['$SECRETS/run /run/secrets none bind,ro,nosuid,nodev']],
    ['secrets: [s]\ntmpfs: /run', ['tmpfs /run tmpfs nosuid,nodev,noexec,mode=1777', '$SECRETS/run /run/secrets none bind,ro,nosuid,nodev,X-mount.mkdir=0755']],
    ['configs: [c]\nsecrets: [{source: s, target: /t/s}]\ntmpfs: /t', ['tmpfs /t tmpfs nosuid,nodev,noexec,mode=1777', '$SECRETS/files/1 /c none bind,ro,nosuid,nodev', '$SECRETS/files/0 /t/s none noauto,bind,ro,nosuid,nodev']],
  ])('what may change meanwhile is mounted late: %s', (lines, expected) => expect(own(lines)).toEqual(expected));

  test('files of ours in a mount of the definition are mounted late too', () => {
    const hosts = view('volumes: [/a:/etc]').mounts.lines.map(plain).filter((line) => line.includes('/etc/hosts '));
    expect(hosts).toEqual(['$ETC/hosts $ROOTFS/etc/hosts none noauto,bind,nosuid,nodev,noexec 0 0']);
  });

  test('outer mounts first', () => {
    const targets = own('volumes: [/a:/x/y/z, /b:/x, data:/x/y]\ntmpfs: /w').map((line) => line.split(' ')[1]);
    expect(targets).toEqual(['/x', '/w', '/x/y', '/x/y/z']);
  });

  test('the root first, the files in /etc last; read-only where that is wished for', () => {
    const lines = view('read_only: true\nvolumes: [/a:/b]').mounts.lines.map(plain);
    expect(lines[0]).toBe('$ROOTFS $ROOTFS none bind,nodev,ro 0 0');
    expect(lines.slice(-3).map((line) => line.split(' ')[1])).toEqual(['$ROOTFS/etc/hosts', '$ROOTFS/etc/hostname', '$ROOTFS/etc/resolv.conf']);
    expect(view('command: a').mounts.lines[0]).not.toContain(',ro');
  });

  test('what the definition mounts in place of ours is the only one there', () => {
    const hosts = view('volumes: [./hosts:/etc/hosts]').mounts.lines.map(plain).filter((line) => line.includes('/etc/hosts '));
    expect(hosts).toEqual(['/srv/app/hosts $ROOTFS/etc/hosts none noauto,rbind,nosuid,nodev 0 0']);
  });

  test('everything that is not the root has neither set-user-ID files nor devices, but /dev', () => {
    const bad = view('volumes: [data:/v, ./a:/w]\ntmpfs: /t', top).mounts.lines.map(plain).slice(1).filter((line) => !line.includes('nosuid') || !(line.includes('nodev') || /\/dev(\/pts)? /.test(line)));
    expect(bad).toEqual([]);
  });
});

test('volumes are made, external ones are not; paths of the host only where they may be', () => {
  const { volumes, hostPaths } = view('volumes:\n  - data:/v\n  - shared:/w\n  - ./a:/x\n  - {type: bind, source: ./b, target: /y, bind: {create_host_path: false}}', top).mounts;
  expect(volumes.map(({ name, create }) => [name, create])).toEqual([['p_data', true], ['shared', false]]);
  expect(hostPaths).toEqual([{ path: '/srv/app/a' }]);
});
