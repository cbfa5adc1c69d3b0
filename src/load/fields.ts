/** The fields of a definition, each with its place, and with what the definition would be without it. */
import type { Project } from '../model/project.ts';
import { positionAt } from './diagnostic.ts';
import { type LoadInput, modelOf } from './load.ts';
import { locate } from './locate.ts';
import { parseYaml, plainValue } from './yaml.ts';

export interface Field {
  /** `services.web.ports[0]` */
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** Of the keys that lead to it. */
  readonly depth: number;
  /** Nothing is below it. */
  readonly leaf: boolean;
  /** The project without this field; with another value where it cannot do without; null where it takes no other either. */
  readonly other: () => Project | null;
}

type Keys = readonly (string | number)[];
type Holder = Record<string | number, unknown>;

/** Of a definition that is valid. */
export function fields(input: LoadInput): readonly Field[] {
  const { document } = parseYaml(input.text);
  if (document === null) return [];
  const fresh = (): unknown => plainValue(document, input.text).value;
  return paths(fresh()).map(({ keys, leaf }) => ({
    name: nameOf(keys),
    line: positionAt(input.path, input.text, locate(document, keys, 'key')[0], 0).line,
    depth: keys.length,
    leaf,
    other: () => modelOf(input, removed(fresh(), keys)) ?? otherValue(input, fresh, keys),
  }));
}

function paths(value: unknown, keys: Keys = []): readonly { readonly keys: Keys; readonly leaf: boolean }[] {
  const below: readonly (string | number)[] = Array.isArray(value) ? [...value.keys()] : isHolder(value) ? Object.keys(value) : [];
  const own = keys.length === 0 ? [] : [{ keys, leaf: below.length === 0 }];
  return [...own, ...below.flatMap((key) => paths((value as Holder)[key], [...keys, key]))];
}

function nameOf(keys: Keys): string {
  return keys.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`)).join('');
}

function removed(tree: unknown, keys: Keys): unknown {
  const holder = holderOf(tree, keys);
  const last = keys.at(-1) ?? '';
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else if (isHolder(holder)) delete holder[last];
  return tree;
}

/** One more, the opposite, `/25` for `/24`; longer. Of other forms values are seldom. */
const CHANGES: readonly ((value: unknown) => unknown)[] = [
  (value) => (typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : String(value).replace(/\d+(?=\D*$)/, (digits) => String(Number(digits) + 1))),
  (value) => `${String(value ?? '')}1`,
];

/** null: it takes none of the values that were tried. */
function otherValue(input: LoadInput, fresh: () => unknown, keys: Keys): Project | null {
  return CHANGES.reduce<Project | null>((found, change) => {
    const tree = fresh();
    return found ?? (replaced(tree, keys, change) ? modelOf(input, tree) : null);
  }, null);
}

/** Whether it is another value than before. */
function replaced(tree: unknown, keys: Keys, change: (value: unknown) => unknown): boolean {
  const holder = holderOf(tree, keys);
  const last = keys.at(-1) ?? '';
  if (!isHolder(holder)) return false;
  const before = holder[last];
  holder[last] = change(before);
  return holder[last] !== before;
}

function holderOf(tree: unknown, keys: Keys): unknown {
  return keys.slice(0, -1).reduce((value, key) => (isHolder(value) ? value[key] : undefined), tree);
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}
