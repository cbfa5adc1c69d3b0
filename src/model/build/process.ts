import type { Context } from '../context.ts';
import type { Path } from '../issue.ts';
import { parameterMark } from '../open.ts';
import type { Text } from '../project.ts';
import { canonicalSignal, signalNames } from '../signals.ts';
import { nearest } from '../nearest.ts';
import { closedText, duration, patternText, wrong } from '../values.ts';

const account = '[a-zA-Z0-9_][a-zA-Z0-9_.-]*\\$?';
export const groupForm = new RegExp(`^${account}$`);
const userForm = new RegExp(`^${account}(:${account})?$`);

export function userText(context: Context, value: string | undefined, path: Path): Text | null {
  if (value === '') return null;
  return patternText(context, value, path, userForm, 'USER, UID, USER:GROUP or UID:GID', ['name', 'integer', 'string']);
}

export function workingDirectory(context: Context, value: string | undefined, path: Path): Text | null {
  if (value === undefined || value === '') return null;
  const absolute = patternText(context, value, path, /^\/[^\n]*$/, 'an absolute path', ['path', 'name', 'integer', 'string']);
  if (absolute === null || absolute.startsWith('/') || absolute.startsWith(parameterMark)) return absolute;
  return wrong(context, path, value, 'an absolute path');
}

export function stopSignal(context: Context, value: string | undefined, path: Path): string {
  const text = closedText(context, value, path);
  if (text === null) return 'SIGTERM';
  const signal = canonicalSignal(text);
  if (signal !== null) return signal;
  const near = nearest(text.toUpperCase(), signalNames);
  wrong(context, path, text, 'a signal such as `SIGTERM`', near === null ? undefined : `did you mean \`${near}\`?`);
  return 'SIGTERM';
}

const defaultGrace = 10_000;

export function gracePeriod(context: Context, value: string | undefined, path: Path): number {
  return duration(context, value, path) ?? defaultGrace;
}

const architectures: Readonly<Record<string, string>> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64', i386: '386', armhf: 'arm/v7', armel: 'arm/v6' };

export function buildPlatform(context: Context, value: string | undefined, path: Path): string | null {
  const text = closedText(context, value, path);
  if (text === null) return null;
  const match = /^([a-z]+)(?:\/([a-z0-9_-]+(?:\/v\d)?))?$/.exec(text.toLowerCase());
  if (match === null) return wrong(context, path, text, '`linux/ARCH`, such as `linux/amd64`');
  if (match[1] !== 'linux') return wrong(context, path, text, 'a Linux platform, such as `linux/amd64`');
  const architecture = match[2] ?? '';
  if (architecture === '') return 'linux';
  return `linux/${Object.hasOwn(architectures, architecture) ? architectures[architecture] : architecture}`;
}
