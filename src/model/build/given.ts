import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { suggestion } from '../nearest.ts';
import { type GivenFile, type Mount, SECRETS } from '../project.ts';
import type { ComposeInput, ConfigInput, GivenFileInput, SecretInput, ServiceInput } from '../schema/compose.ts';
import { closedInteger, closedText, flag, parametersAre, wrong } from '../values.ts';
import { hostPath } from './host-path.ts';
import { mountTarget } from './mounts.ts';
import { longMode } from './tmpfs.ts';
import { resourceName } from './volumes.ts';

type Content = GivenFile['content'];
/** Of the top level; null: what is wrong with it has been said. */
type Contents = ReadonlyMap<string, Content | null>;
export interface Given {
  readonly secrets: Contents;
  readonly configs: Contents;
}

export function buildGiven(context: Context, input: ComposeInput): Given {
  const all = (section: 'secrets' | 'configs'): Contents =>
    new Map(Object.entries<SecretInput | ConfigInput>(input[section] ?? {}).map(([name, one]) => [name, contentOf(context, name, one, child(child(null, section), name))]));
  return { secrets: all('secrets'), configs: all('configs') };
}

function contentOf(context: Context, name: string, input: SecretInput | ConfigInput, path: Path): Content | null {
  resourceName(context, name, path);
  const at = (key: string): Path => child(path, key);
  const kind = path.parent?.key === 'secrets' ? 'secret' : 'config';
  if (flag(context, input?.external, at('external')) === true) {
    return fail(context, 'invalid-value', at('external'), `an external ${kind}: the host has no store of them`, { hint: `give its \`file\`, or \`environment\`: the name of a variable of the script's` });
  }
  const content = input !== null && 'content' in input ? input.content : undefined;
  const given = Object.entries({ file: input?.file, environment: input?.environment, content }).filter(([, value]) => value !== undefined);
  const ways = kind === 'secret' ? '`file` or `environment`' : '`file`, `environment` or `content`';
  if (given.length === 0) return fail(context, 'missing-key', path, `the ${kind} \`${name}\` has no ${ways}`, { at: 'key' });
  if (given.length > 1) return fail(context, 'conflict', at(given[1]?.[0] ?? ''), `the ${kind} \`${name}\` takes only one of ${ways}`, { at: 'key' });
  if (input?.file !== undefined) return fileOf(context, input.file, at('file'));
  if (content !== undefined) return { from: 'text', text: content };
  const variable = closedText(context, input?.environment, at('environment'));
  if (variable === null) return null;
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable) && variable !== 'PATH') return { from: 'environment', variable };
  return wrong(context, at('environment'), variable, 'the name of a variable other than PATH: letters, digits, `_`');
}

function fileOf(context: Context, text: string, path: Path): Content | null {
  if (!parametersAre(context, text, path, ['path', 'name', 'integer'])) return null;
  const found = text === '' ? wrong(context, path, text, 'a path') : hostPath(context, text, path);
  return found === null ? null : { from: 'file', path: found };
}

export function buildFiles(context: Context, input: ServiceInput, given: Given, mounts: readonly Mount[], path: Path): readonly GivenFile[] {
  const files = (['secrets', 'configs'] as const).flatMap((section) =>
    (input[section] ?? []).flatMap((one, index): readonly (readonly [GivenFile, Path])[] => {
      const at = child(child(path, section), index);
      const file = buildFile(context, section, one, given[section], at);
      return file === null ? [] : [[file, at]];
    }),
  );
  files.forEach(([file, at], index) => refuseTaken(context, file, [...mounts, ...files.slice(0, index).map(([other]) => other)], at));
  return files.map(([file]) => file);
}

function buildFile(context: Context, section: 'secrets' | 'configs', input: GivenFileInput, contents: Contents, path: Path): GivenFile | null {
  const long = typeof input === 'string' ? { source: input } : input;
  const at = (key: string): Path => (typeof input === 'string' ? path : child(path, key));
  const kind = section === 'secrets' ? 'secret' : 'config';
  const name = closedText(context, long.source, at('source'));
  const content = name === null ? null : contents.get(name);
  if (name !== null && content === undefined) {
    const near = suggestion(name, [...contents.keys()]);
    fail(context, 'undefined-name', at('source'), `there is no ${kind} \`${name}\``, { hint: near ?? `declare it under the top-level ${section}` });
  }
  const target = closedText(context, long.target ?? name, at('target'));
  const place = target === null || target === '' ? target : mountTarget(context, target.startsWith('/') ? target : `${section === 'secrets' ? SECRETS : ''}/${target}`, at('target'));
  const id = { min: 0, max: 2 ** 32 - 2 };
  const rest = {
    uid: closedInteger(context, long.uid, at('uid'), id),
    gid: closedInteger(context, long.gid, at('gid'), id),
    mode: modeOf(context, long.mode, at('mode')) ?? (kind === 'secret' ? 0o400 : 0o444),
  };
  if (place === '') return wrong(context, at('target'), place, 'a path in the container');
  return name === null || place === null || content === null || content === undefined ? null : { kind, name, content, target: place, ...rest };
}

/** Compose: what lets anyone write it is ignored. */
function modeOf(context: Context, value: string | number | undefined, path: Path): number | null {
  const mode = longMode(context, value, path);
  if (mode !== null && mode > 0o777) return wrong(context, path, mode.toString(8), 'an octal mode up to 0777');
  return mode === null ? null : mode & 0o555;
}

/** Nothing lies in a file, and the directory of secrets is mounted as a whole. */
function refuseTaken(context: Context, file: GivenFile, others: readonly (Mount | GivenFile)[], path: Path): void {
  const inside = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);
  for (const other of others) {
    const whole = 'kind' in other || !inside(file.target, SECRETS) ? file.target : SECRETS;
    const taken = 'kind' in other ? inside(file.target, other.target) : file.target === other.target;
    if (taken || inside(other.target, whole)) fail(context, 'duplicate', path, `something is mounted at \`${other.target}\` already`);
  }
}
