import { describe, expect, test } from 'vitest';
import { load, definition, problems, service } from './definition.ts';

const top = `
secrets: {token: {file: ./token}, key: {environment: API_KEY}, open: {file: "\${where}/x"}}
configs: {site: {content: "a\\n\${p}$$b"}, file: {file: /etc/site}, env: {environment: SITE}}
x-cash: {parameters: {p: {type: string, pattern: ^x*$}, where: path}}`;
const files = (lines: string) => service(lines, top).files;

describe('secrets and configs', () => {
  const owner = { uid: null, gid: null };

  test('short form', () => {
    expect(files('secrets: [token, key]\nconfigs: [site]')).toEqual([
      { kind: 'secret', name: 'token', content: { from: 'file', path: '/srv/app/token' }, target: '/run/secrets/token', ...owner, mode: 0o400 },
      { kind: 'secret', name: 'key', content: { from: 'environment', variable: 'API_KEY' }, target: '/run/secrets/key', ...owner, mode: 0o400 },
      { kind: 'config', name: 'site', content: { from: 'text', text: 'a\n\0p\0$b' }, target: '/site', ...owner, mode: 0o444 },
    ]);
  });

  test.each([
    ['secrets: [{source: token, target: x}]', { target: '/run/secrets/x' }], ['secrets: [{source: token, target: /etc//x/}]', { target: '/etc/x' }],
    ['configs: [{source: file, target: a/b}]', { target: '/a/b' }], ['configs: [{source: env, uid: "103", gid: 0}]', { uid: 103, gid: 0 }],
    ['secrets: [{source: token, mode: 0777}]', { mode: 0o555 }], ['secrets: [{source: token, mode: "0640"}]', { mode: 0o440 }],
    ['secrets: [open]', { content: { from: 'file', path: '\0where\0/x' } }],
  ])('long form: %s', (lines, part) => expect(files(lines)[0]).toMatchObject(part));

  test('none is none', () => {
    expect(service('secrets:\nconfigs: []').files).toEqual([]);
    expect(service('secrets: [x]', 'secrets: {x: {file: ~/x, x-note: y}, unused: {environment: U}}', { environment: { HOME: '/home/u' } }).files).toMatchObject([{ content: { path: '/home/u/x' } }]);
  });

  test('generation neither needs nor reads them', () => {
    const { project, diagnostics } = load(definition('secrets: [token, key]', top), { environment: { API_KEY: 'hidden' }, files: { '/srv/app/token': 'hidden' } });
    expect(diagnostics).toEqual([]);
    expect(JSON.stringify(project)).not.toContain('hidden');
  });

  test.each([
    ['secrets: [tokn]', 'undefined-name: there is no secret `tokn`'], ['configs: [token]', 'undefined-name: there is no config `token`'],
    ['secrets: [token, token]', 'duplicate: something is mounted at `/run/secrets/token` already'],
    ['secrets: [token]\nvolumes: [/a:/run/secrets]', 'duplicate: something is mounted at `/run/secrets` already'],
    ['secrets: [token]\nvolumes: [/a:/run/secrets/b]', 'duplicate: something is mounted at `/run/secrets/b` already'],
    ['configs: [site, {source: file, target: /site/x}]', 'duplicate: something is mounted at `/site` already'],
    ['configs: [site]\nvolumes: [/a:/site/b]', 'duplicate: something is mounted at `/site/b` already'],
    ['secrets: [{source: token, target: ../x}]', 'invalid-value: `target` must be a path without `..`, not "/run/secrets/../x"'],
    ['configs: [{source: file, target: /proc/x}]', 'invalid-value: nothing can be mounted at `/proc/x`: the container has its own `/proc`'],
    ['configs: [{source: file, target: ""}]', 'invalid-value: `target` must be a path in the container, not ""'],
    ['secrets: [{source: token, mode: "999"}]', 'invalid-value: `mode` must be an octal mode such as 1777, not "999"'],
    ['secrets: [{source: token, mode: 04755}]', 'invalid-value: `mode` must be an octal mode up to 0777, not "4755"'],
    ['secrets: [{source: token, uid: root}]', 'invalid-value: `uid` must be a whole number from 0 to 4294967294, not "root"'],
    ['secrets: [{source: token, uid: -1}]', 'invalid-value: `uid` must be a whole number from 0 to 4294967294, not "-1"'],
    ['secrets: [{target: x}]', 'missing-key: `source` is missing'],
  ])('%s is refused', (lines, message) => expect(problems(lines, top)).toEqual([message]));

  test.each([
    ['secrets: {x: {external: true}}', 'invalid-value: an external secret: the host has no store of them'],
    ['configs: {x: {external: true}}', 'invalid-value: an external config: the host has no store of them'],
    ['secrets: {x: }', 'missing-key: the secret `x` has no `file` or `environment`'],
    ['configs: {x: {}}', 'missing-key: the config `x` has no `file`, `environment` or `content`'],
    ['secrets: {x: {file: a, environment: B}}', 'conflict: the secret `x` takes only one of `file` or `environment`'],
    ['secrets: {x: {content: a}}', 'unknown-key: unknown key `content`'],
    ['secrets: {x: {file: a, driver: d}}', 'not-supported-yet: `driver` is not supported yet'],
    ['secrets: {x: {environment: PATH}}', 'invalid-value: `environment` must be the name of a variable other than PATH: letters, digits, `_`, not "PATH"'],
    ['secrets: {x: {environment: A-B}}', 'invalid-value: `environment` must be the name of a variable other than PATH: letters, digits, `_`, not "A-B"'],
    ['secrets: {x: {file: ""}}', 'invalid-value: `file` must be a path, not ""'],
  ])('%s is refused', (above, message) => expect(problems('init: true', above)).toContain(message));
});

describe('sources of bind mounts', () => {
  test.each(['/', '/proc', '/proc/1', '/sys/fs', '/dev', '/dev/sda', '/var', '/var/lib/cash', '/var/lib/cash/images', '/run/cash', '/run', '/var/lib/cash.btrfs'])('%s is refused, unless it is allowed', (source) => {
    expect(problems(`volumes: ["${source}:/x"]`)).toEqual([expect.stringMatching(/^invalid-value: .* refused as the source of a bind mount$/)]);
    expect(problems(`volumes: ["${source}:/x"]`, `x-cash: {allow: "${source}"}`)).toEqual([]);
    expect(problems(`volumes: [{type: bind, source: "${source}/.", target: /x}]`, `x-cash: {allow: [/else]}`)).toHaveLength(1);
  });

  test.each(['/srv', '/var/lib/cashier', '/device', '/run/docker.sock', '/var/lib/cash.btrfs2', './a'])('%s is not', (source) => {
    expect(problems(`volumes: ["${source}:/x"]`)).toEqual([]);
  });
});
