import type { Remark } from '../finding.ts';
import type { Invocation } from '../invocations.ts';
import type { Script } from '../script.ts';

/** A003. eval, source, and a script in a word (`bash -c`, `trap`) that is not literal: what runs cannot be read beforehand. */
export function textAsCode({ invocations }: Script): readonly Remark[] {
  return invocations.flatMap((invocation) => [...always(invocation), ...composed(invocation)]);
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
