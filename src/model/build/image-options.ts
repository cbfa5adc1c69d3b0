import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { ImageOptions, ImageReference, Text } from '../project.ts';
import type { ImageOptionsInput } from '../schema/compose.ts';
import { closedText, oneOf, patternText, wrong } from '../values.ts';
import { buildCommand } from './command.ts';
import { pairs, resolvePairs } from './environment.ts';
import { imageName, isUrl, urlForm } from './image.ts';
import { workingDirectory, userText } from './process.ts';

type Transport = ImageReference['transport'];
type Option = keyof ImageOptionsInput;

const configuration = ['command', 'entrypoint', 'environment', 'user', 'working_dir'] as const;
const allowed: Readonly<Record<Transport, readonly Option[]>> = {
  debootstrap: ['tag', 'mirror', 'variant', 'include', 'components', 'arch', ...configuration],
  tar: ['tag', 'sha256', ...configuration],
  local: configuration,
  scratch: [],
};

/** Options of x-cash that are not of the image. */
const ofService: readonly string[] = ['on_unhealthy', 'time'];

export const noOptions: ImageOptions = {
  tag: null, mirror: null, variant: 'minbase', include: [], components: [], arch: null, sha256: null,
  config: { command: null, entrypoint: null, environment: [], user: null, working_dir: null },
};

export function buildImageOptions(context: Context, input: ImageOptionsInput | null | undefined, image: ImageReference | null, path: Path): ImageOptions {
  if (input === null || input === undefined) {
    if (image !== null) demandDigest(context, image, null, path.parent);
    return noOptions;
  }
  if (image !== null) refuseForeign(context, input, image.transport, path);
  const sha256 = patternText(context, input.sha256, child(path, 'sha256'), /^[0-9a-fA-F]{64}$/, '64 hexadecimal digits', []);
  if (image !== null && input.sha256 === undefined) demandDigest(context, image, sha256, path.parent);
  return {
    tag: patternText(context, input.tag, child(path, 'tag'), imageName, 'NAME:TAG'),
    mirror: mirror(context, input.mirror, child(path, 'mirror')),
    variant: oneOf(context, input.variant, child(path, 'variant'), ['minbase', 'buildd', 'standard']) ?? 'minbase',
    include: words(context, input.include, child(path, 'include'), /^[a-z0-9][a-z0-9+.-]+$/, 'the name of a Debian package'),
    components: words(context, input.components, child(path, 'components'), /^[a-z][a-z0-9/-]*$/, 'a component such as `main`'),
    arch: patternText(context, input.arch, child(path, 'arch'), /^[a-z0-9][a-z0-9-]*$/, 'a Debian architecture such as `amd64`', []),
    sha256: sha256?.toLowerCase() ?? null,
    config: buildConfig(context, input, path),
  };
}

function buildConfig(context: Context, input: ImageOptionsInput, path: Path): ImageOptions['config'] {
  const environment = pairs(context, input.environment, child(path, 'environment'));
  return {
    command: buildCommand(context, input.command, child(path, 'command')),
    entrypoint: buildCommand(context, input.entrypoint, child(path, 'entrypoint')),
    environment: [...resolvePairs(context, environment)],
    user: userText(context, input.user, child(path, 'user')),
    working_dir: workingDirectory(context, input.working_dir, child(path, 'working_dir')),
  };
}

function refuseForeign(context: Context, input: ImageOptionsInput, transport: Transport, path: Path): void {
  for (const [option, value] of Object.entries(input)) {
    if (value === undefined || ofService.includes(option) || allowed[transport].some((name) => name === option)) continue;
    const takers = (Object.keys(allowed) as Transport[]).filter((one) => allowed[one].some((name) => name === option));
    const hint = `it is for ${takers.join(', ')}`;
    fail(context, 'conflict', child(path, option), `an image of transport ${transport} has no option \`${option}\``, { at: 'key', hint });
  }
}

/** What is downloaded has to be known beforehand. */
function demandDigest(context: Context, image: ImageReference, sha256: string | null, service: Path | null): void {
  if (image.transport !== 'tar' || !isUrl(image.location) || sha256 !== null || service === null) return;
  const hint = 'add `x-cash: {sha256: …}` with the digest that `sha256sum` prints';
  fail(context, 'missing-sha256', child(service, 'image'), 'an image from a URL needs its `sha256`', { hint });
}

function mirror(context: Context, value: string | undefined, path: Path): Text | null {
  if (value === undefined) return null;
  if (isUrl(value)) return patternText(context, value, path, urlForm, 'an http, https or file URL', ['name', 'integer', 'path']);
  return patternText(context, value, path, /^\/[^\n]*$/, 'a URL (http, https, file) or an absolute path', ['path', 'name', 'integer']);
}

/** A list, or words with commas or blanks between them. */
function words(context: Context, value: string | readonly string[] | null | undefined, path: Path, form: RegExp, expected: string): readonly string[] {
  if (value === null || value === undefined) return [];
  const listed = typeof value === 'string' ? value.split(/[\s,]+/).map((word) => [word, path] as const) : value.map((word, index) => [word, child(path, index)] as const);
  const found = listed.flatMap(([word, at]) => {
    const text = word === '' ? null : closedText(context, word, at);
    if (text !== null && !form.test(text)) wrong(context, at, text, expected);
    return text === null ? [] : [text];
  });
  return [...new Set(found)];
}
