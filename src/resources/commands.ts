/** External commands a script calls, with the Debian package each is in: what `check` looks for. */
import type { Project } from '../model/project.ts';
import { ownProfile } from './apparmor.ts';
import { downloads, transports } from './header.ts';
import type { NetworkView } from './network.ts';
import { publishes } from './ports.ts';
import type { ServiceView } from './service.ts';
import { labels } from './selinux.ts';

const ALWAYS = [
  ...of('util-linux', 'unshare', 'nsenter', 'setpriv', 'setsid', 'flock'),
  ...of('mount', 'mount', 'umount'),
  ...of('coreutils', 'mkdir', 'rmdir', 'rm', 'mv', 'sleep', 'sync', 'cat', 'tail', 'touch', 'date', 'mkfifo', 'timeout', 'sha256sum', 'stat', 'ls'),
  ...of('findutils', 'find'),
  ...of('perl-base', 'perl'),
  ...of('tar', 'tar'),
];
const ROOTLESS = [...of('uidmap', 'newuidmap', 'newgidmap'), ...of('hostname', 'hostname')];
const LIBCGROUP = of('cgroup-tools', 'cgcreate', 'cgset', 'cgexec', 'cgdelete');

/** COMMAND:PACKAGE */
function of(packageName: string, ...commands: readonly string[]): readonly string[] {
  return commands.map((command) => `${command}:${packageName}`);
}

export function commandsOf(project: Project, networks: readonly NetworkView[], services: readonly ServiceView[]): readonly string[] {
  const used = transports(project);
  return [
    ...ALWAYS,
    ...(project.host.storage.type === 'directory' ? [] : of('btrfs-progs', 'btrfs', 'mkfs.btrfs')),
    ...(project.host.storage.type === 'loop' ? ['truncate:coreutils', 'losetup:mount'] : []),
    ...(project.services.every(({ network_mode }) => network_mode === 'host') ? [] : ['ip:iproute2']),
    ...(networks.length > 0 ? ['nft:nftables'] : []),
    ...(used.has('debootstrap') ? ['debootstrap:debootstrap'] : []),
    ...(downloads(project) ? ['curl:curl'] : []),
    ...(project.host.require_signature === null ? [] : ['ssh-keygen:openssh-client']),
    ...(services.some(({ kernel }) => kernel.prlimited) ? ['prlimit:util-linux'] : []),
    ...systemd(project),
    ...(ownProfile(project) === null ? [] : ['apparmor_parser:apparmor']),
    ...(labels(project) ? ['chcon:coreutils'] : []),
    ...(project.host.cgroup === 'libcgroup' ? LIBCGROUP : []),
    ...(project.host.rootless ? ROOTLESS : []),
    ...(project.host.rootless && publishes(project) ? of('slirp4netns', 'slirp4netns') : []),
  ];
}

function systemd({ host, services }: Project): readonly string[] {
  if (host.supervisor === 'systemd') return of('systemd', 'systemctl', 'systemd-run', 'systemd-notify', 'journalctl');
  return services.some(({ logging }) => logging?.driver === 'journald') ? of('systemd', 'systemd-cat', 'journalctl') : [];
}
