import type { Command } from 'commander';
import { EXAMPLE_SETTINGS, repeated } from './options.ts';

export function addValidate(program: Command): void {
  program
    .command('validate')
    .description('say everything that is wrong with definitions, and write nothing')
    .argument('<FILE...>', 'Compose files')
    .option('--env-file <FILE>', 'variables for interpolation, in place of .env; can be repeated', repeated)
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash validate compose.yaml

Exit status: 0 valid, 1 invalid, 2 wrong usage.`)
    .action(async (files: readonly string[], { envFile }: { envFile?: readonly string[] }) => {
      const { validate } = await import('./run/validate.ts');
      process.exitCode = await validate(files, envFile ?? []);
    });
}
