/** What a change of a service means for its containers that run. */
import type { Service } from '../model/project.ts';

/**
 * recreate: it goes, and another one is made; update: it can be changed while it runs, `up` makes another one; scale: others come or go;
 * nothing: `up` leaves it alone.
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

/** What `up` does not look at. */
const UNSEEN: ReadonlySet<string> = new Set(['scale', 'depends_on', 'profiles']);

/** `same`: `up` would leave a container of the first alone. */
export function effect(before: Service, after: Service, same: boolean): Effect {
  const fields = changedFields(before, after);
  if (same) return fields.includes('scale') ? 'scale' : 'nothing';
  const seen = fields.filter((field) => !UNSEEN.has(field));
  return seen.length > 0 && seen.every((field) => isLimit(field) && isGiven(after[field])) ? 'update' : 'recreate';
}

export function steps(what: Effect, script: string, before: Service, after: Service): readonly string[] {
  switch (what) {
    case 'recreate':
      return [`${script} up -d ${after.name}`];
    case 'update': {
      const options = changedFields(before, after).flatMap((field) => (isLimit(field) ? [`--${UPDATES[field]} ${String(after[field])}`] : []));
      return [`${script} update ${options.join(' ')} ${after.name}`];
    }
    case 'scale':
      return [`${script} up -d ${after.name}`];
    case 'nothing':
      return [];
  }
}

function changedFields(before: Service, after: Service): readonly string[] {
  return Object.keys(after).filter((field) => JSON.stringify(Reflect.get(before, field)) !== JSON.stringify(Reflect.get(after, field)));
}

/** Known now; a limit that is taken away has no value to set. */
function isGiven(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string';
}

function isLimit(field: string): field is keyof typeof UPDATES {
  return Object.hasOwn(UPDATES, field);
}
