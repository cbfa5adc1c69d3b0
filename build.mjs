/**
 * The build: templates, docs/audit → src/render/templates.generated.ts, src/audit/*.generated.ts → dist/cash.js, with nothing
 * left to install. `node build.mjs --templates` stops after the first arrow.
 */
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const TEMPLATES = join(ROOT, 'templates');
const GENERATED = join(ROOT, 'src/render/templates.generated.ts');
const FACTS = join(ROOT, 'src/audit/facts.generated.ts');
const PAGES = join(ROOT, 'src/audit/pages.generated.ts');
const DIST = join(ROOT, 'dist');
const target = 'node20';

/**
 * Precompiles templates/ into one module. Throws with all problems, a line each, as FILE:LINE:COLUMN: MESSAGE; the module
 * has the templates without problems then.
 */
export async function generateTemplates() {
  const { precompile, generatedModule, cutUnits } = await imported('src/render/build/precompile.ts');
  const modules = sources(join(TEMPLATES, 'runtime'), '.bash');
  const templateSources = sources(TEMPLATES, '.sh.hbs');
  const { learn, loadParser } = await imported('src/audit/facts.ts');
  const units = cutUnits(await loadParser(), modules);
  const names = namable(templateSources, units);
  const { templates, problems } = precompile(templateSources, modules, new Set(names));
  writeWhole(GENERATED, generatedModule(templates, units, names));
  writeWhole(FACTS, factsModule(await learn(Object.values(units).map((each) => each.map(({ text }) => text)))));
  writeWhole(PAGES, pagesModule(sources(join(ROOT, 'docs/audit'), '.md')));
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** What a section can name: what stands in a template, or between quotation marks where its values are made. */
function namable(templates, units) {
  const quoted = sources(join(ROOT, 'src/resources'), '.ts').flatMap(({ text }) => text.match(/(['"`])[A-Za-z]\w*\1/g) ?? []);
  const words = new Set([...templates.map(({ text }) => text), ...quoted].flatMap((text) => text.match(/[A-Za-z]\w*/g) ?? []));
  return [...new Set(Object.values(units).flatMap((each) => each.flatMap(({ names }) => names.filter((name) => words.has(name)))))].sort();
}

/** What the audit knows of the constant Bash: it need not be parsed at every start. */
function factsModule(facts) {
  const entries = Object.entries(facts).map(([digest, each]) => `${JSON.stringify(digest)}: ${JSON.stringify(each)},`);
  const type = "import type { Facts } from './facts.ts';";
  return ['// Made by build.mjs from templates/runtime/. Not to be edited.', type, 'export const FACTS: Readonly<Record<string, Facts>> = {', ...entries, '};', ''].join('\n');
}

/** The page of each rule, for reports that carry it. */
function pagesModule(pages) {
  const entries = pages.filter(({ name }) => name !== 'README').map(({ name, text }) => `${JSON.stringify(name)}: ${JSON.stringify(text)},`);
  return ['// Made by build.mjs from docs/audit/. Not to be edited.', 'export const PAGES: Readonly<Record<string, string>> = {', ...entries, '};', ''].join('\n');
}

/** A part of the build is TypeScript like the rest, and Node 20 does not run that. */
async function imported(file) {
  const outfile = join(ROOT, '.cache', `${file.replaceAll('/', '-')}.${process.pid}.mjs`);
  const entryPoints = [join(ROOT, file)];
  await build({ entryPoints, outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm', target, logLevel: 'warning' });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}

/** Files of a folder and its subfolders; the name is the path without the ending. */
function sources(folder, ending) {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  return files
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => ({
      name: file.slice(0, -ending.length),
      file: join(folder, file).slice(ROOT.length),
      text: readFileSync(join(folder, file), 'utf8'),
    }));
}

/** Other processes (tests, editors) read it at any time: whole or not at all, and untouched when nothing changed. */
function writeWhole(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/** How the program is bundled. */
export function bundled() {
  return {
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target,
    // A script that is compiled beforehand cannot import.
    supported: { 'dynamic-import': false },
    alias: { 'web-tree-sitter': join(ROOT, 'node_modules/web-tree-sitter/web-tree-sitter.cjs') },
    define: { 'import.meta.url': '$url' },
    banner: { js: "const $url=require('node:url').pathToFileURL(__filename).href;" },
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [zodByNamespace, noProcesses, composerizeApart],
  };
}

/** Writes the whole program to a folder, which appears at once. The templates must have been generated. */
export async function bundle(folder) {
  const staging = `${folder}.${process.pid}`;
  const result = await build({ ...bundled(), entryPoints: { cash: 'src/cli/main.ts' }, outdir: staging, outExtension: { '.js': '.cjs' } });
  writeFileSync(join(staging, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(staging, 'cash.js'), `#!/usr/bin/env -S node --\n${readFileSync(join(ROOT, 'src/cli/start.cjs'), 'utf8')}`);
  chmodSync(join(staging, 'cash.js'), 0o755);
  copyGrammar(staging);
  copyFileSync(join(ROOT, 'node_modules/composerize/dist/composerize.js'), join(staging, 'composerize.cjs'));
  writeFileSync(join(staging, 'LICENSES.txt'), licences(Object.keys(result.metafile.inputs)));
  compileBeforehand(staging);
  rmSync(folder, { recursive: true, force: true });
  renameSync(staging, folder);
}

/** What V8 compiles while an example is generated, the next start need not. Without it all works, and takes longer. */
function compileBeforehand(folder) {
  const script = `
    const [node, start, cache] = process.argv;
    process.argv = [node, 'generate', 'examples/web/compose.yaml', '-o', '-'];
    const script = require(start).start();
    process.on('exit', () => require('node:fs').writeFileSync(cache, script.createCachedData()));`;
  spawnSync(process.execPath, ['-e', script, join(folder, 'cash.js'), join(folder, 'cash.cache')], { cwd: ROOT, stdio: 'ignore' });
}

/**
 * `import { z }` brings all of zod, 600 kB and 30 ms of every start: esbuild drops what is not used from
 * `import * as z` only.
 */
const zodByNamespace = {
  name: 'zod-by-namespace',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]model[\\/].*\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replace("import { z } from 'zod'", "import * as z from 'zod'"),
    }));
  },
};

/** commander can run a command as a program of its own; for cash that is 5 ms of every start for nothing. */
const noProcesses = {
  name: 'no-processes',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) => (/[\\/]commander[\\/]/.test(importer) ? { path, namespace: 'no-processes' } : undefined));
    onLoad({ filter: /.*/, namespace: 'no-processes' }, () => ({ contents: '' }));
  },
};

/** 1.9 MB that one command needs: a file of its own beside the bundle, as its package has it. */
const composerizeApart = {
  name: 'composerize-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^composerize$/ }, () => ({ path: './composerize.cjs', external: true }));
  },
};

