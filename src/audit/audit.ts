/** The audit: judges a finished script by a grammar of Bash, without knowing the templates it comes from. */
import { type CommandUse, commandsOf } from './commands.ts';
import type { Facts } from './facts.ts';
import { findings, type Finding, type Remark } from './finding.ts';
import type { FunctionWrappers } from './functions.ts';
import { loadParser } from './parser.ts';
import { everywhere, strictMode, unprovenDownload } from './rules.ts';
import { readScript, type Script } from './script.ts';

export type { CommandUse } from './commands.ts';
export { CODES, type Code, type Finding } from './finding.ts';
export { summary, type Summary } from './summary.ts';

/**
 * Judges a Bash script, whatever wrote it. Never fails for a bad script: that is a finding. In the order of the script.
 */
export async function audit(text: string): Promise<readonly Finding[]> {
  return judged(readScript(await loadParser(), text));
}

/** The findings, and the external commands that the script calls, by their names. */
export async function examine(text: string): Promise<{ readonly findings: readonly Finding[]; readonly commands: readonly CommandUse[] }> {
  const script = readScript(await loadParser(), text);
  return { findings: judged(script), commands: commandsOf(script) };
}

function judged(script: Script): readonly Finding[] {
  return findings(script.text, [...everywhere(script), ...unprovenDownload(script), ...strictMode(script)]);
}

/** A whole program, that a script consists of: `facts` where it has been judged before, else null. */
export interface Part {
  readonly text: string;
  readonly facts: Facts | null;
}

/**
 * The same of a script that is its parts one after the other. Each is complete by itself (else that is a syntax error), so
 * that none can change how Bash reads another.
 */
export async function auditParts(parts: readonly Part[]): Promise<readonly Finding[]> {
  const parse = await loadParser();
  const known = parts.flatMap(({ facts }) => facts ?? []);
  const functions = new Set(known.flatMap((facts) => facts.functions));
  const wrappers: FunctionWrappers = new Map(known.flatMap((facts) => facts.wrappers));
  const scripts = located(parts).flatMap(({ text, facts, offset }) => (facts === null ? [readScript(parse, text, { functions, wrappers, offset })] : []));
  const all = new Set([...functions, ...scripts.flatMap((script) => [...script.functions])]);
  const isStrict = known.some(({ strict }) => strict) || scripts.some((script) => strictMode(script).length === 0);
  const remarks = [
    ...scripts.flatMap((script) => everywhere({ ...script, functions: all })),
    ...scripts.flatMap((script) => unprovenDownload(script).map((remark) => ({ ...remark, index: remark.index + script.offset }))),
    ...(isStrict ? [] : scripts.slice(0, 1).flatMap(strictMode)),
    ...located(parts).flatMap(undefinedCalls(all)),
  ];
  return remarks.length === 0 ? [] : findings(parts.map(({ text }) => text).join(''), remarks);
}

function located(parts: readonly Part[]): readonly (Part & { readonly offset: number })[] {
  let offset = 0;
  return parts.map((part) => ({ offset: (offset += part.text.length) - part.text.length, ...part }));
}

/** Constant parts call functions of the sections: a script that lacks one would stop in the middle. */
function undefinedCalls(functions: ReadonlySet<string>): (part: Part & { readonly offset: number }) => readonly Remark[] {
  return ({ facts, offset }) =>
    (facts?.calls ?? []).filter((name) => !functions.has(name)).map((name) => ({
      code: 'A002',
      message: `the constant part that begins here calls "${name}", which this script does not define`,
      hint: 'define it in a template, or leave this part out of the scripts that do not need it',
      index: offset,
    }));
}
