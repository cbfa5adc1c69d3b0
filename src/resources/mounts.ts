/** What a container sees mounted: lines of an fstab(5), in the order they are mounted. Source: Docker's default spec. */
import { isJoined, type Mount, type Open, type Project, type Service } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { variable, word } from '../resolve/word.ts';
import { type Ours, ours } from './given.ts';
import { fileContext, volumeContext } from './selinux.ts';
import { etcOf } from './spaces.ts';

/** Of the Bash function container_mountpoint: PATH [SOURCE]. */
export interface Mountpoint {
  readonly arguments: readonly Word[];
}
export interface VolumeUse {
  readonly path: Word;
  readonly target: Word;
  readonly create: boolean;
  /** Of SELinux. */
  readonly context: string;
  readonly name: string;
}
export interface HostPath {
  readonly path: Word;
}
export interface Mounts {
  /** The definition has some of its own. */
  readonly own: boolean;
  readonly lines: readonly Word[];
  readonly mountpoints: readonly Mountpoint[];
  readonly volumes: readonly VolumeUse[];
  readonly hostPaths: readonly HostPath[];
  /** Some are mounted after the others, by the Bash function container_late. */
  readonly late: boolean;
}

type Own = Mount | Ours;

const ROOTFS = variable('ROOTFS');
const ETC = variable('ETC');
/** Empty, or an option that maps the owners: set where the service has a user namespace. */
const IDMAP = variable('IDMAP');

export function mounts(project: Project, service: Service): Mounts {
  const own: readonly Own[] = [...service.mounts, ...ours(service.files)].sort((a, b) => depth(a.target) - depth(b.target));
  const files = etc(project, service, own);
  return {
    own: own.length > 0,
    lines: [...base(project, service), ...[...own, ...files].map((mount) => line(project, service, mount, own))],
    mountpoints: own.flatMap((mount) => (enclosing(own, mount) === null ? [mountpoint(mount)] : [])),
    late: service.userns_mode === 'auto' || [...own, ...files].some((mount) => isLate(own, mount)), // mount(8) of util-linux 2.41 does not remount behind an idmapped mount
    volumes: own.flatMap((mount) => (mount.type === 'volume' ? [volumeUse(project, mount.source, mount.target)] : [])),
    hostPaths: own.flatMap((mount) => (mount.type === 'bind' && mount.create_host_path ? [{ path: word`${mount.source}` }] : [])),
  };
}

/** Docker's own size of /dev/shm. */
const SHM = '64m';

/** That of the host can be used, and stays as it is: nodes in it can be written to, it cannot. */
const pseudo = (project: Project, service: Service): readonly Word[] => [
  ...devices(project, service),
  entry('proc', '/proc', 'proc', 'nosuid,nodev,noexec'),
  entry('sysfs', '/sys', 'sysfs', `${service.privileged ? '' : 'ro,'}nosuid,nodev,noexec`),
  entry('devpts', '/dev/pts', 'devpts', labelled(project, service, 'nosuid,noexec,newinstance,ptmxmode=0666,mode=620,gid=5')),
  ...memory(project, service),
  ...(service.privileged ? [] : [entry('mqueue', '/dev/mqueue', 'mqueue', 'nosuid,nodev,noexec')]),
];

/** A user makes no device nodes: those of the host are in their place. */
function devices({ host }: Project, { privileged }: Service): readonly Word[] {
  if (privileged) return [entry('/dev', '/dev', 'none', 'bind,ro,nosuid,noexec')];
  if (!host.rootless) return [entry(word`${ROOTFS}/dev`, '/dev', 'none', 'bind,dev,nosuid,noexec')];
  const nodes = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => entry(`/dev/${name}`, `/dev/${name}`, 'none', 'bind,nosuid,noexec'));
  return [entry(word`${ROOTFS}/dev`, '/dev', 'none', 'bind,nosuid,noexec'), ...nodes];
}

/** Where another container's is joined, /dev/shm of the process that mounts is that one's by then. */
function memory(project: Project, service: Service): readonly Word[] {
  const { shm_size: shm, ipc } = service;
  if (ipc === 'none') return [];
  if (ipc === 'host' || isJoined(ipc)) return [entry('/dev/shm', '/dev/shm', 'none', 'bind,nosuid,nodev,noexec')];
  return [entry('tmpfs', '/dev/shm', 'tmpfs', labelled(project, service, word`nosuid,nodev,noexec,mode=1777,size=${shm ?? SHM}`))];
}

