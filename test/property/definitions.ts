/** Whole definitions in which every string is hostile. */
import fc from 'fast-check';
import { escapeInterpolation } from '../../src/load/interpolate.ts';
import { hostile } from './arbitraries.ts';

/** What would leave a file behind, if any of it ran. */
export function attacks(canary: string): readonly string[] {
  const touch = `/bin/touch ${canary}`;
  return [
    `$(${touch})`, `\`${touch}\``, `;${touch};`, `\n${touch}\n`, `'; ${touch}; '`, `"; ${touch}; "`, `">${canary}`, `>${canary}`, `|${touch}`, `&${touch}&`,
    `\${x:-$(${touch})}`, `$((a[$(${touch})]))`, `a[$(${touch})]`, `<(${touch})`, `)\n${touch}\n(`, `}\n${touch}\n{`, `\\\n${touch}`, `#\n${touch}`, `\r${touch}`,
    `'"'"';${touch}`, `%q$(${touch})`, `-$(${touch})`, `\u202e$(${touch})\u202c`, `~/$(${touch})`, `*`, `/etc/*`, `--help`, '-rf', '-', '--', '', ' ', '\t', '!', '!!',
    'x'.repeat(65_536), `$(${touch})`.repeat(Math.ceil(65_536 / touch.length)), '\'"`$\\\n'.repeat(12_000),
  ];
}

export interface Hostile {
  readonly text: fc.Arbitrary<string>;
  readonly path: fc.Arbitrary<string>;
  readonly name: fc.Arbitrary<string>;
}

