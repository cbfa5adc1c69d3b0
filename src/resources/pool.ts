/** The pool: the btrfs filesystem, or the directory, at x-cash.root. */
import { soleParameter } from '../model/open.ts';
import type { Project } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { word } from '../resolve/word.ts';

export interface Pool {
  readonly root: Word;
  /** Its root is named by a parameter. */
  readonly parameterized: boolean;
  readonly parameter: string | null;
  readonly loop: { readonly file: Word; readonly part: Word; readonly size: Word } | null;
  readonly device: { readonly path: Word; readonly format: boolean } | null;
  readonly looped: boolean;
  readonly onDevice: boolean;
  /** It is there, and stays: a btrfs, or a directory on whatever there is. */
  readonly existing: boolean;
  readonly onBtrfs: boolean;
  readonly kind: string;
  readonly mounted: boolean;
  /** MiB that `check` wants to be free: one GiB, or a quarter of a pool that is smaller than four. */
  readonly least: string;
  readonly rootless: boolean;
}

export function pool(project: Project): Pool {
  const { root, storage, rootless } = project.host;
  const existing = storage.type === 'btrfs' || storage.type === 'directory';
  return {
    root: word`${root}`,
    parameterized: soleParameter(root) !== null,
    parameter: soleParameter(root),
    loop: storage.type === 'loop' ? { file: word`${root}.btrfs`, part: word`${root}.btrfs.part`, size: word`${storage.size}` } : null,
    device: storage.type === 'device' ? { path: word`${storage.device}`, format: storage.format } : null,
    looped: storage.type === 'loop',
    onDevice: storage.type === 'device',
    existing,
    onBtrfs: storage.type === 'btrfs',
    kind: storage.type === 'directory' ? 'a directory' : 'btrfs',
    mounted: !existing,
    least: String(storage.type === 'loop' && typeof storage.size === 'number' ? Math.min(1024, Math.floor(storage.size / 2 ** 22)) : 1024),
    rootless,
  };
}
