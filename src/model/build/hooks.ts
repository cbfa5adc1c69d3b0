import { fail, unsupported } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { Hook } from '../project.ts';
import type { HookInput } from '../schema/compose.ts';
import { flag } from '../values.ts';
import { buildCommand } from './command.ts';
import { pairs, resolvePairs } from './environment.ts';
import { userText, workingDirectory } from './process.ts';

/** post_start, pre_stop. */
export function buildHooks(context: Context, input: readonly HookInput[] | null | undefined, path: Path): readonly Hook[] {
  return (input ?? []).map((one, index) => buildHook(context, one, child(path, index)));
}

function buildHook(context: Context, input: HookInput, path: Path): Hook {
  const command = buildCommand(context, input.command, child(path, 'command')) ?? [];
  if (command.length === 0) fail(context, 'missing-key', path, 'a hook needs a `command`', { hint: 'write `- command: [PROGRAM, ARGUMENT…]`' });
  if (flag(context, input.privileged, child(path, 'privileged')) === true) {
    unsupported(context, child(path, 'privileged'), '`privileged: true`', { hint: 'a hook has the rights of its container' });
  }
  return {
    command,
    user: userText(context, input.user, child(path, 'user')),
    working_dir: workingDirectory(context, input.working_dir, child(path, 'working_dir')),
    environment: [...resolvePairs(context, pairs(context, input.environment, child(path, 'environment')))],
  };
}
