import { fail, unsupported } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { HostOptions, Network, Service } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedText, flag, oneOf } from '../values.ts';
import { buildAttachment } from './attach.ts';
import { buildCommand } from './command.ts';
import { buildDependsOn, buildProfiles } from './depends.ts';
import { buildEnvironment, buildLabels } from './environment.ts';
import { buildDns, buildDnsSearch, buildExtraHosts } from './hosts.ts';
import { buildDevices } from './devices.ts';
import { buildHealthcheck } from './healthcheck.ts';
import { buildFiles, type Given } from './given.ts';
import { buildHooks } from './hooks.ts';
import { buildImage } from './image.ts';
import { buildImageOptions } from './image-options.ts';
import { buildConfinement } from './confinement.ts';
import { buildKernel } from './kernel.ts';
import { buildLimits } from './limits.ts';
import { buildLogging } from './logging.ts';
import { buildMounts } from './mounts.ts';
import { containerName, utsName } from './names.ts';
import { buildPorts, refuseTooFewPorts } from './ports.ts';
import { buildPlatform, gracePeriod, stopSignal, userText, workingDirectory } from './process.ts';
import { buildRestart } from './restart.ts';
import { buildScale } from './scale.ts';
import { buildSpaces } from './spaces.ts';

/** What a service can refer to. */
export interface Surroundings {
  readonly networks: ReadonlyMap<string, Network>;
  readonly volumes: readonly string[];
  readonly given: Given;
  readonly host: Pick<HostOptions, 'root' | 'allow' | 'supervisor'>;
}

export function buildService(context: Context, name: string, input: ServiceInput, around: Surroundings, path: Path): Service | null {
  const at = (key: string): Path => child(path, key);
  const image = buildImage(context, input.image, input.pull_policy, at('image'));
  if (input.image === undefined) {
    fail(context, 'missing-key', path, `the service \`${name}\` has no \`image\``, { at: 'key', hint: 'add `image: debootstrap:bookworm`' });
  }
  const attachment = buildAttachment(context, input, around.networks, path);
  const mounts = buildMounts(context, input, around, path);
  const devices = buildDevices(context, input, mounts, path);
  const rest = {
    image_options: buildImageOptions(context, input['x-cash'], image, at('x-cash')),
    container_name: containerName(context, input.container_name, at('container_name')),
    command: buildCommand(context, input.command, at('command')),
    entrypoint: buildCommand(context, input.entrypoint, at('entrypoint')),
    environment: buildEnvironment(context, input, path),
    working_dir: workingDirectory(context, input.working_dir, at('working_dir')),
    user: userText(context, input.user, at('user')),
    hostname: utsName(context, input.hostname, at('hostname')),
    domainname: utsName(context, input.domainname, at('domainname')),
    labels: buildLabels(context, input.labels, at('labels')),
    annotations: buildLabels(context, input.annotations, at('annotations')),
    ...buildLimits(context, input, path),
    ...buildKernel(context, input, path),
    ...buildConfinement(context, input, devices.privileged, path),
    ...buildSpaces(context, input, path),
    ...attachment,
    ...buildPorts(context, input, attachment, around.networks, path),
    dns: buildDns(context, input.dns, at('dns')),
    dns_search: buildDnsSearch(context, input.dns_search, at('dns_search')),
    extra_hosts: buildExtraHosts(context, input.extra_hosts, at('extra_hosts')),
    mounts,
    files: buildFiles(context, input, around.given, mounts, path),
    ...devices,
    read_only: flag(context, input.read_only, at('read_only')) ?? false,
    stop_signal: stopSignal(context, input.stop_signal, at('stop_signal')),
    stop_grace_period: gracePeriod(context, input.stop_grace_period, at('stop_grace_period')),
    init: flag(context, input.init, at('init')) ?? false,
    restart: buildRestart(context, input, path),
    healthcheck: buildHealthcheck(context, input.healthcheck, image, at('healthcheck')),
    on_unhealthy: oneOf(context, input['x-cash']?.on_unhealthy, child(at('x-cash'), 'on_unhealthy'), ['none', 'restart', 'stop', 'kill']) ?? 'none',
    logging: buildLogging(context, input.logging, around.host, at('logging')),
    post_start: buildHooks(context, input.post_start, at('post_start')),
    pre_stop: buildHooks(context, input.pre_stop, at('pre_stop')),
    depends_on: buildDependsOn(context, input.depends_on, at('depends_on')),
    profiles: buildProfiles(context, input.profiles, at('profiles')),
    scale: buildScale(context, input, path),
    stdin_open: flag(context, input.stdin_open, at('stdin_open')) ?? false,
    tty: flag(context, input.tty, at('tty')) ?? false,
    platform: buildPlatform(context, input.platform, at('platform')),
    pull_policy: pullPolicy(context, input.pull_policy, at('pull_policy')),
    userns_mode: usernsMode(context, input.userns_mode, at('userns_mode')),
  };
  refuseTooFewPorts(context, rest, path);
  return image === null ? null : { name, image, ...rest };
}

function pullPolicy(context: Context, value: string | undefined, path: Path): Service['pull_policy'] {
  const text = closedText(context, value, path);
  if (text !== null && /^(build|refresh|daily|weekly|every_.*)$/.test(text)) {
    unsupported(context, path, `\`pull_policy: ${text}\``, { hint: 'there is `always`, `never`, `missing`' });
    return 'missing';
  }
  const policy = oneOf(context, text, path, ['always', 'never', 'missing', 'if_not_present']);
  return policy === null || policy === 'if_not_present' ? 'missing' : policy;
}

function usernsMode(context: Context, value: string | undefined, path: Path): Service['userns_mode'] {
  const text = closedText(context, value, path);
  if (text === null || text === '') return 'host';
  if (/^(keep-id|nomap|private|auto:.*|keep-id:.*)$/.test(text)) {
    unsupported(context, path, `\`userns_mode: ${text}\``, { hint: 'there is `auto`, `host`' });
    return 'host';
  }
  return oneOf(context, text, path, ['auto', 'host']) ?? 'host';
}
