import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problems, project, definition, service } from './definition.ts';

const one = (written: string) => service(`ports: [${written}]`).ports;
const any = { host_ip: '0.0.0.0', protocol: 'tcp' };
const free = { first: 49152, last: 65535 };

describe('ports', () => {
  test.each([
    ['80', [{ ...any, ...free, target: 80 }]],
    ['"80"', [{ ...any, ...free, target: 80 }]],
    ['"8080:80"', [{ ...any, first: 8080, last: 8080, target: 80 }]],
    ['"8080:80/udp"', [{ ...any, protocol: 'udp', first: 8080, last: 8080, target: 80 }]],
    ['"8080:80/TCP"', [{ ...any, first: 8080, last: 8080, target: 80 }]],
    ['"127.0.0.1:8080:80"', [{ ...any, host_ip: '127.0.0.1', first: 8080, last: 8080, target: 80 }]],
    ['"127.0.0.1::80"', [{ ...any, host_ip: '127.0.0.1', ...free, target: 80 }]],
    ['":8080:80"', [{ ...any, first: 8080, last: 8080, target: 80 }]],
    ['"8000-8010:80"', [{ ...any, first: 8000, last: 8010, target: 80 }]],
    ['"8000-8001:80-81"', [{ ...any, first: 8000, last: 8000, target: 80 }, { ...any, first: 8001, last: 8001, target: 81 }]],
    ['"80-81"', [{ ...any, ...free, target: 80 }, { ...any, ...free, target: 81 }]],
    ['{target: 80}', [{ ...any, ...free, target: 80 }]],
    ['{target: "80", published: 8080, host_ip: 10.0.0.1, protocol: udp, mode: ingress, name: x, app_protocol: http}', [{ host_ip: '10.0.0.1', protocol: 'udp', first: 8080, last: 8080, target: 80 }]],
    ['{target: 80, published: "8000-8003"}', [{ ...any, first: 8000, last: 8003, target: 80 }]],
    ['"80:80", "80:80", "80:80/tcp"', [{ ...any, first: 80, last: 80, target: 80 }]],
  ])('%s', (written, expected) => expect(one(written)).toEqual(expected));

  test('what is exposed is no more than said', () => expect(service('expose: [80, "90-91/udp"]').expose).toEqual(['80/tcp', '90-91/udp']));
  test('on a network of cash only', () => {
    expect(problems('network_mode: host\nports: [80]')).toEqual([expect.stringContaining('conflict: with `network_mode: host`')]);
    expect(problems('network_mode: bridge\nports: [80]')).toEqual([]);
    expect(problems('networks: [a, b]\nports: [80]', 'networks: {a: {internal: true}, b: }')).toEqual([]);
    expect(problems('networks: [a]\nports: [80]', 'networks: {a: {internal: true}}')).toEqual(['conflict: an `internal` network has no way in']);
  });
  test('one for each of the containers', () => {
    expect(problems('scale: 3\nports: ["8000-8002:80"]')).toEqual([]);
    expect(problems('scale: 3\nports: ["8000-8001:80"]')).toEqual(['conflict: 3 containers cannot be reached by the ports 8000-8001 of the host']);
  });
  test('one port of the host leads to one of the container', () => {
    expect(problems('ports: ["80:80", "127.0.0.1:80:81", "80:81/udp", "80:80"]')).toEqual(['conflict: the port 80 of the host leads to 80 already']);
    expect(problems('ports: ["1-65535:1-65535", "2-65535:1-65534"]')).toEqual(['conflict: the port 2 of the host leads to 2 already']);
    expect(problems('ports: ["127.0.0.1:80:80", "127.0.0.2:80:81", 90, 91]')).toEqual([]);
  });

  test('ports of the host', () => {
    const [network] = project(definition('networks: [n]', 'networks: {n: {x-cash: {host_ports: [5432, 53/udp, "8000-8010"]}}}')).networks;
    expect(network?.host_ports).toEqual([{ first: 5432, last: 5432, protocol: 'tcp' }, { first: 53, last: 53, protocol: 'udp' }, { first: 8000, last: 8010, protocol: 'tcp' }]);
  });

  const port = fc.integer({ min: 1, max: 65535 });
  const address = fc.tuple(...Array(4).fill(fc.nat(255)) as [fc.Arbitrary<number>]).map((octets) => octets.join('.'));
  test('short and long form say the same', () => {
    fc.assert(fc.property(fc.option(address), fc.option(port), port, fc.constantFrom('tcp', 'udp'), (ip, published, target, protocol) => {
      const short = `"${ip === null ? '' : `${ip}:`}${published ?? ''}${ip === null && published === null ? '' : ':'}${target}/${protocol}"`;
      const long = `{target: ${target}, protocol: ${protocol}${ip === null ? '' : `, host_ip: ${ip}`}${published === null ? '' : `, published: ${published}`}}`;
      expect(one(short)).toEqual(one(long));
    }));
  });
  test('whatever is written is refused, or is ports', () => {
    const written = fc.oneof(fc.string({ unit: fc.constantFrom('0', '1', '8', '9', '-', ':', '/', '.', '[', ']', 't', 'c', 'p', ' ') }), fc.string());
    fc.assert(fc.property(written, (text) => {
      const lines = `ports: [${JSON.stringify(text.replace(/[$\0]/g, ''))}]`;
      if (problems(lines).length > 0) return;
      for (const { host_ip, first, last, target, protocol } of service(lines).ports) {
        expect(host_ip).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
        expect([first, last, target].every((number) => Number.isInteger(number) && number >= 1 && number <= 65535) && first <= last).toBe(true);
        expect(['tcp', 'udp']).toContain(protocol);
      }
    }));
  });
});
