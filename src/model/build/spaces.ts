import { fail, unsupported } from '../context.ts';
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
    pid: pidMode(context, input.pid, at('pid')),
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

/** Where processes of another container are, a process that is about to become one of ours could be entered while its root is the host's. */
function pidMode(context: Context, value: string | undefined, path: Path): Service['pid'] {
  if (value !== undefined && joining.test(value)) {
    unsupported(context, path, `\`pid: ${value}\``, { hint: 'there is `host`; `ipc` and `network_mode` can be joined' });
    return 'private';
  }
  return named(context, value, path, ['host']) ?? 'private';
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

const kinds = ['network_mode', 'ipc'] as const;

/** Who joins a service joins the one container it has, and namespaces that are its own. */
export function checkJoins(context: Context, services: readonly Service[], names: readonly string[]): void {
  for (const service of services) {
    for (const kind of kinds) {
      const mode = service[kind];
      if (isJoined(mode) && 'service' in mode) checkJoin(context, service, kind, mode.service, services, names);
    }
  }
}

/** As Compose: who joins a service depends on it, and is restarted after it. */
export function joinsDepend(services: readonly Service[]): readonly Service[] {
  return services.map((service) => {
    const joined = [service.network_mode, service.ipc].flatMap((mode) => (isJoined(mode) && 'service' in mode ? [mode.service] : []));
    const further = [...new Set(joined)].filter((name) => name !== service.name && services.some((each) => each.name === name) && service.depends_on.every((each) => each.service !== name));
    return further.length === 0 ? service : { ...service, depends_on: [...service.depends_on, ...further.map((name) => ({ service: name, condition: 'service_started' as const, restart: true, required: true }))] };
  });
}

function checkJoin(context: Context, { name }: Service, kind: (typeof kinds)[number], other: string, services: readonly Service[], names: readonly string[]): null {
  const path = child(child(child(null, 'services'), name), kind);
  if (!names.includes(other)) return fail(context, 'undefined-name', path, `there is no service \`${other}\``, { excerpt: other, hint: suggestion(other, names) });
  if (other === name) return fail(context, 'conflict', path, `\`${name}\` cannot join itself`);
  const target = services.find((each) => each.name === other);
  if (target === undefined) return null; // wrong itself
  const its = target[kind];
  if (target.scale > 1) return fail(context, 'conflict', path, `\`${other}\` is ${target.scale} containers`, { hint: `name one of them: \`container:${other}-1\`` });
  if (its === 'host') return fail(context, 'conflict', path, `what \`${other}\` has is the host's`, { hint: `write \`${kind}: host\`` });
  if (isJoined(its)) return fail(context, 'conflict', path, `\`${other}\` has joined another one itself`, { hint: `write \`${kind}: ${'service' in its ? `service:${its.service}` : `container:${its.container}`}\`` });
  if (kind === 'ipc' && its !== 'shareable') return fail(context, 'conflict', path, `the ipc namespace of \`${other}\` is its own`, { hint: `give \`${other}\` \`ipc: shareable\`` });
  return null;
}
