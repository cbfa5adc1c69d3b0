/** What a script consists of and needs: its images and commands, in CycloneDX 1.6. */
import type { CommandUse } from '../audit/audit.ts';
import { textDigest } from '../audit/digest.ts';
import type { InventoryImage } from '../resources/inventory.ts';
import { version } from '../version.ts';
import { json, type Origin } from './provenance.ts';

export function cyclonedx({ script, scriptText, inventory }: Origin, commands: readonly CommandUse[]): string {
  const digest = textDigest(scriptText);
  const components = [...inventory.images.map(image), ...packages(commands)];
  return json({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid(digest)}`,
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'cash', version }] },
      component: { 'bom-ref': 'script', type: 'application', name: inventory.project, description: script, hashes: hashes(digest) },
    },
    components,
    dependencies: [{ ref: 'script', dependsOn: components.map((each) => each['bom-ref']) }],
  });
}

type Component = { readonly 'bom-ref': string } & Readonly<Record<string, unknown>>;

function image({ name, source, sha256, services }: InventoryImage): Component {
  const [repository = name, tag] = name.split(/:(?=[^:]*$)/);
  return {
    'bom-ref': `image:${name}`,
    type: 'container',
    name: repository,
    ...(tag === undefined ? {} : { version: tag }),
    ...(sha256 === null ? {} : { hashes: hashes(sha256) }),
    properties: [{ name: 'cash:source', value: source }, ...services.map((service) => ({ name: 'cash:service', value: service }))],
  };
}

/** Commands by the Debian package they are in; its version is that of the host. */
function packages(commands: readonly CommandUse[]): readonly Component[] {
  const names = [...new Set(commands.map((command) => command.packages.debian))].sort();
  return names.map((name) => {
    const own = commands.filter((command) => command.packages.debian === name);
    const least = own.find((command) => command.least !== null)?.least ?? null;
    return {
      'bom-ref': `package:${name}`,
      type: 'application',
      name,
      purl: `pkg:deb/debian/${name}`,
      properties: [...(least === null ? [] : [{ name: 'cash:least-version', value: least }]), ...own.map((command) => ({ name: 'cash:command', value: `${command.name}: ${command.purpose}` }))],
    };
  });
}

function hashes(sha256: string): readonly object[] {
  return [{ alg: 'SHA-256', content: sha256 }];
}

/** Of a digest: RFC 9562, version 8. */
function uuid(digest: string): string {
  const variant = ((parseInt(digest.charAt(16), 16) & 3) | 8).toString(16);
  return [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`, `${variant}${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-');
}
