/** Images: how each comes into the store. */
import type { Project, Text } from '../model/project.ts';
import { identifiers } from '../resolve/name.ts';
import type { Word } from '../render/quote.ts';
import { type ResolvedImage, resolveImage } from '../resolve/image.ts';
import { word } from '../resolve/word.ts';

export interface Image {
  readonly id: string;
  readonly title: string;
  readonly repository: Word;
  readonly tag: Word;
  readonly path: Word;
  readonly local: boolean;
  readonly scratch: boolean;
  /** What is noted beside it of where it is from: KEY VALUE. */
  readonly known: readonly Word[];
  readonly bootstrapped: boolean;
  readonly unpacked: boolean;
  readonly debootstrap: { readonly why: string; readonly cache: Word; readonly rootless: boolean; readonly arguments: readonly Word[] } | null;
  readonly tar: {
    readonly why: string;
    readonly file: Word;
    readonly url: Word | null;
    readonly downloaded: boolean;
    readonly digestLine: Word | null;
    readonly digested: boolean;
  } | null;
}

export interface Images {
  readonly list: readonly Image[];
  readonly ofService: ReadonlyMap<string, Image>;
}

/** The images of a project, each once: pulled where one of its services wants that. */
export function images(project: Project): Images {
  const resolved = project.services.map((service) => [service.name, resolveImage(project, service)] as const);
  const titles = new Map(resolved.map(([name, image]) => [name, title(image)]));
  const ids = identifiers([...new Set(titles.values())]);
  const byTitle = new Map<string, Image>();
  for (const [name, first] of resolved) {
    const key = titles.get(name) ?? name;
    const alike = resolved.flatMap(([other, image]) => (titles.get(other) === key ? [image] : []));
    const image = { ...first, never: alike.every(({ never }) => never) };
    if (!byTitle.has(key)) byTitle.set(key, view(image, `image_${ids.get(key) ?? name}`, key, project));
  }
  const ofService = new Map<string, Image>();
  for (const [name, key] of titles) {
    const image = byTitle.get(key);
    if (image) ofService.set(name, image);
  }
  return { list: [...byTitle.values()], ofService };
}

/** NAME:TAG as a reader sees it. */
function title(image: ResolvedImage): string {
  return `${plain(image.repository)}:${plain(image.tag)}`;
}

/** A word as it reads in a comment. */
export function plain(value: Word): string {
  return Array.isArray(value) ? value.map((piece) => (typeof piece === 'string' ? piece : `<${piece.parameter}>`)).join('') : String(value);
}

function view(image: ResolvedImage, id: string, titled: string, project: Project): Image {
  const { reference } = image;
  return {
    id,
    title: titled,
    repository: image.repository,
    tag: image.tag,
    path: image.path,
    local: reference.transport === 'local' || image.never,
    scratch: reference.transport === 'scratch' && !image.never,
    known: [word`source ${source(reference)}`, ...(reference.transport === 'tar' && image.options.sha256 !== null ? [word`sha256 ${image.options.sha256}`] : [])],
    bootstrapped: reference.transport === 'debootstrap' && !image.never,
    unpacked: reference.transport === 'tar' && !image.never,
    debootstrap: reference.transport === 'debootstrap' && !image.never ? debootstrap(image, project) : null,
    tar: reference.transport === 'tar' && !image.never ? tar(reference.location, image, project) : null,
  };
}

export function source(reference: ResolvedImage['reference']): Text {
  switch (reference.transport) {
    case 'debootstrap':
      return `debootstrap:${reference.suite}`;
    case 'tar':
      return `tar:${reference.location}`;
    case 'scratch':
      return 'scratch';
    case 'local':
      return `${reference.name}:${reference.tag}`;
  }
}

function debootstrap(image: ResolvedImage, project: Project): Image['debootstrap'] {
  const { options, reference } = image;
  const suite = reference.transport === 'debootstrap' ? reference.suite : '';
  const cache = word`${project.host.root}/cache/debootstrap`;
  return {
    why: `${plain(word`Debian ${suite}`)}, by debootstrap`,
    cache,
    rootless: project.host.rootless,
    arguments: [
      ...(options.variant === 'standard' ? [] : [`--variant=${options.variant}`]),
      ...(options.arch === null ? [] : [`--arch=${options.arch}`]),
      ...(options.components.length === 0 ? [] : [`--components=${options.components.join(',')}`]),
      ...(options.include.length === 0 ? [] : [`--include=${options.include.join(',')}`]),
      word`--cache-dir=${cache}`,
      word`${suite}`,
      { parameter: 'PART' },
      ...(options.mirror === null ? [] : [word`${options.mirror}`]),
    ].map((each) => word`${each}`),
  };
}

function tar(location: string, image: ResolvedImage, project: Project): Image['tar'] {
  const download = /^(https?|file):\/\//.test(location);
  const { sha256 } = image.options;
  const file = download ? word`${project.host.root}/images/${image.repository}/.${image.tag}.download` : word`${location}`;
  return {
    why: plain(word`the files of ${location}`),
    file,
    url: download ? word`${location}` : null,
    downloaded: download,
    digestLine: sha256 === null ? null : word`${sha256}  ${file}`,
    digested: sha256 !== null,
  };
}
