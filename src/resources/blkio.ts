/** Limits of disks: the v1 controller blkio, and io of v2. Sources: blkio-controller.rst, cgroup-v2.rst. */
import type { BlkioDevice, Open, Service } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { variable, word } from '../resolve/word.ts';
import { type Limit, limit, step } from './cgroup.ts';

const DEVICE = variable('DEVICE');

export function blkio({ blkio: config }: Service, version: 1 | 2): readonly Limit[] {
  if (config === null) return [];
  const weight = config.weight === null ? [] : [step('limit_weight', 'blkio_config.weight', word`${config.weight}`)];
  return [...weight, ...config.devices.flatMap((device) => ofDevice(device, version))];
}

function ofDevice(device: BlkioDevice, version: 1 | 2): readonly Limit[] {
  const weight = device.weight === null ? [] : [step('limit_weight', 'blkio_config.weight_device', word`${device.weight}`, DEVICE)];
  return [step('limit_device', word`${device.path}`), ...weight, ...(version === 1 ? throttles(device) : maximum(device))];
}

function throttles(device: BlkioDevice): readonly Limit[] {
  const throttle = (key: 'device_read_bps' | 'device_write_bps' | 'device_read_iops' | 'device_write_iops', file: string): readonly Limit[] => {
    const rate = device[key];
    return rate === null ? [] : [limit(`blkio_config.${key}`, 'blkio', `blkio.throttle.${file}`, word`${DEVICE} ${rate}`, { call: 'limit_line' })];
  };
  return [
    ...throttle('device_read_bps', 'read_bps_device'),
    ...throttle('device_write_bps', 'write_bps_device'),
    ...throttle('device_read_iops', 'read_iops_device'),
    ...throttle('device_write_iops', 'write_iops_device'),
  ];
}

/** In the order in which the kernel shows them. */
function maximum(device: BlkioDevice): readonly Limit[] {
  const { device_read_bps: rbps, device_write_bps: wbps, device_read_iops: riops, device_write_iops: wiops } = device;
  if ([rbps, wbps, riops, wiops].every((rate) => rate === null)) return [];
  const rate = (value: Open<number> | null): Word => word`${value ?? 'max'}`;
  return [limit('blkio_config', 'io', 'io.max', word`${DEVICE} rbps=${rate(rbps)} wbps=${rate(wbps)} riops=${rate(riops)} wiops=${rate(wiops)}`, { call: 'limit_line' })];
}
