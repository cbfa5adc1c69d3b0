import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { suggestion } from '../nearest.ts';
import { isJoined, type Joined, type Service } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedInteger, closedText, oneOf, wrong } from '../values.ts';

type Spaces = Pick<Service, 'ipc' | 'pid' | 'uts' | 'cgroup' | 'time'>;

const joining = /^(service|container):(.*)$/;
const nameForm = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

export function buildSpaces(context: Context, input: ServiceInput, path: Path): Spaces {
  const at = (key: string): Path => child(path, key);
  const ipc = spaceMode(context, input.ipc, at('ipc'), ['private', 'host', 'shareable', 'none']) ?? 'private';
  const uts = named(context, input.uts, at('uts'), ['host']) ?? 'private';
  if (input.shm_size !== undefined && ipc !== 'private' && ipc !== 'shareable') {
    fail(context, 'conflict', at('shm_size'), `with \`ipc: ${input.ipc}\` the container has no \`/dev/shm\` of its own`, { at: 'key', hint: 'remove one of them' });
  }
  for (const key of ['hostname', 'domainname'] as const) {
    if (uts === 'host' && input[key] !== undefined) fail(context, 'conflict', at(key), 'with `uts: host` the name is the host\'s', { at: 'key', hint: 'remove one of them' });
  }
  return {
    ipc,
    pid: pidMode(context, input, at('pid')),
    uts,
    cgroup: named(context, input.cgroup, at('cgroup'), ['host', 'private']) ?? 'private',
    time: clocks(context, input['x-cash']?.time, child(at('x-cash'), 'time')),
  };
}

/** Where a clock would be below 0, or too far in the future, the kernel of the host refuses it: only that knows its own. */
function clocks(context: Context, input: NonNullable<ServiceInput['x-cash']>['time'], path: Path): Service['time'] {
  if (input === undefined) return null;
  const seconds = (key: 'monotonic' | 'boottime'): number => closedInteger(context, input[key], child(path, key), { min: -4e9, max: 4e9 }) ?? 0;
  return { monotonic: seconds('monotonic'), boottime: seconds('boottime') };
}

/**
 * What becomes process 1 of a container has the root of the host for a moment, and the container's rights already. A container that
 * sees it could follow, unless each is in a user namespace of its own: then neither may look into the other (ptrace(2)).
 */
const apart = '`userns_mode: auto`: the containers of one pid namespace see each other start';

function pidMode(context: Context, { pid, userns_mode: user }: ServiceInput, path: Path): Service['pid'] {
  const mode = spaceMode(context, pid, path, ['host']) ?? 'private';
  if (isJoined(mode) && user !== 'auto') fail(context, 'conflict', path, 'it is not in a user namespace of its own', { hint: `add ${apart}` });
  return mode;
}

function named<Word extends string>(context: Context, value: string | undefined, path: Path, words: readonly Word[]): Word | null {
  return value === '' ? null : oneOf(context, value, path, words);
}

/** One of the words, `service:NAME` or `container:NAME`. Empty is not given, as in Compose. */
export function spaceMode<Word extends string>(context: Context, value: string | undefined, path: Path, words: readonly Word[]): Word | Joined | null {
  const text = closedText(context, value, path);
  if (text === null || text === '') return null;
  const [, kind, name = ''] = joining.exec(text) ?? [];
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  if (kind === undefined || !nameForm.test(name)) {
    const near = suggestion(text, words);
    return wrong(context, path, text, `one of ${words.map((word) => `\`${word}\``).join(', ')}, \`service:NAME\`, \`container:NAME\``, near?.startsWith('did') === true ? near : undefined);
  }
  return kind === 'service' ? { service: name } : { container: name };
}

const kinds = ['network_mode', 'ipc', 'pid'] as const;

/** Who joins a service joins the one container it has, and namespaces that are its own. */
export function checkJoins(context: Context, services: readonly Service[], names: readonly string[]): void {
  for (const service of services) {
    for (const kind of kinds) {
      const mode = service[kind];
      if (isJoined(mode) && 'service' in mode) checkJoin(context, service, kind, mode.service, services, names);
    }
  }
}

function checkJoin(context: Context, { name }: Service, kind: (typeof kinds)[number], other: string, services: readonly Service[], names: readonly string[]): null {
  const path = child(child(child(null, 'services'), name), kind);
  if (!names.includes(other)) return fail(context, 'undefined-name', path, `there is no service \`${other}\``, { excerpt: other, before: 'service:', hint: suggestion(other, names) });
  if (other === name) return fail(context, 'conflict', path, `\`${name}\` cannot join itself`);
  const target = services.find((each) => each.name === other);
  if (target === undefined) return null; // wrong itself
  const its = target[kind];
  if (target.scale > 1) return fail(context, 'conflict', path, `\`${other}\` is ${target.scale} containers`, { hint: `name one of them: \`container:${other}-1\`` });
  if (its === 'host') return fail(context, 'conflict', path, `what \`${other}\` has is the host's`, { hint: `write \`${kind}: host\`` });
  if (isJoined(its)) return fail(context, 'conflict', path, `\`${other}\` has joined another one itself`, { hint: `write \`${kind}: ${'service' in its ? `service:${its.service}` : `container:${its.container}`}\`` });
  if (kind === 'pid' && target.userns_mode !== 'auto') return fail(context, 'conflict', path, `\`${other}\` is not in a user namespace of its own`, { hint: `give \`${other}\` ${apart}` });
  if (kind === 'ipc' && its !== 'shareable') return fail(context, 'conflict', path, `the ipc namespace of \`${other}\` is its own`, { hint: `give \`${other}\` \`ipc: shareable\`` });
  return null;
}
