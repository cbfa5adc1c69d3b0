/** The form of a seccomp profile: moby, profiles/seccomp; OCI runtime-spec, config-linux.md, Seccomp. */
import * as z from 'zod';
import { CAPABILITIES } from '../capabilities.ts';

export const ACTIONS = {
  SCMP_ACT_ALLOW: 'allow', SCMP_ACT_ERRNO: 'errno', SCMP_ACT_KILL: 'kill_thread', SCMP_ACT_KILL_PROCESS: 'kill_process', SCMP_ACT_KILL_THREAD: 'kill_thread',
  SCMP_ACT_LOG: 'log', SCMP_ACT_TRACE: 'trace', SCMP_ACT_TRAP: 'trap',
} as const;
export const OPERATORS = {
  SCMP_CMP_EQ: 'eq', SCMP_CMP_NE: 'ne', SCMP_CMP_LT: 'lt', SCMP_CMP_LE: 'le', SCMP_CMP_GT: 'gt', SCMP_CMP_GE: 'ge', SCMP_CMP_MASKED_EQ: 'masked',
} as const;

const text = z.string({ error: () => 'a text is wanted' });
const texts = z.array(text, { error: () => 'a list is wanted' });
const action = z.enum(Object.keys(ACTIONS) as (keyof typeof ACTIONS)[], { error: () => `one of ${Object.keys(ACTIONS).join(', ')} is wanted` });
const whole = (most: number) => z.int({ error: () => `a whole number from 0 to ${most} is wanted` }).refine((value) => value >= 0 && value <= most, { error: `a whole number from 0 to ${most} is wanted` });

/** What is too large for a number of JavaScript stays the text of its digits. */
const word = z
  .union([z.int(), z.string().regex(/^\d{16,20}$/)], { error: () => 'a whole number from 0 to 2^64 - 1 is wanted' })
  .transform(BigInt)
  .refine((value) => value >= 0n && value < 2n ** 64n, { error: 'a whole number from 0 to 2^64 - 1 is wanted' });

const caps = z.array(z.string().refine((name) => CAPABILITIES.includes(name.replace(/^CAP_/, '')), { error: 'there is no such capability' }), { error: () => 'a list is wanted' }).nullish();
/** The kernel of the host is not known; each that runs what a script needs is as new as that. */
const minKernel = z.string({ error: () => 'a text is wanted' }).regex(/^([0-3]\.\d+|4\.1?\d)(\.\d+)?$/, 'at most 4.19 is supported: the kernel of the host is not known').nullish();

const mapping = (issue: { readonly code?: string | undefined }): string | undefined => (issue.code === 'invalid_type' ? 'a mapping is wanted' : undefined);

export const seccompProfile = z.strictObject({
  defaultAction: action,
  defaultErrnoRet: whole(4095).nullish(),
  /** Podman has the names of errors beside their numbers. */
  defaultErrno: text.nullish(),
  /** 32-bit programs are refused anyway, and the machine is that of the host. */
  archMap: z.unknown().optional(),
  architectures: texts.nullish(),
  flags: z.array(z.unknown()).max(0, 'flags are not supported yet').nullish(),
  syscalls: z
    .array(
      z.strictObject({
        names: texts.nullish(),
        name: text.nullish(),
        action,
        errnoRet: whole(4095).nullish(),
        errno: text.nullish(),
        args: z.array(z.strictObject({
          index: whole(5),
          value: word,
          valueTwo: word.nullish(),
          op: z.enum(Object.keys(OPERATORS) as (keyof typeof OPERATORS)[], { error: () => `one of ${Object.keys(OPERATORS).join(', ')} is wanted` }),
        })).nullish(),
        comment: z.unknown().optional(),
        includes: z.strictObject({ caps, arches: texts.nullish(), minKernel }, { error: mapping }).nullish(),
        excludes: z.strictObject({ caps, arches: texts.nullish() }, { error: mapping }).nullish(),
      }, { error: mapping }),
      { error: () => 'a list is wanted' },
    )
    .nullish(),
}, { error: mapping });

export type SeccompInput = z.infer<typeof seccompProfile>;
export type SeccompRuleInput = NonNullable<SeccompInput['syscalls']>[number];
