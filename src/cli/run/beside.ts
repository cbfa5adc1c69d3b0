/** Files beside a script, of the same definition: they are stale with it. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { cyclonedx } from '../../attest/cyclonedx.ts';
import { provenance } from '../../attest/provenance.ts';
import { examine } from '../../audit/audit.ts';
import type { Project } from '../../model/project.ts';
import { render } from '../../render/environment.ts';
import { acceptance } from '../../resources/acceptance.ts';
import { inventory } from '../../resources/inventory.ts';
import { version } from '../../version.ts';
import { EXECUTABLE } from '../files.ts';

export interface Generated {
  readonly definition: string;
  readonly envFiles: readonly string[];
  readonly project: Project;
  /** Of the script. */
  readonly path: string;
  readonly text: string;
  /** The same, as the programs it consists of. */
  readonly parts: readonly string[];
}

interface Beside {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

export async function beside(script: Generated, { tests, attest, map }: { readonly tests: boolean; readonly attest: boolean; readonly map: boolean }): Promise<readonly Beside[]> {
  const stem = script.path.replace(/\.sh$/, '');
  return [
    ...(tests ? [{ path: `${stem}.bats`, text: testsOf(script), mode: EXECUTABLE }] : []),
    ...(attest ? (await attestations(script)).map(([suffix, text]) => ({ path: `${stem}.${suffix}.json`, text, mode: 0o644 })) : []),
    ...(map ? [{ path: `${stem}.map.json`, text: (await import('./map.ts')).mapOf(script), mode: 0o644 }] : []),
  ];
}

function testsOf({ project, path }: Generated): string {
  return render('acceptance', acceptance(project, basename(path), version, inventory(project, version).digest));
}

async function attestations({ definition, project, path, text }: Generated): Promise<readonly (readonly [string, string])[]> {
  const origin = { definition: basename(definition), definitionText: readFileSync(definition, 'utf8'), script: basename(path), scriptText: text, inventory: inventory(project, version) };
  const { commands } = await examine(text);
  return [['provenance', provenance(origin)], ['cdx', cyclonedx(origin, commands)]];
}
