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
  const found = issue.excerpt === null ? -1 : input.text.slice(start, end).indexOf(issue.excerpt);
  const [offset, length] = found === -1 ? [start, end - start] : [start + found, issue.excerpt?.length ?? 0];
  const { code, severity, message, hint } = issue;
  return { code, severity, message, path, position: positionAt(input.path, input.text, offset, length), hint };
}