/** Less those in whose place the definition mounts something of its own. The names of others, and who knows them, go with the network. */
function etc(project: Project, { network_mode: network }: Service, own: readonly Own[]): readonly Ours[] {
  const around = isJoined(network) ? etcOf(project, network) : ETC;
  const files = ([['hosts', around], ['hostname', ETC], ['resolv.conf', around]] as const).map(([name, directory]): Ours => {
    return { type: 'file', source: word`${directory}/${name}`, target: `/etc/${name}`, options: 'nosuid,nodev,noexec' };
  });
  return files.filter(({ target }) => own.every((mount) => mount.target !== target));
}

function base(project: Project, service: Service): readonly Word[] {
  return [entry(ROOTFS, '', 'none', mapped(service, `bind,${service.privileged ? 'dev' : 'nodev'}${service.read_only ? ',ro' : ''}`)), ...pseudo(project, service)];
}

function mapped(service: Service, options: string): Word {
  return service.userns_mode === 'auto' ? word`${options}${IDMAP}` : options;
}

/** The mount in which the target of another lies; null: it lies in the image. */
function enclosing(own: readonly Own[], { target }: Own): Own | null {
  const around = own.filter((each) => target.startsWith(`${each.target}/`));
  return around.sort((a, b) => b.target.length - a.target.length)[0] ?? null;
}

/** What may change while it is mounted: a path of the host, and what lies in a mount that others may write to. */
function isLate(own: readonly Own[], mount: Own): boolean {
  const around = enclosing(own, mount);
  return mount.type === 'bind' || (around !== null && (around.type !== 'tmpfs' || mount.type === 'file' || isLate(own, around)));
}

/** Where its own copy of the image has nothing of that name. */
function mountpoint(mount: Own): Mountpoint {
  const source = mount.type === 'bind' ? [word`${mount.source}`] : mount.type === 'file' ? ['/dev/null'] : [];
  return { arguments: [word`${mount.target}`, ...source] };
}

function line(project: Project, service: Service, mount: Own, own: readonly Own[]): Word {
  const late = isLate(own, mount);
  const before = late ? 'noauto,' : '';
  const mkdir = !late && enclosing(own, mount) !== null ? ',X-mount.mkdir=0755' : ''; // in a tmpfs, where nothing is
  switch (mount.type) {
    case 'bind': {
      const allowed = project.host.allow.includes(mount.source) ? 'x-cash.allow,' : '';
      return entry(field(mount.source), field(mount.target), 'none', `${before}${allowed}rbind,nosuid,nodev${mount.read_only ? ',ro' : ''}`);
    }
    case 'volume':
      return entry(word`${field2(volumePath(project, mount.source))}`, field(mount.target), 'none', mapped(service, `${before}bind,nosuid,nodev${mount.read_only ? ',ro' : ''}${mkdir}`));
    case 'tmpfs':
      return entry('tmpfs', field(mount.target), 'tmpfs', labelled(project, service, word`${before}${tmpfsOptions(mount.size, mount.mode, mount.options)}${mkdir}`));
    case 'file':
    case 'directory':
      return entry(mount.source, field(mount.target), 'none', `${before}bind,${mount.options}${mkdir}`);
  }
}

/** A file system of its own has the context of its files from the start. */
function labelled(project: Project, service: Service, options: Word): Word {
  return service.selinux === null ? options : word`${options},context="${fileContext(project, service)}"`;
}

function tmpfsOptions(size: Open<number> | null, mode: number | null, options: readonly string[]): Word {
  const text = [...options, `mode=${(mode ?? 0o1777).toString(8)}`].join(',');
  return size === null ? text : word`${text},size=${size}`;
}

function entry(source: Word, target: Word, type: string, options: Word): Word {
  return word`${source} ${ROOTFS}${target} ${type} ${options} 0 0`;
}

export function volumePath(project: Project, name: string): Word {
  return word`${project.host.root}/volumes/${volumeName(project, name)}`;
}

/** As Docker names it: PROJECT_VOLUME, or the name it is given. */
export function volumeName(project: Project, name: string): string {
  const volume = project.volumes.find((each) => each.name === name);
  return volume?.explicit_name ?? (volume?.external === true ? name : `${project.name}_${name}`);
}

function volumeUse(project: Project, name: string, target: string): VolumeUse {
  const external = project.volumes.find((each) => each.name === name)?.external ?? false;
  return { path: volumePath(project, name), target: word`${target}`, create: !external, context: volumeContext(project, name), name: volumeName(project, name) };
}

function depth(target: string): number {
  return target.split('/').filter((part) => part !== '').length;
}

/** A field of an fstab: white space and backslashes in octal, fstab(5). */
function field(text: string): Word {
  return word`${text.replace(/[\\ \t\n\r#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)}`;
}

function field2(value: Word): Word {
  return typeof value === 'string' ? field(value) : value;
}
