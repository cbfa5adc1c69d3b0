import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundled } from '../../../build.mjs';
import { ROOT } from '../examples.ts';

const bundle = join(ROOT, `.cache/audit.${process.pid}.cjs`);
beforeAll(() => build({ ...bundled(), entryPoints: ['src/audit/audit.ts'], outfile: bundle }));
afterAll(() => rmSync(bundle));

/** Audits each file again and again, in changing order, with the garbage collected between; prints how often it came to another verdict. */
const AGAIN_AND_AGAIN = `
  const [, bundle, ...files] = process.argv;
  const { audit } = require(bundle);
  const texts = files.map((file) => require('node:fs').readFileSync(file, 'utf8'));
  const verdict = async (text) => JSON.stringify(await audit(text));
  (async () => {
    const first = await Promise.all(texts.map(verdict));
    let others = 0;
    for (let n = 0; n < 300; n += 1) {
      const at = (n * 13) % texts.length;
      if ((await verdict(texts[at])) !== first[at]) others += 1;
      if (n % 3 !== 0) continue;
      gc();
      await new Promise((done) => setTimeout(done)); // what the collector found is cleaned up now
    }
    console.log(others);
  })();`;

test('many audits in one process: the garbage collector frees no memory of the parser that is in use', { timeout: 60_000 }, () => {
  const folder = join(ROOT, 'templates/runtime');
  const files = readdirSync(folder).map((file) => join(folder, file));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', AGAIN_AND_AGAIN, bundle, ...files], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '0\n', stderr: '' });
});
