/**
 * Which of the constant Bash a script has: what its commands and sections call, and what that calls. Pure; the same answer for
 * all scripts that ask the same.
 */
export interface Unit {
  /** Whole lines, a program by themselves. */
  readonly text: string;
  /** The functions and variables it defines; none of a heading, or of a statement that does something. */
  readonly names: readonly string[];
  /** Names of others; `volume_*`: all that begin so. */
  readonly uses: readonly string[];
}

export type Units = Readonly<Record<string, readonly Unit[]>>;

/** One function of these for each command: only those of the commands that the script has are called by name. */
const BY_COMMAND = ['command_*', 'help_*'];

/**
 * The texts of the units of `modules` that `roots` reach, in their order. A module of which nothing but its heading is left, is
 * not there. Functions of other modules are not: who calls them asks before.
 */
export function reached(units: Units, modules: readonly string[], roots: readonly string[], commands: readonly string[]): ReadonlySet<Unit> {
  const all = modules.flatMap((name) => units[name] ?? []);
  const named = byName(all);
  const found = new Set<Unit>();
  const visit = (name: string): void => {
    if (BY_COMMAND.includes(name)) return commands.forEach((command) => visit(name.replace('*', command)));
    if (name.endsWith('*')) return [...named.keys()].filter((each) => each.startsWith(name.slice(0, -1))).forEach(visit);
    for (const unit of named.get(name) ?? []) {
      if (found.has(unit)) continue;
      found.add(unit);
      unit.uses.forEach(visit);
    }
  };
  all.filter(({ names }) => names.length === 0).flatMap(({ uses }) => uses).forEach(visit);
  roots.forEach(visit);
  for (const name of modules) if (units[name]?.some((unit) => found.has(unit) || isStatement(unit))) units[name].filter(({ names }) => names.length === 0).forEach((unit) => found.add(unit));
  return found;
}

/** Several have one name where a variable gets more (`FUNCTIONS+=(…)`). */
function byName(all: readonly Unit[]): ReadonlyMap<string, readonly Unit[]> {
  const named = new Map<string, Unit[]>();
  for (const unit of all) for (const name of unit.names) named.set(name, [...(named.get(name) ?? []), unit]);
  return named;
}

/** Neither a definition nor a heading. */
function isStatement({ names, text }: Unit): boolean {
  return names.length === 0 && /^(?!#|$)/m.test(text);
}
