import * as z from 'zod';
import { composeMapping, flag, number, text } from './forms.ts';

const external = flag('Refused where it is true: a host has no store of them.').optional();

export const secret = composeMapping(
  {
    file: text('Path of a file on the host, read when a container is made.').optional(),
    environment: text('Name of a variable in the environment of the script, read when a container is made.').optional(),
    external,
  },
  'A secret: where its content comes from.',
).nullable();

export const config = composeMapping(
  {
    file: text('Path of a file on the host, read when a container is made.').optional(),
    environment: text('Name of a variable in the environment of the script, read when a container is made.').optional(),
    content: text('The content itself; it stands in the script.').optional(),
    external,
  },
  'A config: where its content comes from.',
).nullable();

export const givenFile = composeMapping(
  {
    source: text('Key of the top level.'),
    target: text('Path in the container.').optional(),
    uid: number('Owner; default: the user of the container.').optional(),
    gid: number('Group; default: that of the user.').optional(),
    mode: number('Mode, octal; nobody can write it.').optional(),
  },
  'A secret or config in its long form.',
);

export const givenFiles = (description: string) =>
  z
    .array(z.union([z.string(), givenFile], { error: () => 'a name or a mapping' }))
    .nullable()
    .meta({ description });
