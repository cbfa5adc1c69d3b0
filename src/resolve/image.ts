/** Images: what each is called in the store. Services with the same reference and options share one. */
import { basename } from 'node:path';
import type { ImageReference, Project, Service, Text } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { digest } from './name.ts';
import { word } from './word.ts';

export interface ResolvedImage {
  readonly reference: ImageReference;
  readonly options: Service['image_options'];
  /** NAME:TAG below ROOT/images, and as the user says it. */
  readonly repository: Word;
  readonly tag: Word;
  readonly path: Word;
  readonly never: boolean;
}

export function resolveImage(project: Project, service: Service): ResolvedImage {
  const options = { ...service.image_options, arch: service.image_options.arch ?? debianArchitecture(service.platform) };
  const [repository, tag] = nameAndTag(service.image, options);
  return {
    reference: service.image,
    options,
    repository: word`${repository}`,
    tag: word`${tag}`,
    path: word`${project.host.root}/images/${repository}/${tag}`,
    never: service.pull_policy === 'never',
  };
}

/** `linux/arm64` is Debian's arm64; 386 and arm are called otherwise. Source: dpkg-architecture(1), OCI image-spec. */
function debianArchitecture(platform: string | null): string | null {
  const architecture = platform?.split('/').slice(1).join('/') ?? '';
  const names: Readonly<Record<string, string>> = { '386': 'i386', arm: 'armhf', 'arm/v7': 'armhf', 'arm/v5': 'armel', 'arm/v6': 'armel', 'arm64/v8': 'arm64', ppc64le: 'ppc64el' };
  return architecture === '' ? null : (names[architecture] ?? architecture);
}

function nameAndTag(reference: ImageReference, options: Service['image_options']): readonly [Text, Text] {
  if (options.tag !== null) {
    const [repository = '', tag = 'latest'] = options.tag.split(':');
    return [repository, tag];
  }
  switch (reference.transport) {
    case 'debootstrap':
      return ['debootstrap', `${reference.suite}${suffix(options)}`];
    case 'tar': {
      const stem = basename(reference.location.replace(/\0[^\0]*\0/g, 'rootfs')).replace(/\.(tar|tgz|txz)?(\.[a-z0-9]+)?$/, '');
      return ['tar', `${tagged(stem)}-${digest(JSON.stringify([reference, options.sha256]), 8)}`];
    }
    case 'scratch':
      return ['scratch', 'latest'];
    case 'local':
      return [reference.name, reference.tag];
  }
}

/** What `rmi NAME:TAG` takes, and short enough for a file system. */
function tagged(stem: string): string {
  return stem.replace(/[^A-Za-z0-9_.-]/g, '_').replace(/^[.-]/, '_').slice(0, 100) || 'rootfs';
}

/** Nothing for plain `debootstrap SUITE`; else a digest of the options that change what is in the image. */
function suffix(options: Service['image_options']): string {
  const { mirror, variant, include, components, arch } = options;
  const plain = mirror === null && variant === 'minbase' && include.length + components.length === 0 && arch === null;
  return plain ? '' : `-${digest(JSON.stringify([mirror, variant, include, components, arch]), 8)}`;
}
