import { describe, expect, test } from 'vitest';
import { compiled, plain, view } from './compiled.ts';

describe('ulimits: by the builtin where it can say them exactly', () => {
  const set = (lines: string): unknown => {
    const { ulimits, prlimits } = view(`ulimits: ${lines}`).kernel;
    return [...ulimits.map(({ options }) => options.join(' ')), ...prlimits];
  };
  test.each<[string, readonly string[]]>([
    ['{nofile: 1024}', ['-n 1024']], ['{nofile: {soft: 100, hard: -1}}', ['-n unlimited', '-S -n 100']], ['{core: 0, memlock: 65536}', ['-c 0', '-l 64']], ['{memlock: 1000}', ['--memlock=1000:1000']],
    ['{stack: {soft: 8192, hard: 9000}}', ['--stack=8192:9000']], ['{rttime: {soft: 5, hard: -1}}', ['--rttime=5:unlimited']],
    ['{cpu: 1, data: 1024, fsize: 1024, locks: 1, msgqueue: 1, nice: 1, nproc: 1, rss: 1024, rtprio: 1, sigpending: 1}', ['-t 1', '-d 1', '-f 1', '-x 1', '-q 1', '-e 1', '-u 1', '-m 1', '-r 1', '-i 1']],
  ])('%s', (lines, options) => expect(set(lines)).toEqual(options));
});

test('sysctls are files of /proc/sys', () => {
  expect(view('sysctls: {net.ipv4.conf.eth0.rp_filter: 1}').kernel.sysctls).toEqual([{ why: 'sysctls: net.ipv4.conf.eth0.rp_filter', value: '1', file: '/proc/sys/net/ipv4/conf/eth0/rp_filter' }]);
});

test('/dev/shm', () => {
  const shm = (lines: string): string | undefined => view(lines, 'x-cash: {parameters: {b: bytes}}').mounts.lines.map(plain).find((line) => line.includes('/dev/shm'));
  expect(shm('init: false')).toContain(',size=64m ');
  expect(shm('shm_size: 8m')).toContain(',size=8388608 ');
  expect(shm('shm_size: ${b}')).toContain(',size=$b ');
});

test('constant Bash only where it is needed', () => {
  const added = (lines: string): readonly string[] => compiled(lines).modules.filter((name) => !compiled('init: false').modules.includes(name));
  expect(added('ulimits: {nofile: 99}')).toEqual(['refused']);
  expect(added('ulimits: {rttime: 99}')).toEqual([]);
  expect(added('sysctls: {kernel.sem: 1}')).toEqual(['refused']);
  expect(added('oom_score_adj: 0')).toEqual(['refused']);
  expect(added('group_add: [1]')).toEqual(['groups']);
  expect(added('storage_opt: {size: 1g}')).toEqual(['quota']);
  expect(added('cpu_rt_runtime: 5')).toEqual(['limit']);
  expect(added('blkio_config: {weight: 10}')).toEqual(['limit']);
  expect(added('mem_swappiness: 10\nshm_size: 1m\ncpu_quota: 5000')).toEqual([]);
});

test('what it calls is looked for by check', () => {
  const commands = (lines: string): readonly string[] => compiled(lines).commands;
  expect(commands('ulimits: {rttime: 99}')).toContain('prlimit:util-linux');
  expect(commands('ulimits: {nofile: 99}')).not.toContain('prlimit:util-linux');
  expect(commands('blkio_config: {weight_device: [{path: /dev/sda, weight: 10}]}')).toContain('stat:coreutils');
});

test('loosening is named in the head', () => {
  expect(compiled('oom_score_adj: -1\noom_kill_disable: true').header.loosens).toEqual(['the kernel spares it when memory is short (s)', 'over its memory limit it is not killed (s)']);
  expect(compiled('oom_score_adj: 1').header.loosens).toEqual(['nothing']);
});

test('group_add and a user namespace', () => {
  expect(view('group_add: [44]\nuserns_mode: auto')).toMatchObject({ opened: true, kernel: { grouped: true, groups: ['44'] } });
  expect(view('network_mode: none').opened).toBe(false);
});
