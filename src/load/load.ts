import { buildProject, normaliseProjectName } from '../model/build/project.ts';
import { checkForm } from '../model/check.ts';
import type { Context } from '../model/context.ts';
import type { Issue, Report } from '../model/issue.ts';
import type { Project } from '../model/project.ts';
import { sortDiagnostics } from './diagnostic.ts';
import type { Diagnostic, Sources } from './diagnostic.ts';
import { environmentFiles } from './environment.ts';
import type { EnvironmentFiles } from './environment.ts';
import type { Scope } from './interpolate.ts';
import { issueDiagnostic, yamlDiagnostic } from './issues.ts';
import { readSeccompProfile } from './seccomp.ts';
import { interpolateTree } from './tree.ts';
import { quickYaml } from './quick-yaml.ts';
import { parseYaml, plainValue } from './yaml.ts';
import type { YamlDocument } from './yaml.ts';

export type { Diagnostic, Position, Sources } from './diagnostic.ts';
export { formatDiagnostics } from './format.ts';

export interface LoadInput {
  /** Name of the definition in messages. */
  readonly path: string;
  readonly text: string;
  /** Absolute path of the directory the definition is in. */
  readonly directory: string;
  /** The environment of the process; wins over `.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text of a file, null where there is none. */
  readonly readFile: (absolutePath: string) => string | null;
  /** Files to read in place of `.env` (--env-file), relative to the directory; later ones win. */
  readonly envFiles?: readonly string[] | undefined;
  /** YYYY-MM-DD: waivers that ended before are errors. Without it nothing expires. */
  readonly today?: string | undefined;
  /** Wins over `name` in the definition; default COMPOSE_PROJECT_NAME. */
  readonly projectName?: string | undefined;
}

export interface LoadResult {
  /** null where there is an error among the diagnostics. */
  readonly project: Project | null;
  /** Errors and warnings, in the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
  /** What formatDiagnostics needs to show the lines. */
  readonly sources: Sources;
}

/** From the text of a definition to its model. Never throws: whatever is wrong is among the diagnostics, all of it. */
export function loadProject(input: LoadInput): LoadResult {
  const sources = new Map([[input.path, input.text]]);
  const diagnostics: Diagnostic[] = [];
  const project = read(input, { diagnostics, sources });
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return { project: failed ? null : project, diagnostics: sortDiagnostics(diagnostics), sources };
}

interface Findings {
  readonly diagnostics: Diagnostic[];
  readonly sources: Map<string, string>;
}

/** The model of a tree, which is changed by that; null where something is wrong with it. */
export function modelOf(input: LoadInput, tree: unknown): Project | null {
  const findings: Findings = { diagnostics: [], sources: new Map() };
  let failed = false;
  const project = build(input, tree, ({ severity }) => void (failed ||= severity === 'error'), findings);
  return failed || findings.diagnostics.some(({ severity }) => severity === 'error') ? null : project;
}

/** Reads what it can without the positions, which cost more than all the rest: they are made when there is something to show. */
function read(input: LoadInput, findings: Findings): Project | null {
  const quick = quickYaml(input.text);
  if (quick === undefined) return readFully(input, findings);
  let document: YamlDocument | null = null;
  const report: Report = (issue) => {
    document ??= parseYaml(input.text).document;
    if (document !== null) findings.diagnostics.push(issueDiagnostic(input, document, issue));
  };
  return build(input, quick, report, findings);
}

function readFully(input: LoadInput, findings: Findings): Project | null {
  const { document, problems } = parseYaml(input.text);
  const plain = document === null || problems.length > 0 ? null : plainValue(document, input.text);
  findings.diagnostics.push(...[...problems, ...(plain?.problems ?? [])].map((problem) => yamlDiagnostic(input, problem)));
  if (document === null || plain === null) return null;
  const report: Report = (issue) => findings.diagnostics.push(issueDiagnostic(input, document, issue));
  return build(input, plain.value ?? {}, report, findings);
}

function build(input: LoadInput, tree: unknown, report: Report, findings: Findings): Project | null {
  const parameters = parameterNames(tree);
  const used = new Set<string>();
  const isParameter = (name: string): boolean => parameters.has(name) && (used.add(name), true);
  const files = environmentFiles({ isParameter, ...input, envFiles: input.envFiles ?? null }, findings);
  const unknown: Issue[] = [];
  const scope: Scope = { variable: (name) => composeVariable(input, tree, files, name), isParameter };
  interpolateTree(tree, scope, (issue) => {
    report(issue);
    if (issue.severity === 'error') unknown.push(issue);
  });
  const services = entry(tree, 'services');
  const hasServices = services !== undefined && !(isMapping(services) && Object.keys(services).length === 0);
  const checked = checkForm(tree, report, unknown);
  if (checked === null) return null;
  const seccompProfile = (path: string) => readSeccompProfile(input, findings, path);
  const context: Context = { report: checked.report, parameters: new Map(), directory: input.directory, variable: files.variable, envFile: files.envFile, seccompProfile, today: input.today ?? null };
  const projectName = input.projectName ?? nonEmpty(files.variable('COMPOSE_PROJECT_NAME'));
  return buildProject(context, checked.definition, { projectName, directory: input.directory, usedParameters: used, hasServices });
}

function nonEmpty(text: string | null): string | null {
  return text === '' ? null : text;
}

/** Compose sets COMPOSE_PROJECT_NAME for interpolation where it is not set. */
function composeVariable(input: LoadInput, tree: unknown, files: EnvironmentFiles, name: string): string | null {
  if (name !== 'COMPOSE_PROJECT_NAME') return files.variable(name);
  const written = entry(tree, 'name');
  const own = input.projectName ?? nonEmpty(files.variable(name)) ?? (typeof written === 'string' && !written.includes('$') ? written : null);
  return own ?? normaliseProjectName(input.directory.split('/').at(-1) ?? '');
}

function entry(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function parameterNames(tree: unknown): ReadonlySet<string> {
  const declared = entry(entry(tree, 'x-cash'), 'parameters');
  return new Set(isMapping(declared) ? Object.keys(declared) : []);
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
