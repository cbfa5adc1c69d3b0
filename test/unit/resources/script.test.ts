import { describe, expect, test } from 'vitest';
import { compiled, plain } from './compiled.ts';

const url = `image: tar:http://mirror.example/a.tar\nx-cash: {sha256: ${'a'.repeat(64)}}`;

describe('images', () => {
  const images = (lines: string, top = ''): readonly object[] => compiled(lines, top).images.map(({ repository, ...image }) => ({ ...image, repository }));

  test('by debootstrap', () => {
    const x = 'x-cash: {include: [curl, git], components: [main], arch: arm64, variant: buildd, mirror: "http://mirror.example/debian"}';
    const [image] = compiled(`image: debootstrap:bookworm\n${x}`).images;
    expect(image?.debootstrap?.arguments.map(plain)).toEqual([
      '--variant=buildd', '--arch=arm64', '--components=main', '--include=curl,git', '--cache-dir=/var/lib/cash/cache/debootstrap', 'bookworm', '$PART', 'http://mirror.example/debian',
    ]);
  });
  test('from a file, from a URL', () => {
    expect(images('image: tar:./a.tar')).toMatchObject([{ unpacked: true, tar: { file: '/srv/app/a.tar', downloaded: false, digested: false } }]);
    const file = expect.stringMatching(/^\/var\/lib\/cash\/images\/tar\/\.a-[0-9a-f]{8}\.download$/);
    expect(images(url)).toMatchObject([{ tar: { file, url: 'http://mirror.example/a.tar', downloaded: true, digested: true, digestLine: expect.stringMatching(/^a{64}  \/var\/lib\/cash\/images\/tar\/\.a-[0-9a-f]{8}\.download$/) } }]);
  });
  test('of this host, never pulled', () => {
    expect(images('image: mine:1\npull_policy: never')).toMatchObject([{ local: true, title: 'mine:1', bootstrapped: false, unpacked: false }]);
    expect(images('image: debootstrap:bookworm\npull_policy: never')).toMatchObject([{ local: true, bootstrapped: false }]);
  });
  test('shared by services, and pulled where one of them may be', () => {
    const other = (policy: string): string => `  t: {image: "debootstrap:bookworm", pull_policy: ${policy}}`;
    expect(images('image: debootstrap:bookworm\npull_policy: never', other('always'))).toMatchObject([{ local: false, bootstrapped: true }]);
    expect(images('image: debootstrap:bookworm', other('never'))).toMatchObject([{ local: false }]);
  });
});

describe('parameters and signatures', () => {
  const x = 'x-cash:\n  parameters: {who: {type: name, description: d}, n: {type: integer, min: 1, max: 9, default: 2}, s: {type: string, pattern: "^a*$", default: a}}\n  functions: {run: {service: s, parameters: [who, n], options: [--keep]}, commit: {service: s, parameters: [who]}}';
  const script = compiled('command: ["${who}", "${n}", "${s}"]', x);

  test('as the script asks for them', () => {
    expect(script.declared).toMatchObject([
      { variable: 'who', type: 'name', constraints: [], expected: 'name', defaulted: false, described: true, description: 'd' },
      { variable: 'n', constraints: [1, 9], expected: 'integer 1 9', defaulted: true, default: '2', described: false },
      { variable: 's', constraints: ['^a*$'] },
    ]);
  });
  test('as the functions take them', () => {
    expect(script.functions).toMatchObject([
      { command: 'run', usage: 'usage: run WHO N [COMMAND…]', least: 2, parameters: [{ variable: 'who', position: 1 }, { variable: 'n', position: 2 }], options: ['--keep'], rest: 3, separated: true },
      { command: 'commit', usage: 'usage: commit WHO TAG', least: 2, rest: 2, separated: false },
    ]);
  });
});

describe('the constant Bash', () => {
  const modules = (lines: string, top = ''): string => compiled(lines, top).modules.join(' ');
  test('is what the definition needs', () => {
    const least = modules('network_mode: none');
    for (const name of ['parameters', 'volume', 'network', 'init']) expect(least.split(' ')).not.toContain(name);
    expect(modules('init: true').split(' ')).toEqual(expect.arrayContaining(['init', 'network']));
    expect(modules('volumes: [v:/v]', 'volumes: {v: }').split(' ')).toContain('volume');
    expect(modules('command: "${x}"', 'x-cash: {parameters: {x: name}}').split(' ')).toContain('parameters');
  });
  test('has whoever asks for health: the supervisor, or timers of systemd', () => {
    const later = (lines: string, top = ''): readonly string[] => compiled(lines, top).laterModules.filter((name) => ['health', 'watch', 'timer'].includes(name));
    const asked = 'healthcheck: {test: [CMD, a]}';
    expect(later('init: true')).toEqual([]);
    expect(later(asked)).toEqual(['health', 'watch']);
    expect(later(asked, 'x-cash: {supervisor: systemd}')).toEqual(['health', 'timer']);
  });
  test('begins with the prelude', () => expect(modules('command: a')).toMatch(/^prelude /));
});

