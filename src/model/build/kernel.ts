import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { Service, Text } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { anySize, bytes, closedInteger, flag, integer, patternText, scalarText } from '../values.ts';
import { buildBlkio } from './blkio.ts';
import { groupForm } from './process.ts';
import { buildSysctls } from './sysctls.ts';
import { buildUlimits } from './ulimits.ts';

type Kernel = Pick<Service, 'shm_size' | 'ulimits' | 'sysctls' | 'oom_score_adj' | 'oom_kill_disable' | 'mem_swappiness' | 'blkio' | 'group_add' | 'storage_size'>;

export function buildKernel(context: Context, input: ServiceInput, path: Path): Kernel {
  const at = (key: string): Path => child(path, key);
  const asBefore = String(input.mem_swappiness) === '-1'; // as with Docker
  const shm = bytes(context, input.shm_size, at('shm_size'), anySize);
  const size = bytes(context, input.storage_opt?.size, child(at('storage_opt'), 'size'), anySize);
  return {
    shm_size: shm === 0 ? null : shm,
    ulimits: buildUlimits(context, input.ulimits, at('ulimits')),
    sysctls: buildSysctls(context, input, at('sysctls')),
    oom_score_adj: closedInteger(context, input.oom_score_adj, at('oom_score_adj'), { min: -1000, max: 1000 }),
    oom_kill_disable: flag(context, input.oom_kill_disable, at('oom_kill_disable')) ?? false,
    mem_swappiness: asBefore ? null : integer(context, input.mem_swappiness, at('mem_swappiness'), { min: 0, max: 100 }),
    blkio: buildBlkio(context, input.blkio_config, at('blkio_config')),
    group_add: groups(context, input.group_add, at('group_add')),
    storage_size: size === 0 ? null : size,
  };
}

function groups(context: Context, input: ServiceInput['group_add'], path: Path): readonly Text[] {
  const list = (input ?? []).flatMap((one, index) => patternText(context, scalarText(one), child(path, index), groupForm, 'a group of the image, or its number', ['name', 'integer', 'string']) ?? []);
  return [...new Set(list)];
}
