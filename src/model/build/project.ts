import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { ParameterDeclaration, Project, Service } from '../project.ts';
import type { ComposeInput } from '../schema/compose.ts';
import { closedText, wrong } from '../values.ts';
import { refuseSharedAddresses } from './attach.ts';
import { buildCommands } from './commands.ts';
import { checkDependencies } from './depends.ts';
import { buildFunctions, checkReach } from './functions.ts';
import { buildGiven } from './given.ts';
import { buildHost, hostDirectory } from './host.ts';
import { isKernelFile } from './names.ts';
import { buildNetworks } from './networks.ts';
import { buildParameters } from './parameters.ts';
import { refuseOfRoot } from './rootless.ts';
import { buildService } from './service.ts';
import { checkJoins } from './spaces.ts';
import { buildVolumes, resourceName } from './volumes.ts';
import { buildWaivers } from './waivers.ts';

const projectForm = /^[a-z0-9][a-z0-9_-]*$/;

/** The name of a directory as Compose makes a project's name of it: lower case, and only letters, digits, `-`, `_`. */
export function normaliseProjectName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9_-]/g, '').replace(/^[_-]+/, '');
}

export interface Surrounding {
  /** From the command line or COMPOSE_PROJECT_NAME; wins over `name`. */
  readonly projectName: string | null;
  /** Path of the directory the definition is in. */
  readonly directory: string;
  /** Whether the definition has services at all, well-formed or not. */
  readonly hasServices: boolean;
  /** Parameters that stand somewhere in the definition. */
  readonly usedParameters: ReadonlySet<string>;
}

/** Never throws; null where something that nothing can be said without is missing. What is wrong goes to `context.report`. */
export function buildProject(before: Context, input: ComposeInput, around: Surrounding): Project | null {
  const host = input['x-cash'] ?? {};
  const parameters = buildParameters(before, host.parameters ?? {});
  const context: Context = { ...before, parameters: new Map<string, ParameterDeclaration>(parameters), directory: before.directory };
  const directory = hostDirectory(context, host.directory, child(child(null, 'x-cash'), 'directory')) ?? before.directory;
  const inside: Context = { ...context, directory };
  if (input.version !== undefined) {
    const message = '`version` is obsolete, it is ignored';
    fail(context, 'obsolete', child(null, 'version'), message, { at: 'key', severity: 'warning', hint: 'remove it' });
  }
  const networks = buildNetworks(inside, input.networks);
  const volumes = buildVolumes(inside, input.volumes);
  const given = buildGiven(inside, input);
  const options = buildHost(inside, host);
  if (!around.hasServices) {
    const hint = 'add `services: {NAME: {image: debootstrap:bookworm}}`';
    fail(context, 'missing-key', input.services === undefined ? null : child(null, 'services'), 'there are no `services`', { hint, at: 'key' });
  }
  const services = buildServices(inside, input, { networks, volumes: [...volumes.keys()], given, host: options });
  refuseOfRoot(inside, host, options, services);
  const functions = buildFunctions(inside, host.functions, Object.keys(input.services ?? {}));
  checkReach(inside, parameters, functions, around.usedParameters);
  const attached = new Set(services.flatMap((service) => service.networks.map(({ network }) => network)));
  const mounted = new Set(services.flatMap((service) => service.mounts.flatMap((mount) => (mount.type === 'volume' ? [mount.source] : []))));
  return {
    name: projectName(inside, input.name, around),
    profiles: activeProfiles(context.variable('COMPOSE_PROFILES') ?? '', services),
    services,
    networks: [...networks.values()].filter(({ name }) => attached.has(name)),
    volumes: [...volumes.values()].filter(({ name }) => mounted.has(name)),
    // Not { ...options, parameters }: where keys come after a spread at the beginning, V8 of Node 20 gives each object a hidden class of its own.
    host: Object.assign({}, options, { parameters, functions, waivers: buildWaivers(inside, host.waivers, Object.keys(input.services ?? {})), commands: buildCommands(inside, host.commands, services, functions) }),
  };
}

