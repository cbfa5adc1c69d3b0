import { join } from 'node:path';
import { compileParts } from '../../compile.ts';
import type { Project } from '../../model/project.ts';
import { EXIT, type Exit } from '../exit.ts';
import { EXECUTABLE, isDirectory, readIfThere, reason, writeWhole } from '../files.ts';
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
  /** Files beside each script: see beside.ts. */
  readonly tests: boolean;
  readonly attest: boolean;
  readonly map: boolean;
}

interface Script {
  readonly definition: string;
  readonly project: Project;
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
  const outputs = await Promise.all(scripts.map(async (each) => await outputsOf(each, options)));
  return options.check ? check(outputs.flat()) : write(outputs.flat());
}

interface Output {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  readonly definition: string;
}

async function outputsOf(each: Script, { output, tests, attest, map, envFiles }: GenerateOptions): Promise<readonly Output[]> {
  const { definition, project, parts, text } = each;
  const path = pathOf(each, output);
  const own = { path, text, mode: EXECUTABLE, definition };
  if (!tests && !attest && !map) return [own];
  const { beside } = await import('./beside.ts');
  return [own, ...(await beside({ definition, envFiles, project, path, parts, text }, { tests, attest, map })).map((file) => ({ ...file, definition }))];
}

function script(definition: string, project: Project): Script {
  const parts = compileParts(project);
  return { definition, project, parts, text: parts.join('') };
}

function misused(definitions: readonly string[], { output, check: checks, tests, attest, map }: GenerateOptions): boolean {
  if (output === '-' && (tests || attest || map)) return complain(`${tests ? '--tests' : attest ? '--attest' : '--map'} writes files beside the script, and -o - writes none`), true;
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
  for (const { project: { name }, definition } of scripts) {
    const other = first.get(name);
    if (other !== undefined) {
      complain(`${other} and ${definition} are both called "${name}": give one another name (name: in the definition)`);
      found = true;
    }
    first.set(name, definition);
  }
  return found;
}

function pathOf({ project }: Script, output: string | null): string {
  if (output === null) return join('generated', `${project.name}.sh`);
  return intoDirectory(output) ? join(output, `${project.name}.sh`) : output;
}

function write(outputs: readonly Output[]): Exit {
  let exit: Exit = EXIT.ok;
  for (const { path, text, mode } of outputs) {
    try {
      const written = writeWhole(path, Buffer.from(text), mode);
      talk(`${path}: ${written ? 'written' : 'unchanged'}`);
    } catch (error) {
      complain(`${path} cannot be written: ${reason(error)}`);
      exit = EXIT.failed;
    }
  }
  return exit;
}

async function check(outputs: readonly Output[]): Promise<Exit> {
  let exit: Exit = EXIT.ok;
  for (const { path, text, definition } of outputs) {
    try {
      const present = readIfThere(path);
      if (present?.equals(Buffer.from(text)) === true) continue;
      const { printDifference } = await import('./difference.ts');
      printDifference(path, present?.toString() ?? null, text);
      complain(`${path} is ${present === null ? 'missing' : 'stale'}: cash generate ${definition}`);
    } catch (error) {
      complain(`${path} cannot be read: ${reason(error)}`);
    }
    exit = EXIT.failed;
  }
  return exit;
}
