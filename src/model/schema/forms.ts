import * as z from 'zod';

// What zod would make and compile for each mapping costs a start 5 ms, and saves two thousand definitions nothing.
z.config({ jitless: true });

/** The forms values are written in. What a text means (bytes, addresses) is judged afterwards, in `src/model/build`. */

export type Described = { readonly description: string };

/** A mapping of the Compose Specification: closed, but for `x-` keys. */
export function composeMapping<Shape extends z.ZodRawShape>(shape: Shape, description: string) {
  return z.strictObject(shape).meta({ description, patternProperties: { '^x-': {} } });
}

/** A mapping of cash's own: closed. */
export function cashMapping<Shape extends z.ZodRawShape>(shape: Shape, description: string) {
  return z.strictObject(shape).meta({ description });
}

function expected(what: string) {
  return { error: () => what };
}

export const text = (description: string) => z.string().meta({ description });

export const number = (description: string) =>
  z.union([z.string(), z.number()], expected('a number')).meta({ description });

export const size = (description: string) =>
  z
    .union([z.string(), z.number()], expected('a size such as `512m`'))
    .meta({ description: `${description} Bytes, or with a unit: b, k, m, g (powers of 1024).` });

export const flag = (description: string) =>
  z.union([z.boolean(), z.string()], expected('`true` or `false`')).meta({ description });

/** One of some words. Interpolated text stays possible, which an enumeration alone would refuse in an editor. */
export const word = (words: readonly string[], description: string) =>
  z.string().meta({ description, anyOf: [{ enum: [...words] }, { pattern: '\\$' }] });

/** One of some words, or the namespace of another container. */
export const mode = (words: readonly string[], description: string) =>
  z.string().meta({ description, anyOf: [{ enum: ['', ...words] }, { pattern: '^(service|container):.|\\$' }] });

export const textList = (description: string) => z.array(z.string()).meta({ description });

export const textOrList = (description: string) =>
  z.union([z.string(), z.array(z.string())], expected('a string or a list of strings')).nullable().meta({ description });

export const commandForm = (description: string) =>
  z.union([z.string(), z.array(z.string())], expected('a string or a list of strings')).nullable().meta({ description });

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], expected('a string, a number, `true`, `false` or nothing'));

export const mapOrList = (description: string) =>
  z
    .union([z.record(z.string(), scalar), z.array(z.string())], expected('a mapping or a list of `KEY=VALUE`'))
    .nullable()
    .meta({ description });
