import { expect, it } from 'vitest';
import { fields } from '../../../src/load/fields.ts';

const TEXT = `name: shop
services:
  web:
    image: tar:/web.tar
    command: [sh, "-c"]
    mem_limit: 64m
    read_only: true
    networks: {front: {ipv4_address: 10.1.0.9}}
networks: {front: {ipam: {config: [{subnet: 10.1.0.0/24}]}}}
`;

it('each field with its place, and the project without it, or with another value', () => {
  const found = fields({ path: 'compose.yaml', text: TEXT, directory: '/', environment: {}, readFile: () => null });
  const named = (name: string) => found.find((field) => field.name === name);
  expect(found.filter(({ leaf }) => leaf).map(({ name, line }) => `${name}:${line}`)).toEqual([
    'name:1', 'services.web.image:4', 'services.web.command[0]:5', 'services.web.command[1]:5', 'services.web.mem_limit:6', 'services.web.read_only:7',
    'services.web.networks.front.ipv4_address:8', 'networks.front.ipam.config[0].subnet:9',
  ]);
  expect(named('services.web.mem_limit')?.other()?.services[0]).toMatchObject({ mem_limit: null, read_only: true });
  expect(named('services.web.command[1]')?.other()?.services[0]?.command).toEqual(['sh']);
  // Nothing runs without an image, and an address needs its subnet.
  expect(named('services.web.image')?.other()?.services[0]?.image).toMatchObject({ location: '/web.tar1' });
  expect(named('networks.front.ipam.config[0].subnet')?.other()?.networks[0]).toMatchObject({ subnet: '10.1.0.0/25' });
  expect(named('services')).toMatchObject({ leaf: false, depth: 1, line: 2 });
});
