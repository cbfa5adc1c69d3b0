import { bindOptions, tmpfsOptions, volumeMount } from './mount.ts';
import { clocks, functionDeclaration, hostOptions, imageOptions, parameter, signatureDemand, storageMapping, usernsMapping, waiver } from './cash.ts';
import { dependency } from './depends.ts';
import { healthcheck, hook, logging, loggingOptions, restartPolicy } from './keeping.ts';
import { blkioConfig, byteRate, device, operationRate, storageOpt, ulimit, weightDevice } from './kernel.ts';
import { compose, ipam, ipamConfig, network, volume } from './compose.ts';
import { deploy, limits, resources, service } from './service.ts';
import { config, givenFile, secret } from './given.ts';
import { networkOptions, portMapping } from './ports.ts';
import { specKeys } from './spec-keys.ts';

/** The mappings whose keys are fixed, by level: a path in which a name of the user's or an index is `*`. */
const shapes: ReadonlyMap<string, object> = new Map<string, object>([
  ['', compose.shape],
  ['x-cash', hostOptions.unwrap().shape],
  ['x-cash.storage', storageMapping.shape],
  ['x-cash.userns', usernsMapping.shape],
  ['x-cash.parameters.*', parameter.shape],
  ['x-cash.functions.*', functionDeclaration.shape],
  ['x-cash.require_signature', signatureDemand.shape],
  ['x-cash.waivers.*', waiver.shape],
  ['services.*', service.shape],
  ['services.*.x-cash', imageOptions.unwrap().shape],
  ['services.*.x-cash.time', clocks.shape],
  ['services.*.deploy', deploy.unwrap().shape],
  ['services.*.deploy.resources', resources.unwrap().shape],
  ['services.*.deploy.resources.limits', limits.unwrap().shape],
  ['services.*.deploy.restart_policy', restartPolicy.unwrap().shape],
  ['services.*.healthcheck', healthcheck.unwrap().shape],
  ['services.*.logging', logging.unwrap().shape],
  ['services.*.logging.options', loggingOptions.unwrap().shape],
  ['services.*.post_start.*', hook.shape],
  ['services.*.pre_stop.*', hook.shape],
  ['services.*.depends_on.*', dependency.shape],
  ['services.*.ulimits.*', ulimit.shape],
  ['services.*.storage_opt', storageOpt.unwrap().shape],
  ['services.*.blkio_config', blkioConfig.unwrap().shape],
  ['services.*.blkio_config.weight_device.*', weightDevice.shape],
  ['services.*.blkio_config.device_read_bps.*', byteRate.shape],
  ['services.*.blkio_config.device_write_bps.*', byteRate.shape],
  ['services.*.blkio_config.device_read_iops.*', operationRate.shape],
  ['services.*.blkio_config.device_write_iops.*', operationRate.shape],
  ['services.*.devices.*', device.shape],
  ['services.*.volumes.*', volumeMount.shape],
  ['services.*.volumes.*.bind', bindOptions.shape],
  ['services.*.volumes.*.tmpfs', tmpfsOptions.shape],
  ['services.*.secrets.*', givenFile.shape],
  ['services.*.configs.*', givenFile.shape],
  ['services.*.ports.*', portMapping.shape],
  ['services.*.networks.*', { ipv4_address: true, aliases: true }],
  ['networks.*', network.unwrap().shape],
  ['networks.*.x-cash', networkOptions.unwrap().shape],
  ['networks.*.ipam', ipam.unwrap().shape],
  ['networks.*.ipam.config.*', ipamConfig.shape],
  ['volumes.*', volume.unwrap().shape],
  ['secrets.*', secret.unwrap().shape],
  ['configs.*', config.unwrap().shape],
]);

const named = new Set(['services', 'networks', 'volumes', 'secrets', 'configs', 'services.*.networks', 'services.*.depends_on', 'services.*.ulimits', 'x-cash.parameters', 'x-cash.functions']);

export function levelOf(keys: readonly (string | number)[]): string {
  return keys.reduce<string>((level, key) => {
    const step = typeof key === 'number' || named.has(level) ? '*' : key;
    return level === '' ? step : `${level}.${step}`;
  }, '');
}

export interface Level {
  /** Keys that cash takes there. */
  readonly supported: readonly string[];
  /** Keys of the Compose Specification there; empty in a mapping of cash's own. */
  readonly specified: readonly string[];
}

export function levelKeys(level: string): Level {
  return { supported: Object.keys(shapes.get(level) ?? {}), specified: specKeys.get(level) ?? [] };
}

/** Where Compose allows extension keys (`x-…`). */
export function allowsExtensions(level: string): boolean {
  return specKeys.has(level);
}
