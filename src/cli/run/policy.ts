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
import { complain, hasColour, talk } from '../terminal.ts';
import { filesOrDefault, isDefinition, loadDefinition, today } from './definitions.ts';
import { readNamed } from './read.ts';
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
  const bytes = readNamed(file);
  const found = bytes === null ? null : carried(bytes);
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
  const judging = loaded.filter((policy) => typeof policy !== 'string');
  for (const { file, project } of projects) {
    if (project === null) continue;
    const found = judging.map((policy) => violations(project, policy.rules));
    judging.forEach((policy, index) => talk(formatted(file, (found[index] ?? []).map((violation) => ofViolation(policy, violation)))));
    talk(formatted(file, idle(project, judging, found.flat())));
    if (found.flat().some((each) => each.waived === null)) exit = EXIT.failed;
  }
  return exit;
}

type Said = Pick<Diagnostic, 'severity' | 'message' | 'path' | 'hint'>;

/** Waivers of rules that all hold without them. */
function idle({ host: { waivers } }: Project, policies: readonly LoadedPolicy[], found: readonly Violation[]): readonly Said[] {
  return waivers.flatMap((waiver, index): readonly Said[] => {
    const isJudged = policies.some(({ rules }) => Object.hasOwn(rules, waiver.rule));
    if (!isJudged || found.some((violation) => violation.waived === waiver)) return [];
    return [{ severity: 'warning', message: `the waiver of ${waiver.rule} excuses nothing`, path: ['x-cash', 'waivers', index], hint: 'remove it' }];
  });
}

function ofViolation(policy: LoadedPolicy, { rule, message, path, waived: waiver }: Violation): Said {
  if (waiver === null) return { severity: 'error', message, path, hint: `the rule \`${rule}\` at ${policy.place(rule)}` };
  return { severity: 'warning', message, path, hint: `waived: ${waived(waiver)}` };
}

function load(file: string): LoadedPolicy | 'missing' | 'wrong' {
  const text = readNamed(file)?.toString();
  if (text === undefined) return 'missing';
  const found = loadPolicy(file, text);
  if ('policy' in found) return found.policy;
  talk(formatDiagnostics(found.diagnostics, new Map([[file, text]]), { colour: hasColour(process.stderr) }));
  return 'wrong';
}

function formatted(file: string, found: readonly Said[]): string {
  if (found.length === 0) return '';
  const text = isDefinition(file) ? (readNamed(file)?.toString() ?? '') : '';
  const { document } = text === '' ? { document: null } : parseYaml(text);
  const diagnostics = found.map((one): Diagnostic => {
    // The key that is wrong, or the name of what lacks it.
    const [start, end] = document === null ? [0, 0] : locate(document, one.path, 'key');
    return { code: 'policy', ...one, position: positionAt(file, text, start, end - start) };
  });
  return formatDiagnostics(sortDiagnostics(diagnostics), new Map([[file, text]]), { colour: hasColour(process.stderr) });
}
