/** Devices of the host: nodes, and where that takes more than a node, what the device cgroup lets through. */
import type { Service } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { word } from '../resolve/word.ts';

export interface Devices {
  /** Of the Bash function device: SOURCE TARGET ACCESS. */
  readonly nodes: readonly { readonly arguments: readonly Word[] }[];
  /** Any of the above. */
  readonly some: boolean;
  /** TYPE MAJOR:MINOR ACCESS, as in device_cgroup_rules. */
  readonly rules: readonly string[];
  readonly guarded: boolean;
}

/**
 * A container has the nodes that are made for it, and cannot make more: no other of its file systems takes nodes, and it lacks MKNOD. Only
 * where it may not do all that a node lets it do, or could make nodes, has the kernel to look at each access.
 */
export function guarded({ devices, device_cgroup_rules: rules, capabilities, privileged }: Service): boolean {
  return !privileged && (rules.length > 0 || capabilities.includes('MKNOD') || devices.some(({ access }) => !access.startsWith('rw')));
}

export function devices(service: Service): Devices {
  return {
    nodes: service.devices.map(({ source, target, access }) => ({ arguments: [word`${source}`, word`${target}`, access] })),
    some: service.devices.length > 0,
    rules: service.device_cgroup_rules,
    guarded: guarded(service),
  };
}

/** Whether the script has the module of that name. */
export function usesDevices(service: Service): boolean {
  return service.devices.length > 0 || service.privileged || guarded(service);
}
