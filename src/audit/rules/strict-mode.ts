import type { Remark } from '../finding.ts';
import type { Script } from '../script.ts';
import { words } from '../words.ts';

/** A007. No `set -Eeuo pipefail` outside of functions. */
export function strictMode({ root }: Script): readonly Remark[] {
  const set = root.children
    .filter(({ type }) => type === 'command')
    .map((command) => words(command).map(({ literal }) => literal ?? ''))
    .filter(([name]) => name === 'set')
    .flat()
    .join(' ');
  const strict = ['E', 'e', 'u'].every((option) => new RegExp(`-[A-Za-z]*${option}`).test(set)) && /-[A-Za-z]*o pipefail\b/.test(set);
  if (strict) return [];
  return [{
    code: 'A007',
    message: 'no strict mode: a command that fails does not stop the script',
    hint: 'set -Eeuo pipefail',
    index: 0,
  }];
}
