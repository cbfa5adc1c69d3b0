import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Project } from '../../../src/model/project.ts';
import { embed, extract } from '../../../src/render/embed.ts';
import { version } from '../../../src/version.ts';
import { hostile } from '../../property/arbitraries.ts';

/** Only what embed looks at: it treats services as opaque. */
function project(name: string, services: readonly object[]): Project {
  return { name, services, networks: [], volumes: [], host: { root: '/var/\0root\0/lib' } } as unknown as Project;
}

const script = (value: Project): string => ['#!/bin/bash', ':', ...embed(value), ''].join('\n');

describe('embed', () => {
  it('has one ASCII comment line a part and a service', () => {
    const lines = embed(project('web', [{ name: 'é\n\u2028', command: ['\0name\0'] }, { name: 'db' }]));
    expect(lines).toEqual([
      '# ── the definition, for cash verify ──',
      `# cash-definition: {"version":"${version}"}`,
      '# cash-definition: {"name":"web"}',
      '# cash-definition: {"service":{"name":"\\u00e9\\n\\u2028","command":["\\u0000name\\u0000"]}}',
      '# cash-definition: {"service":{"name":"db"}}',
      '# cash-definition: {"networks":[]}',
      '# cash-definition: {"volumes":[]}',
      '# cash-definition: {"host":{"root":"/var/\\u0000root\\u0000/lib"}}',
    ]);
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name: hostile, command: fc.array(hostile) })), (services) => {
        const value = project('web', services);
        const text = script(value);
        expect(extract(text)).toEqual({ project: value, version });
        expect(text.slice(text.indexOf('# cash'))).toMatch(/^[ -~\n]*$/);
        expect(JSON.stringify(extract(text))).toBe(JSON.stringify({ project: value, version }));
      }),
    );
  });
});

describe('extract', () => {
  it.each([
    ['no definition', 'echo\n', /carries no definition/],
    ['nothing', '', /carries no definition/],
    ['lines after it', `${script(project('web', []))}echo\n`, /its end is missing/],
    ['bad JSON', '# cash-definition: {"version":"1"}\n# cash-definition: {\n', /damaged definition in line 2/],
    ['no object', '# cash-definition: 5\n', /damaged definition in line 1/],
    ['parts missing', '# cash-definition: {"version":"1"}\n# cash-definition: {"name":"web"}\n', /without services, networks, volumes, host/],
    ['no version', '# cash-definition: {"name":"web"}\n', /without version/],
  ])('says what is wrong with %s', (_, text, message) => expect(extract(text)).toEqual({ error: expect.stringMatching(message) as string }));

  it('takes no notice of such lines before the end', () => {
    const value = project('web', []);
    expect(extract(`# cash-definition: {"name":"other"}\n${script(value)}`)).toEqual({ project: value, version });
  });
});
