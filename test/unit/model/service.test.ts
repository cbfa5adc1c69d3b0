import { describe, expect, test } from 'vitest';
import { definition, load, problems, project, service } from './definition.ts';

describe('command, entrypoint', () => {
  test.each<[string, readonly string[] | null]>([
    ['command: nginx -g "daemon off;"', ['nginx', '-g', 'daemon off;']], ['command: [a, "b c", ""]', ['a', 'b c', '']],
    ['command:', null], ['command: []', []], ['command: ""', []], ['{}', null],
  ])('%s', (lines, words) => expect(service(lines === '{}' ? 'init: false' : lines).command).toEqual(words));

  test('entrypoint has the same forms', () => expect(service('entrypoint: tini --').entrypoint).toEqual(['tini', '--']));
  test('numbers in a list are refused, as by Compose', () => expect(problems('command: [sleep, 10]')).toEqual(['wrong-type: an item of `command` must be a string, not the number 10']));
  test('what Compose drops is said', () => expect(problems('command: a && b')).toEqual([expect.stringContaining('ends at the unquoted `&`')]));
  test('an open quote', () => expect(problems(`command: "a 'b"`)).toEqual([expect.stringContaining("' is not closed")]));
});

describe('environment', () => {
  const around = { environment: { HERE: 'h', A: 'process' }, files: { '/srv/app/.env': 'DOT=d\nA=dotenv', '/srv/app/a.env': 'A=1\nB=2\nC=$A-$HERE', '/srv/app/b.env': 'B=3' } };

  test('map', () => {
    const { environment } = service('environment: {A: x, N: 1.50, T: true, E: "", HERE: , NO: , DOT: }', '', around);
    expect(environment).toEqual([['A', 'x'], ['N', '1.5'], ['T', 'true'], ['E', ''], ['HERE', 'h'], ['DOT', 'd']]);
  });

  test('list', () => {
    const { environment } = service('environment: ["A=x=y", "E=", HERE, NO, "A=z"]', '', around);
    expect(environment).toEqual([['A', 'z'], ['E', ''], ['HERE', 'h']]);
  });

  test('env_file: later files win, environment over them, names in order', () => {
    const { environment } = service('env_file: [a.env, {path: ./b.env}]\nenvironment: {C: own, D: 4}', '', around);
    expect(environment).toEqual([['A', '1'], ['B', '3'], ['C', 'own'], ['D', '4']]);
    expect(service('env_file: a.env', '', around).environment).toEqual([['A', '1'], ['B', '2'], ['C', 'process-h']]);
  });

  test('a name that is not set anywhere takes away what an env_file says', () => {
    expect(service('env_file: b.env\nenvironment: [B]', '', around).environment).toEqual([]);
  });

  test('missing env files', () => {
    expect(problems('env_file: no.env')).toEqual(['env-file: there is no env file `no.env`']);
    expect(service('env_file: {}'.replace('{}', '[{path: no.env, required: false}]')).environment).toEqual([]);
  });

  test('format: raw', () => {
    expect(service('env_file: [{path: a.env, format: raw}]', '', around).environment).toEqual([['A', '1'], ['B', '2'], ['C', '$A-$HERE']]);
  });

  test('what is wrong inside an env file is shown there', () => {
    const { diagnostics } = load(definition('env_file: x.env'), { files: { '/srv/app/x.env': 'A=1\nB="' } });
    expect(diagnostics.map(({ position: { file, line, column }, message }) => [file, line, column, message])).toEqual([['x.env', 2, 3, 'the quote is not closed']]);
  });

  test('the process wins over .env, which --env-file replaces', () => {
    const files = { '/srv/app/.env': 'X=1\nY=1', '/srv/app/e1': 'X=2\nY=2', '/srv/app/e2': 'X=3' };
    const read = (envFiles?: readonly string[]) => service('environment: ["V=$X$Y"]', '', { environment: { Y: 'p' }, files, ...(envFiles && { envFiles }) }).environment;
    expect(read()).toEqual([['V', '1p']]);
    expect(read(['e1', 'e2'])).toEqual([['V', '3p']]);
  });

  test.each(['environment: ["=x"]', 'environment: {"": x}', 'environment: {"a=b": x}'])('%s is refused', (lines) => {
    expect(problems(lines)).toEqual([expect.stringContaining('invalid-value')]);
  });
});

