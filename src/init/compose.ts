/** Another definition than cash's own, on the way to one: plain data, as YAML or JSON has it. */
export type Value = string | number | boolean | null | readonly Value[] | Mapping;
export interface Mapping {
  readonly [key: string]: Value | undefined;
}

export interface Found {
  /** As Compose has it; `$` stands for itself. */
  readonly compose: Mapping;
  /** What could not be said in Compose, a line each. */
  readonly left: readonly string[];
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

/** The same with each text in it, keys too, exchanged. */
export function withTexts(value: Value, change: (text: string) => string): Value {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each: Value) => withTexts(each, change));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[change(key), withTexts(each, change)]])));
}
