import { existsSync } from 'node:fs';
import { compile } from '../../compile.ts';
import { type Embedded, extract } from '../../render/embed.ts';
import { plainText } from '../../render/quote.ts';
import { version } from '../../version.ts';
import { EXIT, type Exit } from '../exit.ts';
import { complain, print } from '../terminal.ts';
import { readNamed } from './read.ts';
import type { Answer } from './ssh-keygen.ts';

export interface Signing {
  /** A file; without it signatures are not asked for. */
  readonly allowedSigners?: string;
  readonly signature?: string;
  readonly signer?: string;
}

export async function verify(scripts: readonly string[], signing: Signing): Promise<Exit> {
  if (misused(scripts, signing)) return EXIT.usage;
  const exits: Exit[] = [];
  for (const script of scripts) exits.push(await verifyOne(script, signing));
  return exits.includes(EXIT.usage) ? EXIT.usage : exits.includes(EXIT.failed) ? EXIT.failed : EXIT.ok;
}

function misused(scripts: readonly string[], { allowedSigners, signature, signer }: Signing): boolean {
  if (allowedSigners === undefined && (signature ?? signer) !== undefined) return complain('who may sign says --allowed-signers FILE'), true;
  if (scripts.length > 1 && signature !== undefined) return complain('--signature is of one script: name one'), true;
  if (allowedSigners === undefined || existsSync(allowedSigners)) return false;
  complain(`${allowedSigners}: no such file`);
  return true;
}

async function verifyOne(path: string, signing: Signing): Promise<Exit> {
  const bytes = readNamed(path);
  if (bytes === null) return EXIT.usage;
  const embedded = extract(bytes.toString());
  const problem = 'error' in embedded ? `${path} ${embedded.error}` : difference(path, bytes, embedded);
  if (problem !== null) return complain(problem), EXIT.failed;
  const signed = await signedBy(path, bytes, signing);
  if (signed !== null && !signed.ok) return complain(`${path} ${plainText(signed.reason)}`), EXIT.failed;
  print(`${path}: verified${signed === null ? '' : `, signed by ${plainText(signed.text)}`}\n`);
  return EXIT.ok;
}

/** null: it is not asked for. A reason is half a sentence. */
async function signedBy(path: string, bytes: Buffer, { allowedSigners, signature = `${path}.sig`, signer: wanted }: Signing): Promise<Answer | null> {
  if (allowedSigners === undefined) return null;
  if (!existsSync(signature)) return { ok: false, reason: `is not signed: there is no ${signature}` };
  const { signer } = await import('./ssh-keygen.ts');
  return signer(bytes, signature, allowedSigners, wanted);
}

/** The definition of a script that is what it renders to; else what is wrong, as half a sentence. */
export function carried(bytes: Buffer): { readonly project: Embedded['project'] } | { readonly problem: string } {
  const embedded = extract(bytes.toString());
  if ('error' in embedded) return { problem: embedded.error };
  const wanted = render(embedded.project);
  if (wanted?.equals(bytes) === true) return { project: embedded.project };
  if (embedded.version !== version) return { problem: `was written by cash ${embedded.version}, this is ${version}` };
  return { problem: wanted === null ? UNREADABLE : 'is not what its definition renders to' };
}

export const UNREADABLE = 'carries a definition that cannot be rendered: it was changed by hand, or by another version of cash';

function difference(path: string, bytes: Buffer, { project, version: writer }: Embedded): string | null {
  const wanted = render(project);
  if (wanted === null) return `${path} ${UNREADABLE}`;
  if (bytes.equals(wanted)) return null;
  if (writer !== version) return `${path} was written by cash ${writer}, this is ${version}: verify it with that version, or generate it again`;
  return `${path} is not what its definition renders to. The first difference:\n${firstDifference(path, lines(bytes), lines(wanted))}`;
}

/** null: the definition is not one that cash wrote; what compile makes of it is no bug then. */
function render(project: Embedded['project']): Buffer | null {
  try {
    return Buffer.from(compile(project));
  } catch {
    return null;
  }
}

/** One character a byte, so that bytes that are no UTF-8 differ too. */
function lines(bytes: Buffer): readonly string[] {
  return bytes.toString('latin1').split('\n');
}

function firstDifference(path: string, present: readonly string[], wanted: readonly string[]): string {
  const at = present.findIndex((line, index) => line !== wanted[index]);
  const line = at < 0 ? present.length : at;
  const [there, rendered] = [present[line] ?? null, wanted[line] ?? null];
  const column = commonLength(there ?? '', rendered ?? '');
  return `  ${path}:${line + 1}\n  there:    ${excerpt(there, column)}\n  rendered: ${excerpt(rendered, column)}`;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Around the difference: the lines of the definition are long. */
function excerpt(line: string | null, column: number): string {
  if (line === null) return '(the end)';
  const start = Math.max(0, column - 60);
  const cut = Buffer.from(line.slice(start, start + 160), 'latin1').toString();
  return `${start > 0 ? '…' : ''}${plainText(cut)}${line.length > start + 160 ? '…' : ''}`;
}
