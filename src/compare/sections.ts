/** A script by its headings. */
export interface Sections {
  /** Lines of what is of this definition: `service web`, `network front`, `pool`. Without empty lines. */
  readonly literal: ReadonlyMap<string, readonly string[]>;
  /** Text of what is the same in every script: `prelude`, `run`. */
  readonly constant: ReadonlyMap<string, string>;
}

/** Escaped, as dist/cash.cjs has to be ASCII. */
const HEADING = /^# \u2500\u2500 (.*?) \u2500+$/;
/** As in the audit's summary. */
const CONSTANT = /^(.*): the same (?:bytes |lines )?in every script/;
const DEFINITION = 'the definition, for cash verify';

export function sections(script: string): Sections {
  const literal = new Map<string, readonly string[]>();
  const constant = new Map<string, string>();
  for (const { title, lines } of parts(script)) {
    const name = CONSTANT.exec(title)?.[1];
    if (name !== undefined) constant.set(name, lines.join('\n'));
    else if (title !== DEFINITION) literal.set(title.replace(/:.*/, ''), lines.filter((line) => line !== ''));
  }
  return { literal, constant };
}

function parts(script: string): readonly { readonly title: string; readonly lines: readonly string[] }[] {
  const found: { readonly title: string; readonly lines: string[] }[] = [];
  for (const line of script.split('\n')) {
    const title = HEADING.exec(line)?.[1];
    if (title === undefined) found.at(-1)?.lines.push(line);
    else found.push({ title, lines: [] });
  }
  return found;
}
