import type { IssueCode, Severity } from '../model/issue.ts';

export interface Position {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters (code points). */
  readonly column: number;
  /** In UTF-16 units from the start of the file, as JavaScript counts. */
  readonly offset: number;
  readonly length: number;
}

/** Something wrong with a definition. `path` leads to the value: `['services', 'web', 'image']`. */
export interface Diagnostic {
  readonly code: IssueCode;
  readonly severity: Severity;
  readonly message: string;
  readonly path: readonly (string | number)[];
  readonly position: Position;
  readonly hint: string | null;
}

/** Text of the files that diagnostics point into, by name. */
export type Sources = ReadonlyMap<string, string>;

export function positionAt(file: string, text: string, offset: number, length: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line += 1;
  return { file, line, column: [...before.slice(lineStart)].length + 1, offset, length };
}

/** By file (in order of first appearance) and place; the same thing said twice at one place (a merged mapping) is said once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length < 2) return diagnostics;
  const files = [...new Set(diagnostics.map(({ position }) => position.file))];
  const rank = (one: Diagnostic): number => files.indexOf(one.position.file);
  const sorted = [...diagnostics].sort((a, b) => rank(a) - rank(b) || a.position.offset - b.position.offset);
  const seen = new Set<string>();
  return sorted.filter((one) => {
    const key = JSON.stringify([one.position.file, one.position.offset, one.code, one.message]);
    return !seen.has(key) && seen.add(key);
  });
}
