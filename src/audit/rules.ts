/** All rules: strictMode and unprovenDownload are asked of the script as a whole. */
import type { Remark } from './finding.ts';
import { ignoredFailure } from './rules/ignored-failure.ts';
import { syntaxError } from './rules/syntax-error.ts';
import { textAsCode } from './rules/text-as-code.ts';
import { unknownCommand } from './rules/unknown-command.ts';
import { unquotedExpansion } from './rules/unquoted-expansion.ts';
import type { Script } from './script.ts';

export { strictMode } from './rules/strict-mode.ts';
export { unprovenDownload } from './rules/unproven-download.ts';

type Rule = (script: Script) => readonly Remark[];

/** Asked of the script, and of each script that stands in a word of it. */
const EVERYWHERE: readonly Rule[] = [syntaxError, unknownCommand, textAsCode, unquotedExpansion, ignoredFailure];

export function everywhere(script: Script): readonly Remark[] {
  const own = EVERYWHERE.flatMap((rule) => rule(script)).map((remark) => ({ ...remark, index: remark.index + script.offset }));
  return [...own, ...script.embedded.flatMap(everywhere)];
}
