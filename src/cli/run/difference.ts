import { createTwoFilesPatch } from 'diff';
import { plainText } from '../../render/quote.ts';
import { hasColour, print } from '../terminal.ts';

const COLOURS: Readonly<Record<string, string>> = { '+': '\x1b[32m', '-': '\x1b[31m', '@': '\x1b[36m' };

/** A unified diff on stdout, from what is there (null: nothing) to what would be. */
export function printDifference(path: string, present: string | null, wanted: string): void {
  const patch = createTwoFilesPatch(present === null ? '/dev/null' : path, path, present ?? '', wanted);
  const lines = patch.slice(patch.indexOf('--- ')).replace(/\n$/, '').split('\n');
  // Whoever changed the script may have meant the terminal of who looks at the difference.
  const shown = process.stdout.isTTY ? lines.map((line) => line.split('\t').map(plainText).join('\t')) : lines;
  const coloured = hasColour(process.stdout) ? shown.map(colour) : shown;
  print(`${coloured.join('\n')}\n`);
}

function colour(line: string): string {
  const sgr = COLOURS[line.charAt(0)];
  return sgr === undefined ? line : `${sgr}${line}\x1b[0m`;
}
