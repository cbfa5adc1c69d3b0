/** The constant part of a script: what it reaches of templates/runtime/, the same strings in all scripts. */
import { createHash } from 'node:crypto';
import type { Script } from '../resources/script.ts';
import { reached, type Unit } from './shake.ts';
import { runtimeUnits, usedBySections } from './templates.generated.ts';

export interface Constant {
  /** What `run` needs, and the rest; each a whole program. */
  readonly first: readonly string[];
  readonly later: readonly string[];
  readonly lines: number;
  /** SHA-256 of both together, hexadecimal. */
  readonly digest: string;
}

/** By all that it depends on: many scripts ask the same. */
const made = new Map<string, Constant>();

const USED = new Set(usedBySections);

/** `sections`: the text of all that is not constant. A value of the user that is called as a function brings it in, and no harm. */
export function constant({ modules, laterModules, called }: Script, sections: string): Constant {
  const roots = [...new Set(['main', ...called.map((command) => `command_${command}`), ...(sections.match(/\b[A-Za-z]\w*/g) ?? []).filter((word) => USED.has(word))])].sort();
  const key = JSON.stringify([modules, laterModules, called, roots]);
  const known = made.get(key) ?? make(modules, laterModules, roots, called);
  made.set(key, known);
  return known;
}

function make(modules: readonly string[], laterModules: readonly string[], roots: readonly string[], commands: readonly string[]): Constant {
  const units = reached(runtimeUnits, [...modules, ...laterModules], roots, commands);
  const [first, later] = [modules, laterModules].map((names) => names.flatMap((name) => textsOf(name, units)));
  const text = [...(first ?? []), ...(later ?? [])].join('');
  return { first: first ?? [], later: later ?? [], lines: text.split('\n').length - 1, digest: createHash('sha256').update(text).digest('hex') };
}

function textsOf(module: string, units: ReadonlySet<Unit>): readonly string[] {
  const all = runtimeUnits[module];
  if (all === undefined) throw new Error(`no runtime module called ${module}`);
  return all.flatMap((unit) => (units.has(unit) ? [unit.text] : []));
}
