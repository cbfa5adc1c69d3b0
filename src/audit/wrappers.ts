import type { Word } from './words.ts';

/** How a command that runs another one finds it among its words. */
interface Wrapper {
  /** Options whose value is the next word. */
  readonly valued: readonly string[];
  /** Words that are neither options nor the command: a lock file, a new root. */
  readonly operands: number;
  /** NAME=VALUE may stand before the command. */
  readonly assignments?: true;
  /** Options whose value is a script. */
  readonly scripts?: readonly string[];
}

const SHELL: Wrapper = { valued: ['-O', '+O', '-o', '+o', '--rcfile', '--init-file'], operands: Infinity, scripts: ['-c'] };

/** After util-linux 2.41, coreutils 9, libcgroup 3 and bash 5.2 (their manual pages). */
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  bash: SHELL,
  sh: SHELL,
  builtin: { valued: [], operands: 0 },
  cgexec: { valued: ['-g'], operands: 0 },
  chroot: { valued: ['--userspec', '--groups'], operands: 1 },
  command: { valued: [], operands: 0 },
  env: { valued: ['-u', '--unset', '-C', '--chdir'], operands: 0, assignments: true, scripts: ['-S', '--split-string'] },
  exec: { valued: ['-a'], operands: 0 },
  flock: { valued: ['-w', '--wait', '--timeout', '-E', '--conflict-exit-code'], operands: 1, scripts: ['-c', '--command'] },
  nice: { valued: ['-n', '--adjustment'], operands: 0 },
  nsenter: { valued: ['-t', '--target', '-N', '--net-socket', '-S', '--setuid', '-G', '--setgid', '-W', '--wdns'], operands: 0 },
  script: {
    valued: ['-E', '--echo', '-I', '--log-in', '-O', '--log-out', '-B', '--log-io', '-T', '--log-timing', '-m', '--logging-format', '-o', '--output-limit'],
    operands: Infinity,
    scripts: ['-c', '--command'],
  },
  setpriv: {
    valued: [
      '--ruid', '--euid', '--reuid', '--rgid', '--egid', '--regid', '--groups', '--inh-caps', '--ambient-caps', '--bounding-set', '--securebits',
      '--pdeathsig', '--ptracer', '--selinux-label', '--apparmor-profile', '--landlock-access', '--landlock-rule', '--seccomp-filter',
    ],
    operands: 0,
  },
  setsid: { valued: [], operands: 0 },
  'systemd-run': { valued: ['-p', '--property', '-u', '--unit', '--slice', '--uid', '--gid', '-E', '--setenv'], operands: 0 },
  timeout: { valued: ['-k', '--kill-after', '-s', '--signal'], operands: 1 },
  unshare: {
    valued: [
      '-S', '--setuid', '-G', '--setgid', '-R', '--root', '-w', '--wd', '--propagation', '--setgroups', '--map-user', '--map-group', '--map-users',
      '--map-groups', '--monotonic', '--boottime', '--load-interp',
    ],
    operands: 0,
  },
};

/** What a command runs: another command, or a script that stands in a word. */
export interface Wrapped {
  readonly command: readonly Word[];
  readonly scripts: readonly Word[];
}

const NOTHING: Wrapped = { command: [], scripts: [] };

/** What the words of a wrapper run, as far as they are literal; nothing where the command is no wrapper. */
export function wrapped(argv: readonly Word[]): Wrapped {
  const name = argv[0]?.literal?.replace(/.*\//, '') ?? '';
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  return wrapper === undefined ? NOTHING : behind(wrapper, argv.slice(1));
}

function behind(wrapper: Wrapper, rest: readonly Word[]): Wrapped {
  const scripts: Word[] = [];
  let operands = wrapper.operands;
  for (let at = 0; at < rest.length; at++) {
    const text = rest[at]?.literal ?? null;
    if (text === '--') {
      if (operands === 0) return { command: rest.slice(at + 1), scripts };
    } else if (text !== null && isOption(text)) {
      const script = scriptOption(wrapper, text);
      const value = rest[at + 1];
      if (script && value !== undefined) scripts.push(value);
      if (script || wrapper.valued.includes(text)) at++;
    } else if (operands > 0) {
      if (scripts.length > 0 && operands === Infinity) break; // of a script: its own arguments
      operands--;
    } else if (!(wrapper.assignments && /^\w+=/.test(rest[at]?.node.text ?? ''))) {
      return { command: rest.slice(at), scripts };
    }
  }
  return { command: [], scripts };
}

function isOption(text: string): boolean {
  return /^[-+]./.test(text);
}

/** `-c`, `--command`, and `-c` at the end of others: `-qec`. */
function scriptOption({ scripts = [] }: Wrapper, text: string): boolean {
  return scripts.some((option) => text === option || (/^-[A-Za-z]$/.test(option) && /^-[A-Za-z]+$/.test(text) && text.endsWith(option.slice(1))));
}
