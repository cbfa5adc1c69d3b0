import { type Command, Option } from 'commander';
import { EXAMPLE_SETTINGS, repeated } from './options.ts';
import type { DiffFormat } from './run/diff.ts';

export function addDiff(program: Command): void {
  program
    .command('diff')
    .description('say what changes on a host from one script or definition to another')
    .argument('<OLD>', 'a script that cash wrote, or a Compose file (.yaml, .yml)')
    .argument('<NEW>', 'the same')
    .addOption(new Option('--format <FORMAT>', 'how it is written').choices(['text', 'markdown', 'json']).default('text'))
    .option('--env-file <FILE>', 'of Compose files: variables for interpolation, in place of .env; can be repeated', repeated)
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash diff generated/web.sh compose.yaml            before it is generated again
  cash diff --format markdown old.sh generated/web.sh    for a pull request

Exit status: 0 nothing changes, 2 something does (or wrong usage), 1 a file is missing or invalid.`)
    .action(async (before: string, after: string, { format, envFile }: { format: DiffFormat; envFile?: readonly string[] }) => {
      const { diff } = await import('./run/diff.ts');
      process.exitCode = await diff(before, after, format, envFile ?? []);
    });
}
