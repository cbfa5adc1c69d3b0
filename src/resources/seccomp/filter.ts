/** The seccomp filters of a project: one for each profile and set of capabilities. */
import { createHash } from 'node:crypto';
import { DEFAULT_CAPABILITIES } from '../../model/capabilities.ts';
import type { Project, Service } from '../../model/project.ts';
import type { SeccompProfile } from '../../model/seccomp/profile.ts';
import { STANDARD } from '../../model/seccomp/standard.ts';
import { type Machine, MACHINES } from '../../model/seccomp/system-calls.ts';
import { actionText, listing } from './listing.ts';
import { bytes, program } from './program.ts';
import { type Meaning, meaning, type Verdict } from './verdict.ts';

export interface Filter {
  /** Of the function that sets SECCOMP. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly listing: readonly string[];
  readonly programs: readonly FilterProgram[];
}

export interface FilterProgram {
  readonly machine: Machine;
  /** In instructions. */
  readonly size: number;
  readonly digest: string;
  readonly base64: string;
}

/** null: it has none. */
export function profileOf({ seccomp }: Service): SeccompProfile | null {
  return seccomp === 'unconfined' ? null : seccomp === 'default' ? STANDARD : seccomp;
}

/** Each once, in the order of the services. */
export function filters({ services }: Project): readonly Filter[] {
  const all = services.flatMap((service) => filterOf(service) ?? []);
  return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index);
}

export function filterOf(service: Service): Filter | null {
  const profile = profileOf(service);
  return profile === null ? null : compiled(profile, service.capabilities);
}

const known = new WeakMap<SeccompProfile, Map<string, Filter>>();

function compiled(profile: SeccompProfile, capabilities: readonly string[]): Filter {
  const before = known.get(profile) ?? new Map<string, Filter>();
  known.set(profile, before);
  const key = capabilities.join(' ');
  const filter = before.get(key) ?? compile(profile, capabilities);
  before.set(key, filter);
  return filter;
}

function compile(profile: SeccompProfile, capabilities: readonly string[]): Filter {
  const meanings = MACHINES.map((machine) => meaning(profile, capabilities, machine));
  const programs = meanings.map((each) => programOf(each, profile));
  const id = sha256(programs.map(({ digest }) => digest).join(' ')).slice(0, 8);
  return { id: `seccomp_${id}`, title: title(profile, capabilities), summary: summary(profile, meanings), listing: listing(meanings, profile.default), programs };
}

function programOf(own: Meaning, profile: SeccompProfile): FilterProgram {
  const list = program(own, profile.default);
  const binary = bytes(list);
  return { machine: own.machine, size: list.length, digest: `sha256 ${sha256(binary)}`, base64: binary.toString('base64') };
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** A heading with "the same bytes in every script" is counted as constant by the audit. */
function title(profile: SeccompProfile, capabilities: readonly string[]): string {
  if (profile.file !== null) return `seccomp: ${profile.file}`;
  const same = capabilities.join() === DEFAULT_CAPABILITIES.join();
  return same ? 'seccomp, by default: the same bytes in every script that has it' : `seccomp, by default, with ${capabilities.join(' ') || 'no capability'}`;
}

function summary(profile: SeccompProfile, meanings: readonly Meaning[]): string {
  const newest = [...new Set(meanings.map((each) => each.newest))].filter((name) => name !== null);
  const newer = profile.default.action === 'errno' ? newest.map((name) => `what is newer than ${name}, `).join('') : '';
  return `What is not listed ${actionText(profile.default)}; ${newer}and all of 32-bit programs (i386, x32, ARM), with ENOSYS.`;
}

/** System calls it lets through where the default one, with the same capabilities, does not. */
export function opened(profile: SeccompProfile, capabilities: readonly string[]): readonly string[] {
  const names = MACHINES.flatMap((machine) => {
    const standard = meaning(STANDARD, capabilities, machine).verdicts;
    return [...meaning(profile, capabilities, machine).verdicts].filter(([name, verdict]) => isWider(verdict, standard.get(name))).map(([name]) => name);
  });
  return [...new Set(names)].sort();
}

/** Where both look at arguments, and not the same way, it may be. */
function isWider(own: Verdict, standard: Verdict | undefined): boolean {
  const lets = (verdict: Verdict): boolean => [verdict.otherwise, ...verdict.cases.map(({ action }) => action)].some(({ action }) => !/^(errno|kill|trap)/.test(action));
  if (!lets(own) || standard === undefined) return lets(own);
  const always = standard.cases.length === 0 && standard.otherwise.action === 'allow';
  return !always && verdictKey(own) !== verdictKey(standard);
}

function verdictKey(verdict: Verdict): string {
  return JSON.stringify(verdict, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
