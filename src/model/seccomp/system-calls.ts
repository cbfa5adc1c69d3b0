import { AARCH64, ELSEWHERE, X86_64 } from './numbers.ts';

/** As $HOSTTYPE of Bash calls them. */
export type Machine = 'x86_64' | 'aarch64';
export const MACHINES: readonly Machine[] = ['x86_64', 'aarch64'];

const NAMES: Readonly<Record<Machine, string>> = { x86_64: X86_64, aarch64: AARCH64 };
const read = new Map<Machine, ReadonlyMap<string, number>>();

/** The numbers of a machine's system calls, by name. */
export function systemCalls(machine: Machine): ReadonlyMap<string, number> {
  const known = read.get(machine);
  if (known !== undefined) return known;
  const numbers = new Map<string, number>();
  let next = 0;
  for (const word of NAMES[machine].split(' ')) {
    if (/^\d/.test(word)) next = Number(word);
    else numbers.set(word, next++);
  }
  read.set(machine, numbers);
  return numbers;
}

/** All names, those of other architectures too. */
export function systemCallNames(): ReadonlySet<string> {
  return new Set([...MACHINES.flatMap((machine) => [...systemCalls(machine).keys()]), ...ELSEWHERE.split(' ')]);
}
