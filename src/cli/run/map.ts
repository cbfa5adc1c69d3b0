/** PROJECT.map.json: which fields of the definition the lines of the script come from. `plan --explain` reads it, an entry a line. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { textDigest } from '../../audit/digest.ts';
import { origins } from '../../compare/origins.ts';
import { compileParts } from '../../compile.ts';
import { type Field, fields } from '../../load/fields.ts';
import type { Generated } from './beside.ts';
import { inputOf } from './definitions.ts';

export function mapOf({ definition, envFiles, path, parts, text }: Generated): string {
  const all = fields(inputOf(definition, readFileSync(definition, 'utf8'), envFiles));
  // A service is its section; what is below has lines that are there as long as anything is in it.
  const others = all.filter(({ leaf, depth }) => leaf || depth > 2).flatMap((field) => {
    const other = field.other();
    return other === null ? [] : [{ field, parts: compileParts(other) }];
  });
  const named = new Map(all.map((field) => [field.name, field]));
  const entries = origins(parts, others, (kind, name) => named.get(sectionName(kind, name)) ?? null).map(({ first, last, fields: from, constant }) =>
    JSON.stringify({ first, last, ...(constant ? { constant } : {}), fields: from.map(({ name, line }: Field) => ({ field: name, line })) }),
  );
  const head = { format: 1, script: basename(path), sha256: textDigest(text), definition: basename(definition) };
  return `${JSON.stringify(head).slice(0, -1)}, "lines": [\n${entries.join(',\n')}\n]}\n`;
}

function sectionName(kind: string, name: string): string {
  return kind === 'pool' ? 'x-cash' : `${kind}s.${name}`;
}
