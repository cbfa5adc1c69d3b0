/**
 * What the compiler takes: two thousand different definitions of a web server with a database, in one process. Run by
 * compile.mjs, bundled as cash is.
 */
import { audit, auditParts } from '../src/audit/audit.ts';
import { factsAbout } from '../src/audit/known.ts';
import { compile, compileParts } from '../src/compile.ts';
import { formatDiagnostics, loadProject } from '../src/load/load.ts';
import { renderScript } from '../src/render/script.ts';
import { script, type Script } from '../src/resources/script.ts';
import { version } from '../src/version.ts';
import type { Project } from '../src/model/project.ts';

/** Definition number `n`: every name, address and size in it differs from those of the others. */
export function definition(n: number): string {
  return `name: shop${n}
services:
  web:
    image: debootstrap:bookworm
    command: [nginx, -g, "daemon off; error_log /dev/stderr;"]
    environment:
      SITE: shop ${n}
      DATABASE_URL: postgres://app:secret${n}@10.${n % 200}.${n % 250}.20/app
    volumes:
      - content${n}:/var/www/html
      - /srv/shop${n}/nginx.conf:/etc/nginx/nginx.conf:ro
    tmpfs: /run:size=${16 + (n % 16)}m
    networks:
      front: {}
      back:
        ipv4_address: 10.${n % 200}.${n % 250}.10
    mem_limit: ${128 + n}m
    cpus: 0.5
    read_only: true
    stop_signal: SIGQUIT
    x-cash:
      include: [nginx-light, ca-certificates]
  db:
    image: debootstrap:bookworm
    entrypoint: /usr/lib/postgresql/15/bin/postgres
    command: ["-D", "/var/lib/postgresql/data", "-c", "listen_addresses=*"]
    user: postgres
    environment:
      - PGDATA=/var/lib/postgresql/data
      - LANG=C.UTF-8
      - PASSWORD=secret${n}
    volumes:
      - type: volume
        source: data${n}
        target: /var/lib/postgresql/data
    networks:
      back:
        ipv4_address: 10.${n % 200}.${n % 250}.20
    mem_limit: 1g
    cpu_shares: ${512 + n}
    pids_limit: 200
    stop_grace_period: 1m
    init: true
    x-cash:
      include: [postgresql]
networks:
  front:
  back:
    internal: true
    ipam:
      config:
        - subnet: 10.${n % 200}.${n % 250}.0/24
volumes:
  content${n}:
  data${n}:
`;
}

export function load(text: string): Project {
  const { project, diagnostics, sources } = loadProject({ path: 'compose.yaml', text, directory: '/srv/shop', environment: {}, readFile: () => null });
  if (project === null) throw new Error(formatDiagnostics(diagnostics, sources, { colour: false }));
  return project;
}

/** Milliseconds. */
export function timed(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

export interface Batch {
  readonly count: number;
  /** Milliseconds of the whole: what the issue asks for. */
  readonly total: number;
  /** Milliseconds of the stages, run apart, warm. */
  readonly stages: Readonly<Record<'load' | 'resources' | 'render', number>>;
}

export function batch(count: number): Batch {
  const texts = Array.from({ length: count }, (_, n) => definition(n));
  const total = timed(() => texts.forEach((text) => compile(load(text))));
  let projects: readonly Project[] = [];
  const loading = timed(() => (projects = texts.map(load)));
  let scripts: readonly Script[] = [];
  const resources = timed(() => (scripts = projects.map((project) => script(project, version))));
  const render = timed(() => projects.forEach((project, index) => renderScript(project, scripts[index] as Script)));
  return { count, total, stages: { load: loading, resources, render } };
}

/** Milliseconds a script of the audit, warm; `known`: as the gate does it, with what it knows of the constant parts. */
export async function auditing(count: number, known: boolean): Promise<number> {
  const scripts = Array.from({ length: count }, (_, n) => compileParts(load(definition(n))));
  const judge = (parts: readonly string[]): Promise<unknown> =>
    known ? auditParts(parts.map((text) => ({ text, facts: factsAbout(text) }))) : audit(parts.join(''));
  await judge(scripts[0] ?? []);
  const start = process.hrtime.bigint();
  for (const parts of scripts) await judge(parts);
  return Number(process.hrtime.bigint() - start) / 1e6 / count;
}

/** For bench/RESULTS.md. */
export async function report(count: number): Promise<string> {
  const { total, stages } = batch(count);
  const rows = [
    ['**all, from a cold start of the process**', total, total / count],
    ...Object.entries(stages).map(([stage, time]) => [`${stage}, warm`, time, time / count] as const),
    ['audit, the gate of generate: of the parts that are not constant, warm', null, await auditing(50, true)],
    ['audit, of the whole script: cash audit, warm', null, await auditing(20, false)],
  ] as const;
  const lines = rows.map(([name, time, each]) => `| ${name} | ${time === null ? '' : Math.round(time)} | ${each.toFixed(2)} |`);
  return [`\n## Compile ${count} different definitions in one process\n`, '| | all, ms | each, ms |', '| --- | --: | --: |', ...lines, ''].join('\n');
}
