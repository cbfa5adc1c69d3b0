import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import type { Path } from '../issue.ts';
import type { Text } from '../project.ts';
import { splitWords } from '../shell-words.ts';
import { wrong } from '../values.ts';

/** null: what the image says; empty: nothing. */
export function buildCommand(context: Context, value: string | readonly string[] | null | undefined, path: Path): readonly Text[] | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') return value;
  const split = splitWords(value);
  const hint = 'for a shell write a list: ["sh", "-c", "…"]';
  if (!split.ok) return wrong(context, path, value, `words as Compose splits them: ${split.reason}`, hint);
  if (split.cutAt !== null) {
    const end = value.charAt(split.cutAt);
    const message = `the command ends at the unquoted \`${end}\`, as in Compose: no shell reads it`;
    fail(context, 'invalid-value', path, message, { severity: 'warning', excerpt: end, before: value.slice(0, split.cutAt), hint });
  }
  return split.words;
}
