import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { nearest } from '../nearest.ts';
import type { Mount, Open, Text } from '../project.ts';
import type { LongMountInput } from '../schema/compose.ts';
import { anySize, bytes, closedText, scalarText, wrong } from '../values.ts';
import { mountTarget } from './mounts.ts';

type Tmpfs = Extract<Mount, { type: 'tmpfs' }>;

/** As Docker: not from set-user-ID files, devices or programs, unless the definition says so. */
const defaultOptions = ['nosuid', 'nodev', 'noexec'];
const opposite: Readonly<Record<string, string>> = {
  suid: 'nosuid', nosuid: 'suid', dev: 'nodev', nodev: 'dev', exec: 'noexec', noexec: 'exec', rw: 'ro', ro: 'rw',
};
const withValue = ['size', 'mode', 'uid', 'gid'];

/** `/run` or `/run:size=64m,mode=1777,exec`. */
export function shortTmpfs(context: Context, text: Text, path: Path): Tmpfs | null {
  const colon = text.indexOf(':');
  const target = mountTarget(context, colon === -1 ? text : text.slice(0, colon), path);
  const options = new Set(defaultOptions);
  let size: Open<number> | null = null;
  let mode: number | null = null;
  const all = colon === -1 ? [] : text.slice(colon + 1).split(',');
  for (const [index, option] of all.entries()) {
    const [key = '', value = ''] = option.split('=', 2);
    if (key === 'size') size = bytes(context, value, path, anySize);
    else if (key === 'mode') mode = octalMode(context, value, path);
    else addOption(context, options, option, path, text.slice(0, colon + 1) + all.slice(0, index).join(','));
  }
  return target === null ? null : { type: 'tmpfs', target, size: size === 0 ? null : size, mode, options: sorted(options) };
}

function addOption(context: Context, options: Set<string>, option: string, path: Path, before: string): void {
  const text = closedText(context, option, path);
  if (text === null || text === '') return;
  if (/^[ug]id=\d{1,10}$/.test(text)) {
    options.add(text);
  } else if (Object.hasOwn(opposite, text)) {
    options.delete(opposite[text] ?? '');
    if (!['suid', 'dev', 'exec', 'rw'].includes(text)) options.add(text);
  } else {
    const near = nearest(text.split('=')[0] ?? text, [...Object.keys(opposite), ...withValue]);
    const hint = near === null ? 'there is size, mode, uid, gid, ro, rw, exec, noexec, suid, nosuid, dev, nodev' : `did you mean \`${near}\`?`;
    fail(context, 'invalid-value', path, `there is no tmpfs option \`${text}\``, { excerpt: text, before, hint });
  }
}

function sorted(options: ReadonlySet<string>): readonly string[] {
  const order = ['ro', ...defaultOptions];
  const rank = (option: string): number => (order.indexOf(option) + order.length + 1) % (order.length + 1);
  return [...options].sort((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1));
}

function octalMode(context: Context, text: Text, path: Path): number | null {
  const closed = closedText(context, text, path);
  if (closed === null) return null;
  if (/^(0o?)?[0-7]{3,4}$/.test(closed)) return parseInt(closed.replace(/^0o/, ''), 8);
  return wrong(context, path, closed, 'an octal mode such as 1777');
}

export function longTmpfs(context: Context, input: LongMountInput, target: Text | null, readOnly: boolean, path: Path): Tmpfs | null {
  if (input.source !== undefined) fail(context, 'conflict', child(path, 'source'), 'a tmpfs has no `source`', { at: 'key' });
  const at = child(path, 'tmpfs');
  const size = bytes(context, input.tmpfs?.size, child(at, 'size'), anySize);
  const mode = longMode(context, input.tmpfs?.mode, child(at, 'mode'));
  const options = readOnly ? ['ro', ...defaultOptions] : defaultOptions;
  return target === null ? null : { type: 'tmpfs', target, size: size === 0 ? null : size, mode, options };
}

/** A number is the mode itself (YAML's 0o755), a text is octal. */
export function longMode(context: Context, value: string | number | undefined, path: Path): number | null {
  if (typeof value === 'string') return octalMode(context, value, path);
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= 0o7777)) return value ?? null;
  return wrong(context, path, scalarText(value), 'an octal mode: write `0o1777` or "1777"');
}
