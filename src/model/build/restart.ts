import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { nearest } from '../nearest.ts';
import type { RestartPolicy } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedInteger, closedText, duration, oneOf, wrong } from '../values.ts';

type Policy = RestartPolicy | null;

const attempts = { min: 1, max: 2 ** 31 - 1 };

export function buildRestart(context: Context, input: ServiceInput, path: Path): Policy {
  const own = shortPolicy(context, input.restart, child(path, 'restart'));
  const at = child(child(path, 'deploy'), 'restart_policy');
  const deployed = longPolicy(context, input.deploy?.restart_policy, at);
  if (input.restart === undefined) return deployed;
  const long = input.deploy?.restart_policy ?? null;
  const understood = own !== null || input.restart === 'no' || input.restart === '';
  if (long !== null && understood && (own?.condition !== deployed?.condition || own?.max_attempts !== deployed?.max_attempts)) {
    fail(context, 'conflict', at, '`deploy.restart_policy` and `restart` say different things', { at: 'key', hint: 'keep one of them' });
  }
  return long === null ? own : deployed;
}

/** `always`, `on-failure:3`: dockerd's own form. */
function shortPolicy(context: Context, value: string | undefined, path: Path): Policy {
  const text = closedText(context, value, path);
  if (text === null || text === '' || text === 'no') return null;
  const [condition = '', count] = text.split(':', 2);
  const expected = '`no`, `always`, `unless-stopped`, `on-failure` or `on-failure:ATTEMPTS`';
  const words = ['no', 'always', 'unless-stopped', 'on-failure'] as const;
  const found = words.find((one) => one === condition);
  const near = nearest(condition, words);
  if (found === undefined) return wrong(context, path, text, expected, near === null ? undefined : `did you mean \`${near}\`?`);
  if (found === 'no' || (count !== undefined && (found !== 'on-failure' || !/^\d{1,9}$/.test(count)))) return wrong(context, path, text, expected);
  return { condition: found, max_attempts: Number(count ?? 0) === 0 ? null : Number(count), delay: null, window: null };
}

function longPolicy(context: Context, input: NonNullable<ServiceInput['deploy']>['restart_policy'], path: Path): Policy {
  if (input === null || input === undefined) return null;
  const condition = oneOf(context, input.condition, child(path, 'condition'), ['none', 'on-failure', 'any']) ?? 'any';
  const policy = {
    max_attempts: closedInteger(context, input.max_attempts, child(path, 'max_attempts'), attempts),
    delay: duration(context, input.delay, child(path, 'delay')),
    window: duration(context, input.window, child(path, 'window')),
  };
  return condition === 'none' ? null : { condition: condition === 'any' ? 'always' : condition, ...policy };
}
