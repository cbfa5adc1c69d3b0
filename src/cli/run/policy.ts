import { type Diagnostic, positionAt, sortDiagnostics } from '../../load/diagnostic.ts';
import { formatDiagnostics } from '../../load/load.ts';
import { locate } from '../../load/locate.ts';
import { parseYaml } from '../../load/yaml.ts';
import type { Project } from '../../model/project.ts';
import { type LoadedPolicy, loadPolicy } from '../../policy/load.ts';
import { type Violation, violations } from '../../policy/rules.ts';
import { waived } from '../../resources/header.ts';
import { plainText } from '../../render/quote.ts';
import { EXIT, type Exit } from '../exit.ts';
import { readIfThere, reason } from '../files.ts';
import { complain, hasColour, talk } from '../terminal.ts';
import { filesOrDefault, isDefinition, loadDefinition, today } from './definitions.ts';
import { carried } from './verify.ts';

interface Judged {
  readonly file: string;
  /** null: it could not be read, and that has been said. */
  readonly project: Project | null;
}

export async function judge(policy: string, files: readonly string[], envFiles: readonly string[]): Promise<Exit> {
  if (filesOrDefault(files) === null) return EXIT.usage;
  const projects = files.map((file) => ({ file, project: isDefinition(file) ? loadDefinition(file, envFiles) : ofScript(file) }));
  const exit = keepsPolicies([policy], projects);
  return exit === EXIT.ok && projects.some(({ project }) => project === null) ? EXIT.failed : exit;
}

/** Of a script that is not what its definition renders to, nothing is known. */
function ofScript(file: string): Project | null {
  const bytes = readText(file);
  const found = bytes === null ? null : carried(Buffer.from(bytes));
  if (found === null || 'project' in found) return found === null ? null : unexpired(file, found.project);
  complain(`${file} ${found.problem}`);
  return null;
}

function unexpired(file: string, project: Project): Project | null {
  const expired = project.host.waivers.filter(({ until }) => until < today());
  for (const waiver of expired) complain(`${file}: a waiver has expired: ${plainText(waived(waiver))}`);
  return expired.length === 0 ? project : null;
}

/** Everything that breaks a rule goes to stderr; what is waived too, as a warning. */
export function keepsPolicies(policies: readonly string[], projects: readonly Judged[]): Exit {
  const loaded = policies.map(load);
  if (loaded.includes('missing')) return EXIT.usage;
  let exit: Exit = loaded.includes('wrong') ? EXIT.failed : EXIT.ok;
  for (const policy of loaded) {
    if (typeof policy === 'string') continue;
    for (const { file, project } of projects) {
      const found = project === null ? [] : violations(project, policy.rules);
      talk(formatted(file, policy, found));
      if (found.some((each) => each.waived === null)) exit = EXIT.failed;
    }
  }
  return exit;
}

function load(file: string): LoadedPolicy | 'missing' | 'wrong' {
  const text = readText(file);
  if (text === null) return 'missing';
  const found = loadPolicy(file, text);
  if ('policy' in found) return found.policy;
  talk(formatDiagnostics(found.diagnostics, new Map([[file, text]]), { colour: hasColour(process.stderr) }));
  return 'wrong';
}

function formatted(file: string, policy: LoadedPolicy, found: readonly Violation[]): string {
  if (found.length === 0) return '';
  const text = isDefinition(file) ? (readText(file) ?? '') : '';
  const { document } = text === '' ? { document: null } : parseYaml(text);
  const diagnostics = found.map((violation): Diagnostic => {
    // The key that is wrong, or the name of what lacks it.
    const [start, end] = document === null ? [0, 0] : locate(document, violation.path, 'key');
    return {
      code: 'policy',
      severity: violation.waived === null ? 'error' : 'warning',
      message: violation.message,
      path: violation.path,
      position: positionAt(file, text, start, end - start),
      hint: violation.waived === null ? `the rule \`${violation.rule}\` at ${policy.place(violation.rule)}` : `waived: ${waived(violation.waived)}`,
    };
  });
  return formatDiagnostics(sortDiagnostics(diagnostics), new Map([[file, text]]), { colour: hasColour(process.stderr) });
}

function readText(file: string): string | null {
  try {
    const bytes = readIfThere(file);
    if (bytes === null) complain(`${file}: no such file`);
    return bytes?.toString() ?? null;
  } catch (error) {
    complain(`${file} cannot be read: ${reason(error)}`);
    return null;
  }
}