describe('limits', () => {
  test('their forms', () => {
    expect(service('cpu_shares: 512\ncpus: "0.5"\ncpuset: 3,0-1\nmem_limit: 1g\nmemswap_limit: -1\nmem_reservation: 512m\npids_limit: 100')).toMatchObject({
      cpu_shares: 512, cpus: 0.5, cpuset: '0-1,3', mem_limit: 2 ** 30, memswap_limit: -1, mem_reservation: 2 ** 29, pids_limit: 100,
    });
    expect(service('deploy: {resources: {limits: {cpus: "1.5", memory: 64m, pids: 10}}}')).toMatchObject({ cpus: 1.5, mem_limit: 2 ** 26, pids_limit: 10 });
    expect(service('mem_limit: 1024k\ndeploy: {resources: {limits: {memory: 1m}}}').mem_limit).toBe(2 ** 20);
  });

  test('zero is no limit', () => {
    expect(service('cpu_shares: 0\ncpus: 0\nmem_limit: 0\npids_limit: 0')).toMatchObject({ cpu_shares: null, cpus: null, mem_limit: null, pids_limit: null });
    expect(service('pids_limit: -1').pids_limit).toBe(-1);
  });

  test.each<[string, string]>([
    ['cpu_shares: 1', '2 to 262144'], ['cpus: -1', 'number of CPUs'], ['cpus: 0.001', 'at least 0.01'], ['cpuset: a', 'list of CPUs'], ['mem_limit: 12q', 'a size'],
    ['mem_limit: 1.5', 'a size'], ['mem_limit: -1', 'at least 0'], ['memswap_limit: 1g', 'needs `mem_limit`'], ['mem_limit: 1g\nmemswap_limit: 1m', 'cannot be less'],
    ['mem_limit: 1g\nmem_reservation: 2g', 'cannot be greater'], ['cpus: 1\ndeploy: {resources: {limits: {cpus: 2}}}', 'different values'], ['pids_limit: many', 'whole number'],
  ])('%j', (lines, message) => {
    if (lines === 'mem_limit: 1.5') return expect(service(lines).mem_limit).toBe(1);
    return expect(problems(lines)).toEqual([expect.stringContaining(message)]);
  });
});

describe('process', () => {
  test('forms', () => {
    expect(service('user: "1000:www-data"\nworking_dir: /srv\nstop_signal: QUIT\nstop_grace_period: 1m30s\ninit: "yes"\nread_only: true\nplatform: linux/x86_64\nuserns_mode: auto')).toMatchObject({
      user: '1000:www-data', working_dir: '/srv', stop_signal: 'SIGQUIT', stop_grace_period: 90_000, init: true, read_only: true, platform: 'linux/amd64', userns_mode: 'auto',
    });
  });

  test('defaults', () => {
    expect(service('init: off')).toMatchObject({ stop_signal: 'SIGTERM', stop_grace_period: 10_000, init: false, platform: null, pull_policy: 'missing', userns_mode: 'host', user: null });
  });

  test.each<[string, string]>([
    ['user: "a b"', 'USER, UID'], ['user: -x', 'USER, UID'], ['working_dir: srv', 'absolute path'], ['stop_signal: TREM', 'a signal'], ['stop_grace_period: "10"', 'a duration'],
    ['init: maybe', '`true` or `false`'], ['platform: windows/amd64', 'Linux platform'], ['pull_policy: daily', 'not supported yet'], ['pull_policy: somtimes', 'one of'],
    ['userns_mode: keep-id', 'not supported yet'], ['container_name: -a', 'letters'], ['container_name: a', 'two or more'], ['hostname: a~b', 'host name'],
    ['domainname: "."', 'host name'], [`hostname: ${'a'.repeat(64)}`, 'host name'], [`hostname: ${'a'.repeat(60)}.${'b'.repeat(5)}`, 'at most 64'],
  ])('%j', (lines, message) => expect(problems(lines)).toEqual([expect.stringContaining(message)]));
});

