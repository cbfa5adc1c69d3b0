/**
 * Whole definitions in which every string is hostile: load refuses, or what arrives in Bash is byte for byte what the model
 * says, and nothing of it runs.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { compile } from '../../src/compile.ts';
import { loadProject } from '../../src/load/load.ts';
import type { LoadResult } from '../../src/load/load.ts';
import { fill } from '../../src/model/open.ts';
import type { Mount, Project, Service } from '../../src/model/project.ts';
import { extract } from '../../src/render/embed.ts';
import { version } from '../../src/version.ts';
import { attacks, freeDefinition, hostileTexts, PLACES, withOne } from './definitions.ts';
import { calls, latin1, type Record, unreadable, type Values } from './harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'cash-canary-'));
const canary = join(folder, 'canary');
afterAll(() => rmSync(folder, { recursive: true }));
const texts = hostileTexts(canary);

function load(definition: object): LoadResult {
  return loadProject({ path: 'compose.yaml', text: JSON.stringify(definition), directory: '/srv/app', environment: { HOME: '/root' }, readFile: () => null });
}

function loaded(definition: object): Project {
  const { project, diagnostics } = load(definition);
  if (project === null) throw new Error(`${diagnostics.map(({ message }) => message).join('\n')}\n${JSON.stringify(definition).slice(0, 2000)}`);
  return project;
}

/** What every script that is written holds to. */
function holds(projects: readonly Project[]): void {
  const scripts = projects.map(compile);
  scripts.forEach((script, index) => {
    const embedded = extract(script);
    expect(embedded).toEqual({ project: projects[index], version });
    if ('project' in embedded) expect(compile(embedded.project) === script).toBe(true);
    expect(script).not.toMatch(/[\0\r\x1b\u202a-\u202e]/);
  });
  expect(unreadable(scripts)).toEqual([]);
}

/** The records of one service, by the name of the stub. */
function of(all: readonly Record[], service: string, stub: string): readonly Record[] {
  const start = all.findIndex(([name, which]) => name === 'service' && which === service);
  const end = all.findIndex(([name], index) => name === 'service' && index > start);
  return all.slice(start, end < 0 ? undefined : end).filter(([name]) => name === stub).map(([, ...words]) => words);
}

/** What has to arrive: from the model, not from how it is rendered. */
function arrives(project: Project, all: readonly Record[], values: Values): void {
  expect(all.filter(([name]) => name === 'UNKNOWN' || name === 'FAILED')).toEqual([]);
  for (const service of project.services) {
    const say = (text: string): string => latin1(fill(text, (name) => values[name] ?? ''));
    const { config } = service.image_options;
    const [entrypoint, command] = [service.entrypoint ?? config.entrypoint, service.command ?? (service.entrypoint === null ? config.command : null)];
    const argv = [...(entrypoint ?? []), ...(command ?? [])].map(say);
    expect(of(all, service.name, 'argv')).toEqual([argv]);
    expect(of(all, service.name, service.init ? 'container_init' : 'container_exec')).toEqual([argv]);
    const directory = say(service.working_dir ?? config.working_dir ?? '/');
    expect(of(all, service.name, 'settings')[0]?.[2]).toBe(directory);
    expect(of(all, service.name, 'container_wait')).toEqual([[directory, ...argv]]);
    expect(new Map(of(all, service.name, 'environment')[0]?.map(splitOnce))).toEqual(environment(service, say));
    const known = service.networks.map(({ aliases }) => [service.name, ...aliases].map(latin1));
    expect(of(all, service.name, 'names_on').map(([, , ...names]) => names)).toEqual(known);
    mountsArrive(service, of(all, service.name, 'lines'), of(all, service.name, 'bind_source'), say);
    filesArrive(service, all, say);
    imageArrives(service, all, say);
  }
}

function splitOnce(entry: string): readonly [string, string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}

function environment(service: Service, say: (text: string) => string): ReadonlyMap<string, string> {
  const own = [...service.image_options.config.environment, ...service.environment].map(([name, value]) => [latin1(name), say(value)] as const);
  const defaults = [['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], ['HOSTNAME', service.name], ['HOME', '/home']] as const;
  return new Map([...defaults, ...own]);
}

/** The fields of a line of fstab(5). */
function fields(line: string): readonly string[] {
  return line.split(' ').map((field) => field.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))));
}

