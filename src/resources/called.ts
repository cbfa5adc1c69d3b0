/** The commands of a script: all that it can have a use for, or those of x-cash.commands. Pure. */
import { BASE, COMMANDS } from '../model/commands.ts';
import type { Project } from '../model/project.ts';
import { neededCommands } from '../render/templates.generated.ts';

/** In the order of COMMANDS. Those with which a chosen one calls the script itself are there, too. */
export function commandsIn(project: Project): readonly string[] {
  const { commands } = project.host;
  const there = watched(project) ? COMMANDS : COMMANDS.filter((name) => name !== 'healthcheck');
  if (commands === null) return keepsVolumes(project) ? there : there.filter((name) => name !== 'volume');
  const chosen = new Set<string>([...BASE, ...commands]);
  for (const name of chosen) neededCommands[name]?.forEach((needed) => chosen.add(needed));
  return there.filter((name) => chosen.has(name));
}

/** Else `volume` has nothing to do, but where an earlier definition had some: then it can be chosen. `down --volumes` removes them in any case. */
function keepsVolumes({ volumes, services }: Project): boolean {
  return volumes.length > 0 || services.some(({ mounts }) => mounts.some(({ type }) => type === 'volume'));
}

/** Of a healthcheck or of hooks: the module `health` is there. */
export function watched(project: Project): boolean {
  return project.services.some(({ healthcheck, post_start, pre_stop }) => healthcheck !== null || post_start.length + pre_stop.length > 0);
}
