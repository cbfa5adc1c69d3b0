/** Runs the commands that a page shows, one after the other, in one shell and one folder, as its reader would. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, commands } from './markdown.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;

export interface Ran {
  readonly command: string;
  readonly shown: string;
  readonly real: string;
}

export interface Session {
  /** Commands of each console block, by its line. */
  readonly ran: ReadonlyMap<number, readonly Ran[]>;
  /** Files and cgroups of the page's projects that are there at the end. */
  readonly left: string;
}

/** `folder` is new; `cash` the built program. */
export function runSession(page: readonly Block[], folder: string, cash: string): Session {
  const consoles = page.filter(({ language }) => language === 'console');
  const all = consoles.flatMap((block) => commands(block).map((command) => ({ block, ...command })));
  prepare(folder, cash, needsRoot(page));
  writeFileSync(join(folder, 'session.sh'), script(page, folder));
  const outputs = execute(folder, needsRoot(page));
  const ran = new Map<number, Ran[]>(consoles.map(({ line }) => [line, []]));
  all.forEach(({ block, text, output }, index) => ran.get(block.line)?.push({ command: text, shown: output, real: outputs[index] ?? '(not run)\n' }));
  return { ran, left: (outputs[all.length] ?? '(not asked)').trim() };
}

/** Whether the page changes the kernel. */
export function needsRoot(page: readonly Block[]): boolean {
  return page.some(({ language, marks }) => language === 'console' && marks.includes('root'));
}

/** Name of the file that a block is, where it is one. */
export function fileOf({ language, marks: [mark, name] }: Block): string | null {
  if (mark === 'file') return name ?? null;
  return language === 'yaml' && (mark === 'compile' || mark === 'refused') ? (name ?? 'compose.yaml') : null;
}

/** Programs that a reader has and a test must not use: sudo, and the way to another host, which is a folder here. */
const PROGRAMS = (folder: string, cash: string): Readonly<Record<string, string>> => ({
  cash: `exec node ${cash} "$@"`,
  npx: `exec bash ${ROOT}node_modules/bats/bin/bats "\${@:2}"`,
  sudo: '[[ $1 != -E ]] || shift\nexec "$@"',
  scp: `cp -- "\${@:1:$#-1}" ${folder}/host/`,
  ssh: `[[ $1 != -t ]] || shift\ncd ${folder}/host\nexec bash -c "\${*:2}"`,
});

function prepare(folder: string, cash: string, root: boolean): void {
  for (const name of ['bin', 'page', 'host', 'lib', 'cgroup']) mkdirSync(join(folder, name));
  for (const [name, text] of Object.entries(PROGRAMS(folder, cash))) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  if (root) symlinkSync(execFileSync(join(ROOT, 'test/tools/rootfs.sh'), ['tiny'], { encoding: 'utf8' }).trim(), join(folder, 'page/rootfs.tar'));
}

const MARK = "printf '\\n\\001\\n'";

function leftovers(page: readonly Block[]): string {
  const names = page.flatMap(({ text }) => [...text.matchAll(/^name: (\S+)$/gm)].map(([, name = '']) => `-path '*/cash/${name}'`));
  return needsRoot(page) ? `find /run /var/lib /sys/fs/cgroup -name 'cash*' -not -path '/sys/*' -o ${names.join(' -o ')}` : ':';
}

function quote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

function script(page: readonly Block[], folder: string): string {
  const steps = page.flatMap((block) => {
    const file = fileOf(block);
    if (file !== null) return [`printf %s ${quote(block.text)} >${quote(file)}`];
    if (block.language !== 'console') return [];
    return commands(block).map(({ text }) => `${MARK}\n(exit "$status")\neval ${quote(text)} </dev/null\nstatus=$?`);
  });
  return [`cd ${folder}/page`, `export PATH=${folder}/bin:$PATH NO_COLOR=1`, 'status=0', ...steps, MARK, leftovers(page), MARK, ''].join('\n');
}

/** A network, a /run and a /var/lib of its own, gone with the last process. */
const APART = `
  mount --make-rprivate /
  mount --rbind /sys/fs/cgroup "$1/cgroup"
  mount -t sysfs sysfs /sys
  mount --rbind "$1/cgroup" /sys/fs/cgroup
  mount --bind "$1/lib" /var/lib
  mount -t tmpfs -o mode=755 tmpfs /run
  ip link set lo up
  exec bash "$1/session.sh" 2>&1`;

function execute(folder: string, root: boolean): readonly string[] {
  const [command, ...args] = root
    ? ['unshare', '--mount', '--net', '--fork', '--kill-child', 'bash', '-euc', APART, 'apart', folder]
    : ['bash', '-c', 'exec bash "$1/session.sh" 2>&1', 'session', folder];
  const { stdout } = spawnSync(command ?? '', args, { encoding: 'utf8', timeout: 120_000, maxBuffer: 2 ** 26 });
  return stdout.split('\n\x01\n').slice(1);
}
