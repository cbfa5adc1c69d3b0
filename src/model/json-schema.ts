import * as z from 'zod';
import { compose } from './schema/compose.ts';

/** The JSON Schema (draft 2020-12) of what cash accepts: the written forms, before interpolation. */
export function jsonSchema(): object {
  return {
    title: 'Compose file for cash',
    ...z.toJSONSchema(compose, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' }),
  };
}
