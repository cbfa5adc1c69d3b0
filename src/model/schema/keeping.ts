import * as z from 'zod';
import { commandForm, composeMapping, flag, mapOrList, number, size, text, textOrList, word } from './forms.ts';

/** How a container is kept running, watched and written down. */

export const restart = text('no, always, on-failure[:ATTEMPTS], unless-stopped.');

export const restartPolicy = composeMapping(
  {
    condition: word(['none', 'on-failure', 'any'], 'After which end it is started again; default any.').optional(),
    delay: text('Time between two attempts.').optional(),
    max_attempts: number('How often; default: without end.').optional(),
    window: text('How long it has to run to count as started.').optional(),
  },
  'When a container that has ended is started again.',
).nullable();

export const healthcheck = composeMapping(
  {
    test: textOrList('A line for the shell, or a list: CMD and words, CMD-SHELL and a line, NONE.').optional(),
    interval: text('Time between two checks; default 30s.').optional(),
    timeout: text('Time a check may take; default 30s.').optional(),
    retries: number('Failures in a row until it is unhealthy; default 3.').optional(),
    start_period: text('Time at the start in which failures do not count; default 0s.').optional(),
    start_interval: text('Time between two checks in the start period; default 5s.').optional(),
    disable: flag('No check, not even that of the image.').optional(),
  },
  'A command that says whether the container works.',
).nullable();

export const loggingOptions = composeMapping(
  {
    'max-size': size('file: most one log file may hold.').optional(),
    'max-file': number('file: how many files are kept; default 1.').optional(),
  },
  'Options of the driver.',
).nullable();

export const logging = composeMapping(
  {
    driver: word(['file', 'json-file', 'local', 'journald', 'none'], 'Where output goes; default file.').optional(),
    options: loggingOptions.optional(),
  },
  'Where the output of a container in the background goes.',
).nullable();

export const hook = composeMapping(
  {
    command: commandForm('What is executed.').optional(),
    user: text('Who executes it; default: the user of the service.').optional(),
    working_dir: text('Where; default: the working directory of the service.').optional(),
    environment: mapOrList('Variables beside those of the service.').optional(),
    privileged: flag('Not supported: a hook has the rights of the container.').optional(),
  },
  'A command in the container.',
);

export const hooks = (description: string) => z.array(hook).nullable().meta({ description });
