/**
 * Which fields of a definition the lines of its script come from: a line comes from a field that it would not be there, or be another one, without.
 * So nothing has to be noted while a script is made, and nothing can be noted wrongly.
 */
import { diffArrays } from 'diff';

interface Named {
  readonly name: string;
  /** Nothing is below it in the definition: what is not has only lines that no other has. */
  readonly leaf: boolean;
}

/** A field, and the script, as its parts, that there would be without it. */
export interface Origin<F extends Named> {
  readonly field: F;
  readonly parts: readonly string[];
}

export interface Traced<F extends Named> {
  /** Lines of the script, from 1, with the last. */
  readonly first: number;
  readonly last: number;
  /** The one from which the fewest lines come is first. */
  readonly fields: readonly F[];
  /** A constant part, which is there for the fields. */
  readonly constant: boolean;
}

/** Escaped, as dist/cash.cjs has to be ASCII. */
const CONSTANT = /^# \u2500\u2500 .*: the same (?:bytes |lines )?in every script/;
const HEADING = /^# \u2500\u2500 (service|network|pool)(?: ([^:]*))?(?::| at )/;
/** Digests come from everything. */
const DIGEST = /^(?:#   digest | +DIGEST=)/;

/** In the order of the script. `section`: the field of a section, such as `service web`, which its lines have, too. */
export function origins<F extends Named>(parts: readonly string[], others: readonly Origin<F>[], section: (kind: string, name: string) => F | null): readonly Traced<F>[] {
  const affected = others.map(({ field, parts: other }) => ({ field, lines: affectedBy(parts, other) }));
  const ordered = affected.toSorted((a, b) => Number(b.field.leaf) - Number(a.field.leaf) || a.lines.size - b.lines.size);
  const ofLine = new Map<number, F[]>();
  for (const { field, lines } of ordered) {
    for (const line of lines) if (field.leaf || !ofLine.has(line)) ofLine.set(line, [...(ofLine.get(line) ?? []), field]);
  }
  return located(parts).flatMap(({ text, first, constant }) => {
    const lines = linesOf(text);
    const bySection = constant ? [] : sectionFields(lines, section);
    return runs(lines.map((_, index) => completed(ofLine.get(first + index) ?? [], bySection[index] ?? [])), first, constant);
  });
}

/** The section's field, where none of the others is in it: what only holds the project's name is of the section all the same. */
function completed<F extends Named>(own: readonly F[], sections: readonly F[]): readonly F[] {
  return [...sections.filter(({ name }) => !own.some((field) => field.name.startsWith(name))), ...own];
}

interface Part {
  readonly text: string;
  readonly first: number;
  readonly constant: boolean;
}

/** All but the definition, which is the last part. */
function located(parts: readonly string[]): readonly Part[] {
  let next = 1;
  return parts.slice(0, -1).map((text) => {
    const first = next;
    next += linesOf(text).length;
    return { text, first, constant: CONSTANT.test(text) };
  });
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

function affectedBy(parts: readonly string[], other: readonly string[]): ReadonlySet<number> {
  const there = new Set(other);
  const literal = other.filter((text) => !CONSTANT.test(text));
  let index = 0;
  const lines = located(parts).flatMap(({ text, first, constant }) => {
    const counterpart = constant ? null : (literal[index++] ?? null);
    if (there.has(text)) return [];
    return counterpart === null ? linesOf(text).map((_, line) => first + line) : different(linesOf(text), linesOf(counterpart)).map((line) => first + line);
  });
  return new Set(lines);
}

/** Indices of the lines that the other text does not have there. */
function different(lines: readonly string[], other: readonly string[]): readonly number[] {
  let index = 0;
  return diffArrays([...lines], [...other]).flatMap(({ added, removed, value }) => {
    if (added) return [];
    const first = index;
    index += value.length;
    return removed ? value.flatMap((line, at) => (line === '' || DIGEST.test(line) ? [] : [first + at])) : [];
  });
}

function sectionFields<F extends Named>(lines: readonly string[], section: (kind: string, name: string) => F | null): readonly (readonly F[])[] {
  let field: F | null = null;
  return lines.map((line) => {
    const heading = HEADING.exec(line);
    if (heading !== null) field = section(heading[1] ?? '', heading[2] ?? '');
    else if (line.startsWith('# \u2500\u2500 ')) field = null;
    return field === null || line === '' ? [] : [field];
  });
}

function runs<F extends Named>(ofLines: readonly (readonly F[])[], first: number, constant: boolean): readonly Traced<F>[] {
  const found: Traced<F>[] = [];
  ofLines.forEach((fields, index) => {
    const before = found.at(-1);
    const same = before !== undefined && before.last === first + index - 1 && before.fields.length === fields.length && before.fields.every((field, at) => field === fields[at]);
    if (fields.length === 0) return;
    if (same) found[found.length - 1] = { ...before, last: first + index };
    else found.push({ first: first + index, last: first + index, fields, constant });
  });
  return found;
}
