import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { Open, Service } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { canonicalCpuset } from '../units.ts';
import { anySize, bytes, closedText, integer, scalarText, wrong } from '../values.ts';
import { buildTimes } from './cpu.ts';

type Times = 'cpu_period' | 'cpu_quota' | 'cpu_rt_period' | 'cpu_rt_runtime';
type Limits = Pick<Service, Times | 'cpu_shares' | 'cpus' | 'cpuset' | 'mem_limit' | 'memswap_limit' | 'mem_reservation' | 'pids_limit'>;

/** In Compose 0 is the same as no limit. */
function unlessZero<T>(value: T | null): T | null {
  return value === 0 ? null : value;
}

export function buildLimits(context: Context, input: ServiceInput, path: Path): Limits {
  const deployed = input.deploy?.resources?.limits ?? {};
  const deployedPath = child(child(child(path, 'deploy'), 'resources'), 'limits');
  const at = (key: string): Path => child(path, key);
  const merge = <T>(key: string, own: T | null, key2: string, other: T | null): T | null =>
    agree(context, key, own, other, child(deployedPath, key2));
  const memLimit = unlessZero(bytes(context, input.mem_limit, at('mem_limit'), anySize));
  const memory = unlessZero(bytes(context, deployed.memory, child(deployedPath, 'memory'), anySize));
  const count = merge('cpus', cpus(context, input.cpus, at('cpus')), 'cpus', cpus(context, deployed.cpus, child(deployedPath, 'cpus')));
  const limits: Limits = {
    cpu_shares: cpuShares(context, input, path),
    cpus: count,
    ...buildTimes(context, input, count, path),
    cpuset: cpuset(context, input.cpuset, at('cpuset')),
    mem_limit: merge('mem_limit', memLimit, 'memory', memory),
    memswap_limit: unlessZero(bytes(context, input.memswap_limit, at('memswap_limit'), { min: -1, max: anySize.max })),
    mem_reservation: unlessZero(bytes(context, input.mem_reservation, at('mem_reservation'), anySize)),
    pids_limit: merge('pids_limit', pids(context, input.pids_limit, at('pids_limit')), 'pids', pids(context, deployed.pids, child(deployedPath, 'pids'))),
  };
  checkMemory(context, limits, path);
  return limits;
}

/** Two keys for one thing: they say the same, or one of them nothing. */
export function agree<T>(context: Context, key: string, own: T | null, other: T | null, path: Path, what = `deploy.resources.limits.${path.key}`): T | null {
  if (own !== null && other !== null && JSON.stringify(own) !== JSON.stringify(other)) {
    fail(context, 'conflict', path, `\`${what}\` and \`${key}\` have different values`, { hint: `keep one of them` });
  }
  return own ?? other;
}

function cpuShares(context: Context, input: ServiceInput, path: Path): Open<number> | null {
  const value = input.cpu_shares;
  if (value === 0 || value === '0') return null;
  return integer(context, value, child(path, 'cpu_shares'), { min: 2, max: 262_144 });
}

function pids(context: Context, value: string | number | undefined, path: Path): Open<number> | null {
  if (value === 0 || value === '0') return null;
  if (value === -1 || value === '-1') return -1;
  return integer(context, value, path, { min: 1, max: 4_194_304 });
}

/** The kernel's quota is at least one millisecond of a hundred. */
const fewestCpus = 0.01;

function cpus(context: Context, value: string | number | undefined, path: Path): number | null {
  const text = closedText(context, value === undefined ? null : scalarText(value), path);
  if (text === null) return null;
  const count = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (count === 0 || (count >= fewestCpus && Number.isFinite(count))) return unlessZero(count);
  return wrong(context, path, text, `a number of CPUs such as \`0.5\`, at least ${fewestCpus}`);
}

function cpuset(context: Context, value: string | undefined, path: Path): string | null {
  const text = closedText(context, value, path);
  if (text === null || text === '') return null;
  return canonicalCpuset(text) ?? wrong(context, path, text, 'a list of CPUs such as `0-1,3`');
}

function checkMemory(context: Context, limits: Limits, path: Path): void {
  const { mem_limit: limit, memswap_limit: swap, mem_reservation: reservation } = limits;
  const swapPath = child(path, 'memswap_limit');
  if (swap !== null && swap !== -1 && limit === null) {
    fail(context, 'conflict', swapPath, '`memswap_limit` needs `mem_limit`: it is memory and swap together', { hint: 'add `mem_limit`' });
  }
  if (typeof limit !== 'number') return;
  if (typeof swap === 'number' && swap !== -1 && swap < limit) {
    fail(context, 'conflict', swapPath, '`memswap_limit` is memory and swap together: it cannot be less than `mem_limit`');
  }
  if (typeof reservation === 'number' && reservation > limit) {
    fail(context, 'conflict', child(path, 'mem_reservation'), '`mem_reservation` cannot be greater than `mem_limit`');
  }
}
