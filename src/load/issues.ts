/** From what is wrong to its place in a file. */
import { keysOf, type Issue } from '../model/issue.ts';
import { type Diagnostic, positionAt } from './diagnostic.ts';
import { locate } from './locate.ts';
import type { YamlDocument, YamlProblem } from './yaml.ts';

interface File {
  /** Its name in messages. */
  readonly path: string;
  readonly text: string;
}

export function yamlDiagnostic(input: File, problem: YamlProblem): Diagnostic {
  const { code, message, hint, offset, length } = problem;
  return { code, severity: 'error', message, path: [], position: positionAt(input.path, input.text, offset, length), hint };
}

export function issueDiagnostic(input: File, document: YamlDocument, issue: Issue): Diagnostic {
  const path = keysOf(issue.path);
  const [start, end] = locate(document, path, issue.at);
  const found = issue.excerpt === null ? -1 : placeOf(issue.excerpt, issue.before, input.text.slice(start, end));
  const [offset, length] = found === -1 ? [start, end - start] : [start + found, issue.excerpt?.length ?? 0];
  const { code, severity, message, hint } = issue;
  return { code, severity, message, path, position: positionAt(input.path, input.text, offset, length), hint };
}

/** Where the excerpt stands in the source of a value, of which `before` comes before it. -1: it is not there as it is read. */
export function placeOf(excerpt: string, before: string, source: string): number {
  let found = source.indexOf(excerpt);
  const read = before + excerpt;
  for (let earlier = read.indexOf(excerpt); earlier < before.length && found !== -1; earlier = read.indexOf(excerpt, earlier + 1)) {
    found = source.indexOf(excerpt, found + 1);
  }
  return found;
}
