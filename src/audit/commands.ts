import { CATALOGUE, type CatalogueEntry } from './catalogue.ts';
import type { Script } from './script.ts';
import { descendants } from './syntax.ts';
import { type Word, word } from './words.ts';

/** An external command that a script calls, and what the catalogue knows of it. */
export interface CommandUse extends CatalogueEntry {
  readonly name: string;
}

/**
 * Each once, by name; scripts that stand in words of the script are read too. Of what is run from an array, or from the
 * arguments, the command that the array begins with: one too many rather than one too few.
 */
export function commandsOf(script: Script): readonly CommandUse[] {
  return [...names(script)].sort().flatMap((name) => {
    const entry = script.functions.has(name) ? undefined : CATALOGUE.get(name);
    return entry === undefined ? [] : [{ name, ...entry }];
  });
}

function names({ root, invocations, embedded }: Script): ReadonlySet<string> {
  const called = invocations.flatMap(({ name, argv }) => name === 'set' && argv[1]?.literal === '--' ? first(argv.slice(2)) : (name ?? first(argv)));
  const kept = descendants(root, 'array').flatMap(({ children }) => first(children.filter(({ named }) => named).map(word)));
  return new Set([...called, ...kept, ...embedded.flatMap((inner) => [...names(inner)])]);
}

/** The first word that is no array: `"${ENTER[@]}" perl …` is perl, whatever enters. */
function first(argv: readonly Word[]): readonly string[] {
  const found = argv.find(({ node }) => !/^"\$\{\w+\[@\]\}"$/.test(node.text))?.literal;
  return found === undefined || found === null ? [] : [found];
}
