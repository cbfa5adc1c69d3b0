import type { Command } from 'commander';
import { EXAMPLE_SETTINGS } from './options.ts';

export function addAudit(program: Command): void {
  program
    .command('audit')
    .description('judge scripts without knowing what wrote them, as generate does before it writes one')
    .argument('<SCRIPT...>', 'Bash scripts')
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash audit generated/web.sh

Exit status: 0 no error, 1 a script is refused, 2 wrong usage.`)
    .action(async (scripts: readonly string[]) => {
      const { auditFiles } = await import('./run/audit.ts');
      process.exitCode = await auditFiles(scripts);
    });
}
