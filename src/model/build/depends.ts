import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { suggestion } from '../nearest.ts';
import { isJoined } from '../project.ts';
import type { Dependency, Service } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { CONDITIONS } from '../schema/depends.ts';
import { closedText, flag, oneOf, wrong } from '../values.ts';

/** compose-spec: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`. */
const profileForm = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export function buildProfiles(context: Context, input: ServiceInput['profiles'], path: Path): readonly string[] {
  const named = (input ?? []).flatMap((one, index) => {
    const text = closedText(context, one, child(path, index));
    if (text === null || profileForm.test(text)) return text ?? [];
    return wrong(context, child(path, index), text, 'names of at least two letters, digits, `_`, `.` and `-`') ?? [];
  });
  return [...new Set(named)];
}

export function buildDependsOn(context: Context, input: ServiceInput['depends_on'], path: Path): readonly Dependency[] {
  if (Array.isArray(input)) {
    return input.flatMap((one: string, index): readonly Dependency[] => {
      const service = closedText(context, one, child(path, index));
      if (service === null) return [];
      if (input.indexOf(one) < index) fail(context, 'duplicate', child(path, index), `\`${service}\` stands there twice`);
      return [{ service, condition: 'service_started', restart: false, required: true }];
    });
  }
  return Object.entries(input ?? {}).map(([service, one]) => {
    const at = child(path, service);
    return {
      service,
      condition: oneOf(context, one.condition, child(at, 'condition'), CONDITIONS) ?? 'service_started',
      restart: flag(context, one.restart, child(at, 'restart')) ?? false,
      required: flag(context, one.required, child(at, 'required')) ?? true,
    };
  });
}

/** All that can only be said of the services together. With those they join, less dependencies that are not required, and not there. */
export function checkDependencies(context: Context, written: readonly Service[], input: Readonly<Record<string, ServiceInput>>): readonly Service[] {
  for (const service of written) checkOwn(context, service, written, input);
  const services = written.map((service) => withJoined(service));
  if (services.every(({ depends_on }) => depends_on.length === 0)) return services;
  refuseCycles(context, services, input);
  return services.map((service) => ({ ...service, depends_on: service.depends_on.filter(({ service: name }) => services.some((each) => each.name === name)) }));
}

/** Whose namespaces it joins has to be there before; once that is another one, it has to join again. */
function withJoined(service: Service): Service {
  const joined = [service.network_mode, service.ipc, service.pid].flatMap((mode) => (isJoined(mode) && 'service' in mode && mode.service !== service.name ? [mode.service] : []));
  if (joined.length === 0) return service;
  const own = service.depends_on.map((one) => (joined.includes(one.service) ? { ...one, restart: true, required: true } : one));
  const further = [...new Set(joined)].filter((name) => own.every((one) => one.service !== name));
  return { ...service, depends_on: [...own, ...further.map((name): Dependency => ({ service: name, condition: 'service_started', restart: true, required: true }))] };
}

function checkOwn(context: Context, { name, depends_on }: Service, services: readonly Service[], input: Readonly<Record<string, ServiceInput>>): void {
  const written = input[name]?.depends_on;
  const path = child(child(child(null, 'services'), name), 'depends_on');
  for (const dependency of depends_on) {
    const at = Array.isArray(written) ? child(path, written.indexOf(dependency.service)) : child(path, dependency.service);
    checkDependency(context, dependency, services.find((each) => each.name === dependency.service), Object.keys(input), at);
  }
}

function checkDependency(context: Context, dependency: Dependency, other: Service | undefined, names: readonly string[], path: Path): void {
  if (!names.includes(dependency.service)) {
    const severity = dependency.required ? 'error' : 'warning';
    const at = typeof path.key === 'number' ? 'value' : 'key';
    fail(context, 'undefined-name', path, `there is no service \`${dependency.service}\``, { at, severity, hint: suggestion(dependency.service, names) });
  }
  if (other === undefined) return; // what is wrong with it is said elsewhere
  const condition = child(path, 'condition');
  if (dependency.condition === 'service_healthy' && other.healthcheck?.test == null) {
    fail(context, 'conflict', condition, `\`${other.name}\` is never healthy: it has no \`healthcheck\``, { hint: `give \`${other.name}\` one, or wait for \`service_started\`` });
  }
  if (dependency.condition === 'service_completed_successfully' && other.restart !== null && other.restart.condition !== 'on-failure') {
    fail(context, 'conflict', condition, `\`${other.name}\` never completes: it is always started again`, { hint: `\`restart: on-failure\` in \`${other.name}\`` });
  }
}

/** Each cycle once, at the service of it that stands first in the definition. */
function refuseCycles(context: Context, services: readonly Service[], input: Readonly<Record<string, ServiceInput>>): void {
  const known = new Map(services.map((service) => [service.name, service]));
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    const from = way.indexOf(name);
    if (from !== -1) {
      const round = [...way.slice(from), name];
      const path = child(child(null, 'services'), name);
      const at = input[name]?.depends_on === undefined ? path : child(path, 'depends_on');
      fail(context, 'conflict', at, `\`${name}\` depends on itself: ${round.join(' → ')}`, { at: 'key', hint: 'take one of them out' });
    } else if (!done.has(name)) {
      for (const { service } of known.get(name)?.depends_on ?? []) visit(service, [...way, name]);
      done.add(name);
    }
  };
  for (const { name } of services) visit(name, []);
}
