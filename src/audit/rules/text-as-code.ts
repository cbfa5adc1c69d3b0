import { textDigest } from '../digest.ts';
import type { Remark } from '../finding.ts';
import type { Invocation } from '../invocations.ts';
import type { Script } from '../script.ts';

/** A003. eval, source, and a script in a word (`bash -c`, `trap`) that is not literal: what runs cannot be read beforehand. */
export function textAsCode({ text, invocations }: Script): readonly Remark[] {
  const remarks = invocations.flatMap((invocation) => [...always(invocation), ...composed(invocation)]);
  if (remarks.length === 0) return remarks;
  const parts = judged(text);
  return remarks.filter(({ index }) => !parts.some(([first, last]) => index >= first && index < last));
}

/**
 * What executes text all the same, and why. Each was judged by people, who wrote its digest here: whoever changes a byte of it judges it again.
 */
const JUDGED: readonly { readonly part: RegExp; readonly sha256: string }[] = [
  // templates/runtime/signature.bash: what it has read, the script itself, after ssh-keygen has verified it.
  { part: /^# \u2500\u2500 signature: the same bytes[^]*?^unset -v SIGNED_TEXT.*\n/m, sha256: 'a635e63161dcd1b6d8b44f446d4381606c0c2d70d2310c1fa5f2c150b34429ea' },
  // templates/runtime/detach.bash, supervise.bash: functions of the script itself, which it wrote into a directory of mode 700 just before.
  { part: /^# first_read: [^]*?^}\n/m, sha256: 'a4a4859f4879b0c055600f7aa181764e56000519375db2bc43b185ea2faae2db' },
  { part: /^# last_read: [^]*?^}\n/m, sha256: '5b016315c306201971a80fd0dff0fdb66d550b65cef11984ccef0a3a735715eb' },
];

/** Where those stand in a script. */
function judged(text: string): readonly (readonly [first: number, last: number])[] {
  return JUDGED.flatMap(({ part, sha256 }) => {
    const found = part.exec(text);
    return found !== null && textDigest(found[0]) === sha256 ? [[found.index, found.index + found[0].length] as const] : [];
  });
}

function always({ name, argv: [first] }: Invocation): readonly Remark[] {
  if (first === undefined || (name !== 'eval' && name !== 'source' && name !== '.')) return [];
  return [{
    code: 'A003',
    message: `${name} executes text that does not stand here`,
    hint: 'call a function, or run an array: "${command[@]}"',
    index: first.node.start,
  }];
}

function composed({ name, scripts }: Invocation): readonly Remark[] {
  return scripts
    .filter(({ literal }) => literal === null)
    .map(({ node }) => ({
      code: 'A003',
      message: `the script that ${name ?? 'this'} executes is put together at run time`,
      hint: `single quotes around it, and the values as arguments: bash -c '… "$1"' bash "$value"`,
      index: node.start,
    }));
}
