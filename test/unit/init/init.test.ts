import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { adapt } from '../../../src/init/adapt.ts';
import type { Found } from '../../../src/init/compose.ts';
import { fromInspect } from '../../../src/init/inspect.ts';
import { fromRunLine } from '../../../src/init/run-line.ts';
import { template } from '../../../src/init/template.ts';
import type { Service } from '../../../src/model/project.ts';
import { load, project } from '../model/definition.ts';

const AROUND = { name: 'p', directory: '/srv/app', readFile: () => null };

function adapted(found: Found | null): { readonly text: string; readonly left: readonly string[]; readonly services: readonly Service[] } {
  const result = found === null ? { diagnostics: [] } : adapt(found, 'test', AROUND);
  if (!('text' in result)) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return { ...result, services: project(result.text).services };
}

const run = (...words: readonly string[]): ReturnType<typeof adapted> => adapted(fromRunLine(['docker', 'run', ...words]));

describe('the template', () => {
  test('compiles without a remark', () => expect(load(template('web')).diagnostics).toEqual([]));

  test('compiles with every line that can be taken in', () => {
    const whole = template('web').replace(/^( *)# (?=\w+: ?[{[\w])/gm, '$1');
    expect(load(whole).diagnostics).toEqual([]);
    const [service] = project(whole).services;
    expect(service).toMatchObject({ user: 'nobody', healthcheck: { interval: 30_000 }, mounts: [{ type: 'volume' }, { type: 'tmpfs' }], ports: [{ first: 8080 }] });
  });
});

describe('a docker run line', () => {
  test('with what is in any definition', () => {
    const { services: [service], left } = run(
      '-d', '--name', 'web', '-p', '127.0.0.1:8080:80', '-v', 'data:/data', '-v', '/a b:/c:ro', '--restart=always', '-m', '256m', '--cpus', '0.5', '--cap-drop', 'ALL',
      '--network', 'front', '--user', '1000', '--read-only', '-w', '/srv', '--entrypoint', '/bin/e', 'debian:bookworm-slim', 'serve', '--all',
    );
    expect(left).toEqual([]);
    expect(service).toMatchObject({
      image: { transport: 'debootstrap', suite: 'bookworm' }, container_name: 'web', entrypoint: ['/bin/e'], command: ['serve', '--all'], mem_limit: 2 ** 28, cpus: 0.5, capabilities: [],
      networks: [{ network: 'front' }], user: '1000', read_only: true, working_dir: '/srv', restart: { condition: 'always' }, ports: [{ host_ip: '127.0.0.1', first: 8080 }],
      mounts: [{ type: 'volume', source: 'data', target: '/data' }, { type: 'bind', source: '/a b', target: '/c', read_only: true }],
    });
  });

  test('each word arrives as it is', () => {
    const words = ["it's", 'a "b" $HOME ${x} $$', '`id`', ';', '', 'cashword0x', '# no: comment', '\\n'];
    const { services: [service] } = run('-e', "A=it's $x", '-e', 'B="y": z', 'debian', 'echo', ...words);
    expect(service?.command).toEqual(['echo', ...words]);
    expect(service?.environment).toEqual([['A', "it's $x"], ['B', '"y": z']]);
  });

  test('--mount keeps read-only', () => {
    const { services: [service] } = run('--mount', 'type=bind,src=/a,dst=/b,readonly', '--mount=type=volume,source=v,target=/v', '--mount', 'type=tmpfs,dst=/t', 'debian', 'a');
    expect(service?.mounts).toEqual([
      expect.objectContaining({ type: 'bind', source: '/a', target: '/b', read_only: true }),
      expect.objectContaining({ type: 'volume', source: 'v', target: '/v', read_only: false }),
      expect.objectContaining({ type: 'tmpfs', target: '/t' }),
    ]);
  });

  test('an image by its digest', () => {
    expect(run(`nginx@sha256:${'0'.repeat(64)}`).services.map(({ name }) => name)).toEqual(['nginx']);
  });

  test('what cash has not is a comment, and named', () => {
    const { text, left } = run('--foo', '--isolation', 'hyperv', '--sysctl', 'kernel.panic=5', '--sysctl', 'net.core.somaxconn=9', 'nginx:1.27');
    expect(left).toEqual(['--foo: composerize does not know it', expect.stringMatching(/^services\.nginx\.isolation: /), expect.stringMatching(/^services\.nginx\.sysctls(\.0)?: /)]);
    expect(text).toContain('# isolation: hyperv\n');
    expect(text).toMatch(/# *- kernel\.panic=5\n/);
    expect(text).toContain('net.core.somaxconn=9');
  });

  test('one word is a line of a shell', () => {
    expect(adapted(fromRunLine(['docker run \\\n  -it debian:13 sh -c "echo \'hi\'"'])).services[0]).toMatchObject({ tty: true, image: { suite: 'trixie' }, command: ['sh', '-c', "echo 'hi'"] });
  });

  test.each([[['docker', 'ps']], [['docker', 'run']], [['rm', '-rf', '/']], [['docker run "']], [['docker run debian; rm -rf /']]])('%j is none', (words) => {
    expect(fromRunLine(words)).toBeNull();
  });
});

const CONTAINER = {
  Id: 'f00dfeed0000', Name: '/web',
  Config: { Hostname: 'f00dfeed', User: 'app', Env: ['A=$x', 'PATH=/bin'], Cmd: ['serve'], Entrypoint: ['/e'], Image: 'registry.example:5000/team/app:2', WorkingDir: '/srv', StopSignal: 'SIGQUIT', Tty: true, Healthcheck: { Test: ['CMD', '/h'], Interval: 5_000_000_000, Retries: 2 }, Labels: { team: 'shop', 'com.docker.compose.project': 'x' } },
  HostConfig: {
    NetworkMode: 'front', Memory: 2 ** 28, NanoCpus: 1_500_000_000, PidsLimit: null, ShmSize: 67_108_864, CapAdd: ['NET_ADMIN'], ReadonlyRootfs: true, Privileged: true,
    PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }], '53/udp': [{ HostIp: '', HostPort: '53' }] }, RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
    Ulimits: [{ Name: 'nofile', Soft: 100, Hard: 200 }], Tmpfs: { '/tmp': 'size=5m' }, OomScoreAdj: 100, StorageOpt: { size: '1g' }, UTSMode: 'host', LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
  },
  Mounts: [{ Type: 'volume', Name: 'data', Source: '/var/lib/docker/volumes/data/_data', Destination: '/data', RW: true }, { Type: 'bind', Source: '/opt/app', Destination: '/opt/app', RW: false }],
  NetworkSettings: { Networks: { front: { Aliases: ['f00dfeed0000', 'web', 'shop'], IPAMConfig: null }, back: null } },
};

