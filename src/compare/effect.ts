/** What a change of a service means for its containers that run. */
import type { Service } from '../model/project.ts';

/**
 * recreate: it goes, and another one is made; update: it is changed while it runs; scale: others come or go; nothing: it is seen at the
 * next command.
 */
export type Effect = 'recreate' | 'update' | 'scale' | 'nothing';

/** Limits that `SCRIPT update` sets, by its options. */
const UPDATES = {
  mem_limit: 'memory',
  memswap_limit: 'memory-swap',
  mem_reservation: 'memory-reservation',
  cpus: 'cpus',
  cpu_shares: 'cpu-shares',
  pids_limit: 'pids-limit',
  cpuset: 'cpuset-cpus',
} as const;

const UNSEEN: ReadonlySet<string> = new Set(['pull_policy', 'annotations', 'platform', 'image_options']);

/** What is not known to be less is a new container. */
export function effect(before: Service, after: Service): Effect {
  const fields = changedFields(before, after);
  const effects = fields.map((field): Effect => {
    if (field === 'scale') return 'scale';
    if (UNSEEN.has(field)) return sameConfiguration(before, after) ? 'nothing' : 'recreate';
    return field in UPDATES && isGiven(Reflect.get(after, field)) ? 'update' : 'recreate';
  });
  return (['recreate', 'update', 'scale'] as const).find((each) => effects.includes(each)) ?? 'nothing';
}

export function steps(what: Effect, script: string, before: Service, after: Service): readonly string[] {
  switch (what) {
    case 'recreate':
      return [`${script} run -d --replace ${after.name}`];
    case 'update': {
      const options = changedFields(before, after).flatMap((field) => (isLimit(field) ? [`--${UPDATES[field]} ${String(after[field])}`] : []));
      return [`${script} update ${options.join(' ')} ${after.name}`];
    }
    case 'scale':
    case 'nothing':
      return [];
  }
}

function changedFields(before: Service, after: Service): readonly string[] {
  return Object.keys(after).filter((field) => JSON.stringify(Reflect.get(before, field)) !== JSON.stringify(Reflect.get(after, field)));
}

function sameConfiguration({ image_options: before }: Service, { image_options: after }: Service): boolean {
  return JSON.stringify(before.config) === JSON.stringify(after.config);
}

/** Known now; a limit that is taken away has no value to set. */
function isGiven(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string';
}

function isLimit(field: string): field is keyof typeof UPDATES {
  return Object.hasOwn(UPDATES, field);
}
