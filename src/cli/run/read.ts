import { isDirectory, readIfThere, reason } from '../files.ts';
import { complain } from '../terminal.ts';

/** A file that is named on the command line; null: it cannot be read, and that has been said. */
export function readNamed(path: string): Buffer | null {
  try {
    const bytes = readIfThere(path);
    if (bytes === null) complain(isDirectory(path) ? `${path} is a directory` : `${path}: no such file`);
    return bytes;
  } catch (error) {
    complain(`${path} cannot be read: ${reason(error)}`);
    return null;
  }
}