function mountsArrive({ mounts }: Service, lines: readonly Record[], sources: readonly Record[], say: (text: string) => string): void {
  const fstab = lines.find(([, file]) => file === '/state/fstab')?.slice(2) ?? [];
  expect(fstab.filter((line) => /[\n\t#]/.test(line) || fields(line).length !== (line === 'mask' ? 1 : 6))).toEqual([]);
  const found = fstab.map(fields).map(([source, target]) => JSON.stringify([source, target]));
  const wanted = (mount: Mount): string => JSON.stringify([mount.type === 'bind' ? say(mount.source) : 'tmpfs', `/rootfs${say(mount.target)}`]);
  for (const mount of mounts) {
    expect(found).toContain(wanted(mount));
    if (mount.type === 'bind') expect(sources.map((words) => words.at(-1))).toContain(say(mount.source));
  }
}

/** Secrets and configs: their content, and where it is mounted. */
function filesArrive({ name, files }: Service, all: readonly Record[], say: (text: string) => string): void {
  const called = ['secret_file', 'secret_variable', 'secret_text'].flatMap((stub) => of(all, name, stub));
  const contents = files.map(({ content }) => (content.from === 'file' ? content.path : content.from === 'text' ? content.text : content.variable));
  expect(called.map((words) => words.at(-1)).sort()).toEqual(contents.map(say).sort());
  const fstab = of(all, name, 'lines').find(([, file]) => file === '/state/fstab')?.slice(2).map(fields) ?? [];
  for (const [place = ''] of called.filter(([each]) => each?.startsWith('files/'))) {
    const target = files[Number(place.slice('files/'.length))]?.target ?? '';
    expect(fstab.map(([source, on]) => JSON.stringify([source, on]))).toContain(JSON.stringify([`/secrets/${place}`, `/rootfs${say(target)}`]));
  }
}

function imageArrives({ image, name }: Service, all: readonly Record[], say: (text: string) => string): void {
  if (image.transport !== 'tar') return;
  const unpack = of(all, name, 'run_progress').find(([, command]) => command === 'tar') ?? [];
  expect(unpack[unpack.indexOf('--file') + 1]).toBe(say(image.location));
}

describe('every text at once', () => {
  const definition = freeDefinition(texts);

  test('arrives in argv, environment and files, byte for byte', () => {
    const batches = fc.tuple(fc.array(definition, { minLength: 8, maxLength: 8 }), texts.text);
    fc.assert(fc.property(batches, ([definitions, p]) => {
      const projects = definitions.map(loaded);
      holds(projects);
      calls(projects, { p }).forEach((all, index) => arrives(projects[index] as Project, all, { p }));
      expect(existsSync(canary)).toBe(false);
    }), { numRuns: 12, endOnFailure: true });
  }, 180_000);

  test.each(attacks(canary).map((attack) => [attack.slice(0, 40), attack]))('%j', (_, attack) => {
    const path = `/x${attack.replaceAll(/[\n\r/:]/g, '').slice(0, 200)}`;
    const project = loaded({
      name: 'p',
      services: { s: { image: `tar:${path}.tar`.replaceAll('$', '$$$$'), command: [attack.replaceAll('$', '$$$$'), '${p}'], environment: { A: attack.replaceAll('$', '$$$$') }, working_dir: path.replaceAll('$', '$$$$') } },
      'x-cash': { parameters: { p: { type: 'string', pattern: '^.*$' } } },
    });
    holds([project]);
    arrives(project, calls([project], { p: attack })[0] ?? [], { p: attack });
    expect(existsSync(canary)).toBe(false);
  });
});

describe('one text in a definition that has all fields', () => {
  const exchanged = fc.tuple(fc.constantFrom(...PLACES), texts.text, fc.boolean());

  test('is refused, or harmless', () => {
    let accepted = 0;
    fc.assert(fc.property(fc.array(exchanged, { minLength: 60, maxLength: 60 }), (all) => {
      const projects = all.flatMap(([keys, text, lengthen]) => load(withOne(keys, text, lengthen)).project ?? []);
      accepted += projects.length;
      holds(projects);
      for (const records of calls(projects, { p: 'x', q: '/q' })) expect(records.filter(([name]) => name === 'UNKNOWN' || name === 'FAILED')).toEqual([]);
      expect(existsSync(canary)).toBe(false);
    }), { numRuns: 6, endOnFailure: true });
    expect(accepted).toBeGreaterThan(20);
  }, 180_000);

  test.each(PLACES.map((keys) => [keys.join('.'), keys] as const))('a NUL in %s is refused', (_, keys) => {
    const { project, diagnostics } = load(withOne(keys, 'a\0b', true));
    expect(project).toBeNull();
    expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  });
});
