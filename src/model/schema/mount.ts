import * as z from 'zod';
import { composeMapping, flag, number, size, text, word } from './forms.ts';

export const bindOptions = composeMapping(
  { create_host_path: flag('Make the directory on the host where it is not there; default true.').optional() },
  'Options of a bind mount.',
);

export const tmpfsOptions = composeMapping(
  { size: size('Most the file system may hold.').optional(), mode: number('Mode of its root, octal.').optional() },
  'Options of a tmpfs.',
);

export const volumeMount = composeMapping(
  {
    type: word(['bind', 'volume', 'tmpfs'], 'What is mounted.'),
    source: text('Path on the host, or key of the top-level volumes.').optional(),
    target: text('Path in the container.'),
    read_only: flag('Mount it read-only.').optional(),
    consistency: text('Accepted and without effect, as in Compose on Linux.').optional(),
    bind: bindOptions.optional(),
    tmpfs: tmpfsOptions.optional(),
  },
  'A mount in its long form.',
);

export const volumeMounts = z
  .array(z.union([z.string(), volumeMount], { error: () => '`SOURCE:TARGET[:ro]` or a mapping' }))
  .nullable()
  .meta({ description: 'Directories of the host and named volumes: SOURCE:TARGET[:ro].' });
