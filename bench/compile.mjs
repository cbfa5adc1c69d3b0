/** node bench/compile.mjs [COUNT]: bench/compile.ts, bundled and with V8's flags as cash is. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundled } from '../build.mjs';

const outfile = join(fileURLToPath(new URL('..', import.meta.url)), '.cache/bench-compile.cjs');
await build({ ...bundled(), entryPoints: ['bench/compile.ts'], outfile });
const require = createRequire(import.meta.url);
require('../src/cli/start.cjs').setFlags();
console.log(await require(outfile).report(Number(process.argv[2] ?? 2000)));
