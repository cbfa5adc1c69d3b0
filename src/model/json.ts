/** JSON of a project. Its services, which are most of it, are written once: for the digests of both, and for the definition in the script. */
import type { Project, Service } from './project.ts';

const known = new WeakMap<Service, string>();

export function serviceJson(service: Service): string {
  const text = known.get(service) ?? JSON.stringify(service);
  known.set(service, text);
  return text;
}

/** As JSON.stringify writes it. */
export function projectJson(project: Project): string {
  const members = Object.entries(project).map(([key, value]) => `"${key}":${key === 'services' ? `[${project.services.map(serviceJson).join(',')}]` : JSON.stringify(value)}`);
  return `{${members.join(',')}}`;
}
