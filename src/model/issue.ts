/**
 * What the model finds wrong: a code, a sentence, and the path of the value in the definition. `src/load` turns the path
 * into a place in a file, and only when there is something to show.
 */
export interface Path {
  readonly parent: Path | null;
  readonly key: string | number;
}

export type Severity = 'error' | 'warning';

export type IssueCode =
  | 'address'
  | 'conflict'
  | 'duplicate'
  | 'env-file'
  | 'expired'
  | 'interpolation'
  | 'invalid-value'
  | 'missing-key'
  | 'missing-sha256'
  | 'not-supported-yet'
  | 'nul-character'
  | 'obsolete'
  | 'parameter-not-allowed'
  | 'parameter-type'
  | 'parameter-unused'
  | 'parameter-unreachable'
  | 'policy'
  | 'undefined-name'
  | 'unknown-key'
  | 'variable-required'
  | 'variable-unset'
  | 'wrong-type'
  | 'yaml'
  | 'yaml-duplicate-key';

export interface Issue {
  readonly code: IssueCode;
  readonly severity: Severity;
  readonly message: string;
  /** null: the file as a whole. */
  readonly path: Path | null;
  /** What of the mapping entry at `path` is meant. */
  readonly at: 'key' | 'value';
  /** What to write instead. */
  readonly hint: string | null;
  /** The part of the value that is meant, as it is written. */
  readonly excerpt: string | null;
  /** What of the value stands before that: it may hold the same. */
  readonly before: string;
}

export type Report = (issue: Issue) => void;

export interface IssueDetails {
  readonly hint?: string | undefined;
  readonly excerpt?: string | undefined;
  readonly before?: string | undefined;
  readonly at?: 'key' | 'value';
  readonly severity?: Severity;
}

export function child(parent: Path | null, key: string | number): Path {
  return { parent, key };
}

/** The keys from the root of the document down to `path`. */
export function keysOf(path: Path | null): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = path; at !== null; at = at.parent) keys.unshift(at.key);
  return keys;
}

/** The name of the field a value belongs to: for an item of a list, that of the list. */
export function fieldOf(path: Path | null): string {
  for (let at = path; at !== null; at = at.parent) if (typeof at.key === 'string') return at.key;
  return 'the file';
}

export function issue(code: IssueCode, path: Path | null, message: string, details: IssueDetails = {}): Issue {
  const { hint = null, excerpt = null, before = '', at = 'value', severity = 'error' } = details;
  return { code, severity, message, path, at, hint, excerpt, before };
}
