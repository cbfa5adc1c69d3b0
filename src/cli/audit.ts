import { type Command, Option } from 'commander';
import { EXAMPLE_SETTINGS, repeated } from './options.ts';
import type { ReportFormat } from './run/report/report.ts';

export function addAudit(program: Command): void {
  program
    .command('audit')
    .description('judge scripts, or what definitions compile to, and report what they do to a host')
    .argument('<FILE...>', 'Bash scripts, or Compose files (.yaml, .yml)')
    .addOption(new Option('--format <FORMAT>', 'how the report is written').choices(['text', 'json', 'sarif', 'markdown']).default('text'))
    .option('--env-file <FILE>', 'of Compose files: variables for interpolation, in place of .env; can be repeated', repeated)
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash audit generated/web.sh
  cash audit --format sarif generated/*.sh >cash.sarif    for code scanning
  cash audit --format markdown compose.yaml               for a pull request

Exit status: 0 no error, 1 a script is refused, a definition invalid or a waiver expired, 2 wrong usage.`)
    .action(async (files: readonly string[], { format, envFile }: { format: ReportFormat; envFile?: readonly string[] }) => {
      const { auditFiles } = await import('./run/audit.ts');
      process.exitCode = await auditFiles(files, format, envFile ?? []);
    });
}
