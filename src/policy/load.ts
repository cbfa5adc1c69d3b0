import { type Diagnostic, positionAt } from '../load/diagnostic.ts';
import { locate } from '../load/locate.ts';
import { parseYaml, plainValue, type YamlDocument } from '../load/yaml.ts';
import type { IssueCode } from '../model/issue.ts';
import { nearest } from '../model/nearest.ts';
import { type Policy, policySchema } from './schema.ts';

export interface LoadedPolicy {
  readonly file: string;
  readonly rules: Policy;
  /** Where a rule stands, for messages: FILE:LINE. */
  readonly place: (rule: string) => string;
}

/** A policy from the text of its YAML file; else everything that is wrong with it. */
export function loadPolicy(file: string, text: string): { readonly policy: LoadedPolicy } | { readonly diagnostics: readonly Diagnostic[] } {
  const { document, problems } = parseYaml(text);
  const plain = document === null || problems.length > 0 ? null : plainValue(document, text);
  const wrong = [...problems, ...(plain?.problems ?? [])];
  if (document === null || plain === null || wrong.length > 0) {
    return { diagnostics: wrong.map(({ code, message, hint, offset, length }) => ({ code, severity: 'error', message, path: [], position: positionAt(file, text, offset, length), hint })) };
  }
  const { success, data, error } = policySchema.safeParse(plain.value ?? {});
  if (!success) return { diagnostics: error.issues.flatMap((issue) => describe({ file, text, document }, issue)) };
  const place = (rule: string): string => `${file}:${positionAt(file, text, locate(document, [rule], 'key')[0], 0).line}`;
  return { policy: { file, rules: data, place } };
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly document: YamlDocument;
}

type SchemaIssue = NonNullable<ReturnType<typeof policySchema.safeParse>['error']>['issues'][number];

function describe(source: Source, issue: SchemaIssue): readonly Diagnostic[] {
  const keys = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  if (issue.code !== 'unrecognized_keys') {
    const field = keys.findLast((key) => typeof key === 'string');
    return [diagnostic(source, 'invalid-value', keys, 'value', `${field === undefined ? 'the policy' : `\`${field}\``} must be ${issue.message}`, null)];
  }
  return issue.keys.map((key) => {
    const known = keys.length === 0 ? nearest(key, Object.keys(policySchema.shape)) : null;
    return diagnostic(source, 'unknown-key', [...keys, key], 'key', `there is no rule \`${key}\``, known === null ? null : `did you mean \`${known}\`?`);
  });
}

function diagnostic({ file, text, document }: Source, code: IssueCode, path: readonly (string | number)[], at: 'key' | 'value', message: string, hint: string | null): Diagnostic {
  const [start, end] = locate(document, path, at);
  return { code, severity: 'error', message, path, position: positionAt(file, text, start, end - start), hint };
}
