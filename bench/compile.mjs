/** node bench/compile.mjs [COUNT]: bench/compile.ts, bundled as cash is. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundled } from '../build.mjs';

const outfile = join(fileURLToPath(new URL('..', import.meta.url)), '.cache/bench-compile.cjs');
await build({ ...bundled(), entryPoints: ['bench/compile.ts'], outfile });
console.log(await createRequire(import.meta.url)(outfile).report(Number(process.argv[2] ?? 2000)));