export function hostileTexts(canary: string): Hostile {
  const text = fc.oneof(hostile, fc.constantFrom(...attacks(canary))).map((each) => each.replaceAll(/[\0\ud800-\udfff]/g, ''));
  const segment = text.map((each) => each.replaceAll(/[\n\r/:]|^\.+$/g, '').slice(0, 60)).map((each) => `x${each}`);
  return {
    text,
    path: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`),
    name: text.map((each) => `n${each.replaceAll(/[=]/g, '').slice(0, 200)}`),
  };
}

/** Every field that takes any text has a hostile one: load has to accept it. `${p}`: a parameter that is any text too. */
export function freeDefinition({ text, path, name }: Hostile): fc.Arbitrary<object> {
  const escaped = text.map(escapeInterpolation);
  const open = fc.oneof({ weight: 3, arbitrary: escaped }, { weight: 1, arbitrary: fc.tuple(escaped, escaped).map(([a, b]) => `${a}\${p}${b}`) });
  const words = fc.array(open, { maxLength: 4 });
  const place = path.map(escapeInterpolation);
  const variables = fc.dictionary(name.map(escapeInterpolation), open, { maxKeys: 4 });
  const service = fc.record({
    image: place.map((file) => `tar:${file}.tar`),
    entrypoint: words,
    command: words,
    environment: variables,
    labels: variables,
    working_dir: place,
    volumes: fc.uniqueArray(fc.record({ type: fc.constantFrom('bind', 'tmpfs'), source: place, target: place }), { maxLength: 3, selector: ({ target }) => target })
      .map((mounts) => mounts.map(({ type, source, target }) => (type === 'bind' ? { type, source, target } : { type, target }))),
    secrets: fc.array(fc.constantFrom('s', 'v'), { maxLength: 1 }),
    configs: fc.array(place.map((target) => ({ source: 'c', target: `/given${target}` })), { maxLength: 1 }),
    'x-cash': fc.record({ environment: variables, command: words, entrypoint: words, working_dir: place }),
    init: fc.boolean(),
    network_mode: fc.constantFrom('none', 'bridge'),
  });
  return fc.record({
    name: fc.constant('p'),
    services: fc.record({ a: service, 'b-c': service }),
    secrets: fc.record({ s: fc.record({ file: place }), v: fc.constant({ environment: 'V' }) }),
    configs: fc.record({ c: fc.record({ content: open }) }),
    'x-cash': fc.record({ root: place.map((each) => `/r${each.replace(/[\s\\]/g, '')}`), parameters: fc.constant({ p: { type: 'string', pattern: '^.*$' } }) }),
  });
}

/** A definition with all kinds of fields in it; each path below is one string of it. */
const whole = (): Record<string, unknown> => ({
  name: 'p',
  services: {
    s: {
      image: 'debootstrap:bookworm', container_name: 'c1', command: 'echo a', entrypoint: ['x'], environment: ['A=b'], working_dir: '/w', user: 'u:g', hostname: 'h',
      domainname: 'd.e', labels: { l: 'm' }, annotations: { n: 'o' }, cpus: '0.5', cpuset: '0', mem_limit: '64m', memswap_limit: '65m', mem_reservation: '32m', pids_limit: '9',
      cpu_shares: '9', networks: { n: { ipv4_address: '10.5.0.9', aliases: ['other'] } }, ports: ['127.0.0.1:80-81:80/tcp', { target: '90', published: '91', host_ip: '10.0.0.1', protocol: 'udp', name: 'n', app_protocol: 'h', mode: 'host' }], expose: ['9/tcp'], dns: ['10.0.0.1'], dns_search: ['a.b'], extra_hosts: ['x:10.0.0.1'], volumes: ['v:/v', '/b:/b:ro'], tmpfs: ['/t:size=1m'],
      secrets: ['x', { source: 'x', target: 'y', uid: '1', gid: '2', mode: '0440' }], configs: [{ source: 'z', target: '/z' }],
      shm_size: '8m', sysctls: { 'net.core.somaxconn': '9' }, group_add: ['g'], ulimits: { nofile: '99' }, blkio_config: { device_read_bps: [{ path: '/d', rate: '1m' }] }, storage_opt: { size: '1g' },
      restart: 'always', healthcheck: { test: ['CMD', 'a'], interval: '1s' }, logging: { driver: 'file', options: { 'max-size': '1m' } }, post_start: [{ command: 'a', user: 'u', working_dir: '/w', environment: ['A=b'] }],
      stop_signal: 'SIGINT', stop_grace_period: '1s', platform: 'linux/amd64', pull_policy: 'missing', userns_mode: 'host',
      'x-cash': { tag: 'i:j', mirror: 'http://mirror.example/debian', variant: 'minbase', include: ['curl'], components: ['main'], arch: 'amd64', command: ['c'], entrypoint: ['e'], environment: ['E=f'], user: 'v', working_dir: '/x' },
    },
    t: { image: 'tar:http://mirror.example/a.tar', 'x-cash': { sha256: 'a'.repeat(64) }, network_mode: 'none' },
    k: { image: 'local:tag', pull_policy: 'never' },
  },
  networks: { n: { name: 'net0', driver: 'bridge', ipam: { config: [{ subnet: '10.5.0.0/24', gateway: '10.5.0.1' }] }, 'x-cash': { host_ports: ['53/udp'] } } },
  volumes: { v: { name: 'vol', driver: 'local' } },
  secrets: { x: { file: '/s' }, w: { environment: 'W' } },
  configs: { z: { content: 'text' } },
  'x-cash': { root: '/r', cgroup: 'auto', allow: ['/dev'], parameters: { p: { type: 'string', pattern: '^x*$', default: 'x', description: 'd' }, q: { type: 'path', default: '/q', description: 'e' } }, functions: { run: { service: 's', parameters: ['p', 'q'], options: ['--keep'] } } },
});

type Key = string | number;

function places(value: unknown, keys: readonly Key[] = []): readonly (readonly Key[])[] {
  if (typeof value === 'string') return [keys];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(Array.isArray(value) ? [] : [[...keys, `key:${key}`]]),
    ...places(inner, [...keys, Array.isArray(value) ? Number(key) : key]),
  ]);
}

export const PLACES = places(whole());

/** The whole definition with one string, or one key, exchanged for another or lengthened by it. */
export function withOne(keys: readonly Key[], text: string, lengthen: boolean): object {
  const definition = whole();
  let holder = definition as Record<Key, unknown>;
  for (const key of keys.slice(0, -1)) holder = holder[key] as Record<Key, unknown>;
  const last = keys.at(-1) ?? '';
  if (typeof last === 'string' && last.startsWith('key:')) {
    const old = last.slice(4);
    const value = holder[old];
    delete holder[old];
    Object.defineProperty(holder, lengthen ? `${old}${text}` : text, { value, enumerable: true, configurable: true, writable: true });
  } else {
    holder[last] = lengthen ? `${String(holder[last])}${text}` : text;
  }
  return definition;
}
