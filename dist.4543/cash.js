#!/usr/bin/env node
'use strict';
/*
 * dist/cash.js: runs dist/cash.cjs with what V8 compiled of it at the build (dist/cash.cache), which halves the time of a
 * cold start. Another version of Node rejects that, and compiles anew.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

/** Returns the compiled script, for the build to ask what V8 knows of it. */
function start() {
  // Of the audit's parser; here, for V8 takes compiled code only where its flags are the same.
  for (const flag of ['--liftoff-only', '--wasm-lazy-compilation']) setFlagsFromString(flag);
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
else module.exports = start;
