import { describe, expect, test } from 'vitest';
import { plain, view } from './compiled.ts';

describe('entrypoint and command, as with Docker', () => {
  const image = 'x-cash: {entrypoint: [ie], command: [ic]}';
  test.each<readonly [string, string, string]>([
    ['', '', 'bash'],
    ['command: a b', '', 'a b'],
    ['entrypoint: e', 'e', ''],
    ['entrypoint: e\ncommand: a', 'e', 'a'],
    [image, 'ie', 'ic'],
    [`${image}\ncommand: a`, 'ie', 'a'],
    [`${image}\nentrypoint: e`, 'e', ''],
    [`${image}\nentrypoint: []`, '', ''],
    [`${image}\ncommand: []`, 'ie', ''],
    ['x-cash: {entrypoint: [ie]}', 'ie', ''],
  ])('%j', (lines, entrypoint, command) => {
    const found = view(`image: debootstrap:bookworm\n${lines}`);
    expect([found.entrypoint, found.command].map((words) => words.map(plain).join(' '))).toEqual([entrypoint, command]);
  });

  test('an image of nothing has no command', () => expect(view('init: false').command).toEqual([]));
});

describe('variables', () => {
  const environment = (lines: string): readonly string[] => view(lines).environment.map(plain);
  const first = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOSTNAME=s', 'HOME=$HOME_DIRECTORY'];

  test('ours, then those of the image, then those of the service', () => {
    expect(environment('image: debootstrap:bookworm\nenvironment: [C=3, B=4]\nx-cash: {environment: [A=1, B=2]}')).toEqual([...first, 'A=1', 'B=4', 'C=3']);
  });
  test('ours can be replaced', () => {
    expect(environment('environment: {HOME: /h, PATH: /bin}')).toEqual(['PATH=/bin', 'HOSTNAME=s', 'HOME=/h']);
    expect(environment('hostname: h')[1]).toBe('HOSTNAME=h');
  });
});

describe('names', () => {
  const network = 'networks: {default: {ipam: {config: [{subnet: 10.5.0.0/24}]}}}';
  test('of its container, its host', () => {
    expect(view('container_name: cc')).toMatchObject({ container: 'cc', hostname: 'cc', commitName: 'p-cc' });
    expect(view('container_name: cc\nhostname: h')).toMatchObject({ container: 'cc', hostname: 'h' });
    expect(view('command: a')).toMatchObject({ container: 's', hostname: 's', commitName: 'p-s' });
  });
  test('in /etc/hosts', () => {
    const hosts = view('hostname: h\ndomainname: d.e\nextra_hosts: ["x:10.0.0.1", "y:host-gateway"]', network).hosts.map(plain);
    expect(hosts).toEqual(['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback', '$ADDRESS_0 h.d.e h s', '10.0.0.1 x', '10.5.0.1 y']);
    expect(view('networks: {default: {aliases: [t, s]}}', network).hosts.map(plain)[2]).toBe('$ADDRESS_0 s t');
  });
  test('without a network', () => expect(view('network_mode: none').hosts).toContain('127.0.1.1 s'));
  test('of servers that know names', () => {
    expect(view('dns: 10.0.0.1\ndns_search: [a.b, c]')).toMatchObject({ ownResolver: true, searched: true, resolver: ['nameserver 10.0.0.1', 'search a.b c'] });
    expect(view('command: a')).toMatchObject({ ownResolver: false, searched: false, resolver: [] });
  });
});

describe('networks', () => {
  const top = 'networks: {in: {internal: true, ipam: {config: [{subnet: 10.6.0.0/24}]}}, out: {ipam: {config: [{subnet: 10.5.0.0/24}]}}}';
  const batch = (lines: string): readonly string[] => view(lines, top).batch.map(plain);

  test('each has an interface; the way out is by the first that has one', () => {
    expect(batch('networks: [in, out]')).toEqual([
      'link set lo up',
      'link add $VETH_0 netns $HOST_NETNS master if$BRIDGE_0 up type veth peer name eth0 address $MAC_0',
      'address add $ADDRESS_0/24 dev eth0',
      'link set eth0 up',
      'link add $VETH_1 netns $HOST_NETNS master if$BRIDGE_1 up type veth peer name eth1 address $MAC_1',
      'address add $ADDRESS_1/24 dev eth1',
      'link set eth1 up',
      'route add default via 10.5.0.1',
    ]);
  });
  test('an internal one leads nowhere, none is only a loopback, host is the host\'s', () => {
    expect(batch('networks: [in]').join()).not.toContain('route');
    expect(batch('network_mode: none')).toEqual(['link set lo up']);
    expect(view('network_mode: host')).toMatchObject({ ownNetwork: false, attachments: [], exports: ['SECCOMP', 'SECCOMP_PROGRAM'] });
    expect(view('network_mode: host').namespaces).not.toContain('--net');
    expect(view('network_mode: none').namespaces).toContain('--net');
  });
  test('addresses are given, or leased from what is left', () => {
    const [given] = view('networks: {out: {ipv4_address: 10.5.0.9}}', top).attachments;
    expect(given).toMatchObject({ given: true, address: '10.5.0.9', leases: '/run/cash/p/networks/out', bridge: 'cash-p-out' });
    expect(view('networks: [out]', top).attachments[0]).toMatchObject({ given: false, first: '10.5.0.2', last: '10.5.0.254', reserved: [] });
  });
});

test('how it is stopped', () => {
  expect(view('stop_signal: SIGQUIT\nstop_grace_period: 1m30s500ms')).toMatchObject({ stopSignal: 'QUIT', stopGracePeriod: 90.5 });
  expect(view('command: a')).toMatchObject({ stopSignal: 'TERM', stopGracePeriod: 10 });
});

test('by whom, where', () => {
  expect(view('user: "7:8"\nworking_dir: /w')).toMatchObject({ user: '7:8', workingDirectory: '/w' });
  expect(view('image: debootstrap:bookworm\nx-cash: {user: u, working_dir: /x}')).toMatchObject({ user: 'u', workingDirectory: '/x' });
  expect(view('command: a')).toMatchObject({ user: '0', workingDirectory: '/' });
});
