import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { Healthcheck, ImageReference, Text } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedInteger, duration, flag, wrong } from '../values.ts';

/** Images of these transports never bring a check of their own. */
const checkless: readonly string[] = ['debootstrap', 'tar', 'scratch', 'local'];

export function buildHealthcheck(context: Context, input: ServiceInput['healthcheck'], image: ImageReference | null, path: Path): Healthcheck | null {
  if (input === null || input === undefined) return null;
  if (input.disable === false && Object.keys(input).length === 1) return null;
  const disabled = flag(context, input.disable, child(path, 'disable')) ?? false;
  const test = buildTest(context, input.test, child(path, 'test'));
  if (disabled && test !== null && test !== 'none') {
    fail(context, 'conflict', child(path, 'test'), 'a check that is disabled has no `test`', { at: 'key', hint: 'remove `test`, or `disable: true`' });
  }
  if (!disabled && input.test === undefined && image !== null && checkless.includes(image.transport)) {
    fail(context, 'missing-key', path, '`healthcheck` has no `test`, and the image brings none', { at: 'key', hint: 'add `test: [CMD, PROGRAM, …]`' });
  }
  const time = (key: 'interval' | 'timeout' | 'start_period' | 'start_interval'): number | null => duration(context, input[key], child(path, key));
  return {
    disable: disabled || test === 'none',
    test: test === 'none' || disabled ? null : test,
    interval: unlessZero(time('interval')),
    timeout: unlessZero(time('timeout')),
    retries: unlessZero(closedInteger(context, input.retries, child(path, 'retries'), { min: 0, max: 2 ** 31 - 1 })),
    start_period: time('start_period'),
    start_interval: unlessZero(time('start_interval')),
  };
}

/** dockerd takes zero as not given. */
function unlessZero(value: number | null): number | null {
  return value === 0 ? null : value;
}

/** The words that are executed; a line goes to the shell of the image, as with Docker. */
function buildTest(context: Context, value: string | readonly string[] | null | undefined, path: Path): readonly Text[] | 'none' | null {
  if (value === null || value === undefined) return null;
  const [kind, ...words] = typeof value === 'string' ? ['CMD-SHELL', value] : value;
  const hint = 'write `[CMD, PROGRAM, ARGUMENT…]`, `[CMD-SHELL, LINE]`, or a text, which is a line for the shell';
  if (kind === 'NONE' && words.length === 0) return 'none';
  if (kind === 'CMD' && words.length > 0 && words[0] !== '') return words;
  if (kind === 'CMD-SHELL' && words.length === 1 && words[0] !== '') return ['/bin/sh', '-c', ...words];
  return wrong(context, path, typeof value === 'string' ? value : value.join(' '), 'a command to check with', hint);
}
