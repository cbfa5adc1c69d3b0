/** The build step: templates and constant Bash become one TypeScript module. Not part of the bundle. */
import Handlebars from 'handlebars';
import { generate } from './generate.ts';
import type { Unit, Units } from '../shake.ts';
import { rewrite } from './rewrite.ts';
import { neededCommands } from './units.ts';

export { cutUnits } from './units.ts';

export interface Source {
  /** File name without its ending. */
  readonly name: string;
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
}

export interface Compiled {
  readonly templates: readonly { readonly name: string; readonly code: string }[];
  /** `FILE:LINE:COLUMN: MESSAGE` */
  readonly problems: readonly string[];
}

/** `functions`: names of the constant Bash. */
export function precompile(sources: readonly Source[], modules: readonly Source[] = [], functions: ReadonlySet<string> = new Set()): Compiled {
  const names = new Set(sources.map(({ name }) => name));
  const results = [...sources.map((source) => compileOne(source, names, functions)), ...modules.map(checkModule)];
  return {
    templates: results.flatMap(({ template }) => (template === null ? [] : [template])),
    problems: results.flatMap(({ problems }) => problems),
  };
}

interface Result {
  readonly template: Compiled['templates'][number] | null;
  readonly problems: readonly string[];
}

function compileOne({ name, file, text }: Source, names: ReadonlySet<string>, functions: ReadonlySet<string>): Result {
  const program = parse(text);
  if (typeof program === 'string') return { template: null, problems: [`${file}:${program}`] };
  const problems = rewrite(program, names).map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  if (problems.length > 0) return { template: null, problems };
  return { template: { name, code: generate(program, functions) }, problems };
}

/** Constant Bash goes in as it is. */
function checkModule({ file, text }: Source): Result {
  const problems = text.endsWith('\n') ? [] : [`${file}:${text.split('\n').length}:1: does not end with a newline`];
  return { template: null, problems };
}

/** Handlebars takes the `}}}` of `"${@:{{integer n}}}"` for the end of a raw mustache: an empty comment keeps them apart. */
const BEFORE_BRACE = /(?<!\{)\{\{(?!\{)[^{}]*\}\}(?=\})/g;

/** The program, or `LINE:COLUMN: MESSAGE`. */
function parse(text: string): hbs.AST.Program | string {
  try {
    return Handlebars.parse(text.replace(BEFORE_BRACE, '$&{{!}}'));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = /^Parse error on line (\d+)/.exec(message)?.[1] ?? '1';
    return `${line}:1: ${message.replace(/\s*\n\s*/g, ' ')}`;
  }
}

/** The text of src/render/templates.generated.ts. `usable`: what a section can name of the units. */
export function generatedModule(templates: Compiled['templates'], units: Units, usable: readonly string[]): string {
  return [
    '// Made by build.mjs from templates/. Not to be edited.',
    '// @ts-nocheck the templates are plain JavaScript',
    "import type { Template } from './renderer.ts';",
    "import type { Units } from './shake.ts';",
    'export const templates: Readonly<Record<string, Template>> = {',
    ...[...templates].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, code }) => `${JSON.stringify(name)}: ${code},`),
    '};',
    'export const runtimeUnits: Units = {',
    ...Object.entries(units).map(([name, each]) => `${JSON.stringify(name)}: [\n${each.map(unitLine).join('')}],`),
    '};',
    '/** Functions and variables of the constant Bash that a section can name. */',
    `export const namable: readonly string[] = ${JSON.stringify(usable)};`,
    '/** Commands with which a script calls itself, by the command that does. */',
    `export const neededCommands: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(neededCommands(Object.values(units).flat()))};`,
    '',
  ].join('\n');
}

function unitLine(unit: Unit): string {
  return `${JSON.stringify(unit)},\n`;
}
