/** SELinux: the contexts of processes and of their files. Pure. Source: container_selinux(8), selinux(8). */
import type { Project, Service } from '../model/project.ts';
import { digest } from '../resolve/name.ts';

/** Any service has a label. */
export function labels({ services }: Project): boolean {
  return services.some(({ selinux }) => selinux !== null);
}

/** USER:ROLE:TYPE:LEVEL of its processes; null: none is asked for. */
export function processContext(project: Project, service: Service): string | null {
  const { selinux } = service;
  return selinux === null ? null : `${selinux.user ?? 'system_u'}:${selinux.role ?? 'system_r'}:${selinux.type ?? 'container_t'}:${level(project, service)}`;
}

/** Of its root, and of what is mounted for it alone. */
export function fileContext(project: Project, service: Service): string {
  return context(service, level(project, service));
}

/** Of what several services may read. */
export function namesContext(service: Service): string {
  return context(service, 's0');
}

/** Of a volume: what several services use, both may read. Its type is that of the first. */
export function volumeContext(project: Project, volume: string): string {
  const users = project.services.filter(({ selinux, mounts }) => selinux !== null && mounts.some((mount) => mount.type === 'volume' && mount.source === volume));
  const [first] = users;
  if (first === undefined) return '';
  const levels = new Set(users.map((service) => level(project, service)));
  return context(first, levels.size === 1 ? level(project, first) : 's0');
}

function context({ selinux }: Service, itsLevel: string): string {
  return `system_u:object_r:${selinux?.filetype ?? 'container_file_t'}:${itsLevel}`;
}

/** Two of 1024 categories, other ones for each service of a project, the same at each start. */
function level(project: Project, service: Service): string {
  if (service.selinux?.level != null) return service.selinux.level;
  const taken = new Set<string>();
  for (const { name, selinux } of project.services) {
    if (selinux === null || selinux.level !== null) continue;
    let pair = categories(`${project.name}/${name}`);
    for (let text = name; taken.has(pair); text += '+') pair = categories(`${project.name}/${text}`);
    if (name === service.name) return pair;
    taken.add(pair);
  }
  return 's0';
}

function categories(text: string): string {
  const number = Number.parseInt(digest(text, 8), 16) % (1024 * 1023);
  const [one, other] = [Math.floor(number / 1023), number % 1023];
  const [low, high] = other < one ? [other, one] : [one, other + 1];
  return `s0:c${low},c${high}`;
}