describe('the commands it needs', () => {
  const packages = (lines: string): readonly string[] => [...new Set(compiled(lines).commands.map((each) => each.split(':')[1] ?? ''))];
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['command: a', ['iproute2', 'nftables', 'tar'], ['debootstrap', 'curl']],
    ['network_mode: host', [], ['iproute2', 'nftables']],
    ['network_mode: none', ['iproute2'], ['nftables']],
    ['image: debootstrap:bookworm', ['debootstrap'], ['curl']],
    ['image: debootstrap:bookworm\npull_policy: never', [], ['debootstrap']],
    ['image: tar:/a.tar', ['tar'], ['curl']],
    [url, ['tar', 'curl'], ['debootstrap']],
  ])('%j', (lines, some, none) => {
    expect(packages(lines)).toEqual(expect.arrayContaining([...some]));
    expect(packages(lines).filter((each) => none.includes(each))).toEqual([]);
    const { needs } = compiled(lines).header;
    expect([...some, ...none].filter((each) => needs.includes(each))).toEqual(some);
  });
});

describe('the header', () => {
  test('has a digest of the definition, and of nothing else', () => {
    const digest = (lines: string): string => compiled(lines).header.digest;
    expect(digest('command: a')).toMatch(/^sha256 [0-9a-f]{64}$/);
    expect(digest('command: a')).toBe(digest('command: [a]'));
    expect(digest('command: a')).not.toBe(digest('command: b'));
  });
  test('says what it touches', () => {
    const { touches } = compiled('volumes: [/srv/x:/x, /srv/x:/y]').header;
    expect(touches).toEqual([
      '/var/lib/cash (images, containers, volumes) · /var/lib/cash.btrfs · /run/cash/p', 'cgroups cash/p/…', expect.stringMatching(/^bridge cash-p · nft tables ip and bridge cash-p · /) as string, '/srv/x',
      '/etc/cash/p.sh · /etc/systemd/system/cash-p.service or /etc/init.d/cash-p (by install)',
    ]);
    expect(compiled('command: a', 'x-cash: {storage: {device: /dev/sdb}}').header.touches).toContain('/dev/sdb');
  });
  test.each<readonly [string, string]>([
    ['command: a', 'nothing'],
    ['network_mode: host', "the network namespace is the host's (s)"],
    ['pids_limit: -1', 'no limit of processes (s)'],
    ['volumes: [/srv/x:/x]', '/srv/x of the host can be written (s)'],
    ['volumes: [/srv/x:/x:ro]', 'nothing'],
    ['cap_add: [SYS_TIME]', 'capabilities SYS_TIME (s)'],
    ['cap_add: [SYS_MODULE]', 'capabilities SYS_MODULE, with which root in it is root of the host (s)'],
    ['cap_add: [DAC_READ_SEARCH]', 'capabilities DAC_READ_SEARCH, with which root in it reaches the files of other containers and volumes (s)'],
    ['userns_mode: auto\ncap_add: [SYS_ADMIN]', 'capabilities SYS_ADMIN (s)'],
    ['tmpfs: ["/x:exec"]', 'nothing'],
    ['tmpfs: ["/x:suid,dev"]', 'tmpfs /x with suid and dev (s)'],
    ['volumes: [{type: tmpfs, target: /x}]', 'nothing'],
  ])('says what is loosened: %j', (lines, expected) => expect(compiled(lines).header.loosens).toEqual([expected]));
});

test('what a network consists of', () => {
  const top = 'networks: {out: {ipam: {config: [{subnet: 10.5.0.0/24}]}}, in: {internal: true, ipam: {config: [{subnet: 10.6.0.0/24}]}}}';
  const [out, inside] = compiled('networks: [out, in]', top).networks;
  expect(out).toMatchObject({ id: 'network_out', forwards: true, batch: ['link add cash-p-out type bridge', 'address add 10.5.0.1/24 dev cash-p-out', 'link set cash-p-out up'] });
  expect(out?.rules.map(plain).join('\n')).toContain('ip saddr 10.5.0.0/24 oifname != "cash-p-out" masquerade');
  expect(inside?.forwards).toBe(false);
  expect(inside?.rules.map(plain).join('\n')).not.toContain('masquerade');
});

test('volumes, by their names on the host; one that is external is not the script\'s to remove', () => {
  const { volumes, externalVolumes } = compiled('volumes: [a:/a, b:/b, c:/c]', 'volumes: {a: , b: {external: true}, c: {name: given}}');
  expect(volumes).toEqual(['a:p_a', 'c:given']);
  expect(externalVolumes).toEqual(['b:b']);
});

test('a project with names that Bash does not take', () => {
  const { services } = compiled('command: a', '  a-b: {image: scratch}\n  a.b: {image: scratch}');
  expect(services.map(({ id }) => id)).toEqual(['service_s', 'service_a_b', expect.stringMatching(/^service_a_b_[0-9a-f]{8}$/) as string]);
});
