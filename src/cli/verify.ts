import type { Command } from 'commander';
import { EXAMPLE_SETTINGS } from './options.ts';

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('render the definition a script carries again, and compare byte for byte')
    .argument('<SCRIPT...>', 'scripts that cash wrote')
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash verify generated/web.sh

Exit status: 0 each is what this version of cash renders, 1 one is not, 2 wrong usage.`)
    .action(async (scripts: readonly string[]) => {
      const { verify } = await import('./run/verify.ts');
      process.exitCode = await verify(scripts);
    });
}
