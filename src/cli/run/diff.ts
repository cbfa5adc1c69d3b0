import { compile } from '../../compile.ts';
import { changes, type Side } from '../../compare/changes.ts';
import { extract } from '../../render/embed.ts';
import { version } from '../../version.ts';
import { EXIT, type Exit } from '../exit.ts';
import { complain, hasColour, print } from '../terminal.ts';
import { isDefinition, loadDefinition } from './definitions.ts';
import { markdownChanges, textChanges } from './changes.ts';
import { readNamed } from './read.ts';
import { carried, UNREADABLE } from './verify.ts';

export type DiffFormat = 'text' | 'markdown' | 'json';

/** Of the two only what differs, on stdout; nothing where nothing does. */
export async function diff(before: string, after: string, format: DiffFormat, envFiles: readonly string[]): Promise<Exit> {
  const [old, now] = [side(before, envFiles), side(after, envFiles)];
  if (old === null || now === null) return EXIT.failed;
  const found = changes(old, now);
  if (format === 'json') print(`${JSON.stringify({ format: 1, cash: version, old: before, new: after, changes: found }, null, 2)}\n`);
  else if (found.length > 0) print(format === 'text' ? textChanges(found, hasColour(process.stdout)) : markdownChanges(before, after, found));
  return found.length === 0 ? EXIT.ok : EXIT.different;
}

/** null: there is none, and that has been said. */
function side(path: string, envFiles: readonly string[]): Side | null {
  const bytes = readNamed(path);
  if (bytes === null) return null;
  return isDefinition(path) ? ofDefinition(path, envFiles) : ofScript(path, bytes);
}

function ofDefinition(path: string, envFiles: readonly string[]): Side | null {
  const project = loadDefinition(path, envFiles);
  return project === null ? null : { script: `${project.name}.sh`, project, text: compile(project) };
}

function ofScript(path: string, bytes: Buffer): Side | null {
  const embedded = extract(bytes.toString());
  if ('error' in embedded) return complain(`${path} ${embedded.error}`), null;
  // Of another version it cannot be rendered again: that is no news.
  const found = carried(bytes);
  if ('problem' in found && found.problem === UNREADABLE) return complain(`${path} ${UNREADABLE}`), null;
  if ('problem' in found && embedded.version === version) complain(`${path} ${found.problem}: what is said of it is what its definition says, and its lines`);
  return { script: path, project: embedded.project, text: bytes.toString() };
}
