/** The whole script, as lists and values: every decision is taken here, none in a template. Pure. */
import type { Project, Service } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { identifiers } from '../resolve/name.ts';
import { resolveNetworks } from '../resolve/network.ts';
import { toWord } from '../render/quote.ts';
import { confines, foreignProfiles, ownProfile, type Profile } from './apparmor.ts';
import { commandsOf } from './commands.ts';
import { commandsIn, watched } from './called.ts';
import { usesDevices } from './devices.ts';
import { secretVariables } from './given.ts';
import { downloads, type Header, header } from './header.ts';
import { type Image, images } from './image.ts';
import { volumeName } from './mounts.ts';
import { type NetworkView, networks } from './network.ts';
import { type Order, order } from './order.ts';
import { type ParameterView, parameters, type SignatureView, signatures } from './parameters.ts';
import { type Pool, pool } from './pool.ts';
import { publishes } from './ports.ts';
import { type Filter, filters } from './seccomp/filter.ts';
import { labels, processContext } from './selinux.ts';
import { type ServiceView, serviceView } from './service.ts';

export interface Script {
  readonly header: Header;
  readonly sourced: { readonly commands: readonly string[] };
  /** The commands it has. */
  readonly called: readonly string[];
  /** Names of templates/runtime/*.bash, in order: what `run` can need, and the rest. What nothing calls of them is left out. */
  readonly modules: readonly string[];
  readonly laterModules: readonly string[];
  readonly version: string;
  /** COMMAND:DEBIAN-PACKAGE, for `check`. */
  readonly commands: readonly string[];
  /** Functions of `check`, for what only this project needs. */
  readonly checks: readonly string[];
  readonly parameterized: boolean;
  readonly declared: readonly ParameterView[];
  readonly pool: Pool;
  readonly images: readonly Image[];
  readonly networks: readonly NetworkView[];
  readonly filters: readonly Filter[];
  readonly services: readonly ServiceView[];
  readonly name: string;
  readonly root: Word;
  readonly cgroup: string;
  /** AppArmor: those that the host has to have; whether there are any; that which the script brings along, at most one. */
  readonly profiles: readonly string[];
  readonly profiled: boolean;
  /** SELinux: the contexts of processes, each once, with spaces between; whether there are any. */
  readonly contexts: string;
  readonly labelled: boolean;
  readonly ownProfiles: readonly Profile[];
  /** Variables of the environment that hold secrets; whether there are any. */
  readonly secretVariables: readonly string[];
  readonly provided: boolean;
  /** KEY:NAME-ON-THE-HOST */
  readonly volumes: readonly string[];
  readonly externalVolumes: readonly string[];
  readonly functions: readonly SignatureView[];
  readonly order: Order;
  /** x-cash.require_signature; empty texts where it asks for none. */
  readonly signed: boolean;
  readonly signer: string;
  readonly allowedSigners: string;
}

/** Constant Bash that `run SERVICE` does not read. */
const LATER = ['options', 'plan', 'terminal', 'supervise', 'detach', 'up', 'life', 'attach', 'exec', 'ps', 'port', 'processes', 'inspect', 'update', 'logs', 'events', 'output', 'images', 'history', 'pause', 'commit', 'archive', 'files', 'diff', 'volumes', 'snapshots', 'down', 'unpool', 'install', 'help', 'completion', 'check', 'drift'];

function later(project: Project, resolved: readonly NetworkView[]): readonly string[] {
  const { rootless, supervisor, storage } = project.host;
  const systemd = supervisor === 'systemd';
  const journaled = project.services.some(({ logging }) => logging?.driver === 'journald');
  /** Behind the module that calls it: what is there in two ways, or not always. */
  const further: Readonly<Record<string, readonly string[]>> = {
    exec: watched(project) ? ['health', systemd ? 'timer' : 'watch'] : [],
    logs: journaled ? ['journal'] : [],
    diff: [rootless ? 'walk' : 'send'],
    snapshots: [storage.type === 'directory' ? 'copies' : 'subvolumes'],
    down: resolved.length > 0 ? [] : ['unbridge'],
    install: [rootless ? 'login' : 'boot'],
  };
  return LATER.flatMap((name) => [name === 'supervise' && systemd ? 'systemd' : name, ...(further[name] ?? [])]);
}

/** What the script calls `run` is another command, or one with options: it needs what `run SERVICE` does not. */
function widened(project: Project): boolean {
  return project.host.functions.some(([name, { command, options }]) => name === 'run' && (command !== 'run' || options.length > 0));
}

