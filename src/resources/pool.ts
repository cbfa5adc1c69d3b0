/** The pool: the btrfs filesystem, or the directory, at x-cash.root. */
import type { Project } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { word } from '../resolve/word.ts';

export interface Pool {
  readonly root: Word;
  readonly loop: { readonly file: Word; readonly part: Word; readonly size: Word } | null;
  readonly device: { readonly path: Word; readonly format: boolean } | null;
  readonly looped: boolean;
  readonly onDevice: boolean;
  /** It is there, and stays: a btrfs, or a directory on whatever there is. */
  readonly existing: boolean;
  readonly onBtrfs: boolean;
  readonly kind: string;
  readonly mounted: boolean;
  readonly rootless: boolean;
}

export function pool(project: Project): Pool {
  const { root, storage, rootless } = project.host;
  const existing = storage.type === 'btrfs' || storage.type === 'directory';
  return {
    root: word`${root}`,
    loop: storage.type === 'loop' ? { file: word`${root}.btrfs`, part: word`${root}.btrfs.part`, size: word`${storage.size}` } : null,
    device: storage.type === 'device' ? { path: word`${storage.device}`, format: storage.format } : null,
    looped: storage.type === 'loop',
    onDevice: storage.type === 'device',
    existing,
    onBtrfs: storage.type === 'btrfs',
    kind: storage.type === 'directory' ? 'a directory' : 'btrfs',
    mounted: !existing,
    rootless,
  };
}
