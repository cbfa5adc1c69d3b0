'use strict';
/*
 * dist/cash.js: runs dist/cash.cjs with what V8 compiled of it at the build (dist/cash.cache), which halves the time of a
 * cold start. Another version of Node rejects that, and compiles anew.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

/** Of V8, before all else: it takes compiled code only where its flags are the same. */
const FLAGS = [
  // Of the audit's parser.
  '--liftoff-only',
  '--wasm-lazy-compilation',
  // Of many definitions, hundreds of functions get warm, and none hot: with V8's own 920, optimizing them takes longer than what they do.
  '--max-inlined-bytecode-size-cumulative=200',
];

function setFlags() {
  for (const flag of FLAGS) setFlagsFromString(flag);
}

/** Returns the compiled script, for the build to ask what V8 knows of it. */
function start() {
  setFlags();
  const filename = join(__dirname, 'cash.cjs');
  const source = readFileSync(filename, 'latin1'); // esbuild writes ASCII
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, { filename, cachedData: cache() });
  script.runInThisContext()({}, require, {}, filename, __dirname);
  return script;
}

function cache() {
  try {
    return readFileSync(join(__dirname, 'cash.cache'));
  } catch {
    return undefined;
  }
}

if (require.main === module) start();
else module.exports = { start, setFlags };
