/**
 * What the audit of a script has to know of a constant part that passed it when cash was built: read once, not at every
 * start. Facts hold for one text, named by its SHA-256.
 */
import { BUILTINS } from './builtins.ts';
import { CATALOGUE } from './catalogue.ts';
import { textDigest } from './digest.ts';
import { functions, inheritedWrappers, type FunctionWrappers } from './functions.ts';
import { loadParser } from './parser.ts';
import { readScript, type Script } from './script.ts';
import { everywhere, strictMode, unprovenDownload } from './rules.ts';

export { loadParser } from './parser.ts';

export interface Facts {
  readonly functions: readonly string[];
  readonly wrappers: readonly (readonly [string, number])[];
  /** Functions it calls, and does not define. */
  readonly calls: readonly string[];
  readonly strict: boolean;
}

/**
 * Facts by digest; parts that do not pass by themselves have none, and are read with the script. They know each other's wrappers.
 * What is downloaded in one part of a module may be proven in another one.
 */
export async function learn(modules: readonly (readonly string[])[]): Promise<Readonly<Record<string, Facts>>> {
  const parse = await loadParser();
  const wrappers = inheritedWrappers(new Map(), functions(parse(modules.flat().join(''))));
  const read = (text: string): Script => readScript(parse, text, { functions: new Set(), wrappers, offset: 0 });
  const proven = modules.filter((parts) => unprovenDownload(read(parts.join(''))).length === 0);
  const learnt = proven.flat().map((text) => [textDigest(text), factsOf(read(text), wrappers)] as const);
  return Object.fromEntries(learnt.flatMap(([digest, facts]) => (facts === null ? [] : [[digest, facts]])));
}

function factsOf(script: Script, wrappers: FunctionWrappers): Facts | null {
  const remarks = everywhere(script).filter(({ code }) => code !== 'A002');
  if (remarks.length > 0 || !script.text.endsWith('\n')) return null;
  const called = [...allNames(script)].filter((name) => !script.functions.has(name) && !BUILTINS.has(name) && !CATALOGUE.has(name));
  return {
    functions: [...script.functions],
    wrappers: [...wrappers].filter(([name]) => script.functions.has(name)),
    calls: called.sort(),
    strict: strictMode(script).length === 0,
  };
}

function allNames(script: Script): ReadonlySet<string> {
  const own = script.invocations.flatMap(({ name }) => (name === null ? [] : [name]));
  return new Set([...own, ...script.embedded.flatMap((inner) => [...allNames(inner)])]);
}
