import type { Command } from 'commander';
import { EXAMPLE_SETTINGS, repeated } from './options.ts';

export function addPolicy(program: Command): void {
  program
    .command('policy')
    .description('judge definitions, or scripts that cash wrote, by the rules of an organisation')
    .argument('<POLICY>', 'a YAML file of rules')
    .argument('<FILE...>', 'Compose files (.yaml, .yml), or scripts')
    .option('--env-file <FILE>', 'of Compose files: variables for interpolation, in place of .env; can be repeated', repeated)
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash policy policy.yaml compose.yaml           in CI; with policy.yaml
    privileged: forbidden
    read_only: required
    images: ["debootstrap:*"]
    ports: {min: 1024}
  cash generate --policy policy.yaml             nothing is written that breaks a rule

Exit status: 0 all rules hold or are waived, 1 one does not, 2 wrong usage.`)
    .action(async (policy: string, files: readonly string[], { envFile }: { envFile?: readonly string[] }) => {
      const { judge } = await import('./run/policy.ts');
      process.exitCode = await judge(policy, files, envFile ?? []);
    });
}
