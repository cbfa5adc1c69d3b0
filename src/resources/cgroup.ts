/** Limits of a container, as files of its cgroup, in both versions. Sources: the kernel's admin-guide, cgroup-v1/ and cgroup-v2.rst. */
import type { Open, Service } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { variable, word } from '../resolve/word.ts';
import { blkio } from './blkio.ts';
import { guarded } from './devices.ts';

export type Controller = 'pids' | 'cpu' | 'cpuset' | 'memory' | 'blkio' | 'io' | 'devices';

export interface Limit {
  readonly why: string;
  readonly value: Word;
  readonly controller: Controller;
  readonly file: string;
  /** What sets it: limit_optional only where the kernel has the file (a default, not a wish of the definition); limit_line one of many lines. */
  readonly call: 'limit' | 'limit_optional' | 'limit_line';
  /** A function that comes first: of templates/runtime/cgroup.bash, which sets CONVERTED where a parameter is in it; else a step. */
  readonly convert: { readonly name: string; readonly arguments: readonly Word[] } | null;
  readonly converted: boolean;
  /** Else it is a step alone. */
  readonly filed: boolean;
}

export interface Limits {
  readonly controllers: readonly Controller[];
  readonly controllersV2: readonly Controller[];
  readonly sameControllers: boolean;
  /** It is not said of every host that it has the controller of disks. */
  readonly disks: boolean;
  /** v1 and v2 read the same. */
  readonly alike: boolean;
  readonly v1: readonly Limit[];
  readonly v2: readonly Limit[];
}

/** Podman's default; Docker has none. */
const PIDS = 2048;
/** Microseconds: the period of both Docker and Podman. */
const PERIOD = 100_000;
/** Microseconds: the kernel's own. */
const REALTIME_PERIOD = 1_000_000;

export function limits(service: Service): Limits {
  const v1 = [...pids(service), ...cpu(service, 1), ...cpuset(service), ...memory(service, 1), ...blkio(service, 1)];
  const v2 = [...pids(service), ...cpu(service, 2), ...cpuset(service), ...memory(service, 2), ...blkio(service, 2)];
  const disks = service.blkio !== null;
  const others = [...new Set(v1.flatMap(({ controller, filed }) => (filed && controller !== 'blkio' ? [controller] : [])))];
  return {
    controllers: [...others, ...(disks ? ['blkio' as const] : []), ...(guarded(service) ? ['devices' as const] : [])],
    controllersV2: disks ? [...others, 'io'] : others,
    sameControllers: !disks && !guarded(service),
    disks,
    alike: v1.every(({ controller, filed }) => filed && (controller === 'pids' || controller === 'cpuset')),
    v1,
    v2,
  };
}

const CONVERTED = variable('CONVERTED');

export function limit(why: string, controller: Controller, file: string, value: Word, more: Partial<Limit> = {}): Limit {
  return { why, controller, file, value, call: 'limit', convert: null, converted: more.convert !== undefined, filed: true, ...more };
}

/** A function alone. */
export function step(name: string, ...words: readonly Word[]): Limit {
  return limit('', 'pids', '', '', { convert: { name, arguments: words }, filed: false });
}

function pids({ pids_limit }: Service): readonly Limit[] {
  const value = pids_limit ?? PIDS;
  const why = pids_limit === null ? 'pids_limit, by default' : 'pids_limit';
  return [limit(why, 'pids', 'pids.max', value === -1 || value === 0 ? 'max' : word`${value}`)];
}

function cpu(service: Service, version: 1 | 2): readonly Limit[] {
  return [...shares(service, version), ...bandwidth(service, version), ...realTime(service, version)];
}

function shares({ cpu_shares }: Service, version: 1 | 2): readonly Limit[] {
  if (cpu_shares === null || cpu_shares === 0) return [];
  return [version === 1 ? limit('cpu_shares', 'cpu', 'cpu.shares', word`${cpu_shares}`) : weight(cpu_shares)];
}

function bandwidth({ cpus, cpu_period, cpu_quota }: Service, version: 1 | 2): readonly Limit[] {
  if (cpus !== null) {
    const quota = Math.round(cpus * PERIOD);
    if (version === 2) return [limit(`cpus ${cpus}`, 'cpu', 'cpu.max', `${quota} ${PERIOD}`)];
    return [limit(`cpus ${cpus}`, 'cpu', 'cpu.cfs_period_us', PERIOD), limit(`cpus ${cpus}`, 'cpu', 'cpu.cfs_quota_us', quota)];
  }
  if (version === 2) return cpu_quota === null && cpu_period === null ? [] : [limit('cpu_quota, cpu_period', 'cpu', 'cpu.max', word`${cpu_quota ?? 'max'} ${cpu_period ?? PERIOD}`)];
  return [
    ...(cpu_period === null ? [] : [limit('cpu_period', 'cpu', 'cpu.cfs_period_us', word`${cpu_period}`)]),
    ...(cpu_quota === null ? [] : [limit('cpu_quota', 'cpu', 'cpu.cfs_quota_us', word`${cpu_quota}`)]),
  ];
}

