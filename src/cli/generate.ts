import type { Command } from 'commander';
import { EXAMPLE_SETTINGS, repeated } from './options.ts';

export function addGenerate(program: Command): void {
  program
    .command('generate')
    .description('compile definitions into scripts')
    .argument('[FILE...]', 'Compose files (default: compose.yaml, compose.yml, docker-compose.yaml or docker-compose.yml here)')
    .option('-o, --output <FILE|DIR|->', 'where to: a file, a directory (ends with /, or is there), - for stdout (default: generated/PROJECT.sh)')
    .option('--check', 'write nothing; exit 1 and show the difference where a script is stale or missing')
    .option('--tests', 'acceptance tests of each script beside it: PROJECT.bats')
    .option('--attest', 'beside each script where it comes from and what it consists of: PROJECT.provenance.json, PROJECT.cdx.json')
    .option('--map', 'beside each script which fields of the definition its lines come from: PROJECT.map.json')
    .option('--policy <FILE>', 'rules of an organisation: see cash help policy; can be repeated', repeated)
    .option('--env-file <FILE>', 'variables for interpolation, in place of .env; can be repeated', repeated)
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash generate                              compose.yaml here, to generated/PROJECT.sh
  cash generate -o - web.yaml | less         read it first
  cash generate -o out/ a.yaml b.yaml        several, out/A.sh and out/B.sh
  cash generate --check examples/*/compose.yaml    in CI

Exit status: 0 done, 1 a definition is invalid or a script is stale, 2 wrong usage.`)
    .action(async (files: readonly string[], options: { output?: string; check?: true; tests?: true; attest?: true; map?: true; policy?: readonly string[]; envFile?: readonly string[] }) => {
      const { prepareAudit } = await import('./run/gate.ts');
      prepareAudit();
      const { generate } = await import('./run/generate.ts');
      process.exitCode = await generate(files, {
        output: options.output ?? null,
        check: options.check ?? false,
        tests: options.tests ?? false,
        attest: options.attest ?? false,
        map: options.map ?? false,
        policies: options.policy ?? [],
        envFiles: options.envFile ?? [],
      });
    });
}
