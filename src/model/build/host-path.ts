import { posix } from 'node:path';
import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import type { Path } from '../issue.ts';
import { isOpen, parameterMark, soleParameter } from '../open.ts';
import type { Text } from '../project.ts';
import { wrong } from '../values.ts';

/**
 * The absolute form of a path on the host: relative to the definition's directory, `~` is HOME at generation. A text that
 * begins with a parameter is absolute: the parameter has to be a path.
 */
export function hostPath(context: Context, text: Text, path: Path): Text | null {
  if (/[\n\r]/.test(text)) return wrong(context, path, text, 'a path without line breaks');
  if (text.startsWith('/')) return normalise(text);
  if (text.startsWith('~')) return homePath(context, text, path);
  const [, first] = text.startsWith(parameterMark) ? text.split(parameterMark) : [];
  if (first !== undefined && context.parameters.get(first)?.type === 'path') return text;
  return underDirectory(context, text, path);
}

function homePath(context: Context, text: Text, path: Path): Text | null {
  const home = context.variable('HOME');
  if (text !== '~' && !text.startsWith('~/')) return wrong(context, path, text, 'a path of your own home: `~` or `~/…`');
  if (home === null || !home.startsWith('/')) {
    return fail(context, 'invalid-value', path, '`~` needs HOME in the environment', { hint: 'write the absolute path' });
  }
  return normalise(home + text.slice(1));
}

function underDirectory(context: Context, text: Text, path: Path): Text | null {
  const relative = posix.normalize(text);
  if (soleParameter(context.directory) === null) return normalise(`${context.directory}/${relative}`);
  if (!relative.startsWith('..')) return relative === '.' ? context.directory : `${context.directory}/${relative}`.replace(/\/$/, '');
  return wrong(context, path, text, 'below x-cash.directory, which is a parameter');
}

/** `//`, `.` and `..` resolved as far as that is known before the parameters are, and no slash at the end. */
function normalise(text: Text): Text {
  const clean = isOpen(text) && text.includes('..') ? text : posix.normalize(text);
  return clean.length > 1 ? clean.replace(/\/+$/, '') : clean;
}
