/** What two values of one field differ in, in words. */
import { toWord } from '../render/quote.ts';
import { plain } from '../resources/image.ts';

/** Units of fields: all others speak for themselves. */
const BYTES = new Set(['mem_limit', 'memswap_limit', 'mem_reservation', 'shm_size', 'storage_size', 'size', 'max_size']);
const MILLISECONDS = new Set(['stop_grace_period', 'interval', 'timeout', 'start_period', 'start_interval', 'delay', 'window']);

/** Lists in which the order says nothing. */
const SETS = new Set(['capabilities', 'ports', 'mounts', 'networks', 'ulimits', 'expose', 'group_add', 'include', 'components', 'host_ports', 'functions', 'waivers', 'files', 'allow']);

/** Each as `field: OLD → NEW`, `field: added X`; empty: they are the same. */
export function difference(field: string, before: unknown, after: unknown): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isPairs(before) && isPairs(after) && before.length + after.length > 0) return ofPairs(field, before, after);
  if (SETS.has(field) && Array.isArray(before) && Array.isArray(after)) return ofSets(field, before.map(shown), after.map(shown));
  if (isMapping(before) && isMapping(after)) return ofMappings(field, before, after);
  return [`${field}: ${value(field, before)} \u2192 ${value(field, after)}`];
}

export function differences(before: object, after: object): readonly string[] {
  return ofMappings('', { ...before }, { ...after });
}

type Mapping = Readonly<Record<string, unknown>>;
type Pairs = readonly (readonly [string, unknown])[];

function ofMappings(field: string, before: Mapping, after: Mapping): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    difference(key, before[key] ?? null, after[key] ?? null).map((words) => (field === '' ? words : `${field}.${words}`)),
  );
}

function ofPairs(field: string, before: Pairs, after: Pairs): readonly string[] {
  const [old, now] = [new Map(before), new Map(after)];
  const words = [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => difference(`${field}.${name}`, old.get(name) ?? null, now.get(name) ?? null));
  return words.length > 0 ? words : [`${field}: in another order`];
}

function ofSets(field: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const words = [
    ...after.filter((each) => !before.includes(each)).map((each) => `${field}: added ${each}`),
    ...before.filter((each) => !after.includes(each)).map((each) => `${field}: removed ${each}`),
  ];
  return words.length > 0 ? words : [`${field}: in another order`];
}

function value(field: string, one: unknown): string {
  if (one === null || (Array.isArray(one) && one.length === 0)) return 'none';
  if (typeof one === 'number' && BYTES.has(field)) return one === -1 ? 'unlimited' : inUnits(one, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);
  if (typeof one === 'number' && MILLISECONDS.has(field)) return inUnits(one, 1000, ['ms', 's']);
  return shown(one);
}

function inUnits(amount: number, step: number, units: readonly string[]): string {
  let [unit, rest] = [0, amount];
  for (; rest !== 0 && rest % step === 0 && unit < units.length - 1; unit += 1) rest /= step;
  return `${rest} ${units[unit]}`;
}

/** A mapping as `key=value …`, a list as its JSON; a parameter as `<name>`. */
function shown(one: unknown): string {
  if (typeof one === 'string') return plain(toWord(one));
  if (Array.isArray(one)) return JSON.stringify(one, (_, inner: unknown) => (typeof inner === 'string' ? plain(toWord(inner)) : inner));
  if (!isMapping(one)) return String(one);
  if (typeof one.parameter === 'string') return `<${one.parameter}>`;
  if ('protocol' in one && 'target' in one) return `${String(one.host_ip)}:${range(one)}/${String(one.protocol)} to ${String(one.target)}`;
  return Object.entries(one).filter(([, each]) => each !== null && each !== false && !(Array.isArray(each) && each.length === 0)).map(([key, each]) => (each === true ? key : `${key}=${shown(each)}`)).join(' ');
}

function range({ first, last }: Mapping): string {
  return first === last ? String(first) : `${String(first)}-${String(last)}`;
}

function isMapping(one: unknown): one is Mapping {
  return typeof one === 'object' && one !== null && !Array.isArray(one);
}

function isPairs(one: unknown): one is Pairs {
  return Array.isArray(one) && one.every((each) => Array.isArray(each) && each.length === 2 && typeof each[0] === 'string');
}
