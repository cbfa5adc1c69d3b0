/** Signatures by ssh-keygen, which every host with OpenSSH 8.2 has. Source: ssh-keygen(1), -Y; its file formats are in "ALLOWED SIGNERS". */
import { spawnSync } from 'node:child_process';

/** What a signature is for: one for another namespace is none for a script. */
const NAMESPACE = 'cash';

export type Answer = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** The text of the signature of the bytes. A passphrase is asked for on the terminal. */
export function signature(bytes: Buffer, key: string): Answer {
  return keygen(['-Y', 'sign', '-n', NAMESPACE, '-f', key], bytes);
}

/** Who signed the bytes: an identity of the allowed signers; where one is wanted, that one. A reason is half a sentence. */
export function signer(bytes: Buffer, signatureFile: string, allowedSigners: string, wanted: string | undefined): Answer {
  const found = keygen(['-Y', 'find-principals', '-s', signatureFile, '-f', allowedSigners], Buffer.alloc(0));
  if (!found.ok) return { ok: false, reason: 'is not signed as it should be: the key that signed it is none of the allowed signers' };
  const identities = found.text.trim().split('\n');
  const identity = wanted ?? identities[0] ?? '';
  if (!identities.includes(identity)) return { ok: false, reason: `is signed by ${identities.join(', ')}, not by ${identity}` };
  const verified = keygen(['-Y', 'verify', '-n', NAMESPACE, '-f', allowedSigners, '-I', identity, '-s', signatureFile], bytes);
  return verified.ok ? { ok: true, text: identity } : { ok: false, reason: `is not signed as it should be: ${verified.reason}` };
}

function keygen(args: readonly string[], input: Buffer): Answer {
  const { status, stdout, stderr, error } = spawnSync('ssh-keygen', [...args], { input, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  // It has ended without reading what was to be signed, and says why.
  const isUnread = error !== undefined && 'code' in error && error.code === 'EPIPE';
  if (error !== undefined && !isUnread) return { ok: false, reason: 'code' in error && error.code === 'ENOENT' ? 'ssh-keygen is needed (openssh-client)' : error.message };
  if (status === 0) return { ok: true, text: stdout };
  return { ok: false, reason: (stderr.trim() || stdout.trim()).split('\n').at(-1) || `ssh-keygen ended with ${status ?? 'a signal'}` };
}
