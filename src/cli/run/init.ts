import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { adapt } from '../../init/adapt.ts';
import type { Found } from '../../init/compose.ts';
import { fromInspect } from '../../init/inspect.ts';
import { template } from '../../init/template.ts';
import { formatDiagnostics } from '../../load/load.ts';
import { normaliseProjectName } from '../../model/build/project.ts';
import { plainText, quote } from '../../render/quote.ts';
import { EXIT, type Exit } from '../exit.ts';
import { readIfThere, reason } from '../files.ts';
import { complain, hasColour, print, talk } from '../terminal.ts';
import { readNamed } from './read.ts';

export interface InitOptions {
  /** A file, `-` for stdin; null: not asked for. */
  readonly inspect: string | null;
  readonly output: string;
  readonly force: boolean;
}

export async function init(command: readonly string[], options: InitOptions): Promise<Exit> {
  if (command.length > 0 && options.inspect !== null) return complain('a command and --inspect are two things: one of them'), EXIT.usage;
  if (options.output !== '-' && !options.force && existsSync(options.output)) return complain(`${options.output} is there already: --force writes over it`), EXIT.failed;
  if (command.length > 0) {
    const { fromRunLine } = await import('../../init/run-line.ts');
    return adapted(fromRunLine(command), 'this is no docker run line', `From: ${plainText(command.length === 1 ? (command[0] ?? '') : command.map(quote).join(' '))}`, options.output);
  }
  if (options.inspect === null) return write(template(projectName(options.output)), options.output);
  const json = readJson(options.inspect);
  return json === null ? EXIT.usage : adapted(fromInspect(json), 'this is not what docker inspect CONTAINER prints', 'From docker inspect.', options.output);
}

function adapted(found: Found | null, complaint: string, origin: string, output: string): Exit {
  if (found === null) return complain(complaint), EXIT.failed;
  const result = adapt(found, origin, { name: projectName(output), directory: dirname(resolve(output)), readFile });
  if ('text' in result) {
    for (const line of result.left) talk(`not taken over: ${plainText(line)}`);
    return write(result.text, output);
  }
  talk(formatDiagnostics(result.diagnostics, new Map(), { colour: hasColour(process.stderr) }));
  return complain('no definition can be made of it'), EXIT.failed;
}

/** As Compose would call it. */
function projectName(output: string): string {
  return normaliseProjectName(basename(dirname(resolve(output)))) || 'project';
}

function readFile(path: string): string | null {
  try {
    return readIfThere(path)?.toString() ?? null;
  } catch {
    return null; // said as: there is no such file
  }
}

function readJson(file: string): string | null {
  try {
    return (file === '-' ? readFileSync(0) : readNamed(file))?.toString() ?? null;
  } catch (error) {
    complain(`stdin cannot be read: ${reason(error)}`);
    return null;
  }
}

function write(text: string, output: string): Exit {
  if (output === '-') return print(text), EXIT.ok;
  try {
    writeFileSync(output, text);
    talk(`${output}: written`);
    return EXIT.ok;
  } catch (error) {
    complain(`${output} cannot be written: ${reason(error)}`);
    return EXIT.failed;
  }
}
