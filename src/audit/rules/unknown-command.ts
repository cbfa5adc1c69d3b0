import { BUILTINS } from '../builtins.ts';
import { CATALOGUE } from '../catalogue.ts';
import type { Remark } from '../finding.ts';
import type { Script } from '../script.ts';

/** A002. A command that the script neither defines nor finds in Bash or in the catalogue. */
export function unknownCommand({ invocations, functions }: Script): readonly Remark[] {
  return invocations.flatMap(({ argv: [first], name }) => {
    if (first === undefined || name === null || functions.has(name) || BUILTINS.has(name) || CATALOGUE.has(name)) return [];
    return [{
      code: 'A002',
      message: `"${name}" is not in the catalogue of commands`,
      hint: 'use one that is, or add it to src/audit/catalogue.ts with its package, purpose and privilege',
      index: first.node.start,
    }];
  });
}
