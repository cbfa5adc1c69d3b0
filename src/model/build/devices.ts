import { posix } from 'node:path';
import { fail, unsupported } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { Device, Mount, Service, Text } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedText, flag, patternText, wrong } from '../values.ts';

type Devices = Pick<Service, 'devices' | 'device_cgroup_rules' | 'privileged'>;

/** What udev names a node; a line of an fstab holds it as it is. */
const pathForm = /^\/[A-Za-z0-9_./:@+,=~-]+$/;
const accessForm = /^(?!.*(.).*\1)[rwm]{1,3}$/;
const ruleForm = /^([acb]) (\d{1,7}|\*):(\d{1,7}|\*) ((?!.*(.).*\5)[rwm]{1,3})$/;
/** What the container's own /dev has. */
const own = 'null zero full random urandom tty console ptmx pts shm mqueue fd stdin stdout stderr'.split(' ').map((name) => `/dev/${name}`);

export function buildDevices(context: Context, input: ServiceInput, mounts: readonly Mount[], path: Path): Devices {
  const at = child(path, 'devices');
  const privileged = flag(context, input.privileged, child(path, 'privileged')) ?? false;
  const devices = (input.devices ?? []).flatMap((one, index) => {
    const parts = typeof one === 'string' ? shortForm(context, one, child(at, index)) : ([one.source, one.target, one.permissions] as const);
    return parts === null ? [] : (device(context, parts, mounts, child(at, index)) ?? []);
  });
  const rules = (input.device_cgroup_rules ?? []).flatMap((one, index) => rule(context, one, child(child(path, 'device_cgroup_rules'), index)) ?? []);
  refuseTwice(context, devices, at);
  if (privileged) refuseBesidePrivileged(context, input, devices, path);
  return { devices: privileged ? [] : devices, device_cgroup_rules: rules, privileged };
}

type Parts = readonly [source: string, target: string | undefined, access: string | undefined];

/** `SOURCE[:TARGET][:ACCESS]` */
function shortForm(context: Context, written: string, path: Path): Parts | null {
  const text = closedText(context, written, path);
  if (text === null) return null;
  if (!text.startsWith('/') && text.includes('=')) return unsupported(context, path, 'a device of CDI', { hint: 'name its nodes: `/dev/…`' });
  const [source = '', second, third, ...more] = text.split(':');
  if (more.length > 0) return wrong(context, path, text, '`SOURCE[:TARGET][:ACCESS]`');
  return third === undefined && second !== undefined && accessForm.test(second) ? [source, undefined, second] : [source, second, third];
}

function device(context: Context, [from, to, bits]: Parts, mounts: readonly Mount[], path: Path): Device | null {
  const source = patternText(context, from, path, pathForm, 'the path of a device of the host: `/dev/…`', ['path', 'name', 'integer']);
  const target = to === undefined ? source : deviceTarget(context, to, path);
  const access = closedText(context, bits, path) ?? 'rwm';
  if (!accessForm.test(access)) return wrong(context, path, access, 'some of `r`, `w`, `m`');
  if (source === null || target === null) return null;
  const taken = own.find((each) => target === each || target.startsWith(`${each}/`)) ?? (target === '/dev' ? '/dev' : undefined);
  if (taken !== undefined) return fail(context, 'conflict', path, `the container has its own \`${taken}\``);
  const around = mounts.find((mount) => target === mount.target || target.startsWith(`${mount.target}/`));
  if (around !== undefined) return fail(context, 'conflict', path, `something is mounted at \`${around.target}\`: no device can be there`);
  return { source: clean(source), target: clean(target), access: ['r', 'w', 'm'].filter((bit) => access.includes(bit)).join('') };
}

function deviceTarget(context: Context, text: string, path: Path): Text | null {
  const target = patternText(context, text, path, pathForm, 'an absolute path in the container', ['path', 'name', 'integer']);
  if (target === null) return null;
  if (target.split('/').includes('..')) return wrong(context, path, target, 'a path without `..`');
  const taken = ['/proc', '/sys'].find((place) => target === place || target.startsWith(`${place}/`));
  return taken === undefined ? target : fail(context, 'invalid-value', path, `nothing can be mounted at \`${target}\`: the container has its own \`${taken}\``);
}

function clean(path: Text): Text {
  return posix.normalize(path).replace(/(.)\/+$/, '$1');
}

/** As the kernel reads it: cgroup-v1/devices.rst. */
function rule(context: Context, written: string, path: Path): string | null {
  const text = closedText(context, written, path);
  if (text === null) return null;
  const [, type, major, minor, access] = ruleForm.exec(text) ?? [];
  if (access === undefined) return wrong(context, path, text, '`TYPE MAJOR:MINOR ACCESS`, such as `c 189:* rwm`');
  return `${type} ${major}:${minor} ${['r', 'w', 'm'].filter((bit) => access.includes(bit)).join('')}`;
}

function refuseTwice(context: Context, devices: readonly Device[], path: Path): void {
  const seen = new Set<string>();
  for (const { target } of devices) {
    if (seen.has(target)) fail(context, 'duplicate', path, `\`${target}\` is there twice`);
    seen.add(target);
  }
}

/** It has all of that; what would take something of it away, or put it elsewhere, says something else. */
function refuseBesidePrivileged(context: Context, input: ServiceInput, devices: readonly Device[], path: Path): void {
  const conflict = (key: string, why: string): void => {
    fail(context, 'conflict', child(path, key), `with \`privileged: true\` ${why}`, { at: 'key', hint: 'remove one of them' });
  };
  if ((input.cap_drop ?? []).length > 0) conflict('cap_drop', 'it has all capabilities');
  if ((input.device_cgroup_rules ?? []).length > 0) conflict('device_cgroup_rules', 'nothing guards devices');
  if (devices.some(({ source, target }) => source !== target)) conflict('devices', 'it has all devices, by the names of the host');
  if (input.userns_mode === 'auto') conflict('userns_mode', 'its root is that of the host');
}
