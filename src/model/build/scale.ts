import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedInteger } from '../values.ts';
import { agree } from './limits.ts';

/** How many containers of the service; each has a name and an address of its own. */
export function buildScale(context: Context, input: ServiceInput, path: Path): number {
  const range = { min: 0, max: 1000 };
  const at = child(child(path, 'deploy'), 'replicas');
  const own = closedInteger(context, input.scale, child(path, 'scale'), range);
  const scale = agree(context, 'scale', own, closedInteger(context, input.deploy?.replicas, at, range), at, 'deploy.replicas') ?? 1;
  const key = input.scale === undefined ? at : child(path, 'scale');
  if (scale <= 1) return scale;
  if (input.container_name !== undefined) {
    fail(context, 'conflict', key, `${scale} containers cannot have one \`container_name\``, { hint: 'remove `container_name`, or the scale' });
  }
  const fixed = input.networks !== null && input.networks !== undefined && !Array.isArray(input.networks) && Object.values(input.networks).some((one) => one?.ipv4_address !== undefined);
  if (fixed) fail(context, 'conflict', key, `${scale} containers cannot have one \`ipv4_address\``, { hint: 'remove `ipv4_address`, or the scale' });
  return scale;
}
