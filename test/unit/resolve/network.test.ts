import { describe, expect, test } from 'vitest';
import { formatAddress, hosts, overlap, parseAddress, parseSubnet } from '../../../src/resolve/ipv4.ts';
import { resolveNetworks, type ResolvedNetwork } from '../../../src/resolve/network.ts';
import { definition, project } from '../model/definition.ts';

function resolved(lines: string, top = ''): readonly ResolvedNetwork[] {
  return resolveNetworks(project(definition(lines, top)));
}

const net = (config: string): string => `networks: {n: {ipam: {config: [{${config}}]}}}`;

describe('addresses', () => {
  test('are numbers, and back', () => {
    for (const text of ['0.0.0.0', '10.89.7.1', '255.255.255.255']) expect(formatAddress(parseAddress(text))).toBe(text);
  });
  test('of a subnet: the first and the last of a host', () => {
    const { first, last } = hosts(parseSubnet('10.89.7.0/24'));
    expect([first, last].map(formatAddress)).toEqual(['10.89.7.1', '10.89.7.254']);
  });
  test('overlap', () => {
    expect(overlap(parseSubnet('10.0.0.0/8'), parseSubnet('10.5.0.0/16'))).toBe(true);
    expect(overlap(parseSubnet('10.5.0.0/24'), parseSubnet('10.5.1.0/24'))).toBe(false);
  });
});

describe('a network', () => {
  test('that says all', () => {
    const [one] = resolved('networks: {n: {ipv4_address: 10.5.0.9}}', net('subnet: 10.5.0.0/24, gateway: 10.5.0.254'));
    expect(one).toMatchObject({ subnet: '10.5.0.0/24', prefix: 24, gateway: '10.5.0.254', first: '10.5.0.1', last: '10.5.0.254', reserved: ['10.5.0.254', '10.5.0.9'] });
    expect(one).toMatchObject({ bridge: 'cash-app-n', leases: '/run/cash/app/networks/n', internal: false, shared: false });
  });

  test('has its first address for the gateway', () => {
    expect(resolved('networks: [n]', net('subnet: 10.5.0.0/29'))[0]).toMatchObject({ gateway: '10.5.0.1', first: '10.5.0.2', last: '10.5.0.6', reserved: [] });
  });

  test('leases what is in the range, but not what others have', () => {
    const of = (config: string): ResolvedNetwork | undefined => resolved('networks: [n]', net(`subnet: 10.5.0.0/24, ${config}`))[0];
    expect(of('ip_range: 10.5.0.128/25')).toMatchObject({ gateway: '10.5.0.1', first: '10.5.0.128', last: '10.5.0.254', reserved: [] });
    expect(of('ip_range: 10.5.0.0/30')).toMatchObject({ first: '10.5.0.2', last: '10.5.0.3', reserved: [] });
    expect(of('ip_range: 10.5.0.64/26, gateway: 10.5.0.64, aux_addresses: {router: 10.5.0.66}')).toMatchObject({ first: '10.5.0.64', last: '10.5.0.127', reserved: ['10.5.0.64', '10.5.0.66'] });
  });

  test('leases no address that a service has by a parameter', () => {
    const top = `${net('subnet: 10.5.0.0/24')}\nx-cash: {parameters: {x: {type: integer, min: 2, max: 200}}}`;
    expect(resolved('networks: {n: {ipv4_address: "10.5.0.${x}"}}', top)[0]?.reserved).toEqual([['10.5.0.', { parameter: 'x' }]]);
  });

  test('has a /24 by its name where it says nothing', () => {
    const [one] = resolved('command: a');
    expect(one).toMatchObject({ key: 'default', bridge: 'cash-app', subnet: expect.stringMatching(/^10\.(12[89]|1[3-9]\d|2\d\d)\.\d+\.0\/24$/) as string });
    expect(resolved('command: b')).toEqual([one]);
  });

  test('never has a subnet of another one of the project', () => {
    const [one] = resolved('networks: [n]', 'networks: {n: }');
    const taken = `networks: {n: , m: {ipam: {config: [{subnet: ${String(one?.subnet)}}]}}}`;
    const [n, m] = resolved('networks: [n, m]', taken);
    expect(m?.subnet).toBe(one?.subnet);
    expect(n?.subnet).not.toBe(one?.subnet);
  });

  test('with a parameter in its subnet', () => {
    const top = `${net('subnet: "10.${x}.7.0/24"')}\nx-cash: {parameters: {x: {type: integer, min: 1, max: 200}}}`;
    const x = { parameter: 'x' };
    expect(resolved('networks: [n]', top)[0]).toMatchObject({
      subnet: ['10.', x, '.7.0/24'], gateway: ['10.', x, '.7.1'], first: ['10.', x, '.7.2'], last: ['10.', x, '.7.254'],
    });
  });

  test('with a parameter in its subnet, and in the range of that', () => {
    const top = `${net('subnet: "10.${x}.7.0/24", ip_range: "10.${x}.7.128/25"')}\nx-cash: {parameters: {x: {type: integer, min: 1, max: 200}}}`;
    const x = { parameter: 'x' };
    expect(resolved('networks: [n]', top)[0]).toMatchObject({ first: ['10.', x, '.7.128'], last: ['10.', x, '.7.254'] });
  });

  test('that nobody is on is none; network_mode: bridge is on cash0, of all projects', () => {
    expect(resolved('network_mode: none')).toEqual([]);
    expect(resolved('network_mode: bridge')[0]).toMatchObject({ bridge: 'cash0', subnet: '10.88.0.0/16', leases: '/run/cash/_/networks/cash0', shared: true });
  });
});
