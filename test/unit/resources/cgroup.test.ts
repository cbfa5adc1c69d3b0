import { describe, expect, test } from 'vitest';
import type { Limit } from '../../../src/resources/cgroup.ts';
import { plain, view } from './compiled.ts';

const parameters = 'x-cash: {parameters: {b: {type: bytes, min: 4m}, c: {type: bytes, min: 8m}, n: {type: integer, min: 2, max: 99}, q: {type: integer, min: 1000, max: 9000}}}';

/** FILE=VALUE; with a function that converts first, FILE=FUNCTION(ARGUMENTS); `?` where the kernel may lack the file. */
function shown({ file, value, convert, call, filed }: Limit): string {
  if (!filed) return `${convert?.name}(${convert?.arguments.map(plain).join(', ')})`;
  const text = convert === null ? plain(value) : `${convert.name}(${convert.arguments.map(plain).join(', ')})`;
  return `${file}${call === 'limit_optional' ? '?' : ''}=${text}`;
}

function files(lines: string): { readonly v1: readonly string[]; readonly v2: readonly string[] } {
  const { v1, v2 } = view(`${lines}\npids_limit: 7`, parameters).limits;
  return { v1: v1.map(shown).slice(1), v2: v2.map(shown).slice(1) };
}

describe('limits', () => {
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['command: a', [], []],
    ['cpus: "0.5"', ['cpu.cfs_period_us=100000', 'cpu.cfs_quota_us=50000'], ['cpu.max=50000 100000']],
    ['cpuset: 3,0-1', ['cpuset.cpus=0-1,3'], ['cpuset.cpus=0-1,3']],
    ['mem_limit: 64m', ['memory.limit_in_bytes=67108864', 'memory.memsw.limit_in_bytes?=134217728'], ['memory.max=67108864', 'memory.swap.max?=67108864']],
    ['mem_limit: 64m\nmemswap_limit: 96m', ['memory.limit_in_bytes=67108864', 'memory.memsw.limit_in_bytes=100663296'], ['memory.max=67108864', 'memory.swap.max=33554432']],
    ['mem_limit: 64m\nmemswap_limit: 64m', ['memory.limit_in_bytes=67108864', 'memory.memsw.limit_in_bytes=67108864'], ['memory.max=67108864', 'memory.swap.max=0']],
    ['mem_limit: 64m\nmemswap_limit: -1', ['memory.limit_in_bytes=67108864', 'memory.memsw.limit_in_bytes=-1'], ['memory.max=67108864', 'memory.swap.max=max']],
    ['mem_reservation: 32m', ['memory.soft_limit_in_bytes=33554432'], ['memory.low=33554432']],
    ['mem_limit: ${b}', ['memory.limit_in_bytes=$b', 'memory.memsw.limit_in_bytes?=cgroup_sum($b, $b)'], ['memory.max=$b', 'memory.swap.max?=$b']],
    ['mem_limit: ${b}\nmemswap_limit: 1g', ['memory.limit_in_bytes=$b', 'memory.memsw.limit_in_bytes=1073741824'], ['memory.max=$b', 'memory.swap.max=cgroup_difference(1073741824, $b)']],
    ['mem_limit: 64m\nmemswap_limit: ${c}', ['memory.limit_in_bytes=67108864', 'memory.memsw.limit_in_bytes=$c'], ['memory.max=67108864', 'memory.swap.max=cgroup_difference($c, 67108864)']],
    ['cpu_shares: ${n}', ['cpu.shares=$n'], ['cpu.weight=cgroup_weight($n)']],
    ['cpu_quota: 5000', ['cpu.cfs_quota_us=5000'], ['cpu.max=5000 100000']],
    ['cpu_period: 5000', ['cpu.cfs_period_us=5000'], ['cpu.max=max 5000']],
    ['cpu_quota: ${q}\ncpu_period: 20000', ['cpu.cfs_period_us=20000', 'cpu.cfs_quota_us=$q'], ['cpu.max=$q 20000']],
    ['cpu_rt_runtime: 5000\ncpu_rt_period: 9000', ['limit_realtime(5000, 9000)', 'cpu.rt_period_us=9000', 'cpu.rt_runtime_us=5000'], [expect.stringMatching(/^fail\(125, cpu_rt_runtime .*v2/)]],
    ['mem_swappiness: 9', ['memory.swappiness=9'], [expect.stringMatching(/^say\(mem_swappiness.*ignored/)]],
    ['oom_kill_disable: true', ['memory.oom_control=1'], [expect.stringMatching(/^fail\(125, oom_kill_disable.*v2/)]],
    ['blkio_config: {weight: 10}', ['limit_weight(blkio_config.weight, 10)'], ['limit_weight(blkio_config.weight, 10)']],
    [
      'blkio_config: {weight_device: [{path: /d, weight: 10}], device_write_bps: [{path: /d, rate: "${b}"}], device_read_iops: [{path: /d, rate: 5}]}',
      ['limit_device(/d)', 'limit_weight(blkio_config.weight_device, 10, $DEVICE)', 'blkio.throttle.write_bps_device=$DEVICE $b', 'blkio.throttle.read_iops_device=$DEVICE 5'],
      ['limit_device(/d)', 'limit_weight(blkio_config.weight_device, 10, $DEVICE)', 'io.max=$DEVICE rbps=max wbps=$b riops=5 wiops=max'],
    ],
  ])('%j', (lines, v1, v2) => expect(files(lines)).toEqual({ v1, v2 }));

  // sched_weight_to_cgroup(): 100 of 1024, to the nearest, from 1 to 10000.
  test.each([[2, 1], [10, 1], [15, 1], [16, 2], [512, 50], [1000, 98], [1024, 100], [1029, 100], [1030, 101], [2048, 200], [102_400, 10_000], [262_144, 10_000]])(
    'cpu_shares %i is a weight of %i',
    (shares, weight) => expect(files(`cpu_shares: ${shares}`)).toEqual({ v1: [`cpu.shares=${shares}`], v2: [`cpu.weight=${weight}`] }),
  );
});

describe('processes', () => {
  const pids = (lines: string): unknown => view(lines).limits.v2.map(({ why, file, value }) => `${why}: ${file}=${plain(value)}`);
  test('2048 by default', () => expect(pids('command: a')).toEqual(['pids_limit, by default: pids.max=2048']));
  test('as many as are wished for', () => expect(pids('pids_limit: 9')).toEqual(['pids_limit: pids.max=9']));
  test('without a limit', () => expect(pids('pids_limit: -1')).toEqual(['pids_limit: pids.max=max']));
});

test('only the controllers that are needed', () => {
  expect(view('command: a').limits).toMatchObject({ controllers: ['pids'], alike: true });
  expect(view('cpus: 1\nmem_limit: 9m\ncpuset: "0"').limits).toMatchObject({ controllers: ['pids', 'cpu', 'cpuset', 'memory'], alike: false });
  expect(view('blkio_config: {weight: 10}').limits).toMatchObject({ controllers: ['pids', 'blkio'], controllersV2: ['pids', 'io'], sameControllers: false, alike: false });
});
