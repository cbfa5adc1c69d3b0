/** How much of a script a reviewer reads once for all scripts, and how much for this one. */
export interface Summary {
  /** Lines of the parts that every script has alike. */
  readonly constant: number;
  /** Lines of the header and of the sections of this definition. */
  readonly literal: number;
}

/** `# ── `; escaped, as esbuild leaves regular expressions as they are, and dist/cash.cjs has to be ASCII. */
const HEADING = /^# \u2500\u2500 /;

/** A heading that ends so begins a constant part, up to the next heading. */
const CONSTANT = /the same (?:bytes |lines )?in every script/;

/** Counts lines with something in them, comments too: they are read. */
export function summary(text: string): Summary {
  let constant = 0;
  let literal = 0;
  let inConstant = false;
  for (const line of text.split('\n')) {
    if (HEADING.test(line)) inConstant = CONSTANT.test(line);
    if (line.trim() === '') continue;
    if (inConstant) constant++;
    else literal++;
  }
  return { constant, literal };
}
