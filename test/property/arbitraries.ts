import fc from 'fast-check';

const HOSTILE = [
  "'", '"', '`id`', '$(id)', '$((1))', '${x}', '$x', '\\', '\\\\', '\n', '\r\n', '\t', '\x1b[2J', '\x7f', '\x80', '\x9b', '\u202e', '\u200b',
  '\ufeff', '\u2028', '\u00a0', '\u3164', '\ud800', '\udfff', '😀', 'é', '~', '~root', '*', '?', '[a]', '{a,b}', '!', '!!', '#', ' ', '-', '--',
  '-rf', '=', '=ls', ';', '&', '|', '<', '>', '(', ')', 'if', 'END', '%', '%s', '@(a)', '1', '0x', '_', ':', '/', '\\n', '\\x41', 'a', 'Z',
];

/** Texts without NUL that a careless quoting would get wrong. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: fc.integer({ min: 1, max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 8 }),
);