/** Of everything bundled: their licences ask for it. */
function licences(inputs) {
  const bundled = inputs.map((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]).filter((name) => name !== undefined);
  return [...new Set([...bundled, 'tree-sitter-bash', ...COMPOSERIZE])]
    .sort()
    .map((name) => {
      const folder = join(ROOT, 'node_modules', name);
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()}\n`;
    })
    .join(`\n${'─'.repeat(80)}\n\n`);
}

/** What is in composerize.cjs. */
const COMPOSERIZE = ['composerize', 'composeverter', 'core-js', 'deepmerge', 'invariant', 'yargs-parser', 'yaml', 'ajv'];

/** The audit's grammar: WebAssembly, loaded from beside the bundle. */
function copyGrammar(folder) {
  for (const file of ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-bash/tree-sitter-bash.wasm']) {
    copyFileSync(join(ROOT, 'node_modules', file), join(folder, file.split('/')[1]));
  }
}

/** npm 11 takes no notice of `directories.bin`, by which bats names its command. */
function linkBats() {
  const link = join(ROOT, 'node_modules/.bin/bats');
  if (existsSync(link) || !existsSync(join(ROOT, 'node_modules/bats/bin/bats'))) return;
  mkdirSync(join(ROOT, 'node_modules/.bin'), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../bats/bin/bats', link);
}

async function main() {
  linkBats();
  await generateTemplates();
  if (process.argv.includes('--templates')) return;
  await bundle(DIST);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
