import { describe, expect, test } from 'vitest';
import { definition, load, problems, project, service } from './definition.ts';

const top = `x-cash:
  parameters:
    n: name
    ip: ipv4
    host: {type: integer, min: 2, max: 254}
    shares: {type: integer, min: 2, max: 262144, default: 1024}
    mem: {type: bytes, min: 1m, default: 64m}
    dir: {type: path, default: /var/work, description: where}
    word: {type: string, pattern: "^[a-z]+$"}
networks: {net: {ipam: {config: [{subnet: 10.0.0.0/24}]}}}`;

/** Only errors: most of the parameters of `top` are unused in each test. */
const errors = (lines: string, more = top) => problems(lines, more).filter((text) => !text.startsWith('parameter-unused'));

describe('declarations', () => {
  test('forms', () => {
    expect(project(definition('init: true', top)).host.parameters).toEqual([
      ['n', { type: 'name', default: null, description: null }],
      ['ip', { type: 'ipv4', default: null, description: null }],
      ['host', { type: 'integer', min: 2, max: 254, default: null, description: null }],
      ['shares', { type: 'integer', min: 2, max: 262_144, default: '1024', description: null }],
      ['mem', { type: 'bytes', min: 2 ** 20, max: Number.MAX_SAFE_INTEGER, default: '67108864', description: null }],
      ['dir', { type: 'path', default: '/var/work', description: 'where' }],
      ['word', { type: 'string', pattern: '^[a-z]+$', default: null, description: null }],
    ]);
  });

  test.each<[string, string]>([
    ['{Foo: name}', 'lower-case'], ['{cash_x: name}', 'the script uses itself'], ['{rootfs: name}', 'the script uses itself'], ['{a: nam}', 'must be'], ['{a: {type: string}}', 'needs a `pattern`'],
    ['{a: {type: string, pattern: "a"}}', 'anchored'], ['{a: {type: string, pattern: "^a|b$"}}', 'anchored'], ['{a: {type: name, min: 1}}', 'has no `min`'], ['{a: {type: integer, min: 3, max: 2}}', 'greater than max'],
    ['{a: {type: integer, max: 5, default: 6}}', 'from 0 to 5'], ['{a: {type: ipv4, default: x}}', 'IPv4'], ['{a: {type: path, default: x}}', 'absolute'], ['{a: {type: string, pattern: "^a$", default: b}}', 'matches'],
    ['{a: {}}', '`type` is missing'], ['{a: {type: name, defualt: x}}', 'unknown key'],
  ])('%s', (parameters, message) => expect(errors('init: true', `x-cash: {parameters: ${parameters}}`)).toEqual([expect.stringContaining(message)]));
});

