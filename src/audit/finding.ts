import type { AUDIT_RULES } from '../model/rules.ts';

/** What the audit has to say about a script. */
export interface Finding {
  /** `A001` and so on: see CODES. */
  readonly code: Code;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  readonly hint: string;
}

/** The rules: what each is about. */
export const CODES = {
  A001: 'syntax error',
  A002: 'external command outside the catalogue',
  A003: 'text executed as code',
  A004: 'unquoted expansion',
  A005: 'failure ignored without a reason',
  A006: 'download without a digest',
  A007: 'no strict mode',
} as const satisfies Record<(typeof AUDIT_RULES)[number], string>;

export type Code = keyof typeof CODES;

/** A finding that has no line yet: rules know indices only. */
export interface Remark {
  readonly code: Code;
  readonly message: string;
  readonly hint: string;
  /** Index of a UTF-16 code unit in the script. */
  readonly index: number;
}

/** Lines and columns of the remarks, in the order of the script; each once, though several ways lead to it. */
export function findings(text: string, remarks: readonly Remark[]): readonly Finding[] {
  return [...new Map(remarks.map((remark) => [`${remark.index} ${remark.code} ${remark.message}`, remark])).values()]
    .toSorted((a, b) => a.index - b.index || a.code.localeCompare(b.code))
    .map(({ code, message, hint, index }) => ({ code, severity: 'error', message, ...position(text, index), hint }));
}

function position(text: string, index: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, index);
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') };
}
