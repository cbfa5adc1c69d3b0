import { fail, unsupported } from '../context.ts';
import type { Context } from '../context.ts';
import type { Path } from '../issue.ts';
import { isOpen, written } from '../open.ts';
import type { ImageReference, Text } from '../project.ts';
import { closedText, parametersAre, patternText, wrong } from '../values.ts';
import { hostPath } from './host-path.ts';

const suiteForm = /^[a-z][a-z0-9-]*$/;
const localForm = /^([a-zA-Z0-9][a-zA-Z0-9_.-]*)(?::([a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}))?$/;
const urlForm = /^(https?|file):\/\/[A-Za-z0-9._~:/?#@!$&'()*+,;=%[\]-]+$/;

/** NAME:TAG, the tag optional. */
export const imageName = localForm;
export { urlForm };

/** `tar:1.2`, `debootstrap:latest`: what follows looks like the tag of a registry image, not like a file or a suite. */
function looksLikeTag(rest: string): boolean {
  return /^(latest|stable-slim|v?\d[\w.-]*)$/.test(rest) && !/\.(tar|tgz|txz|tzst|tar\.\w+)$/.test(rest);
}

function registryHint(text: string): string {
  return `a registry image of that name is written \`docker://${text}\``;
}

export function buildImage(context: Context, image: string | undefined, pullPolicy: string | undefined, path: Path): ImageReference | null {
  if (image === undefined) return null;
  if (image === '') return wrong(context, path, image, 'an image', transportsHint);
  const colon = image.indexOf(':');
  const transport = colon === -1 ? image : image.slice(0, colon);
  const rest = colon === -1 ? '' : image.slice(colon + 1);
  switch (transport) {
    case 'scratch':
      return scratch(context, image, path);
    case 'debootstrap':
      return debootstrap(context, image, rest, path);
    case 'tar':
      return tar(context, image, rest, path);
    case 'docker':
    case 'oci':
    case 'oci-archive':
    case 'docker-archive':
      if (rest === '') break;
      return unsupported(context, path, `the image transport \`${transport}\``, { hint: transportsHint, excerpt: transport });
  }
  return bare(context, image, pullPolicy, path);
}

const transportsHint = 'use `debootstrap:SUITE`, `tar:PATH`, `tar:URL` or `scratch`';

function scratch(context: Context, image: string, path: Path): ImageReference | null {
  if (image === 'scratch') return { transport: 'scratch' };
  return wrong(context, path, image, '`scratch` alone: an empty image has no tag', registryHint(image));
}

function debootstrap(context: Context, image: string, suite: Text, path: Path): ImageReference | null {
  const expected = '`debootstrap:SUITE`, such as `debootstrap:bookworm`';
  if (suite === '' || looksLikeTag(suite)) return wrong(context, path, image, expected, registryHint(image));
  if (isOpen(suite)) return parametersAre(context, suite, path, ['name', 'integer']) ? { transport: 'debootstrap', suite } : null;
  return suiteForm.test(suite) ? { transport: 'debootstrap', suite } : wrong(context, path, image, expected);
}

function tar(context: Context, image: string, rest: Text, path: Path): ImageReference | null {
  if (rest === '') return wrong(context, path, image, '`tar:PATH` or `tar:URL`', registryHint(image));
  if (looksLikeTag(rest)) {
    return wrong(context, path, image, '`tar:PATH` or `tar:URL`', `${registryHint(image)}; a file of that name is \`tar:./${rest}\``);
  }
  const location = tarLocation(context, rest, path);
  return location === null ? null : { transport: 'tar', location };
}

function tarLocation(context: Context, rest: Text, path: Path): Text | null {
  if (/^[a-z]+:\/\//.test(rest)) {
    return patternText(context, rest, path, urlForm, 'a path or an http, https or file URL', ['name', 'integer', 'path']);
  }
  return parametersAre(context, rest, path, ['path', 'name', 'integer']) ? hostPath(context, rest, path) : null;
}

export function isUrl(location: Text): boolean {
  return /^[a-z]+:\/\//.test(location);
}

function bare(context: Context, image: string, pullPolicy: string | undefined, path: Path): ImageReference | null {
  if (pullPolicy !== 'never') {
    const hint = `${transportsHint}; for an image that is on the host already, add \`pull_policy: never\``;
    return unsupported(context, path, `the registry image \`${written(image)}\``, { hint });
  }
  const text = closedText(context, image, path);
  const match = text === null ? null : localForm.exec(text);
  if (text === null) return null;
  if (match === null) return fail(context, 'invalid-value', path, `\`image\` must be NAME:TAG of an image on the host, not ${JSON.stringify(text)}`);
  return { transport: 'local', name: match[1] ?? '', tag: match[2] ?? 'latest' };
}