describe('uses', () => {
  test('in text, numbers, addresses, paths', () => {
    const found = service('hostname: $n\ncontainer_name: c-${n}\ncommand: echo ${word} x$host\ncpu_shares: ${shares}\nmem_limit: ${mem}\nnetworks: {net: {ipv4_address: "10.0.0.${host}"}}\nvolumes: ["${dir}/x:/x/${n}", "./y:/y"]\ntmpfs: "/t:size=${mem}"\nenvironment: ["A=${word}${ip}"]\ndns: $ip', top);
    expect(found).toMatchObject({
      hostname: '\0n\0', container_name: 'c-\0n\0', command: ['echo', '\0word\0', 'x\0host\0'], cpu_shares: { parameter: 'shares' }, mem_limit: { parameter: 'mem' },
      networks: [{ network: 'net', ipv4_address: '10.0.0.\0host\0', aliases: [] }], environment: [['A', '\0word\0\0ip\0']], dns: ['\0ip\0'],
      mounts: [{ source: '\0dir\0/x', target: '/x/\0n\0' }, { source: '/srv/app/y' }, { size: { parameter: 'mem' } }],
    });
  });

  test('in the image and the host', () => {
    const text = 'services: {s: {image: "debootstrap:${n}", x-cash: {tag: "${n}:1"}}}\nx-cash: {root: "${dir}", storage: {size: "${mem}"}, parameters: {n: name, dir: path, mem: {type: bytes, min: 1g}}}';
    expect(project(text)).toMatchObject({ services: [{ image: { suite: '\0n\0' }, image_options: { tag: '\0n\0:1' } }], host: { root: '\0dir\0', storage: { size: { parameter: 'mem' } } } });
  });

  test.each<[string, string]>([
    ['cpu_shares: ${n}', 'of type name; `cpu_shares` takes integer'], ['cpu_shares: ${host}0', 'one parameter alone'], ['pids_limit: ${shares}', ''], ['mem_limit: ${word}', 'takes bytes or integer'],
    ['cpus: ${host}', 'must be known when'], ['read_only: ${word}', 'must be known when'], ['network_mode: ${word}', 'must be known when'], ['hostname: ${dir}', 'of type path'], ['volumes: ["/a:/b/${word}"]', 'of type string'],
    ['networks: {net: {ipv4_address: "10.0.1.${host}"}}', 'not in the subnet'], ['networks: {net: {ipv4_address: "10.0.0.${shares}"}}', 'for every value'], ['networks: {net: {ipv4_address: "10.0.0.${ip}"}}', 'takes integer'],
    ['networks: ["${n}"]', 'must be known when'], ['environment: ["${n}=x"]', 'must be known when'], ['command: ${n:-x}', 'its value is not known yet'], ['stop_signal: $n', 'must be known when'],
  ])('%j', (lines, message) => {
    expect(errors(lines)).toEqual(message === '' ? [] : [expect.stringContaining(message)]);
  });

  test('an address that can be the gateway', () => {
    const more = top.replace('min: 2, max: 254', 'min: 1, max: 254');
    expect(errors('networks: {net: {ipv4_address: "10.0.0.${host}"}}', more)).toEqual(['address: 10.0.0.1 is the gateway of 10.0.0.0/24']);
  });

  test('an integer has to fit', () => expect(errors('cpu_shares: $i', 'x-cash: {parameters: {i: integer}}')).toEqual([expect.stringContaining('takes 2 to 262144')]));

  test('the environment does not know better', () => expect(service('hostname: $n', top, { environment: { n: 'x' } }).hostname).toBe('\0n\0'));

  test('NUL in a definition is refused', () => {
    expect(problems('hostname: "a\\0b"')).toEqual([expect.stringContaining('nul-character')]);
    expect(problems('labels: {"a\\0b": x}')).toContain('nul-character: a key cannot hold a NUL character');
  });
});

describe('functions', () => {
  const functions = (text: string, parameters = '{n: name, t: {type: name, default: x}}') => `x-cash: {parameters: ${parameters}, functions: ${text}}`;

  test('form', () => {
    expect(project(definition('hostname: $n', functions('{run: {service: s, parameters: [n, t], options: [--keep]}, pull: {service: s}}'))).host.functions).toEqual([
      ['run', { command: 'run', service: 's', parameters: ['n', 't'], options: ['--keep'] }], ['pull', { command: 'pull', service: 's', parameters: [], options: [] }],
    ]);
  });

  test.each<[string, string]>([
    ['{rnu: {service: s, parameters: [n, t]}}', 'no signature can be given to `rnu`'], ['{run: {service: x, parameters: [n, t]}}', 'no service `x`'], ['{run: {service: s, parameters: [n, t, u]}}', 'no parameter `u`'],
    ['{run: {service: s, parameters: [n, n, t]}}', 'there twice'], ['{run: {service: s, parameters: [n, t], options: [--foo]}}', 'no option `--foo`'], ['{pull: {service: s, parameters: [n, t], options: [--rm]}}', 'no option `--rm`'],
    ['{run: {service: s, parameters: [t]}}', 'no function takes the parameter `n`'],
  ])('%s', (text, message) => expect(errors('hostname: $n', functions(text)).filter((one) => !one.includes('unreachable') || message.startsWith('no function'))).toEqual([expect.stringContaining(message)]));

  test('an unused parameter', () => {
    expect(load(definition('init: true', 'x-cash: {parameters: {n: name}}'))).toMatchObject({ project: {}, diagnostics: [{ code: 'parameter-unused', severity: 'warning' }] });
  });
});
