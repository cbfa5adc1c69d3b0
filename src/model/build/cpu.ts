import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { Service } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { parseDuration } from '../units.ts';
import { closedInteger, closedText, integer, wrong } from '../values.ts';

type Times = Pick<Service, 'cpu_period' | 'cpu_quota' | 'cpu_rt_period' | 'cpu_rt_runtime'>;

/** The kernel's own bounds of cpu.cfs_period_us, and the least quota: sched-bwc.rst. */
const periods = { min: 1000, max: 1_000_000 };
const quotas = { min: 1000, max: Number.MAX_SAFE_INTEGER };

/** Microseconds. */
export function buildTimes(context: Context, input: ServiceInput, cpus: number | null, path: Path): Times {
  const none = (value: string | number | undefined): boolean => value === undefined || ['0', '-1'].includes(String(value));
  const times: Times = {
    cpu_period: none(input.cpu_period) ? null : integer(context, input.cpu_period, child(path, 'cpu_period'), periods),
    cpu_quota: none(input.cpu_quota) ? null : integer(context, input.cpu_quota, child(path, 'cpu_quota'), quotas),
    cpu_rt_period: realTime(context, input.cpu_rt_period, child(path, 'cpu_rt_period')),
    cpu_rt_runtime: realTime(context, input.cpu_rt_runtime, child(path, 'cpu_rt_runtime')),
  };
  for (const key of ['cpu_period', 'cpu_quota'] as const) {
    if (cpus === null || times[key] === null) continue;
    fail(context, 'conflict', child(path, key), `\`${key}\` and \`cpus\` say the same thing`, { at: 'key', hint: 'keep one of them: `cpus` is quota / period' });
  }
  if ((times.cpu_rt_runtime ?? 0) > (times.cpu_rt_period ?? 1_000_000)) {
    fail(context, 'conflict', child(path, 'cpu_rt_runtime'), '`cpu_rt_runtime` cannot be greater than `cpu_rt_period` (1000000 where it is not given)');
  }
  return times;
}

/** Microseconds, or a duration: `400ms`. */
function realTime(context: Context, value: string | number | undefined, path: Path): number | null {
  const text = closedText(context, value, path);
  if (text === null || text === '0') return null;
  const most = { min: 1, max: 2 ** 31 - 1 };
  if (/^[+-]?\d+$/.test(text)) return closedInteger(context, text, path, most);
  const short = /^(\d+)(us|\u00b5s|\u03bcs)$/.exec(text);
  const time = short === null ? parseDuration(text) : Number(short[1]) / 1000;
  return time === null ? wrong(context, path, text, 'microseconds, or a duration such as `400ms`') : closedInteger(context, String(Math.round(time * 1000)), path, most);
}
