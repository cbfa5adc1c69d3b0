/** Exit statuses of the compiler. The scripts it writes have others. */
export const EXIT = {
  ok: 0,
  /** An invalid definition, a stale or refused script. */
  failed: 1,
  /** Wrong usage, a file that is not there. */
  usage: 2,
  /** Of diff: there is a difference. */
  different: 2,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];
