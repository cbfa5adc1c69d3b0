/** From file names on the command line to projects, with everything that is wrong on stderr. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { formatDiagnostics, type LoadInput, loadProject } from '../../load/load.ts';
import type { Project } from '../../model/project.ts';
import { isDirectory, readIfThere, reason } from '../files.ts';
import { complain, hasColour, talk } from '../terminal.ts';

/** Source: compose-spec, "Compose file": the preferred name first. */
const DEFAULTS = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The files to compile; null: there is none, and that has been said. */
export function filesOrDefault(files: readonly string[]): readonly string[] | null {
  if (files.length > 0) return missing(files) ? null : files;
  const found = DEFAULTS.find((name) => existsSync(name));
  if (found !== undefined) return passedOver(found) ? null : [found];
  complain(`no ${DEFAULTS.join(', ')} in this directory. Name a file: cash generate FILE`);
  return null;
}

/** Files that Compose would add to the one it finds. Named on the command line, that one stands alone for Compose too. */
function passedOver(found: string): boolean {
  const override = DEFAULTS.map((name) => name.replace('.', '.override.')).find((name) => existsSync(name));
  const isSet = (process.env.COMPOSE_FILE ?? '') !== '' || /^\s*(export\s+)?COMPOSE_FILE\s*=/m.test(readIfThere('.env')?.toString() ?? '');
  if (override === undefined && !isSet) return false;
  const other = isSet ? 'the files of COMPOSE_FILE' : override;
  complain(`a project of several files is not supported yet, and ${other} would be passed over. Make one file of them, or name the one: cash generate ${found}`);
  return true;
}

/** By its name: anything else is a script. */
export function isDefinition(file: string): boolean {
  return /\.ya?ml$/i.test(file);
}

function missing(files: readonly string[]): boolean {
  const bad = files.filter((file) => !existsSync(file) || isDirectory(file));
  for (const file of bad) {
    complain(existsSync(file) ? `${file} is a directory. Name the file in it: ${file.replace(/\/$/, '')}/compose.yaml` : `${file}: no such file`);
  }
  return bad.length > 0;
}

/** Everything that is wrong with a definition goes to stderr; null where that is an error. */
export function loadDefinition(file: string, envFiles: readonly string[]): Project | null {
  const text = readText(file);
  if (text === null) return null;
  const { project, diagnostics, sources } = loadProject(inputOf(file, text, envFiles));
  talk(formatDiagnostics(diagnostics, sources, { colour: hasColour(process.stderr) }));
  return project;
}

export function inputOf(file: string, text: string, envFiles: readonly string[]): LoadInput {
  const directory = dirname(resolve(file));
  return {
    path: file,
    text,
    directory,
    environment: process.env,
    readFile: readOther,
    today: today(),
    // Named on the command line: relative to where the caller is. A message says it as the caller did, where that is the same place.
    envFiles: envFiles.length > 0 ? envFiles.map((path) => (directory === process.cwd() ? path : resolve(path))) : undefined,
  };
}

/** YYYY-MM-DD, UTC. SOURCE_DATE_EPOCH in place of the clock, for builds that have to give the same again (reproducible-builds.org). */
export function today(): string {
  const epoch = process.env.SOURCE_DATE_EPOCH ?? '';
  const time = /^\d{1,11}$/.test(epoch) ? new Date(Number(epoch) * 1000) : new Date();
  return time.toISOString().slice(0, 10);
}

/** A file that a definition names; null: there is none, or it cannot be read, and that has been said. */
function readOther(path: string): string | null {
  try {
    return readIfThere(path)?.toString() ?? null;
  } catch (error) {
    complain(`${path} cannot be read: ${reason(error)}`);
    return null;
  }
}

function readText(file: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    complain(error instanceof TypeError ? `${file} is no text in UTF-8` : `${file} cannot be read: ${reason(error)}`);
    return null;
  }
}
