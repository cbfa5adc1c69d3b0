import * as z from 'zod';
import { composeMapping, flag, text, word } from './forms.ts';
import { hostOptions } from './cash.ts';
import { config, secret } from './given.ts';
import { networkOptions } from './ports.ts';
import { service } from './service.ts';

export const ipamConfig = composeMapping(
  {
    subnet: text('The subnet, such as 10.89.1.0/24; default: one derived from the names.').optional(),
    gateway: text('The address of the bridge; default: the first of the subnet.').optional(),
    ip_range: text('The part of the subnet that containers without a fixed address have theirs from; default: all of it.').optional(),
    aux_addresses: z.record(z.string(), text('An address.')).meta({ description: 'Addresses that something else has: no container gets one.' }).optional(),
  },
  'A subnet.',
);

export const ipam = composeMapping(
  {
    driver: word(['default'], 'The only driver is `default`.').optional(),
    config: z.array(ipamConfig).meta({ description: 'One IPv4 subnet.' }).optional(),
  },
  'Addresses of the network.',
).nullable();

export const network = composeMapping(
  {
    name: text('Name on the host.').optional(),
    driver: word(['bridge'], 'The only driver is `bridge`.').optional(),
    ipam: ipam.optional(),
    internal: flag('No way out of the network.').optional(),
    'x-cash': networkOptions.optional(),
  },
  'A bridge on the host.',
).nullable();

export const volume = composeMapping(
  {
    name: text('Name on the host.').optional(),
    driver: word(['local'], 'The only driver is `local`.').optional(),
    external: flag('It is there already, and stays.').optional(),
  },
  'A named volume.',
).nullable();

export const compose = composeMapping(
  {
    version: z.union([z.string(), z.number()], { error: () => 'a string' }).meta({ description: 'Obsolete and ignored.', deprecated: true }).optional(),
    name: text('Name of the project; default: that of the directory.').optional(),
    services: z.record(z.string(), service).meta({ description: 'The containers.' }).optional(),
    networks: z.record(z.string(), network).nullable().meta({ description: 'The networks.' }).optional(),
    volumes: z.record(z.string(), volume).nullable().meta({ description: 'The named volumes.' }).optional(),
    secrets: z.record(z.string(), secret).nullable().meta({ description: 'The secrets.' }).optional(),
    configs: z.record(z.string(), config).nullable().meta({ description: 'The configs.' }).optional(),
    'x-cash': hostOptions.optional(),
  },
  'A Compose file as cash takes it.',
).meta({ required: ['services'] });

export type ComposeInput = z.output<typeof compose>;
export type ServiceInput = NonNullable<ComposeInput['services']>[string];
export type NetworkInput = NonNullable<ComposeInput['networks']>[string];
export type VolumeInput = NonNullable<ComposeInput['volumes']>[string];
export type SecretInput = NonNullable<ComposeInput['secrets']>[string];
export type ConfigInput = NonNullable<ComposeInput['configs']>[string];
export type GivenFileInput = NonNullable<ServiceInput['secrets']>[number];
export type HostInput = NonNullable<ComposeInput['x-cash']>;
export type ImageOptionsInput = NonNullable<ServiceInput['x-cash']>;
export type MountInput = NonNullable<ServiceInput['volumes']>[number];
export type LongMountInput = Exclude<MountInput, string>;
export type LongPortInput = Exclude<NonNullable<ServiceInput['ports']>[number], string | number>;
export type HookInput = NonNullable<ServiceInput['post_start']>[number];
export type ParameterInput = NonNullable<HostInput['parameters']>[string];
export type FunctionInput = NonNullable<HostInput['functions']>[string];
