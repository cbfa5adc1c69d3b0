/** The compiler, from the model to the script: pure, the same definition gives the same bytes. */
import type { Project } from './model/project.ts';
import { renderParts, renderScript } from './render/script.ts';
import { script } from './resources/script.ts';
import { version } from './version.ts';

export function compile(project: Project): string {
  return renderScript(project, script(project, version));
}

/** The script as the whole programs it consists of: for an audit that knows the constant ones already. */
export function compileParts(project: Project): readonly string[] {
  return renderParts(project, script(project, version));
}
