/** The constant part of a script: what it reaches of templates/runtime/, the same strings in all scripts. */
import { createHash } from 'node:crypto';
import type { Script } from '../resources/script.ts';
import { reached, type Unit } from './shake.ts';
import { runtimeUnits } from './templates.generated.ts';

export interface Constant {
  /** What `run` needs, then the rest. */
  readonly text: string;
  /** The same, each a whole program. */
  readonly parts: readonly string[];
  readonly lines: number;
  /** SHA-256 of the text, hexadecimal. */
  readonly digest: string;
}

/** By all that it depends on: many scripts ask the same. */
const made = new Map<string, Constant>();

/** `named`: what the sections name of it. */
export function constant({ modules, laterModules, called }: Script, named: readonly string[]): Constant {
  const asked = [...modules, '', ...laterModules, '', ...called, '', ...named].join(' ');
  const known = made.get(asked) ?? make(modules, laterModules, ['main', ...called.map((command) => `command_${command}`), ...named], called);
  made.set(asked, known);
  return known;
}

function make(modules: readonly string[], laterModules: readonly string[], roots: readonly string[], commands: readonly string[]): Constant {
  const units = reached(runtimeUnits, [...modules, ...laterModules], roots, commands);
  const parts = [...modules, ...laterModules].flatMap((name) => textsOf(name, units));
  const text = parts.join('');
  return { text, parts, lines: text.split('\n').length - 1, digest: createHash('sha256').update(text).digest('hex') };
}

/** A whole module. */
export function moduleText(module: string): string {
  return unitsOf(module).map(({ text }) => text).join('');
}

function textsOf(module: string, units: ReadonlySet<Unit>): readonly string[] {
  return unitsOf(module).flatMap((unit) => (units.has(unit) ? [unit.text] : []));
}

function unitsOf(module: string): readonly Unit[] {
  const units = runtimeUnits[module];
  if (units === undefined) throw new Error(`no runtime module called ${module}`);
  return units;
}
