import * as z from 'zod';
import { CAPABILITIES } from '../model/capabilities.ts';
import type { POLICY_RULES } from '../model/rules.ts';
import { parseBytes } from '../model/units.ts';

/** A policy: the rules of an organisation. A rule that is not there does not hold. */

function expected(what: string) {
  return { error: () => what };
}

const forbidden = z.literal('forbidden', expected('`forbidden`')).optional();
const required = z.literal('required', expected('`required`')).optional();
const patterns = z.array(z.string(), expected('a list of patterns')).optional();

const size = z
  .union([z.number(), z.string()], expected('a size such as `512m`'))
  .transform((value, context) => {
    const bytes = parseBytes(String(value));
    if (bytes === null) context.addIssue({ code: 'custom', message: 'a size such as `512m`' });
    return bytes ?? 0;
  });

const port = z.number(expected('a port from 1 to 65535')).int('a port from 1 to 65535').min(1, 'a port from 1 to 65535').max(65_535, 'a port from 1 to 65535');
const positive = z.number(expected('a number above 0')).positive('a number above 0');

const capability = z
  .string(expected('a capability'))
  .transform((name) => name.toUpperCase().replace(/^CAP_/, ''))
  .refine((name) => CAPABILITIES.includes(name), 'a capability such as NET_BIND_SERVICE');

export const policySchema = z.strictObject({
  images: patterns,
  image_digests: required,
  privileged: forbidden,
  host_namespaces: forbidden,
  capabilities: z.array(capability, expected('a list of capabilities')).optional(),
  devices: patterns,
  no_new_privileges: required,
  user_namespace: required,
  user: z.literal('not_root', expected('`not_root`')).optional(),
  read_only: required,
  ports: z.strictObject({ min: port.optional(), max: port.optional(), addresses: z.array(z.string(), expected('a list of addresses')).optional() }, expected('a mapping of `min`, `max`, `addresses`')).optional(),
  host_ports: forbidden,
  binds: patterns,
  binds_read_only: required,
  mem_limit: z.strictObject({ max: size }, expected('a mapping with `max`')).optional(),
  pids_limit: z.strictObject({ max: positive }, expected('a mapping with `max`')).optional(),
  cpus: z.strictObject({ max: positive }, expected('a mapping with `max`')).optional(),
  healthcheck: required,
  loosened: forbidden,
} satisfies Record<(typeof POLICY_RULES)[number], z.ZodType>, expected('a mapping of rules'));

export type Policy = z.output<typeof policySchema>;
export type RuleName = keyof Policy;
