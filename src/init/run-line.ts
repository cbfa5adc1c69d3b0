/** From a `docker run …` line to Compose, by composerize. */
import composerize from 'composerize';
import { parse } from 'yaml';
import { splitWords } from '../model/shell-words.ts';
import { type Found, mapping, withTexts } from './compose.ts';

/** One word: a line as it stands in a shell script. null: it is no such line. */
export function fromRunLine(given: readonly string[]): Found | null {
  const words = given.length === 1 ? lineWords(given[0] ?? '') : given;
  if (words === null || !/^(docker|podman)$/.test(words[0] ?? '')) return null;
  const masked = mask(words.flatMap(unmounted(words)));
  const text = composed(masked.line);
  return text === null ? null : { compose: mapping(withTexts(withCommands(mapping(parse(text))), masked.restore)), left: ignored(text).map(masked.restore) };
}

function lineWords(line: string): readonly string[] | null {
  const split = splitWords(line.replace(/\\\r?\n/g, ' ').trim());
  return split.ok && split.cutAt === null ? split.words : null;
}

function composed(line: string): string | null {
  try {
    const text = composerize(line, null, 'latest', 2);
    return text.includes('!!!invalid!!!') ? null : text;
  } catch {
    return null;
  }
}

/** composerize loses `readonly` of --mount: `-v` says the same. */
function unmounted(words: readonly string[]): (word: string, index: number) => readonly string[] {
  const isMount = (word: string | undefined): boolean => word === '--mount';
  return (word, index) => {
    if (isMount(word)) return [];
    const spec = isMount(words[index - 1]) ? word : /^--mount=(.*)$/s.exec(word)?.[1];
    return spec === undefined ? [word] : mountOptions(spec);
  };
}

function mountOptions(spec: string): readonly string[] {
  const options = new Map(spec.split(',').map((part) => [part.replace(/=.*/s, ''), part.includes('=') ? part.replace(/^[^=]*=/, '') : 'true']));
  const of = (...names: readonly string[]): string => names.map((name) => options.get(name)).find((value) => value !== undefined) ?? '';
  const [source, target] = [of('src', 'source'), of('dst', 'destination', 'target')];
  if (of('type') === 'tmpfs') return ['--tmpfs', target];
  return ['-v', `${source === '' ? '' : `${source}:`}${target}${['true', '1'].includes(of('readonly', 'ro')) ? ':ro' : ''}`];
}

/** Words that composerize could part or unquote, behind names that it takes as they are. */
function mask(words: readonly string[]): { readonly line: string; readonly restore: (text: string) => string } {
  const hidden: string[] = [];
  const line = words.map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) && !word.includes('cashword') ? word : `cashword${hidden.push(word) - 1}x`)).join(' ');
  return { line, restore: (text) => text.replace(/cashword(\d+)x/g, (name, index: string) => hidden[Number(index)] ?? name) };
}

/** The words of the command are those of the line; its name has nothing of a digest; and where a volume or a network comes from, Compose knows by itself. */
function withCommands(compose: ReturnType<typeof mapping>): ReturnType<typeof mapping> {
  const services = Object.entries(mapping(compose.services)).map(([name, service]) => {
    const { command, ...rest } = mapping(service);
    return [name.replace(/@.*/, ''), typeof command === 'string' ? { ...rest, command: command.split(' ') } : rest] as const;
  });
  return { services: Object.fromEntries(services) };
}

/** composerize lists them in comments before the definition. */
function ignored(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => /^# (-.*)$/.exec(line)?.[1] ?? []);
}