describe('names and labels', () => {
  test('labels, annotations: both forms', () => {
    expect(service('labels: {a: 1, b: , c: x}\nannotations: ["k=v=w", e]')).toMatchObject({
      labels: [['a', '1'], ['b', ''], ['c', 'x']], annotations: [['k', 'v=w'], ['e', '']],
    });
  });

  test('hosts and name servers', () => {
    expect(service('extra_hosts: ["a:1.2.3.4", "b=::1", "c:[::2]", "d=host-gateway"]').extra_hosts).toEqual([['a', '1.2.3.4'], ['b', '::1'], ['c', '::2'], ['d', 'host-gateway']]);
    expect(service('extra_hosts: ["a=1.2.3.4,::1"]').extra_hosts).toEqual([['a', '1.2.3.4'], ['a', '::1']]);
    expect(service('extra_hosts: {a: 1.2.3.4, b: ["::1", 1.1.1.1]}').extra_hosts).toEqual([['a', '1.2.3.4'], ['b', '::1'], ['b', '1.1.1.1']]);
    expect(service('dns: 1.1.1.1\ndns_search: [example.org, .]')).toMatchObject({ dns: ['1.1.1.1'], dns_search: ['example.org', '.'] });
  });

  test.each(['extra_hosts: ["a"]', 'extra_hosts: ["a:x"]', 'extra_hosts: ["-a:1.2.3.4"]', 'dns: [x]', 'dns_search: ["a b"]'])('%s is refused', (lines) => {
    expect(problems(lines)).toEqual([expect.stringContaining('invalid-value')]);
  });
});

describe('mounts', () => {
  const top = 'volumes: {data: {}, other: }';

  test('short forms', () => {
    expect(service('volumes: [data:/d, "./x:/a//b/:ro", "/h:/c:cached", "~/y:/e", "..:/f"]', top, { environment: { HOME: '/home/u' } }).mounts).toEqual([
      { type: 'volume', source: 'data', target: '/d', read_only: false },
      { type: 'bind', source: '/srv/app/x', target: '/a/b', read_only: true, create_host_path: true },
      { type: 'bind', source: '/h', target: '/c', read_only: false, create_host_path: true },
      { type: 'bind', source: '/home/u/y', target: '/e', read_only: false, create_host_path: true },
      { type: 'bind', source: '/srv', target: '/f', read_only: false, create_host_path: true },
    ]);
  });

  test('long forms', () => {
    const lines = 'volumes:\n- {type: bind, source: ./x, target: /a, read_only: true, bind: {create_host_path: false}}\n- {type: volume, source: data, target: /b}\n- {type: tmpfs, target: /c, tmpfs: {size: 1m, mode: 0755}}';
    expect(service(lines, top).mounts).toEqual([
      { type: 'bind', source: '/srv/app/x', target: '/a', read_only: true, create_host_path: false },
      { type: 'volume', source: 'data', target: '/b', read_only: false },
      { type: 'tmpfs', target: '/c', size: 2 ** 20, mode: 0o755, options: ['nosuid', 'nodev', 'noexec'] },
    ]);
  });

  test('tmpfs', () => {
    expect(service('tmpfs: /run').mounts).toEqual([{ type: 'tmpfs', target: '/run', size: null, mode: null, options: ['nosuid', 'nodev', 'noexec'] }]);
    expect(service('tmpfs: ["/a:size=64m,mode=1777,exec,ro,uid=5"]').mounts).toEqual([
      { type: 'tmpfs', target: '/a', size: 2 ** 26, mode: 0o1777, options: ['ro', 'nosuid', 'nodev', 'uid=5'] },
    ]);
  });

  test('relative sources are relative to x-cash.directory', () => {
    expect(service('volumes: ["./x:/a"]', 'x-cash: {directory: /opt/app/}').mounts).toMatchObject([{ source: '/opt/app/x' }]);
    expect(service('volumes: ["./x:/a"]', 'x-cash: {directory: "${dir}", parameters: {dir: path}}').mounts).toMatchObject([{ source: '\0dir\0/x' }]);
  });

  test.each<[string, string]>([
    ['volumes: [/only]', 'anonymous volume is not supported yet'], ['volumes: [only]', 'SOURCE:TARGET'], ['volumes: [""]', 'SOURCE:TARGET'], ['volumes: ["a:b:c:d"]', 'SOURCE:TARGET'], ['volumes: ["data:d"]', 'absolute path'], ['volumes: ["data:/"]', 'below `/`'],
    ['volumes: ["data:/a/../b"]', 'without `..`'], ['volumes: ["data:/dev/shm"]', 'its own `/dev`'], ['volumes: ["data:/x:z"]', '`z` is not supported yet'], ['volumes: ["data:/x:r"]', 'no mount option'],
    ['volumes: ["dta:/x"]', 'no volume `dta`'], ['volumes: ["data:/x", "other:/x/"]', 'already'], ['volumes: ["data:/x"]\ntmpfs: /x', 'already'], ['volumes: ["~/x:/y"]', 'needs HOME'],
    ['tmpfs: "/x:sise=1"', 'no tmpfs option'], ['tmpfs: "/x:mode=9"', 'octal mode'], ['volumes: [{type: bind, target: /x}]', 'needs a `source`'], ['volumes: [{target: /x}]', '`type` is missing'],
    ['volumes: [{type: tmpfs, source: a, target: /x}]', 'no `source`'], ['volumes: [{type: npipe, source: a, target: /x}]', 'not supported yet'],
    ['volumes: [{type: bind, source: /a, target: /x, bind: {propagation: shared}}]', '`propagation` is not supported yet'],
  ])('%j', (lines, message) => expect(problems(lines, top)).toEqual([expect.stringContaining(message)]));
});

