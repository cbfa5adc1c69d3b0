import { posix } from 'node:path';
import { fail, unsupported } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { suggestion } from '../nearest.ts';
import { isOpen, parameterMark, written } from '../open.ts';
import type { HostOptions, Mount, Text } from '../project.ts';
import type { LongMountInput, ServiceInput } from '../schema/compose.ts';
import { insteadKeys } from '../schema/spec-keys.ts';
import { closedText, flag, oneOf, parametersAre, wrong } from '../values.ts';
import { hostPath } from './host-path.ts';
import { longTmpfs, shortTmpfs } from './tmpfs.ts';

/** What mounts can refer to, and what they must not. */
interface Around {
  readonly volumes: readonly string[];
  readonly host: Pick<HostOptions, 'root' | 'allow'>;
}

/** A mount and the place of its target, for what is found wrong with several of them. */
type Placed = readonly [mount: Mount, path: Path];

export function buildMounts(context: Context, input: ServiceInput, around: Around, path: Path): readonly Mount[] {
  const placed: Placed[] = [];
  (input.volumes ?? []).forEach((one, index) => {
    const at = child(child(path, 'volumes'), index);
    const mount = typeof one === 'string' ? shortMount(context, one, at, around) : longMount(context, one, at, around);
    if (mount !== null) placed.push([mount, at]);
  });
  const tmpfsPath = child(path, 'tmpfs');
  const tmpfs = typeof input.tmpfs === 'string' ? [[input.tmpfs, tmpfsPath] as const] : (input.tmpfs ?? []).map((one, index) => [one, child(tmpfsPath, index)] as const);
  for (const [one, at] of tmpfs) {
    const mount = shortTmpfs(context, one, at);
    if (mount !== null) placed.push([mount, at]);
  }
  refuseDuplicates(context, placed);
  return placed.map(([mount]) => mount);
}

function refuseDuplicates(context: Context, placed: readonly Placed[]): void {
  const seen = new Set<string>();
  for (const [mount, path] of placed) {
    if (seen.has(mount.target)) fail(context, 'duplicate', path, `something is mounted at \`${mount.target}\` already`);
    seen.add(mount.target);
  }
}

const forbidden = ['/proc', '/sys', '/dev'];

/** The place in the container: absolute, and not one that the container's own file systems take. */
export function mountTarget(context: Context, value: Text, path: Path): Text | null {
  if (!parametersAre(context, value, path, ['path', 'name', 'integer'])) return null;
  const first = value.startsWith(parameterMark) ? context.parameters.get(value.split(parameterMark)[1] ?? '') : undefined;
  if (!value.startsWith('/') && first?.type !== 'path') return wrong(context, path, value, 'an absolute path in the container');
  if (/[\n\r]/.test(value)) return wrong(context, path, value, 'a path without line breaks');
  if (value.split('/').includes('..')) return wrong(context, path, value, 'a path without `..`');
  const target = posix.normalize(value).replace(/(.)\/+$/, '$1');
  if (target === '/') return wrong(context, path, value, 'a path below `/`');
  const taken = forbidden.find((place) => target === place || target.startsWith(`${place}/`));
  if (taken === undefined) return target;
  return fail(context, 'invalid-value', path, `nothing can be mounted at \`${target}\`: the container has its own \`${taken}\``);
}

/** Compose: what begins like a path is one; a parameter of type path counts as that too. */
function isPath(context: Context, source: Text): boolean {
  if (/^[./~]/.test(source)) return true;
  return source.startsWith(parameterMark) && context.parameters.get(source.split(parameterMark)[1] ?? '')?.type === 'path';
}

function shortMount(context: Context, text: Text, path: Path, around: Around): Mount | null {
  const [source = '', targetText, options = '', ...rest] = text.split(':');
  if (rest.length > 0) return wrong(context, path, text, '`SOURCE:TARGET` or `SOURCE:TARGET:ro`');
  if (targetText === undefined && source.startsWith('/')) {
    const hint = `name it: \`NAME:${source}\`, and \`NAME:\` under the top-level volumes`;
    return unsupported(context, path, 'an anonymous volume', { hint });
  }
  if (source === '' || targetText === undefined || targetText === '') return wrong(context, path, text, '`SOURCE:TARGET` or `SOURCE:TARGET:ro`');
  const readOnly = mountOptions(context, options, path, `${source}:${targetText}:`);
  const target = mountTarget(context, targetText, path);
  if (!isPath(context, source)) return volumeMount(context, source, target, readOnly, path, around.volumes);
  return bindMount(context, source, { target, read_only: readOnly, create_host_path: true }, path, around.host);
}

