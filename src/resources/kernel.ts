/** What process 1 sets for itself while it still may, and what is written into the container's namespaces. */
import { CAPABILITIES } from '../model/capabilities.ts';
import type { Service, Ulimit } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { word } from '../resolve/word.ts';

export interface Kernel {
  /** As setpriv(1) calls them; those that its library may not know, by number. */
  readonly capabilities: readonly string[];
  /** 16 hexadecimal digits, as in /proc/PID/status. */
  readonly capabilityMask: string;
  readonly noNewPrivileges: boolean;
  readonly sysctls: readonly { readonly why: string; readonly value: Word; readonly file: string }[];
  readonly tuned: boolean;
  /** Of the builtin ulimit: option and value. */
  readonly ulimits: readonly { readonly why: string; readonly options: readonly string[] }[];
  /** Options of prlimit(1), for what the builtin lacks. */
  readonly prlimits: readonly string[];
  readonly prlimited: boolean;
  readonly scored: boolean;
  readonly score: number;
  /** One of the above needs container_refused. */
  readonly refusable: boolean;
  readonly grouped: boolean;
  readonly groups: readonly Word[];
  readonly sized: boolean;
  readonly size: Word;
}

/** bash(1), ulimit: the option, and how many units of the kernel one of its own is. Only Bash 5.1 has -R, for rttime. */
const OPTIONS: Readonly<Record<string, readonly [option: string, unit: number]>> = {
  core: ['-c', 1024], data: ['-d', 1024], fsize: ['-f', 1024], memlock: ['-l', 1024], rss: ['-m', 1024], stack: ['-s', 1024],
  cpu: ['-t', 1], locks: ['-x', 1], msgqueue: ['-q', 1], nice: ['-e', 1], nofile: ['-n', 1], nproc: ['-u', 1], rtprio: ['-r', 1], sigpending: ['-i', 1],
};

export function kernel(service: Service): Kernel {
  const builtin = service.ulimits.filter((limit) => optionFor(limit) !== null);
  const others = service.ulimits.filter((limit) => optionFor(limit) === null);
  return {
    capabilities: service.capabilities.map(setprivName),
    capabilityMask: mask(service.capabilities),
    noNewPrivileges: service.no_new_privileges,
    sysctls: service.sysctls.map(([name, value]) => ({ why: `sysctls: ${name}`, value: word`${value}`, file: `/proc/sys/${name.replaceAll('.', '/')}` })),
    tuned: service.sysctls.length > 0,
    ulimits: builtin.flatMap(ulimit),
    prlimits: others.map(({ name, soft, hard }) => `--${name}=${limited(soft)}:${limited(hard)}`),
    prlimited: others.length > 0,
    scored: service.oom_score_adj !== null,
    score: service.oom_score_adj ?? 0,
    refusable: service.sysctls.length > 0 || builtin.length > 0 || service.oom_score_adj !== null,
    grouped: service.group_add.length > 0,
    groups: service.group_add.map((group) => word`${group}`),
    sized: service.storage_size !== null,
    size: word`${service.storage_size ?? 0}`,
  };
}

const NUMBERS: ReadonlyMap<string, number> = new Map(CAPABILITIES.map((name, number) => [name, number]));

/** PERFMON and later came with Linux 5.8. */
function setprivName(name: string): string {
  const number = NUMBERS.get(name) ?? 0;
  return number < CAPABILITIES.indexOf('PERFMON') ? name.toLowerCase() : `cap_${number}`;
}

function mask(names: readonly string[]): string {
  const numbers = names.map((name) => NUMBERS.get(name) ?? 0);
  return bits(numbers.map((number) => number - 32)) + bits(numbers);
}

/** Those from 0 to 31, as 8 hexadecimal digits. */
function bits(numbers: readonly number[]): string {
  const sum = numbers.reduce((all, number) => all + (number >= 0 && number < 32 ? 2 ** number : 0), 0);
  return sum.toString(16).padStart(8, '0');
}

/** null: the builtin cannot say it exactly. */
function optionFor({ name, soft, hard }: Ulimit): readonly [string, number] | null {
  const found = OPTIONS[name];
  return found === undefined || [soft, hard].some((value) => value !== -1 && value % found[1] !== 0) ? null : found;
}

/** Both at once, so that neither is beyond the other for a moment; then the soft one, where it is less. */
function ulimit(limit: Ulimit): Kernel['ulimits'] {
  const [option = '', unit = 1] = optionFor(limit) ?? [];
  const set = (value: number, ...before: readonly string[]): Kernel['ulimits'][number] => {
    return { why: `ulimits: ${limit.name}`, options: [...before, option, limited(value === -1 ? -1 : value / unit)] };
  };
  return [set(limit.hard), ...(limit.soft === limit.hard ? [] : [set(limit.soft, '-S')])];
}

function limited(value: number): string {
  return value === -1 ? 'unlimited' : String(value);
}
