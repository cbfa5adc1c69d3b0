import * as z from 'zod';
import { composeMapping, flag, textList, word } from './forms.ts';

/** What of a project is started, and in which order. */

export const CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully'] as const;

export const dependency = composeMapping(
  {
    condition: word(CONDITIONS, 'What is waited for.'),
    restart: flag('Whether it is restarted after the other one was, by a command; default false.').optional(),
    required: flag('Whether it has to be there; default true.').optional(),
  },
  'What is waited for before the service is started.',
);

export const dependsOn = z
  .union([z.array(z.string()), z.record(z.string(), dependency)], { error: () => 'a list or a mapping of services' })
  .nullable()
  .meta({ description: 'Services that are started before this one, and stopped after it.' });

export const profiles = textList('Where it has some, it is started only where one of them is active, or by its name.').nullable();
