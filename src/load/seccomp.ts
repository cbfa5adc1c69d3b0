import { resolve } from 'node:path';
import { buildSeccompProfile } from '../model/build/seccomp.ts';
import type { SeccompProfile } from '../model/seccomp/profile.ts';
import type { Findings } from './environment.ts';
import { issueDiagnostic, yamlDiagnostic } from './issues.ts';
import type { LoadInput } from './load.ts';
import { parseYaml, plainValue } from './yaml.ts';

/** The profile in a file beside the definition; JSON is YAML, so what is wrong in it has a place. null: there is no such file. */
export function readSeccompProfile(input: LoadInput, findings: Findings, path: string): SeccompProfile | null {
  const text = input.readFile(resolve(input.directory, path));
  if (text === null) return null;
  const file = { path, text };
  findings.sources.set(path, text);
  const { document, problems } = parseYaml(text);
  const plain = document === null || problems.length > 0 ? null : plainValue(document, text);
  findings.diagnostics.push(...[...problems, ...(plain?.problems ?? [])].map((problem) => yamlDiagnostic(file, problem)));
  const none: SeccompProfile = { file: path, default: { action: 'errno', data: 1 }, rules: [] }; // what is wrong with it has been said
  if (document === null || plain === null) return none;
  return buildSeccompProfile((issue) => findings.diagnostics.push(issueDiagnostic(file, document, issue)), path, plain.value) ?? none;
}
