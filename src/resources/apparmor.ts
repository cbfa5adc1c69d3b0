/** AppArmor: the profile that a script brings along, and those that the host has to have. Pure. */
import type { Project, Service } from '../model/project.ts';
import { digest } from '../resolve/name.ts';

export interface Profile {
  /** What its functions begin with. */
  readonly id: string;
  readonly name: string;
  /** In the language of apparmor.d(5). */
  readonly lines: readonly string[];
  /** The same, for who removes it. */
  readonly removal: string;
}

/** What `security_opt: [apparmor:cash-default]` stands for. */
const OWN = 'cash-default';

/** Beside what capabilities, namespaces and mounts keep from it already: no mounts, nothing of the kernel's files to write, no other profile. */
const RULES = [
  '  network,',
  '  capability,',
  '  file,',
  '  unix,',
  '  deny mount,',
  '  deny umount,',
  '  deny pivot_root,',
  '  deny change_profile,',
  '  deny /proc/sys/** wklx,',
  '  deny /proc/{kcore,kmem,kpagecgroup,kpagecount,kpageflags,mem,sysrq-trigger,timer_list} rwklx,',
  '  deny /proc/*/attr/** w,',
  '  deny /sys/** wklx,',
  '  deny /sys/{firmware,kernel/debug,kernel/security,kernel/tracing,devices/virtual/powercap}/** rwklx,',
  '  signal (receive) peer=unconfined,',
];

/** Where a service asks for it. The digest is of its rules: those of another version are another profile. */
export function ownProfile(project: Project): Profile | null {
  if (!project.services.some(({ apparmor }) => apparmor === OWN)) return null;
  const name = `cash-${project.name}-${digest(RULES.join('\n'), 8)}`;
  const among = [`  signal (send, receive) peer=${name},`, `  ptrace peer=${name},`];
  return { id: 'apparmor_own', name, lines: [`profile ${name} flags=(attach_disconnected,mediate_deleted) {`, ...RULES, ...among, '}'], removal: `profile ${name} { }` };
}

export function profileOf(project: Project, { apparmor }: Service): string | null {
  return apparmor === OWN ? (ownProfile(project)?.name ?? null) : apparmor;
}

/** Those that the host has to have, each once. */
export function foreignProfiles({ services }: Project): readonly string[] {
  return [...new Set(services.flatMap(({ apparmor }) => (apparmor === OWN ? [] : (apparmor ?? []))))];
}

/** Any service has a profile. */
export function confines({ services }: Project): boolean {
  return services.some(({ apparmor }) => apparmor !== null);
}
