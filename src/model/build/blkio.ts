import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { Blkio, BlkioDevice, Open, Text } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { anySize, bytes, integer, patternText } from '../values.ts';

const weights = { min: 10, max: 1000 };
const rates = ['device_read_bps', 'device_write_bps', 'device_read_iops', 'device_write_iops'] as const;

export function buildBlkio(context: Context, input: ServiceInput['blkio_config'], path: Path): Blkio | null {
  if (input === null || input === undefined) return null;
  const devices = new Map<Text, BlkioDevice>();
  const set = (text: string, at: Path, key: keyof BlkioDevice, value: Open<number> | null): void => {
    const device = patternText(context, text, child(at, 'path'), /^\/[^\n\r]+$/, 'the path of a device on the host', ['path', 'name', 'integer']);
    if (device === null || value === null) return;
    const known = devices.get(device) ?? { path: device, weight: null, device_read_bps: null, device_write_bps: null, device_read_iops: null, device_write_iops: null };
    if (known[key] !== null) fail(context, 'duplicate', at, `\`${at.parent?.key}\` has that device already`);
    devices.set(device, { ...known, [key]: value });
  };
  (input.weight_device ?? []).forEach((one, index) => {
    const at = child(child(path, 'weight_device'), index);
    set(one.path, at, 'weight', integer(context, one.weight, child(at, 'weight'), weights));
  });
  for (const key of rates) {
    const read = key.endsWith('bps') ? bytes : integer;
    (input[key] ?? []).forEach((one, index) => {
      const at = child(child(path, key), index);
      set(one.path, at, key, unlessZero(read(context, one.rate, child(at, 'rate'), anySize)));
    });
  }
  const zero = input.weight === 0 || input.weight === '0';
  const weight = zero ? null : integer(context, input.weight, child(path, 'weight'), weights);
  return weight === null && devices.size === 0 ? null : { weight, devices: [...devices.values()] };
}

/** As Docker: no limit. */
function unlessZero(value: Open<number> | null): Open<number> | null {
  return value === 0 ? null : value;
}
