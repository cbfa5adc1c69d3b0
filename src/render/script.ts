/** From the lists of a script to its text. */
import type { Project } from '../model/project.ts';
import type { Script } from '../resources/script.ts';
import { embed, ENDING } from './embed.ts';
import { render, runtimeModule } from './environment.ts';

/** The parts of a script, each a whole program; the constant ones are the same strings in all scripts. */
export function renderScript(project: Project, script: Script): readonly string[] {
  const definition = embed(project).join('\n');
  return [
    render('head', script),
    ...script.modules.map(runtimeModule),
    render('sections', script),
    ...script.laterModules.map(runtimeModule),
    `\n${definition}\n${ENDING}`,
  ];
}