describe('docker inspect', () => {
  test('gives what the container is', () => {
    const { services: [service], text } = adapted(fromInspect(JSON.stringify([CONTAINER])));
    expect(service).toMatchObject({
      name: 'web', image: { transport: 'tar', location: '/srv/app/app-2.tar' }, entrypoint: ['/e'], command: ['serve'], environment: [['A', '$x'], ['PATH', '/bin']], user: 'app', working_dir: '/srv', hostname: null,
      tty: true, stop_signal: 'SIGQUIT', mem_limit: 2 ** 28, cpus: 1.5, shm_size: null, read_only: true, restart: { condition: 'on-failure', max_attempts: 3 }, ulimits: [{ name: 'nofile', soft: 100, hard: 200 }],
      healthcheck: { test: ['/h'], interval: 5000, retries: 2 }, networks: [{ network: 'front', aliases: ['shop'] }, { network: 'back', aliases: [] }], ports: [{ host_ip: '127.0.0.1', first: 8080, target: 80 }, { host_ip: '0.0.0.0', first: 53, protocol: 'udp' }],
      mounts: [{ type: 'volume', source: 'data' }, { type: 'bind', source: '/opt/app', read_only: true }, { type: 'tmpfs', target: '/tmp' }],
      labels: [['team', 'shop']], oom_score_adj: 100, uts: 'host', logging: { max_size: 2 ** 20 },
    });
    expect(text).toContain('docker export "$(docker create registry.example:5000/team/app:2)" >app-2.tar');
  });

  test('a hostile one stays data', () => {
    const hostile = { ...CONTAINER, Config: { ...CONTAINER.Config, Image: 'x:1\nservices: {evil: {}}', Cmd: ['${X:?}', 'a\nb', '- x: y'] } };
    const { services, text } = adapted(fromInspect(JSON.stringify([hostile])));
    expect(services.map(({ name, command }) => [name, command])).toEqual([['web', ['${X:?}', 'a\nb', '- x: y']]]);
    expect(Object.keys(parse(text) as object)).toEqual(['name', 'services', 'networks', 'volumes']);
  });

  test.each(['', '[]', '{}', '[{"Config": {}}]', 'null', '[1]'])('%j is none', (text) => expect(fromInspect(text)).toBeNull());
});
