/** What you plan is what happens, for definitions and hosts at random, on the real kernel: test/property/plan.bash. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../../src/compile.ts';
import { escapeInterpolation } from '../../src/load/interpolate.ts';
import { formatDiagnostics, loadProject } from '../../src/load/load.ts';
import { hostile } from './arbitraries.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

const text = hostile.map((each) => escapeInterpolation(each.replaceAll(/[\0\ud800-\udfff]/g, '').slice(0, 100)));
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 1 });

/** A service that can run on any host: each key is there or not. */
const service = fc.record({
  command: fc.constant(['sleep', '1000']),
  init: fc.constant(true),
  stop_grace_period: fc.constant('1s'),
  environment: some(fc.dictionary(fc.stringMatching(/^[A-Z_]{1,9}$/), text, { maxKeys: 3 })),
  labels: some(fc.dictionary(fc.stringMatching(/^[a-z.]{1,9}$/), text.map((each) => each.replaceAll(/\p{Cc}/gu, '')), { maxKeys: 2 })),
  mem_limit: some(fc.constantFrom('32m', '64m')),
  cpus: some(fc.constantFrom(0.1, 0.5)),
  cpu_shares: some(fc.integer({ min: 2, max: 4096 })),
  pids_limit: some(fc.integer({ min: 20, max: 500 })),
  read_only: some(fc.boolean()),
  tmpfs: some(fc.constantFrom('/scratch', '/new/deep')),
  volumes: some(fc.constantFrom(['data:/data'], ['data:/etc'], ['data:/a/b', 'more:/home/app'])),
  working_dir: some(fc.constantFrom('/', '/home/app', '/not/there')),
  user: some(fc.constantFrom('app', 'nobody', '0:1000')),
  hostname: some(fc.constantFrom('h', 'a-b')),
  cap_add: some(fc.constantFrom(['NET_ADMIN'], ['SYS_PTRACE'])),
  cap_drop: some(fc.constant(['ALL'])),
  shm_size: some(fc.constant('8m')),
  ulimits: some(fc.constant({ nofile: 99 })),
  restart: some(fc.constantFrom('always', 'on-failure')),
  userns_mode: some(fc.constant('auto')),
  networking: fc.constantFrom({}, { network_mode: 'none' }, { network_mode: 'host' }, { networks: ['front', 'back'] }, { networks: { back: { ipv4_address: '10.92.1.OWN' } } }, { networks: ['front'], ports: ['87OWN:80', '127.0.0.1:88OWN:81/udp'] }),
});

const definition = fc.tuple(service, service).map(([a, b]) => ({
  services: { a: finished(a, '91'), b: finished(b, '92') },
  networks: { front: { ipam: { config: [{ subnet: '10.92.0.0/24' }] } }, back: { internal: false, ipam: { config: [{ subnet: '10.92.1.0/24' }] } } },
  volumes: { data: {}, more: {} },
}));

/** `own`: two digits of addresses and ports that no other service has. */
function finished({ networking, ...keys }: { readonly networking: object }, own: string): object {
  return { image: `tar:${TINY}`, ...keys, ...(JSON.parse(JSON.stringify(networking).replaceAll('OWN', own)) as object) };
}

const TRIES = ['pull', 'run a -- /bin/true', 'run --keep a -- /bin/true', 'run -d b', 'start a', 'stop a', 'rm -f a', 'prune', 'down', 'down -v --images'];
const tries = fc.tuple(fc.constantFrom('fresh', 'pulled', 'kept', 'up', 'stopped', 'killed'), fc.constantFrom(...TRIES))
  .filter(([host, command]) => !(/^run (--keep )?a/.test(command) && host === 'up')) // it runs already
  .map((pair) => pair.join(' '));

const TINY = process.getuid?.() === 0 ? execFileSync(join(ROOT, 'test/tools/rootfs.sh'), ['tiny'], { encoding: 'utf8' }).trim() : '';

/** Definitions, and what is tried with each, as files of a folder that plan.bash understands. */
function write(folder: string, pairs: readonly (readonly [object, readonly string[]])[]): void {
  for (const name of ['cgroup', 'disk']) mkdirSync(join(folder, name));
  pairs.forEach(([value, lines], index) => {
    const whole = { name: `plan-random-${index}`, ...value, 'x-cash': { root: join(folder, 'disk', 'pool'), storage: { size: '256m' } } };
    const { project, diagnostics, sources } = loadProject({ path: 'compose.yaml', text: JSON.stringify(whole), directory: folder, environment: {}, readFile: () => null });
    if (project === null) throw new Error(formatDiagnostics(diagnostics, sources, { colour: false }));
    writeFileSync(join(folder, `plan-random-${index}.sh`), compile(project));
    chmodSync(join(folder, `plan-random-${index}.sh`), 0o755);
    writeFileSync(join(folder, `plan-random-${index}.tries`), `${lines.join('\n')}\n`);
  });
}

test.skipIf(TINY === '')('a plan changes nothing, the command does what it says, and then there is nothing to do', () => {
  const seed = Number(process.env['PLAN_SEED'] ?? 1);
  const pairs = fc.sample(fc.tuple(definition, fc.array(tries, { minLength: 4, maxLength: 4 })), { seed, numRuns: Number(process.env['PLAN_RUNS'] ?? 5) });
  const folder = mkdtempSync(join(tmpdir(), 'cash-plan-'));
  try {
    write(folder, pairs);
    const { stdout, stderr } = spawnSync('unshare', ['--mount', '--net', '--fork', '--kill-child', join(ROOT, 'test/property/plan.bash'), folder], { encoding: 'utf8', timeout: 900_000, maxBuffer: 2 ** 26 });
    expect(`${stdout}${stderr}`).toBe('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 900_000);
