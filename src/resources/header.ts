/** The head of a script: what a reviewer wants to know first. */
import { CAPABILITIES, DEFAULT_CAPABILITIES } from '../model/capabilities.ts';
import { projectJson } from '../model/json.ts';
import type { Project, Service, Text, Waiver } from '../model/project.ts';
import { toWord } from '../render/quote.ts';
import { digest } from '../resolve/name.ts';
import { ownProfile } from './apparmor.ts';
import { commandsIn } from './called.ts';
import { secretVariables } from './given.ts';
import { type NetworkView, portRange } from './network.ts';
import { opening, publishes } from './ports.ts';
import { opened as openedBy, profileOf } from './seccomp/filter.ts';
import { plain } from './image.ts';
import { sharing } from './spaces.ts';

export interface Header {
  readonly by: string;
  readonly project: string;
  readonly services: string;
  readonly version: string;
  readonly digest: string;
  readonly needs: string;
  readonly touches: readonly string[];
  readonly loosens: readonly string[];
  /** By whom it has to be signed. */
  readonly signed: readonly string[];
  readonly waives: readonly string[];
}

export function header(project: Project, networks: readonly NetworkView[], version: string): Header {
  const loosened = [...project.services.flatMap((service) => loosens(service, project.host.allow)), ...networks.flatMap(opened)];
  return {
    project: project.name,
    by: project.host.rootless ? 'an ordinary user' : 'root',
    services: project.services.map(({ name }) => name).join(', '),
    version,
    digest: `sha256 ${digest(projectJson(project), 64)}`,
    needs: needs(project, networks).join(', '),
    touches: touches(project, networks),
    loosens: loosened.length === 0 ? ['nothing'] : loosened,
    signed: project.host.require_signature === null ? [] : [`by ${project.host.require_signature.identity}, or nothing is done: ${project.host.require_signature.allowed_signers} says by which key`],
    waives: project.host.waivers.map(waived),
  };
}

/** A waiver in one line. */
export function waived({ rule, reason, until, service }: Waiver): string {
  return `${rule}${service === null ? '' : ` for ${service}`}, until ${until}: ${reason}`;
}

export function transports(project: Project): ReadonlySet<string> {
  return new Set(project.services.filter(({ pull_policy }) => pull_policy !== 'never').map(({ image }) => image.transport));
}