export function script(project: Project, version: string): Script {
  const resolved = networks(resolveNetworks(project));
  const { list, ofService } = images(project);
  const declared = parameters(project);
  const views = services(project, ofService, resolved);
  const called = commandsIn(project);
  return {
    header: header(project, resolved, version),
    sourced: { commands: called },
    called,
    modules: [...modules(project, resolved, views), ...(called.includes('run') && !widened(project) ? ['first'] : [])],
    laterModules: later(project, resolved),
    version,
    commands: commandsOf(project, resolved, views),
    checks: [...(timed(project) ? ['time_check'] : []), ...(confines(project) ? ['apparmor_check'] : []), ...(labels(project) ? ['selinux_check'] : []), ...(project.host.supervisor === 'systemd' ? ['check_systemd'] : [])],
    parameterized: declared.length > 0,
    declared,
    pool: pool(project),
    images: list,
    networks: resolved,
    filters: filters(project),
    services: views,
    name: project.name,
    root: toWord(project.host.root),
    cgroup: project.host.cgroup === 'v1' || project.host.cgroup === 'v2' ? project.host.cgroup : '',
    profiles: foreignProfiles(project),
    profiled: confines(project),
    contexts: [...new Set(project.services.flatMap((service) => processContext(project, service) ?? []))].join(' '),
    labelled: labels(project),
    ownProfiles: [ownProfile(project) ?? []].flat(),
    secretVariables: secretVariables(project),
    provided: secretVariables(project).length > 0,
    volumes: volumes(project, false),
    externalVolumes: volumes(project, true),
    functions: signatures(project),
    order: order(project),
    signed: project.host.require_signature !== null,
    signer: project.host.require_signature?.identity ?? '',
    allowedSigners: project.host.require_signature?.allowed_signers ?? '',
  };
}

function services(project: Project, ofService: ReadonlyMap<string, Image>, resolved: readonly NetworkView[]): readonly ServiceView[] {
  const ids = identifiers(project.services.map(({ name }) => name));
  return project.services.flatMap((service) => {
    const image = ofService.get(service.name);
    return image === undefined ? [] : [serviceView(project, service, `service_${ids.get(service.name) ?? ''}`, image, resolved)];
  });
}

/** Limits that are more than a value in a file. */
function limitsOfItsOwn(service: Service): boolean {
  return service.blkio !== null || service.oom_kill_disable || service.cpu_rt_period !== null || service.cpu_rt_runtime !== null;
}

function timed({ services }: Project): boolean {
  return services.some(({ time }) => time !== null);
}

function volumes(project: Project, external: boolean): readonly string[] {
  return project.volumes.filter((volume) => volume.external === external).map(({ name }) => `${name}:${volumeName(project, name)}`);
}

/** Constant Bash for `run`, only what this definition can need. */
function modules(project: Project, resolved: readonly NetworkView[], services: readonly ServiceView[]): readonly string[] {
  const mounted = project.services.some(({ mounts }) => mounts.some(({ type }) => type === 'volume'));
  const userns = project.services.some(({ userns_mode }) => userns_mode === 'auto');
  const published = publishes(project);
  const provided = project.services.some(({ files }) => files.length > 0);
  const late = provided || project.services.some(({ mounts }) => mounts.some(({ type }) => type === 'bind')) || services.some((view) => view.mounts.late);
  const init = project.services.some((service) => service.init);
  return [
    'prelude',
    'audit',
    project.host.parameters.length > 0 ? 'parameters' : 'parameterless',
    'pool',
    project.host.storage.type === 'directory' ? 'directory' : 'btrfs',
    'image',
    ...(downloads(project) ? ['download'] : []),
    ...(mounted || project.volumes.length > 0 ? ['volume'] : []),
    'cgroup',
    ...(project.services.some(limitsOfItsOwn) ? ['limit'] : []),
    project.host.cgroup === 'libcgroup' ? 'libcgroup' : 'cgroupfs',
    ...(resolved.length > 0 ? ['network', 'unbridge'] : []),
    ...(published ? ['ports'] : []),
    'resolver',
    'names',
    'container',
    'seccomp',
    'relay',
    'start',
    'remove',
    ...(published && project.host.rootless ? ['forward'] : []),
    ...(project.host.supervisor === 'systemd' ? ['unit'] : []),
    ...(services.some(({ kernel }) => kernel.refusable) ? ['refused'] : []),
    ...(project.services.some((service) => service.group_add.length > 0) ? ['groups'] : []),
    ...(project.services.some((service) => service.storage_size !== null) ? ['quota'] : []),
    ...(project.services.some(usesDevices) ? ['devices'] : []),
    ...(late ? ['host'] : []),
    ...(provided ? ['secrets'] : []),
    ...(init ? ['init'] : []),
    ...(userns ? ['userns'] : []),
    ...(project.host.rootless ? ['rootless', 'outward'] : []),
    ...(services.some(({ spaces }) => spaces.shared) ? ['share'] : []),
    ...(confines(project) ? ['apparmor'] : []),
    ...(labels(project) ? ['selinux'] : []),
    ...(timed(project) ? ['time'] : []),
    'run',
    'commands',
  ];
}
