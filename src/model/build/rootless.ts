import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { HostOptions, Service } from '../project.ts';
import type { HostInput } from '../schema/compose.ts';

/** x-cash.rootless: what the kernel, or btrfs, gives root alone is refused by its name. */
export function refuseOfRoot(context: Context, input: HostInput, host: HostOptionsBuilt, services: readonly Service[]): void {
  if (!host.rootless && host.storage.type === 'directory') {
    fail(context, 'conflict', child(child(null, 'x-cash'), 'storage'), 'a directory as the store is for `x-cash.rootless`: each container would be a whole copy of its image', { at: 'key', hint: 'remove it: the script makes a btrfs in a file' });
  }
  if (!host.rootless) return;
  const section: Path = child(null, 'x-cash');
  const refuse = (path: Path, what: string, hint: string): null => fail(context, 'conflict', path, `with \`x-cash.rootless\` ${what}`, { at: 'key', hint });
  if (input.root === undefined) refuse(child(section, 'rootless'), '`x-cash.root` has to say where the user keeps images and containers', 'add `root: /home/USER/cash`, a directory on btrfs');
  if (host.storage.type === 'loop' || host.storage.type === 'device') refuse(child(section, 'storage'), 'nothing can be formatted or mounted', 'write `storage: {type: btrfs}`, or `directory` where there is none');
  if (host.cgroup === 'libcgroup') refuse(child(section, 'cgroup'), 'cgroups are those that systemd or root has given to the user', 'remove it');
  for (const service of services) {
    const path = child(child(null, 'services'), service.name);
    for (const [key, given, what, hint] of ofRoot(service)) if (given) refuse(child(path, key), what, hint);
  }
}

export type HostOptionsBuilt = Omit<HostOptions, 'parameters' | 'functions' | 'waivers' | 'commands'>;

function ofRoot(service: Service): readonly (readonly [key: string, given: boolean, what: string, hint: string])[] {
  return [
    ['privileged', service.privileged, 'there is nothing privileged', 'remove it'],
    ['devices', service.devices.length > 0, 'no device can be opened to a container', 'remove it'],
    ['device_cgroup_rules', service.device_cgroup_rules.length > 0, 'no device can be opened to a container', 'remove it'],
    ['userns_mode', service.userns_mode === 'auto', 'all containers are in a user namespace of the user already', 'remove it'],
    ['network_mode', service.network_mode === 'host', 'the network of the host is out of reach', 'remove it, or write `network_mode: none`'],
    ['ports', service.ports.some(({ host_ip }) => host_ip !== '0.0.0.0' && host_ip !== '127.0.0.1'), 'ports are those of 127.0.0.1, or of all addresses of the host', 'write `127.0.0.1:8080:80`, or leave the address out'],
    ['security_opt', service.selinux !== null, 'SELinux labels cannot be given', 'remove `label:`'],
    ['storage_opt', service.storage_size !== null, 'quotas of btrfs cannot be set', 'remove it'],
    ['oom_score_adj', service.oom_score_adj !== null && service.oom_score_adj < 0, 'the kernel does not let a user lower it', 'remove it, or write a number from 0 on'],
  ];
}
