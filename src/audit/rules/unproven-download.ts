import type { Remark } from '../finding.ts';
import type { Script } from '../script.ts';

/** A006. A download in a script that computes no digest. */
export function unprovenDownload({ invocations }: Script): readonly Remark[] {
  if (invocations.some(({ name }) => name === 'sha256sum')) return [];
  return invocations.flatMap(({ name, argv: [first] }) => {
    if (first === undefined || (name !== 'curl' && name !== 'wget')) return [];
    return [{
      code: 'A006',
      message: `${name} downloads, and no digest is compared`,
      hint: 'sha256sum --check the file before it is used',
      index: first.node.start,
    }];
  });
}