/** What is so by itself: `rprivate`; or means nothing on Linux. */
const harmless = ['rw', 'private', 'rprivate', 'cached', 'delegated', 'consistent', ''];
const relabelling = ['z', 'Z'];
const RELABEL = insteadKeys['services.*.volumes.*.bind']?.['selinux'];
const known = [...relabelling, 'nocopy', 'shared', 'rshared', 'slave', 'rslave', 'copy', 'volume-nocopy', 'U', 'O', 'exec', 'noexec'];

function mountOptions(context: Context, text: Text, path: Path, before: string): boolean {
  let readOnly = false;
  const options = (closedText(context, text, path) ?? '').split(',');
  for (const [index, option] of options.entries()) {
    const place = { excerpt: option, before: before + options.slice(0, index).join(',') };
    if (option === 'ro') readOnly = true;
    else if (option === 'rw') readOnly = false;
    else if (known.includes(option)) unsupported(context, path, `the mount option \`${option}\``, { ...place, hint: relabelling.includes(option) ? RELABEL : undefined });
    else if (!harmless.includes(option)) {
      fail(context, 'invalid-value', path, `there is no mount option \`${option}\``, { ...place, hint: suggestion(option, ['ro', 'rw']) });
    }
  }
  return readOnly;
}

interface Bound {
  readonly target: Text | null;
  readonly read_only: boolean;
  readonly create_host_path: boolean;
}

function bindMount(context: Context, text: Text, { target, ...rest }: Bound, path: Path, host: Around['host']): Mount | null {
  if (!parametersAre(context, text, path, ['path', 'name', 'integer'])) return null;
  const source = hostPath(context, text, path);
  if (source === null || target === null) return null;
  if (!host.allow.includes(source)) refuseGuarded(context, text, source, host.root, path);
  return { type: 'bind', source, target, ...rest };
}

/** With these a container is as good as the host. What only the host knows (links, parameters), the script looks at itself. */
function refuseGuarded(context: Context, text: Text, source: Text, root: Text, path: Path): void {
  const inside = (inner: string, outer: string): boolean => `${inner}/`.startsWith(outer === '/' ? outer : `${outer}/`);
  const guarded = ['/proc', '/sys', '/dev', '/run/cash', root, `${root}.btrfs`].find((place) => inside(source, place) || inside(place, source));
  if (guarded === undefined) return;
  const where = source === guarded ? '' : ` ${inside(source, guarded) ? 'lies in' : 'holds'} \`${written(guarded)}\`, and`;
  const hint = `where you mean it: \`x-cash: {allow: [${JSON.stringify(written(source))}]}\``;
  fail(context, 'invalid-value', path, `\`${written(source)}\`${where} is refused as the source of a bind mount`, { excerpt: text, hint });
}

function volumeMount(context: Context, source: Text, target: Text | null, readOnly: boolean, path: Path, volumes: readonly string[]): Mount | null {
  const name = closedText(context, source, path);
  if (name === null) return null;
  if (!volumes.includes(name)) {
    const near = suggestion(name, volumes);
    const hint = near?.startsWith('did') === true ? near : isPath(context, name) ? 'a path of the host is of `type: bind`' : `declare it: \`volumes: {${name}: }\`; a directory is written \`./${name}\``;
    return fail(context, 'undefined-name', path, `there is no volume \`${name}\``, { hint, excerpt: name });
  }
  return target === null ? null : { type: 'volume', source: name, target, read_only: readOnly };
}

function longMount(context: Context, input: LongMountInput, path: Path, around: Around): Mount | null {
  const at = (key: string): Path => child(path, key);
  const type = ['image', 'npipe', 'cluster'].includes(input.type)
    ? unsupported(context, at('type'), `the mount type \`${input.type}\``)
    : oneOf(context, input.type, at('type'), ['bind', 'volume', 'tmpfs']);
  const target = mountTarget(context, input.target, at('target'));
  const readOnly = flag(context, input.read_only, at('read_only')) ?? false;
  refuseOthersOptions(context, input, path);
  if (type === 'tmpfs') return longTmpfs(context, input, target, readOnly, path);
  if (type === null) return null;
  if (input.source === undefined || input.source === '') {
    if (type === 'volume') return unsupported(context, path, 'an anonymous volume', { hint: 'give it a `source`' });
    return fail(context, 'missing-key', path, `a mount of type \`${type}\` needs a \`source\``);
  }
  if (type === 'volume') return volumeMount(context, input.source, target, readOnly, at('source'), around.volumes);
  const create = flag(context, input.bind?.create_host_path, child(at('bind'), 'create_host_path')) ?? true;
  return bindMount(context, input.source, { target, read_only: readOnly, create_host_path: create }, at('source'), around.host);
}

function refuseOthersOptions(context: Context, input: LongMountInput, path: Path): void {
  for (const key of ['bind', 'tmpfs'] as const) {
    if (input[key] === undefined || input.type === key || isOpen(input.type)) continue;
    fail(context, 'conflict', child(path, key), `a mount of type \`${input.type}\` has no \`${key}\` options`, { at: 'key' });
  }
}
