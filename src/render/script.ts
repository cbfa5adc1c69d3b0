/** From the lists of a script to its text. */
import type { Project } from '../model/project.ts';
import type { Script } from '../resources/script.ts';
import { constant, type Constant } from './constant.ts';
import { embed, ENDING } from './embed.ts';
import { render, renderNamed } from './environment.ts';

/** The parts of a script, each a whole program; the constant ones are the same strings in all scripts. */
export function renderScript(project: Project, script: Script): readonly string[] {
  const definition = embed(project).join('\n');
  const sections = renderNamed('sections', script);
  const part = constant(script, sections.names);
  return [head(script, sections.text, part), sections.text, ...part.first, ...part.later, `\n${definition}\n${ENDING}`];
}

/** It says where which part lies: so its own lines are counted first. */
function head(script: Script, sections: string, { lines, digest }: Constant): string {
  const own = linesIn(headWith(script, { sections: '', constant: '', range: '', digest }));
  const last = own + linesIn(sections);
  return headWith(script, { sections: `${own + 1}-${last}`, constant: `${last + 1}-${last + lines}`, range: `${last + 1},${last + lines}`, digest });
}

function headWith(script: Script, parts: Readonly<Record<'sections' | 'constant' | 'range' | 'digest', string>>): string {
  return render('head', { ...script, header: { ...script.header, parts } });
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
