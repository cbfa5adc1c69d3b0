import { BASE, COMMANDS } from '../commands.ts';
import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { suggestion } from '../nearest.ts';
import type { FunctionDeclaration, Service } from '../project.ts';
import type { HostInput } from '../schema/compose.ts';

const section: Path = child(child(null, 'x-cash'), 'commands');

type Named = readonly [string, FunctionDeclaration];

/** In the order of COMMANDS, so that it is no change of the script to name them in another one. */
export function buildCommands(context: Context, input: HostInput['commands'], services: readonly Service[], functions: readonly Named[]): readonly string[] | null {
  if ((input ?? null) === null) return null;
  const named = typeof input === 'string' ? [[input, section] as const] : (input ?? []).map((name, index) => [name, child(section, index)] as const);
  named.forEach(([name, path], index) => {
    if (!COMMANDS.some((each) => each === name)) fail(context, 'undefined-name', path, `a script has no command \`${name}\``, { hint: suggestion(name, COMMANDS) ?? 'all there are: docs/script.md' });
    else if (named.findIndex(([other]) => other === name) !== index) fail(context, 'duplicate', path, `the command \`${name}\` is there twice`);
    else if (name === 'healthcheck' && !services.some(({ healthcheck }) => healthcheck !== null)) fail(context, 'conflict', path, '`healthcheck`: no service has one');
  });
  const chosen = COMMANDS.filter((name) => [...BASE, ...named.map(([each]) => each)].includes(name));
  for (const [command] of functions) {
    if (chosen.some((name) => name === command)) continue;
    fail(context, 'conflict', child(child(child(null, 'x-cash'), 'functions'), command), `\`${command}\` is not among the \`commands\``, { at: 'key', hint: `add \`${command}\` to them` });
  }
  return chosen;
}
