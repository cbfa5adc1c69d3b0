/** Where a script comes from. Sources: in-toto Statement v1, SLSA Provenance v1. Nothing of the time or the machine: the same input gives the same bytes. */
import { textDigest } from '../audit/digest.ts';
import type { Inventory } from '../resources/inventory.ts';
import { version } from '../version.ts';

export interface Origin {
  /** File name of the definition, without its folder. */
  readonly definition: string;
  readonly definitionText: string;
  /** File name of the script, without its folder. */
  readonly script: string;
  readonly scriptText: string;
  readonly inventory: Inventory;
}

export function provenance({ definition, definitionText, script, scriptText, inventory }: Origin): string {
  const images = inventory.images.flatMap(({ source, sha256 }) => (sha256 === null ? [] : [{ uri: source, digest: { sha256 } }]));
  return json({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: script, digest: { sha256: textDigest(scriptText) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:cash:generate:1',
        externalParameters: { definition, project: inventory.project },
        // After interpolation, in one form: the script carries it.
        internalParameters: { normalisedDefinition: { sha256: inventory.digest } },
        resolvedDependencies: [{ name: definition, digest: { sha256: textDigest(definitionText) } }, ...images],
      },
      runDetails: { builder: { id: 'urn:cash', version: { cash: version } } },
    },
  });
}

export function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