describe('images', () => {
  test('transports', () => {
    expect(service('image: debootstrap:bookworm\nx-cash: {mirror: "http://mirror.example/debian", variant: buildd, include: "a1,b2", components: [main, contrib], arch: arm64}')).toMatchObject({
      image: { transport: 'debootstrap', suite: 'bookworm' },
      image_options: { mirror: 'http://mirror.example/debian', variant: 'buildd', include: ['a1', 'b2'], components: ['main', 'contrib'], arch: 'arm64' },
    });
    expect(service('image: tar:./root.tar.gz').image).toEqual({ transport: 'tar', location: '/srv/app/root.tar.gz' });
    expect(service(`image: tar:https://mirror.example/r.tar\nx-cash: {sha256: ${'AB'.repeat(32)}, command: a b, environment: {X: 1}, user: me, working_dir: /w, tag: "r:1"}`)).toMatchObject({
      image: { transport: 'tar', location: 'https://mirror.example/r.tar' },
      image_options: { sha256: 'ab'.repeat(32), tag: 'r:1', config: { command: ['a', 'b'], environment: [['X', '1']], user: 'me', working_dir: '/w' } },
    });
    expect(service('image: my:1\npull_policy: never').image).toEqual({ transport: 'local', name: 'my', tag: '1' });
    expect(service('image: my\npull_policy: never').image).toEqual({ transport: 'local', name: 'my', tag: 'latest' });
    expect(service('image: scratch').image).toEqual({ transport: 'scratch' });
  });

  test.each<[string, string]>([
    ['image: ""', '`image` must be an image'], ['image: nginx:1.27', 'registry image `nginx:1.27` is not supported yet'], ['image: docker://nginx', 'transport `docker` is not supported yet'], ['image: oci:./x', 'not supported yet'],
    ['image: tar:1.2', '`tar:PATH`'], ['image: tar', '`tar:PATH`'], ['image: debootstrap', '`debootstrap:SUITE`'], ['image: debootstrap:-x', '`debootstrap:SUITE`'], ['image: scratch:1', '`scratch` alone'],
    ['image: tar:http://mirror.example/x.tar', 'needs its `sha256`'], ['image: "tar:ftp://mirror.example/x.tar"', 'http, https or file URL'], ['image: tar:./a\nx-cash: {mirror: "http://mirror.example"}', 'has no option `mirror`'],
    ['x-cash: {tag: "a:1"}', 'has no option `tag`'], ['image: debootstrap:sid\nx-cash: {include: [--foo]}', 'Debian package'], ['image: tar:./a\nx-cash: {sha256: abc}', '64 hexadecimal'],
    ['image: debootstrap:sid\nx-cash: {mirror: mirror.example}', 'a URL'], ['image: debootstrap:sid\nx-cash: {variant: fat}', 'one of'],
  ])('%j', (lines, message) => expect(problems(lines)).toEqual([expect.stringContaining(message)]));

  test('a registry image with the name of a transport', () => {
    expect(load(definition('image: tar:1.2')).diagnostics[0]?.hint).toContain('`docker://tar:1.2`');
  });
});

test('what a file does not say is not in the project', () => {
  const found = project('services: {a: {image: scratch, network_mode: none}}\nnetworks: {n: }\nvolumes: {v: }');
  expect(found).toMatchObject({ name: 'app', networks: [], volumes: [] });
});
