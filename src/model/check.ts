import type * as z from 'zod';
import { fits } from './fits.ts';
import { child, fieldOf, issue, keysOf } from './issue.ts';
import type { Issue, Path, Report } from './issue.ts';
import { nearest } from './nearest.ts';
import { compose } from './schema/compose.ts';
import type { ComposeInput } from './schema/compose.ts';
import { allowsExtensions, levelKeys, levelOf } from './schema/levels.ts';
import { insteadKeys, windowsKeys } from './schema/spec-keys.ts';

type ZodIssue = z.core.$ZodIssue;
type Key = string | number;

export interface Checked {
  readonly definition: ComposeInput;
  /** Takes the issues of what remains of the definition: an item of a list may have stood elsewhere; what is of the wrong type, or has no value, is not judged again. */
  readonly report: Report;
}

/**
 * Checks the form of a definition (keys, and whether a value is a string, a list, …). What is wrong is reported and taken out
 * of `definition`, so that the rest of it can be judged too; null where nothing useful remains. `before` is what is known
 * to be wrong already.
 */
export function checkForm(definition: unknown, original: Report, before: readonly Issue[] = []): Checked | null {
  const places: Places = new Map();
  const wrong = new Set(before.map(({ path }) => nameOf(path)));
  const report: Report = (one) => {
    const path = placeOf(definition, one.path, places);
    if (!wrong.has(nameOf(path))) original({ ...one, path });
    if (one.code === 'wrong-type') wrong.add(nameOf(path));
  };
  if (fits(compose, definition)) return { definition, report };
  for (let round = 0; round < 8; round += 1) {
    const result = compose.safeParse(definition);
    if (result.success) return { definition: result.data, report };
    const found = result.error.issues.flatMap((one) => leaves(one, []));
    for (const one of found) for (const line of describe(one, definition)) report(line);
    if (!found.every((one) => prune(definition, one))) return null;
    close(definition, places);
  }
  return null;
}

/** An issue of zod with its whole path; of a union, the issues of the branch that was meant. */
interface Leaf {
  readonly issue: ZodIssue;
  readonly keys: readonly Key[];
}

function leaves(one: ZodIssue, before: readonly Key[]): readonly Leaf[] {
  const keys = [...before, ...one.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (one.code !== 'invalid_union') return [{ issue: one, keys }];
  const meant = one.errors.filter((branch) => branch.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys'));
  const branch = meant[0];
  return branch === undefined ? [{ issue: one, keys }] : branch.flatMap((inner) => leaves(inner, keys));
}

function pathOf(keys: readonly Key[]): Path | null {
  return keys.reduce<Path | null>((parent, key) => child(parent, key), null);
}

function describe(leaf: Leaf, definition: unknown): readonly Issue[] {
  const path = pathOf(leaf.keys);
  const one = leaf.issue;
  if (one.code === 'unrecognized_keys') return one.keys.flatMap((key) => unknownKey(leaf.keys, key));
  const value = valueAt(definition, leaf.keys);
  if (value === undefined) {
    return [issue('missing-key', path?.parent ?? null, `\`${leaf.keys.at(-1)}\` is missing`, { at: 'key' })];
  }
  const field = fieldOf(path);
  const where = typeof leaf.keys.at(-1) === 'number' ? `an item of \`${field}\`` : leaf.keys.length === 0 ? field : `\`${field}\``;
  const message = `${where} must be ${expectation(one)}, not ${kindOf(value)}`;
  return [issue('wrong-type', path, message, { hint: quoteHint(one, value, String(leaf.keys.at(-1))) })];
}

function expectation(one: ZodIssue): string {
  if (one.code === 'invalid_union') return one.message;
  if (one.code === 'invalid_value') return `one of ${one.values.map((value) => `\`${String(value)}\``).join(', ')}`;
  if (one.code !== 'invalid_type') return one.message;
  const names: Readonly<Record<string, string>> = {
    string: 'a string', number: 'a number', array: 'a list', object: 'a mapping', record: 'a mapping', boolean: '`true` or `false`',
  };
  return names[one.expected] ?? one.expected;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'boolean') return `\`${value}\``;
  if (typeof value === 'number') return `the number ${value}`;
  return `\`${String(value).slice(0, 60)}\``;
}

const DURATIONS: readonly string[] = ['delay', 'interval', 'start_interval', 'start_period', 'stop_grace_period', 'timeout', 'window'];