export function downloads(project: Project): boolean {
  return project.services.some(({ image, pull_policy }) => pull_policy !== 'never' && image.transport === 'tar' && /^[a-z]+:\/\//.test(image.location));
}

function needs(project: Project, networks: readonly NetworkView[]): readonly string[] {
  const used = transports(project);
  return [
    'bash 4.4',
    project.host.rootless ? 'util-linux 2.38' : 'util-linux 2.34',
    'coreutils',
    'findutils',
    'tar',
    'perl-base',
    ...(project.host.storage.type === 'directory' ? [] : ['btrfs-progs']),
    ...(project.host.rootless ? ['uidmap', 'hostname'] : []),
    ...(project.host.rootless && publishes(project) ? ['slirp4netns'] : []),
    ...(project.services.every(({ network_mode }) => network_mode === 'host') ? [] : ['iproute2']),
    ...(networks.length > 0 ? ['nftables'] : []),
    ...(ownProfile(project) === null ? [] : ['apparmor']),
    ...(used.has('debootstrap') ? ['debootstrap'] : []),
    ...(downloads(project) ? ['curl'] : []),
    ...(project.host.require_signature === null ? [] : ['openssh-client']),
  ];
}

function touches(project: Project, networks: readonly NetworkView[]): readonly string[] {
  const root = plain(toWord(project.host.root));
  const binds = project.services.flatMap(({ mounts }) => mounts.flatMap((mount) => (mount.type === 'bind' ? [plain(toWord(mount.source))] : [])));
  const read = project.services.flatMap(({ files }) => files.flatMap(({ name, content }) => (content.from === 'file' ? [`${plain(toWord(content.path))} (read: ${name})`] : [])));
  const variables = secretVariables(project);
  const installs = commandsIn(project).includes('install');
  return [
    `${root} (images, containers, volumes)${project.host.storage.type === 'loop' ? ` · ${root}.btrfs` : ''} · /run/cash/${project.name}`,
    `cgroups cash/${project.name}/…`,
    ...networks.map(({ bridge, internal }) => `bridge ${bridge} · nft tables ip and bridge ${bridge}${publishes(project) && !internal ? `, ip ${bridge}/ports` : ''}${internal ? '' : ' · net.ipv4.ip_forward'}`),
    ...[ownProfile(project) ?? []].flat().map(({ name }) => `AppArmor profile ${name}${installs ? ` · /etc/apparmor.d/${name} (by install)` : ''}`),
    ...(project.host.storage.type === 'device' ? [plain(toWord(project.host.storage.device))] : []),
    ...new Set([...binds, ...read]),
    ...(variables.length > 0 ? [`its environment (read: ${variables.join(', ')})`] : []),
    ...(project.host.rootless ? [`namespaces of the user, in which all of it is but ${root}; $XDG_RUNTIME_DIR/cash/${project.name}`] : []),
    ...(installs ? [`${installed(project)} (by install)`] : []),
  ];
}

function installed({ name, host }: Project): string {
  return host.rootless ? `~/.config/cash/${name}.sh · ~/.config/systemd/user/cash-${name}.service` : `/etc/cash/${name}.sh · /etc/systemd/system/cash-${name}.service or /etc/init.d/cash-${name}`;
}

function opened({ key, hostPorts }: NetworkView): readonly string[] {
  return hostPorts.map((port) => `port ${portRange(port)}/${port.protocol} of the host is reached by containers (${key})`);
}

function loosens(service: Service, allow: readonly Text[]): readonly string[] {
  const of = ` (${service.name})`;
  return [
    ...sharing(service),
    ...service.ports.map((port) => `${opening(port)}${of}`),
    ...(service.privileged ? [`EVERYTHING: privileged, all capabilities, all devices, /proc and /sys open: root in it is root of the host${of}`] : capabilities(service)),
    ...seccomp(service),
    ...service.devices.map(({ source, target, access }) => `device ${plain(toWord(source))}${target === source ? '' : ` as ${plain(toWord(target))}`}, ${access}${of}`),
    ...service.device_cgroup_rules.map((rule) => `devices ${rule}${of}`),
    ...(service.no_new_privileges ? [] : [`set-user-ID files give rights (no_new_privs is off)${of}`]),
    ...(service.pids_limit === -1 || service.pids_limit === 0 ? [`no limit of processes${of}`] : []),
    ...(service.oom_score_adj !== null && service.oom_score_adj < 0 ? [`the kernel spares it when memory is short${of}`] : []),
    ...(service.oom_kill_disable ? [`over its memory limit it is not killed${of}`] : []),
    ...service.mounts.flatMap((mount) => {
      const opens = mount.type === 'tmpfs' ? ['suid', 'dev'].filter((option) => !mount.options.includes(`no${option}`)) : [];
      return mount.type === 'tmpfs' && opens.length > 0 ? [`tmpfs ${plain(toWord(mount.target))} with ${opens.join(' and ')}${of}`] : [];
    }),
    ...service.mounts.flatMap((mount) => (mount.type === 'bind' && allow.includes(mount.source) ? [`${plain(toWord(mount.source))} of the host, as x-cash.allow says${of}`] : [])),
    ...service.mounts.flatMap((mount) =>
      mount.type === 'bind' && !mount.read_only ? [`${plain(toWord(mount.source))} of the host can be written${of}`] : [],
    ),
  ];
}

/** A profile of a file is said, whatever is in it. */
function seccomp(service: Service): readonly string[] {
  const profile = profileOf(service);
  if (profile === null) return service.privileged ? [] : [`every system call is allowed (seccomp:unconfined) (${service.name})`];
  if (profile.file === null) return [];
  const further = openedBy(profile, service.capabilities);
  const shown = further.length > 12 ? `${further.slice(0, 12).join(', ')}, … (${further.length} in all)` : further.join(', ');
  return [`seccomp by ${profile.file}${shown === '' ? '' : `, which also allows ${shown}`} (${service.name})`];
}

/** Each opens the whole host: by mounts, modules of the kernel, ports of the machine. */
const OF_THE_HOST: readonly string[] = ['SYS_ADMIN', 'SYS_MODULE', 'SYS_RAWIO'];

function capabilities({ name, capabilities: own, userns_mode: userns }: Service): readonly string[] {
  const further = own.filter((each) => !DEFAULT_CAPABILITIES.includes(each));
  if (further.length === 0) return [];
  return [`capabilities ${own.length === CAPABILITIES.length ? 'ALL' : further.join(', ')}${userns === 'auto' ? '' : reach(further)} (${name})`];
}

/** How far they reach without a user namespace. open_by_handle_at(2) takes a file by its number, wherever on its file system that lies. */
function reach(further: readonly string[]): string {
  if (OF_THE_HOST.some((each) => further.includes(each))) return ', with which root in it is root of the host';
  return further.includes('DAC_READ_SEARCH') ? ', with which root in it reaches the files of other containers and volumes' : '';
}
