/** The compiler, from the model to the script: pure, the same definition gives the same bytes. */
import type { Project } from './model/project.ts';
import { renderScript } from './render/script.ts';
import { script } from './resources/script.ts';
import { version } from './version.ts';

export function compile(project: Project): string {
  return compileParts(project).reduce((text, part) => text + part, '');
}

/** The script as the whole programs it consists of: for an audit that knows the constant ones already. */
export function compileParts(project: Project): readonly string[] {
  return renderScript(project, script(project, version));
}
