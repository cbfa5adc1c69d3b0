/** Reading and writing files, with failures as one clear line. */
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is no directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  ELOOP: 'too many symbolic links',
};

/** For people: why the system refused. Anything that is no system error is thrown again: a bug. */
export function reason(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  return REASONS[String(error.code)] ?? error.message;
}

export function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** null: there is no such file. Throws a system error where it cannot be read. */
export function readIfThere(path: string): Buffer | null {
  return existsSync(path) && !isDirectory(path) ? readFileSync(path) : null;
}

export const EXECUTABLE = 0o755;

/** Writes a file whole or not at all. False: it was there already, with these bytes. */
export function writeWhole(path: string, bytes: Buffer, mode: number): boolean {
  const state = statSync(path, { throwIfNoEntry: false });
  if (state !== undefined && !state.isFile()) {
    writeFileSync(path, bytes);
    return true;
  }
  const target = state === undefined ? resolve(path) : realpathSync(path);
  if (state !== undefined && bytes.equals(readFileSync(target))) {
    if ((state.mode & 0o7777) !== mode) chmodSync(target, mode);
    return false;
  }
  mkdirSync(dirname(target), { recursive: true });
  replace(target, bytes, mode);
  return true;
}

/** Under another name in the same directory until it is whole. */
function replace(target: string, bytes: Buffer, mode: number): void {
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, bytes, { flag: 'wx' });
    chmodSync(temporary, mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