function quoteHint(one: ZodIssue, value: unknown, key: string): string | undefined {
  if (one.code !== 'invalid_type' || one.expected !== 'string' || (typeof value !== 'number' && typeof value !== 'boolean')) return undefined;
  if (typeof value === 'number' && DURATIONS.includes(key)) return `with its unit: ${value}s`;
  if (value === false && key === 'restart') return 'never again: "no"';
  return `write it in quotes: "${value}"`;
}

function unknownKey(keys: readonly Key[], key: string): readonly Issue[] {
  const level = levelOf(keys);
  const path = child(pathOf(keys), key);
  const { supported, specified } = levelKeys(level);
  if (key.startsWith('x-') && allowsExtensions(level) && !(supported.includes('x-cash') && isLike(key.toLowerCase(), 'x-cash'))) return [];
  const instead = level === 'services.*' ? windowsKeys.get(key) : undefined;
  if (instead !== undefined) return [issue('invalid-value', path, `\`${key}\` is for containers on Windows only`, { at: 'key', hint: instead })];
  if (specified.includes(key)) return [issue('not-supported-yet', path, `\`${key}\` is not supported yet`, { at: 'key', hint: insteadKeys[level]?.[key] })];
  const near = nearest(key, supported) ?? nearest(key, specified);
  const hint = near === null ? keysHint(supported) : `did you mean \`${near}\`?`;
  return [issue('unknown-key', path, `unknown key \`${key}\``, { at: 'key', hint })];
}

/** Two letters swapped, one too many, or one missing: not another word, such as `x-base`. */
function isLike(key: string, word: string): boolean {
  const swapped = [...key].sort().join('') === [...word].sort().join('');
  const without = (text: string): readonly string[] => Array.from(text, (_, index) => text.slice(0, index) + text.slice(index + 1));
  return swapped || without(key).includes(word) || without(word).includes(key);
}

function keysHint(supported: readonly string[]): string | undefined {
  if (supported.length === 0 || supported.length > 12) return undefined;
  return `the keys here are ${supported.map((key) => `\`${key}\``).join(', ')}`;
}

function valueAt(root: unknown, keys: readonly Key[]): unknown {
  return keys.reduce<unknown>((value, key) => (isContainer(value) ? value[key] : undefined), root);
}

function isContainer(value: unknown): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Takes out what the issue is about; false where that would be everything. */
function prune(root: unknown, leaf: Leaf): boolean {
  if (leaf.issue.code === 'unrecognized_keys') {
    const holder = valueAt(root, leaf.keys);
    if (isContainer(holder)) for (const key of leaf.issue.keys) delete holder[key];
    return true;
  }
  const missing = valueAt(root, leaf.keys) === undefined;
  return remove(root, missing ? leaf.keys.slice(0, -1) : leaf.keys);
}

/** What may only lack its quotes stays, as a text; else something would seem to be missing. An item leaves a gap until the round ends. */
function remove(root: unknown, keys: readonly Key[]): boolean {
  const last = keys.at(-1);
  const holder = valueAt(root, keys.slice(0, -1));
  if (last === undefined) return false;
  if (!isContainer(holder)) return true;
  const value = holder[last];
  if (value === null || typeof value === 'number' || typeof value === 'boolean') {
    holder[last] = String(value ?? '');
    return true;
  }
  if (Array.isArray(holder)) {
    holder[last] = undefined;
    return true;
  }
  // The name of a network, volume, … stays: what refers to it is not wrong.
  if (['networks.*', 'volumes.*', 'secrets.*', 'configs.*'].includes(levelOf(keys))) holder[last] = null;
  else delete holder[last];
  return true;
}

function nameOf(path: Path | null): string {
  return JSON.stringify(keysOf(path));
}

/** Of lists that items were taken out of: where those that remain stood. */
type Places = Map<unknown, readonly number[]>;

function close(value: unknown, places: Places): void {
  if (!isContainer(value)) return;
  if (Array.isArray(value) && value.includes(undefined)) {
    const kept = [...value.keys()].filter((index) => value[index] !== undefined);
    places.set(value, kept.map((index) => places.get(value)?.[index] ?? index));
    value.splice(0, value.length, ...kept.map((index) => value[index]));
  }
  for (const one of Object.values(value)) close(one, places);
}

function placeOf(root: unknown, path: Path | null, places: Places): Path | null {
  const keys = keysOf(path);
  return pathOf(keys.map((key, depth) => (typeof key === 'number' ? places.get(valueAt(root, keys.slice(0, depth)))?.[key] : undefined) ?? key));
}
