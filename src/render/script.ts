/** From the lists of a script to its text. */
import type { Project } from '../model/project.ts';
import type { Script } from '../resources/script.ts';
import { constant, type Constant, moduleText } from './constant.ts';
import { embed, ENDING } from './embed.ts';
import { render, renderNamed } from './environment.ts';

export function renderScript(project: Project, script: Script): string {
  const { head, sections, constant: { text }, end } = whole(project, script);
  return head + sections + text + end;
}

/** The parts of a script, each a whole program; the constant ones are the same strings in all scripts. */
export function renderParts(project: Project, script: Script): readonly string[] {
  const { head, sections, constant: { parts }, end } = whole(project, script);
  return [head, sections, ...parts, end];
}

interface Whole {
  readonly head: string;
  readonly sections: string;
  readonly constant: Constant;
  readonly end: string;
}

function whole(project: Project, script: Script): Whole {
  const { text: sections, names } = renderNamed('sections', script);
  const part = constant(script, names);
  return { head: headOf(script, sections, part), sections, constant: part, end: `\n${embed(project).join('\n')}\n${ENDING}` };
}

/** It says where which part lies. */
function headOf(script: Script, sections: string, { lines, digest }: Constant): string {
  const about = render('head', script);
  const start = render('start', script) + (script.signed ? moduleText('signature') : '');
  const own = linesIn(about) + PLACES + linesIn(start);
  const last = own + linesIn(sections);
  const places = { project: script.name, version: script.version, sections: `${own + 1}-${last}`, constant: `${last + 1}-${last + lines}`, range: `${last + 1},${last + lines}`, digest };
  return about + render('places', places) + start;
}

/** Lines of the template `places`. */
const PLACES = 3;

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
