import { fail, unsupported } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { Volume } from '../project.ts';
import type { ComposeInput } from '../schema/compose.ts';
import { closedText, flag, wrong } from '../values.ts';

const nameForm = /^[a-zA-Z0-9_][a-zA-Z0-9._-]*$/;

/** The name of a service, network or volume; also that on the host. */
export function resourceName(context: Context, value: string | undefined, path: Path): string | null {
  const name = closedText(context, value, path);
  if (name === null || nameForm.test(name)) return name;
  if (value === path.key) {
    return fail(context, 'invalid-value', path, `a name is letters, digits, \`.\`, \`_\` and \`-\`, not ${JSON.stringify(name)}`, { at: 'key' });
  }
  return wrong(context, path, name, 'letters, digits, `.`, `_` and `-`, beginning with a letter or digit');
}

export function buildVolumes(context: Context, input: ComposeInput['volumes']): ReadonlyMap<string, Volume> {
  return new Map(
    Object.entries(input ?? {}).map(([name, one]) => {
      const path = child(child(null, 'volumes'), name);
      resourceName(context, name, path);
      const driver = closedText(context, one?.driver, child(path, 'driver'));
      if (driver !== null && driver !== 'local') {
        unsupported(context, child(path, 'driver'), `the volume driver \`${driver}\``, { hint: 'the only driver is `local`' });
      }
      const external = flag(context, one?.external, child(path, 'external')) ?? false;
      return [name, { name, explicit_name: resourceName(context, one?.name, child(path, 'name')), external }];
    }),
  );
}
