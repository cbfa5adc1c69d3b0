import { posix } from 'node:path';
import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { isOpen, soleParameter } from '../open.ts';
import type { HostOptions, SignatureDemand, Storage, Text } from '../project.ts';
import type { HostInput } from '../schema/compose.ts';
import { hostPath } from './host-path.ts';
import { bytes, closedInteger, closedPattern, flag, oneOf, parametersAre, patternText, wrong } from '../values.ts';

const section: Path = child(null, 'x-cash');
const defaultSize = 4 * 2 ** 30;
/** btrfs-progs makes no file system below 109 MiB (mkfs.btrfs(8)). */
const smallest = 128 * 2 ** 20;

export function buildHost(context: Context, input: HostInput): Omit<HostOptions, 'parameters' | 'functions' | 'waivers' | 'commands'> {
  const rootless = flag(context, input.rootless, child(section, 'rootless')) ?? false;
  return {
    root: hostDirectory(context, input.root, child(section, 'root')) ?? '/var/lib/cash',
    storage: buildStorage(context, input.storage ?? (rootless ? { type: 'btrfs' } : undefined), child(section, 'storage')),
    cgroup: oneOf(context, input.cgroup, child(section, 'cgroup'), ['auto', 'v1', 'v2', 'libcgroup']) ?? 'auto',
    supervisor: oneOf(context, input.supervisor, child(section, 'supervisor'), ['cash', 'systemd']) ?? 'cash',
    allow: buildAllow(context, input.allow, child(section, 'allow')),
    userns: buildUserns(context, input.userns, child(section, 'userns')),
    rootless,
    require_signature: buildSignature(context, input.require_signature, child(section, 'require_signature')),
  };
}

/** An absolute path or one path parameter, for x-cash.root and x-cash.directory. */
export function hostDirectory(context: Context, value: string | undefined, path: Path): Text | null {
  if (value === undefined) return null;
  if (soleParameter(value) !== null) return parametersAre(context, value, path, ['path']) ? value : null;
  const expected = 'an absolute path, or one parameter of type path';
  if (isOpen(value) || !/^\/[^\n\r]*$/.test(value)) return wrong(context, path, value, expected);
  if (value.split('/').includes('..')) return wrong(context, path, value, 'a path without `..`');
  if (path.key === 'root' && /[\s\\]/.test(value)) return wrong(context, path, value, 'a path without blanks and backslashes: it stands in lines of an fstab');
  const clean = posix.normalize(value).replace(/(.)\/+$/, '$1');
  const taken = clean === '/' || /^\/(proc|sys|dev)(\/|$)/.test(clean);
  return taken && path.key === 'root' ? wrong(context, path, value, 'a directory of its own') : clean;
}

function buildAllow(context: Context, input: HostInput['allow'], path: Path): readonly Text[] {
  const all = typeof input === 'string' ? [[input, path] as const] : (input ?? []).map((one, index) => [one, child(path, index)] as const);
  return all.flatMap(([text, at]) => (parametersAre(context, text, at, ['path', 'name', 'integer']) ? (hostPath(context, text, at) ?? []) : []));
}

function buildUserns(context: Context, input: HostInput['userns'], path: Path): HostOptions['userns'] {
  const start = closedInteger(context, input?.start, child(path, 'start'), { min: 1, max: 2 ** 32 - 2 }) ?? 100_000;
  const count = closedInteger(context, input?.count, child(path, 'count'), { min: 1, max: 2 ** 32 - 2 }) ?? 65_536;
  if (start + count > 2 ** 32 - 1) fail(context, 'invalid-value', path, 'the ids of `userns` go beyond 4294967294');
  return { start, count };
}

/** Before the script is verified no parameter is known. */
function buildSignature(context: Context, input: HostInput['require_signature'], path: Path): SignatureDemand | null {
  if (input === undefined) return null;
  const signers = closedPattern(context, input.allowed_signers, child(path, 'allowed_signers'), /^\/[^\n\r]+$/, 'an absolute path');
  const identity = closedPattern(context, input.identity, child(path, 'identity'), /^\w[\w.+@/:-]*$/, 'one identity of the allowed signers, such as me@example.org');
  return signers === null || identity === null ? null : { allowed_signers: signers, identity };
}

function buildStorage(context: Context, input: HostInput['storage'], path: Path): Storage {
  const long = typeof input === 'string' ? { size: input } : (input ?? {});
  const sizePath = typeof input === 'string' ? path : child(path, 'size');
  const type = oneOf(context, long.type, child(path, 'type'), ['loop', 'device', 'btrfs', 'directory']) ?? (long.device === undefined ? 'loop' : 'device');
  const size = bytes(context, long.size, sizePath, { min: smallest, max: Number.MAX_SAFE_INTEGER }) ?? defaultSize;
  const device = patternText(context, long.device, child(path, 'device'), /^\/[^\n\r]+$/, 'the path of a block device', ['path', 'name', 'integer']);
  const format = flag(context, long.format, child(path, 'format')) ?? false;
  refuseForeign(context, long, type, path);
  switch (type) {
    case 'loop':
      return { type, size };
    case 'btrfs':
    case 'directory':
      return { type };
    case 'device':
      if (long.device === undefined) fail(context, 'missing-key', path, 'storage of type `device` needs its `device`', { at: 'key' });
      return { type, device: device ?? '', format };
  }
}

function refuseForeign(context: Context, input: Exclude<HostInput['storage'], string | undefined>, type: Storage['type'], path: Path): void {
  const owner = { size: 'loop', device: 'device', format: 'device' } as const;
  for (const key of ['size', 'device', 'format'] as const) {
    if (input[key] === undefined || owner[key] === type) continue;
    fail(context, 'conflict', child(path, key), `storage of type \`${type}\` has no \`${key}\``, { at: 'key' });
  }
}
