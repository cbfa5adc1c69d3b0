import { textDigest } from '../digest.ts';
import type { Remark } from '../finding.ts';
import type { Invocation } from '../invocations.ts';
import type { Script } from '../script.ts';

/** A003. eval, source, and a script in a word (`bash -c`, `trap`) that is not literal: what runs cannot be read beforehand. */
export function textAsCode({ text, invocations }: Script): readonly Remark[] {
  const remarks = invocations.flatMap((invocation) => [...always(invocation), ...composed(invocation)]);
  if (remarks.length === 0) return remarks;
  const [first, last] = judged(text);
  return remarks.filter(({ index }) => index < first || index >= last);
}

/**
 * templates/runtime/signature.bash executes what it has read, the script itself, after ssh-keygen has verified it. It was judged by people, who
 * wrote its digest here: whoever changes a byte of it judges it again.
 */
const JUDGED = 'a635e63161dcd1b6d8b44f446d4381606c0c2d70d2310c1fa5f2c150b34429ea';

/** Where that stands in a script. */
function judged(text: string): readonly [first: number, last: number] {
  const found = /^# \u2500\u2500 signature: the same bytes[^]*?^unset -v SIGNED_TEXT.*\n/m.exec(text);
  return found !== null && textDigest(found[0]) === JUDGED ? [found.index, found.index + found[0].length] : [0, 0];
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
