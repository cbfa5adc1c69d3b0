import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { suggestion } from '../nearest.ts';
import type { Ulimit } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedText, wrong } from '../values.ts';

/** Docker's (go-units, ulimit.go); setrlimit(2) says what they mean. */
const names = 'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(' ');
/** A shell of the host still has to become the command. */
const fewestFiles = 32;

export function buildUlimits(context: Context, input: ServiceInput['ulimits'], path: Path): readonly Ulimit[] {
  return Object.entries(input ?? {}).flatMap(([name, value]) => {
    const at = child(path, name);
    if (!names.includes(name)) {
      return fail(context, 'undefined-name', at, `there is no limit \`${name}\``, { at: 'key', hint: suggestion(name, names) }) ?? [];
    }
    const [soft, hard] = typeof value === 'object'
      ? [amount(context, value.soft, child(at, 'soft')), amount(context, value.hard, child(at, 'hard'))]
      : Array(2).fill(amount(context, value, at)) as [number | null, number | null];
    return soft === null || hard === null ? [] : (checked(context, { name, soft, hard }, at) ?? []);
  });
}

function amount(context: Context, value: string | number, path: Path): number | null {
  const text = closedText(context, value, path);
  if (text === null) return null;
  const number = /^(-1|\d{1,15})$/.test(text) ? Number(text) : null;
  const hint = text === 'unlimited' ? 'write -1' : /^\d.*[kmg]/i.test(text) ? 'a limit has no unit: write the bytes' : undefined;
  return number ?? wrong(context, path, text, 'a whole number, or -1 for no limit', hint);
}

function checked(context: Context, limit: Ulimit, path: Path): Ulimit | null {
  const { name, soft, hard } = limit;
  if (hard !== -1 && (soft === -1 || soft > hard)) return fail(context, 'conflict', path, `the soft limit of \`${name}\` is greater than the hard one`);
  if (name === 'nofile' && soft !== -1 && soft < fewestFiles) return wrong(context, path, String(soft), `at least ${fewestFiles}`);
  return limit;
}
