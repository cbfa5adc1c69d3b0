import { createHash } from 'node:crypto';

/** SHA-256 of the UTF-8, in hexadecimal. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
