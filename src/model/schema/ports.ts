import * as z from 'zod';
import { cashMapping, composeMapping, number, text, word } from './forms.ts';

/** What of the host leads to a container, and what of the host a container reaches. */

export const portMapping = composeMapping(
  {
    target: number('Port of the container.'),
    published: number('Port of the host, or a range of which the lowest free one is taken; default: any that is free.').optional(),
    host_ip: text('Address of the host; default: all.').optional(),
    protocol: word(['tcp', 'udp'], 'Default tcp.').optional(),
    name: text('Taken, without effect.').optional(),
    app_protocol: text('Taken, without effect.').optional(),
    mode: word(['host', 'ingress'], 'Taken, without effect: there is one host.').optional(),
  },
  'A published port in its long form.',
);

export const ports = z
  .array(z.union([z.string(), z.number(), portMapping], { error: () => '`[[IP:]HOST:]CONTAINER[/PROTOCOL]` or a mapping' }))
  .nullable()
  .meta({ description: 'Ports of the host that lead to the container: [[IP:]HOST:]CONTAINER[/PROTOCOL].' });

const portList = (description: string) =>
  z.array(z.union([z.string(), z.number()], { error: () => '`PORT[/PROTOCOL]`' })).nullable().meta({ description });

export const expose = portList('Ports the container listens on, for who reads the definition: others on its network reach it anyway.');

export const networkOptions = cashMapping(
  { host_ports: portList('Ports of the host that its containers reach: PORT[-PORT][/PROTOCOL].').optional() },
  'What Compose has no key for.',
).nullable();
