import { describe, expect, test } from 'vitest';
import { problems, service } from './definition.ts';

const parameters = 'x-cash: {parameters: {n: {type: integer, min: 1000, max: 5000}, b: {type: bytes, min: 1m, max: 1g}, w: name, p: path}}';

test('nothing is asked of the kernel', () => {
  expect(service('init: false')).toMatchObject({
    shm_size: null, ulimits: [], sysctls: [], oom_score_adj: null, oom_kill_disable: false, mem_swappiness: null, blkio: null, group_add: [], storage_size: null,
    cpu_period: null, cpu_quota: null, cpu_rt_period: null, cpu_rt_runtime: null,
  });
});

test.each<[string, object]>([
  ['shm_size: 128m', { shm_size: 2 ** 27 }], ['shm_size: 0', { shm_size: null }], ['shm_size: ${b}', { shm_size: { parameter: 'b' } }],
  ['storage_opt: {size: 1g}', { storage_size: 2 ** 30 }], ['oom_score_adj: "-500"', { oom_score_adj: -500 }], ['oom_score_adj: 0', { oom_score_adj: 0 }], ['oom_kill_disable: true', { oom_kill_disable: true }],
  ['mem_swappiness: 0', { mem_swappiness: 0 }], ['mem_swappiness: -1', { mem_swappiness: null }], ['group_add: [audio, 44, "44", "${w}"]', { group_add: ['audio', '44', '\0w\0'] }],
  ['cpu_period: 50000\ncpu_quota: ${n}', { cpu_period: 50_000, cpu_quota: { parameter: 'n' } }], ['cpu_quota: -1\ncpu_period: 0', { cpu_quota: null, cpu_period: null }],
  ['cpu_rt_period: 1400us\ncpu_rt_runtime: 1ms', { cpu_rt_period: 1400, cpu_rt_runtime: 1000 }], ['cpu_rt_runtime: 950000', { cpu_rt_runtime: 950_000 }],
  ['cpu_quota: 5000\ncpus: 0', { cpus: null, cpu_quota: 5000 }],
])('%j', (lines, found) => expect(service(lines, parameters)).toMatchObject(found));

test('ulimits', () => {
  expect(service('ulimits: {nofile: 1024, nproc: {soft: 10, hard: -1}, core: "0", rttime: -1}').ulimits).toEqual([
    { name: 'nofile', soft: 1024, hard: 1024 }, { name: 'nproc', soft: 10, hard: -1 }, { name: 'core', soft: 0, hard: 0 }, { name: 'rttime', soft: -1, hard: -1 },
  ]);
});

test('sysctls: both forms, the last of a name', () => {
  expect(service('sysctls: {net.core.somaxconn: 1024, net.ipv4.ip_local_port_range: 1024 65000, kernel.shmmax: "${n}"}', parameters).sysctls).toEqual([
    ['net.core.somaxconn', '1024'], ['net.ipv4.ip_local_port_range', '1024 65000'], ['kernel.shmmax', '\0n\0'],
  ]);
  expect(service('sysctls: [kernel.sem=1 2 3 4, fs.mqueue.msg_max=5, kernel.sem=2 2 3 4]').sysctls).toEqual([['kernel.sem', '2 2 3 4'], ['fs.mqueue.msg_max', '5']]);
  expect(service('network_mode: host\nsysctls: {kernel.msgmax: 1}').sysctls).toEqual([['kernel.msgmax', '1']]);
});

test('blkio_config: each device once', () => {
  const none = { weight: null, device_read_bps: null, device_write_bps: null, device_read_iops: null, device_write_iops: null };
  expect(service('blkio_config: {weight: 300, weight_device: [{path: /dev/sda, weight: 10}], device_read_bps: [{path: /dev/sda, rate: 1m}, {path: "${p}", rate: "${b}"}], device_write_iops: [{path: /dev/sda, rate: 30}]}', parameters).blkio).toEqual({
    weight: 300, devices: [{ ...none, path: '/dev/sda', weight: 10, device_read_bps: 2 ** 20, device_write_iops: 30 }, { ...none, path: '\0p\0', device_read_bps: { parameter: 'b' } }],
  });
  expect(service('blkio_config: {weight: 0, device_read_bps: [{path: /dev/sda, rate: 0}]}').blkio).toBeNull();
});

describe('refused', () => {
  test.each<[string, string]>([
    ['shm_size: -1', 'at least 0'], ['ulimits: {nfile: 1}', 'no limit `nfile`'], ['ulimits: {nofile: {soft: 2, hard: 1}}', 'greater than the hard'], ['ulimits: {nproc: {soft: -1, hard: 100}}', 'greater than the hard'],
    ['ulimits: {memlock: 64m}', 'whole number'], ['ulimits: {nofile: 10}', 'at least 32'], ['ulimits: {nofile: {soft: 100}}', '`hard` is missing'], ['ulimits: {nofile: "${n}"}', 'must be known'], ['ulimits: {nofile: {sft: 1, soft: 50, hard: 50}}', 'unknown key `sft`'],
    ['sysctls: {vm.swappiness: 1}', 'whole host'], ['sysctls: {kernel.hostname: x}', 'whole host'], ['sysctls: {kernel.semx: 1}', 'whole host'], ['sysctls: {fs.file-max: 1}', 'whole host'], ['sysctls: {net.ipv4: }', 'has no value'],
    ['sysctls: [net.a..b=1]', 'is no sysctl'], ['sysctls: ["net/ipv4/ip_forward=1"]', 'is no sysctl'], ['sysctls: ["net.../../vm.x=1"]', 'is no sysctl'], ['sysctls: {net.ipv4.x: "1\\n2"}', 'one line'], ['sysctls: {net.ipv4.x: ""}', 'one line'],
    ['network_mode: host\nsysctls: {net.ipv4.ip_forward: 1}', 'network is the host'], ['oom_score_adj: -1001', 'from -1000 to 1000'], ['mem_swappiness: 101', 'from 0 to 100'], ['group_add: ["a b"]', 'a group of the image'], ['group_add: [-x]', 'a group of the image'],
    ['cpu_quota: 999', 'from 1000'], ['cpu_period: 1000001', 'to 1000000'], ['cpus: 1\ncpu_quota: 5000', '`cpu_quota` and `cpus`'], ['deploy: {resources: {limits: {cpus: 1}}}\ncpu_period: 5000', '`cpu_period` and `cpus`'],
    ['cpu_rt_runtime: 2s', 'greater than `cpu_rt_period`'], ['cpu_rt_period: soon', 'a duration'], ['cpu_percent: 50', 'Windows only'], ['cpu_count: 2', 'Windows only'],
    ['blkio_config: {weight: 9}', 'from 10 to 1000'], ['blkio_config: {device_read_bps: [{path: sda, rate: 1m}]}', 'path of a device'], ['blkio_config: {device_read_iops: [{path: /dev/sda, rate: 1m}]}', 'whole number'],
    ['blkio_config: {device_read_iops: [{path: /dev/sda, rate: 1}, {path: /dev/sda, rate: 2}]}', 'that device already'], ['blkio_config: {device_read_iops: [{path: /dev/sda}]}', '`rate` is missing'], ['storage_opt: {size: much}', 'a size'], ['storage_opt: {sise: 1}', 'unknown key'],
  ])('%j', (lines, message) => expect(problems(lines, parameters)).toContainEqual(expect.stringContaining(message)));
});
