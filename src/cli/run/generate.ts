import { join } from 'node:path';
import { compileParts } from '../../compile.ts';
import type { Project } from '../../model/project.ts';
import { EXIT, type Exit } from '../exit.ts';
import { isDirectory, readIfThere, reason, writeExecutable } from '../files.ts';
import { complain, print, talk } from '../terminal.ts';
import { filesOrDefault, loadDefinition } from './definitions.ts';
import { passesAudit } from './gate.ts';

export interface GenerateOptions {
  /** null: generated/PROJECT.sh; `-`: stdout. */
  readonly output: string | null;
  readonly check: boolean;
  /** Files; nothing is written that breaks a rule of one. */
  readonly policies: readonly string[];
  readonly envFiles: readonly string[];
}

interface Script {
  readonly definition: string;
  readonly project: string;
  readonly text: string;
  /** The same, as the programs it consists of. */
  readonly parts: readonly string[];
}

/** All scripts are whole and judged before the first is written. */
export async function generate(files: readonly string[], options: GenerateOptions): Promise<Exit> {
  const definitions = filesOrDefault(files);
  if (definitions === null || misused(definitions, options)) return EXIT.usage;
  const projects = definitions.map((file) => ({ file, project: loadDefinition(file, options.envFiles) }));
  if (options.policies.length > 0) {
    const { keepsPolicies } = await import('./policy.ts');
    const kept = keepsPolicies(options.policies, projects);
    if (kept !== EXIT.ok) return kept;
  }
  const scripts = projects.flatMap(({ file, project }) => (project === null ? [] : [script(file, project)]));
  if (sameNames(scripts) || !(await passesAudit(scripts)) || scripts.length < projects.length) return EXIT.failed;
  if (options.output === '-') return scripts.forEach(({ text }) => print(text)), EXIT.ok;
  return options.check ? check(scripts, options.output) : write(scripts, options.output);
}

function script(definition: string, project: Project): Script {
  const parts = compileParts(project);
  return { definition, project: project.name, parts, text: parts.join('') };
}

function misused(definitions: readonly string[], { output, check: checks }: GenerateOptions): boolean {
  if (output === '-' && checks) return complain('--check compares with a file, and -o - is none'), true;
  if (definitions.length === 1 || output === null || (output !== '-' && intoDirectory(output))) return false;
  complain(`${definitions.length} definitions need a directory: -o ${output === '-' ? 'out' : output}/`);
  return true;
}

function intoDirectory(output: string): boolean {
  return output.endsWith('/') || isDirectory(output);
}

function sameNames(scripts: readonly Script[]): boolean {
  const first = new Map<string, string>();
  let found = false;
  for (const { project, definition } of scripts) {
    const other = first.get(project);
    if (other !== undefined) {
      complain(`${other} and ${definition} are both called "${project}": give one another name (name: in the definition)`);
      found = true;
    }
    first.set(project, definition);
  }
  return found;
}

function pathOf({ project }: Script, output: string | null): string {
  if (output === null) return join('generated', `${project}.sh`);
  return intoDirectory(output) ? join(output, `${project}.sh`) : output;
}

function write(scripts: readonly Script[], output: string | null): Exit {
  let exit: Exit = EXIT.ok;
  for (const each of scripts) {
    const path = pathOf(each, output);
    try {
      const written = writeExecutable(path, Buffer.from(each.text));
      talk(`${path}: ${written ? 'written' : 'unchanged'}`);
    } catch (error) {
      complain(`${path} cannot be written: ${reason(error)}`);
      exit = EXIT.failed;
    }
  }
  return exit;
}

async function check(scripts: readonly Script[], output: string | null): Promise<Exit> {
  let exit: Exit = EXIT.ok;
  for (const each of scripts) {
    const path = pathOf(each, output);
    try {
      const present = readIfThere(path);
      if (present?.equals(Buffer.from(each.text)) === true) continue;
      const { printDifference } = await import('./difference.ts');
      printDifference(path, present?.toString() ?? null, each.text);
      complain(`${path} is ${present === null ? 'missing' : 'stale'}: cash generate ${each.definition}`);
    } catch (error) {
      complain(`${path} cannot be read: ${reason(error)}`);
    }
    exit = EXIT.failed;
  }
  return exit;
}
