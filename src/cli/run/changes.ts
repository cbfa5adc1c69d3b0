/** Changes for people: at a terminal, and in a comment on a pull request. */
import type { Change } from '../../compare/changes.ts';
import { plainText } from '../../render/quote.ts';
import { code, plain } from './report/markdown.ts';

const EFFECTS = {
  recreate: 'a container that runs has to be recreated',
  update: 'a container that runs can be changed as it is (up makes another one)',
  scale: 'more containers, or fewer',
  nothing: 'a container that runs stays as it is',
} as const;

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;
const COLOURS = { added: '32', removed: '31', changed: '33' } as const;

export function textChanges(found: readonly Change[], colour: boolean): string {
  const style = (sgr: string, text: string): string => (colour ? `\x1b[${sgr}m${text}\x1b[0m` : text);
  return found.map((change) => [
    style(COLOURS[change.change], `${SIGNS[change.change]} ${title(change)}`),
    ...change.details.map((text) => `    ${plainText(text)}`),
    ...change.lines.map((text) => style(text.startsWith('-') ? '31' : '32', `    ${text.charAt(0)} ${plainText(text.slice(1))}`)),
    ...change.steps.map((text) => `    $ ${plainText(text)}`),
  ].map((line) => `${line}\n`).join('')).join('');
}

function title({ kind, name, change, container }: Change): string {
  return plainText(`${kind} ${name}: ${change}${container === null ? '' : `; ${EFFECTS[container]}`}`);
}

export function markdownChanges(before: string, after: string, found: readonly Change[]): string {
  return [`## What changes from ${code(before)} to ${code(after)}`, ...found.map(oneInMarkdown)].map((part) => `${part}\n`).join('\n');
}

function oneInMarkdown(change: Change): string {
  const { kind, name, change: what, container, details, steps, lines } = change;
  return [
    `### ${kind} ${code(name)}: ${what}`,
    ...(container === null ? [] : [`**${EFFECTS[container]}**`]),
    ...(details.length === 0 ? [] : [details.map((text) => `- ${plain(text)}`).join('\n')]),
    ...(lines.length === 0 ? [] : [fenced('diff', lines)]),
    ...(steps.length === 0 ? [] : [fenced('', steps.map((text) => `$ ${text}`))]),
  ].join('\n\n');
}

/** Longer than any run of backticks in it. */
function fenced(language: string, shown: readonly string[]): string {
  const text = shown.map((line) => plainText(line)).join('\n');
  const fence = '`'.repeat(Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
