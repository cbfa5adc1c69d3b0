import * as z from 'zod';
import { composeMapping, number, size, text } from './forms.ts';

/** What the kernel is told about a container, beside the limits of service.ts. */

export const ulimit = composeMapping(
  { soft: number('What holds, and the process itself may raise up to hard; -1: no limit.'), hard: number('What it may not raise; -1: no limit.') },
  'A limit of each process.',
);

export const ulimits = z
  .record(z.string(), z.union([z.number(), z.string(), ulimit], { error: () => 'a number, or a mapping with `soft` and `hard`' }))
  .nullable()
  .meta({ description: 'Limits of each process, such as nofile; a number is both, soft and hard.' });

export const weightDevice = composeMapping({ path: text('Of the device on the host.'), weight: number('10 to 1000.') }, 'The weight for one device.');
export const byteRate = composeMapping({ path: text('Of the device on the host.'), rate: size('A second.') }, 'Bytes a second for one device.');
export const operationRate = composeMapping({ path: text('Of the device on the host.'), rate: number('Operations a second.') }, 'Operations a second for one device.');

export const blkioConfig = composeMapping(
  {
    weight: number('Share of the time of disks, 10 to 1000.').optional(),
    weight_device: z.array(weightDevice).meta({ description: 'The same, for one device.' }).optional(),
    device_read_bps: z.array(byteRate).meta({ description: 'Most bytes read a second.' }).optional(),
    device_write_bps: z.array(byteRate).meta({ description: 'Most bytes written a second.' }).optional(),
    device_read_iops: z.array(operationRate).meta({ description: 'Most reads a second.' }).optional(),
    device_write_iops: z.array(operationRate).meta({ description: 'Most writes a second.' }).optional(),
  },
  'Limits of disks.',
).nullable();

export const storageOpt = composeMapping({ size: size('Most the files of the container may take, those of the image among them.').optional() }, 'Options of its root file system.').nullable();

export const capabilities = (description: string) => z.array(z.string({ error: () => 'a capability' })).nullable().meta({ description });

export const securityOpt = z
  .array(z.string({ error: () => 'a security option' }))
  .nullable()
  .meta({ description: 'no-new-privileges:false lets set-user-ID files give rights; seccomp:unconfined, or seccomp:FILE, a profile as Docker and the OCI have it.' });

export const device = composeMapping(
  {
    source: text('A node on the host, or a directory of some.'),
    target: text('Path in the container; default: the same.').optional(),
    permissions: text('What it may do with it: r, w, m (make a node of it); default rwm.').optional(),
  },
  'A device of the host.',
);

export const devices = z
  .array(z.union([z.string(), device], { error: () => '`SOURCE[:TARGET][:ACCESS]` or a mapping' }))
  .nullable()
  .meta({ description: 'Devices of the host: SOURCE[:TARGET][:ACCESS].' });

export const deviceRules = z
  .array(z.string({ error: () => 'a rule' }))
  .nullable()
  .meta({ description: 'What the device cgroup lets through, too: TYPE MAJOR:MINOR ACCESS, such as `c 189:* rwm`.' });

export const groupAdd = z
  .array(z.union([z.string(), z.number()], { error: () => 'a group' }))
  .nullable()
  .meta({ description: 'Further groups of the user: numbers, or names of the image.' });