function buildServices(context: Context, input: ComposeInput, around: Parameters<typeof buildService>[3]): readonly Service[] {
  const section: Path = child(null, 'services');
  const services = Object.entries(input.services ?? {}).flatMap(([name, one]) => {
    const path = child(section, name);
    resourceName(context, name, path);
    return buildService(context, name, one, around, path) ?? [];
  });
  checkJoins(context, services, Object.keys(input.services ?? {}));
  refuseSharedAddresses(context, services);
  refuseSharedNames(context, services);
  refuseSharedTags(context, services);
  return checkDependencies(context, services, input.services ?? {});
}

/** Of `a,b` those that a service has; `*`: all. */
function activeProfiles(list: string, services: readonly Service[]): readonly string[] {
  const wanted = list.split(',').map((name) => name.trim());
  return [...new Set(services.flatMap(({ profiles }) => profiles))].filter((name) => wanted.includes(name) || wanted.includes('*'));
}

/** Two images of one name: the second would never be pulled. */
function refuseSharedTags(context: Context, services: readonly Service[]): void {
  const owners = new Map<string, readonly [service: string, content: string]>();
  for (const { name, image, image_options: { config: _, ...options } } of services) {
    if (options.tag === null) continue;
    const content = JSON.stringify([image, options]);
    const [owner, other] = owners.get(options.tag) ?? [name, content];
    const path = child(child(child(child(null, 'services'), name), 'x-cash'), 'tag');
    if (other !== content) fail(context, 'duplicate', path, `the image of \`${owner}\` has that tag, and is another one`);
    owners.set(options.tag, [owner, other]);
  }
}

/** Without `container_name` a container is called as its service is; of several, each with its number behind that. */
function refuseSharedNames(context: Context, services: readonly Service[]): void {
  const owners = new Map<string, string>();
  for (const { name, container_name: given, scale } of services) {
    const service = child(child(null, 'services'), name);
    const path = given === null ? service : child(service, 'container_name');
    const containers = given !== null ? [given] : scale > 1 ? Array.from({ length: scale }, (_, index) => `${name}-${index + 1}`) : [name];
    const taken = containers.find((container) => owners.has(container));
    if (taken !== undefined) {
      const hint = given === null ? 'give one of both another `container_name`' : undefined;
      fail(context, 'duplicate', path, `the container of \`${owners.get(taken)}\` has ${given === null ? `the name \`${taken}\`` : 'that name'} already`, given === null ? { at: 'key', hint } : {});
    }
    if (containers.some(isKernelFile)) {
      const hint = given === null ? 'give it a `container_name`' : undefined;
      fail(context, 'invalid-value', path, `no container can be called \`${containers[0]}\`: in each cgroup the kernel has a file of that name`, given === null ? { at: 'key', hint } : {});
    }
    for (const container of containers) owners.set(container, name);
  }
}

function projectName(context: Context, value: string | undefined, around: Surrounding): string {
  const path = child(null, 'name');
  const written = closedText(context, value, path);
  const expected = 'lower-case letters, digits, `-` and `_`, beginning with a letter or digit';
  if (written !== null && !projectForm.test(written)) wrong(context, path, written, expected);
  if (around.projectName !== null && !projectForm.test(around.projectName)) {
    const message = `COMPOSE_PROJECT_NAME must be ${expected}, not ${JSON.stringify(around.projectName)}`;
    fail(context, 'invalid-value', null, message, { hint: 'it is set in the environment, in `.env` or in a file of --env-file' });
    return 'project';
  }
  const name = around.projectName ?? written;
  if (name !== null && isKernelFile(name)) return fail(context, 'invalid-value', written === null ? null : path, `no project can be called \`${name}\`: in each cgroup the kernel has a file of that name`) ?? name;
  if (name !== null) return name;
  const normalised = normaliseProjectName(around.directory.split('/').filter((part) => part !== '').at(-1) ?? '');
  if (normalised !== '') return normalised;
  fail(context, 'missing-key', null, 'the project has no name: the directory gives none', { hint: 'add `name: …` at the top' });
  return 'project';
}