/** The cgroups above the container's need as much as it gets. */
function realTime({ cpu_rt_period, cpu_rt_runtime }: Service, version: 1 | 2): readonly Limit[] {
  if (cpu_rt_period === null && cpu_rt_runtime === null) return [];
  if (version === 2) return [refused('cpu_rt_runtime and cpu_rt_period: cgroup v2 has no real-time limits: remove them, or boot with cgroup v1')];
  return [
    step('limit_realtime', cpu_rt_runtime ?? 0, cpu_rt_period ?? REALTIME_PERIOD),
    ...(cpu_rt_period === null ? [] : [limit('cpu_rt_period', 'cpu', 'cpu.rt_period_us', cpu_rt_period)]),
    ...(cpu_rt_runtime === null ? [] : [limit('cpu_rt_runtime', 'cpu', 'cpu.rt_runtime_us', cpu_rt_runtime)]),
  ];
}

function refused(why: string): Limit {
  return step('fail', 125, why);
}

/** The kernel's own conversion, sched_weight_to_cgroup(): a weight of 100 is 1024 shares. */
function weight(shares: Open<number>): Limit {
  if (typeof shares !== 'number') {
    return limit('cpu_shares', 'cpu', 'cpu.weight', CONVERTED, { convert: { name: 'cgroup_weight', arguments: [word`${shares}`] } });
  }
  return limit(`cpu_shares ${shares}`, 'cpu', 'cpu.weight', Math.min(10_000, Math.max(1, Math.round((shares * 100) / 1024))));
}

function cpuset({ cpuset: list }: Service): readonly Limit[] {
  return list === null ? [] : [limit('cpuset', 'cpuset', 'cpuset.cpus', list)];
}

function memory({ mem_limit, memswap_limit, mem_reservation, mem_swappiness, oom_kill_disable }: Service, version: 1 | 2): readonly Limit[] {
  const bytes = (why: string, value: Open<number>, v1: string, v2: string): Limit => limit(why, 'memory', version === 1 ? v1 : v2, word`${value}`);
  return [
    ...(mem_limit === null ? [] : [bytes('mem_limit', mem_limit, 'memory.limit_in_bytes', 'memory.max'), swap(mem_limit, memswap_limit, version)]),
    ...(mem_reservation === null ? [] : [bytes('mem_reservation', mem_reservation, 'memory.soft_limit_in_bytes', 'memory.low')]),
    ...(mem_swappiness === null ? [] : [swappiness(mem_swappiness, version)]),
    ...(oom_kill_disable ? [version === 1 ? limit('oom_kill_disable', 'memory', 'memory.oom_control', 1, { call: 'limit_line' }) : refused(NO_OOM_CONTROL)] : []),
  ];
}

const NO_OOM_CONTROL = 'oom_kill_disable: cgroup v2 always kills: remove it, or boot with cgroup v1';

/** As Docker: ignored in v2, and said. */
function swappiness(value: Open<number>, version: 1 | 2): Limit {
  if (version === 2) return step('say', 'mem_swappiness: cgroup v2 has no such limit: it is ignored');
  return limit('mem_swappiness', 'memory', 'memory.swappiness', word`${value}`);
}

/** v1 counts memory and swap together, v2 swap alone. Without memswap_limit as much swap as memory, like Docker. */
function swap(memory: Open<number>, total: Open<number> | null, version: 1 | 2): Limit {
  const file = version === 1 ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max';
  if (total === -1) return limit('memswap_limit', 'memory', file, version === 1 ? -1 : 'max');
  const optional = total === null ? { call: 'limit_optional' as const } : {};
  const why = total === null ? 'memswap_limit, by default' : 'memswap_limit';
  if (version === 1 && total !== null) return limit(why, 'memory', file, word`${total}`);
  if (version === 2 && total === null) return limit(why, 'memory', file, word`${memory}`, optional);
  if (typeof memory === 'number' && typeof total !== 'object') return limit(why, 'memory', file, version === 1 ? 2 * memory : (total ?? 0) - memory, optional);
  if (typeof memory === 'number' && total === null) return limit(why, 'memory', file, 2 * memory, optional);
  const [name, other] = version === 1 ? ['cgroup_sum', memory] as const : ['cgroup_difference', total ?? 0] as const;
  return limit(why, 'memory', file, CONVERTED, { ...optional, convert: { name, arguments: [word`${other}`, word`${memory}`] } });
}
