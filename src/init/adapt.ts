/** From Compose to a definition that cash takes: what it does not, is left in it as a comment that says why. */
import { Document, isCollection, isMap, type YAMLMap } from 'yaml';
import { type Diagnostic, loadProject } from '../load/load.ts';
import { type Found, type Mapping, mapping, type Value, withTexts } from './compose.ts';

export interface Adapted {
  readonly text: string;
  /** What is not taken over, a line each. */
  readonly left: readonly string[];
}

export interface Around {
  /** Of the project. */
  readonly name: string;
  /** Where the definition will be: relative paths, and env files, are there. */
  readonly directory: string;
  readonly readFile: (path: string) => string | null;
}

/** Errors that stand at no key of the definition are given back: nothing can be made of it. */
export function adapt(found: Found, origin: string, around: Around): Adapted | { readonly diagnostics: readonly Diagnostic[] } {
  const document = new Document(withNames(found.compose, around.name));
  const images = new Map<string, string>();
  for (const service of servicesOf(document)) takeImage(service, images);
  const left = [...found.left.map((option) => `${option}: composerize does not know it`)];
  document.commentBefore = [` ${origin}`, ...left.map((line) => ` Not taken over: ${line}`), ...[...images.values()].map((line) => ` ${line}`)].join('\n');
  for (let round = 0; round < 200; round += 1) {
    const text = document.toString({ lineWidth: 0 });
    const { project, diagnostics } = loadProject({ path: 'compose.yaml', text, directory: around.directory, environment: process.env, readFile: around.readFile });
    if (project !== null) return { text: `${text.trimEnd()}\n`, left };
    const error = diagnostics.find(({ severity }) => severity === 'error');
    if (error === undefined || !takeOut(document, error, left)) return { diagnostics };
  }
  return { diagnostics: [] };
}

/** Networks and volumes by what the services say; the texts are no longer interpolated. */
function withNames(compose: Mapping, name: string): Value {
  const services = mapping(compose.services);
  const volumes = Object.values(services).flatMap((service) => named(mapping(service).volumes));
  const networks = Object.values(services).flatMap((service) => {
    const { networks: own } = mapping(service);
    return Array.isArray(own) ? own.map(String) : Object.keys(mapping(own));
  });
  const empty = (names: readonly string[]): Mapping | undefined => (names.length === 0 ? undefined : Object.fromEntries(names.map((each) => [each, {}])));
  return { name, ...mapping(withTexts({ services, networks: empty(networks), volumes: empty(volumes) }, (text) => text.replaceAll('$', '$$$$'))) };
}

/** `data:/var/lib/x`: no path before the colon. */
function named(volumes: Value | undefined): readonly string[] {
  const all: readonly Value[] = Array.isArray(volumes) ? volumes : [];
  return all.flatMap((volume) => (typeof volume === 'string' ? (/^([A-Za-z0-9][\w.-]*):/.exec(volume)?.[1] ?? []) : []));
}

function servicesOf(document: Document): readonly YAMLMap[] {
  const services = document.get('services');
  return isMap(services) ? services.items.flatMap(({ value }) => (isMap(value) ? [value] : [])) : [];
}

const SUITES: Readonly<Record<string, string>> = { latest: 'stable', 11: 'bullseye', 12: 'bookworm', 13: 'trixie' };

/** Debian comes from its archive; of another image a tar of its files is to be made, where there is an engine. */
function takeImage(service: YAMLMap, files: Map<string, string>): void {
  const reference = String(service.get('image') ?? '');
  const debian = /^(?:docker\.io\/)?(?:library\/)?debian(?::([a-z]+|1\d|latest)(?:-slim)?)?$/.exec(reference);
  if (debian !== null) {
    const suite = debian[1] ?? 'latest';
    service.set('image', `debootstrap:${SUITES[suite] ?? suite}`);
    return;
  }
  const file = `${reference.replace(/^.*\//, '').replace(/@.*/, '').replace(/[^A-Za-z0-9.-]+/g, '-') || 'image'}.tar`;
  service.set('image', `tar:./${file}`);
  if (!/^[\w./:@-]+$/.test(reference)) return;
  const own = service.has('command') || service.has('entrypoint') ? '' : `\n Its command: docker inspect --format '{{json .Config}}' ${reference}`;
  files.set(reference, `The files of ${reference}: docker export "$(docker create ${reference})" >${file}${own}`);
}

/** The key, or the item of a list, that an error is about becomes a comment in its place. */
function takeOut(document: Document, { path, message, hint }: Diagnostic, left: string[]): boolean {
  for (let length = path.length; length > 0; length -= 1) {
    const keys = path.slice(0, length);
    const holder = length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
    if (!isCollection(holder) || !document.hasIn(keys)) continue;
    if (length === 1 || (length === 2 && keys[0] === 'services')) return false;
    const shown = written(document, keys);
    const why = `${message}${hint === null ? '' : `: ${hint}`}`;
    document.deleteIn(keys);
    left.push(`${keys.join('.')}: ${message}`);
    const comment = [...shown.map((line) => ` ${line}`), `   ${why.replaceAll('\n', ' ')}`].join('\n');
    holder.comment = holder.comment === undefined || holder.comment === null ? comment : `${holder.comment}\n${comment}`;
    if (holder.items.length === 0) return emptied(document, keys.slice(0, -1), String(holder.comment));
    return true;
  }
  return false;
}

/** A collection without items could not carry its comment: that goes to the one around it. */
function emptied(document: Document, keys: readonly (string | number)[], comment: string): boolean {
  const around = keys.length < 2 ? document.contents : document.getIn(keys.slice(0, -1), true);
  document.deleteIn(keys);
  if (!isCollection(around)) return false;
  const lines = [` ${String(keys.at(-1))}:`, ...comment.split('\n').map((line) => ` ${line}`)].join('\n');
  around.comment = around.comment === undefined || around.comment === null ? lines : `${around.comment}\n${lines}`;
  return true;
}

/** As YAML, without its indentation. */
function written(document: Document, keys: readonly (string | number)[]): readonly string[] {
  const [last, value] = [keys.at(-1), document.getIn(keys, true)];
  const one = new Document(typeof last === 'number' ? [value] : { [String(last)]: value });
  return one.toString({ lineWidth: 0 }).trimEnd().split('\n').filter((line) => !line.startsWith('#'));
}
