import type { Command } from 'commander';
import { EXAMPLE_SETTINGS } from './options.ts';

export function addInit(program: Command): void {
  program
    .command('init')
    .description('write a first definition: from nothing, from a docker run line, or from a container that docker inspect shows')
    .argument('[COMMAND...]', 'docker run …, behind --, or in quotes')
    .option('--inspect <FILE>', 'JSON of docker inspect CONTAINER…; - for stdin')
    .option('-o, --output <FILE|->', 'where to; - for stdout', 'compose.yaml')
    .option('--force', 'write over a file that is there')
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash init
  cash init -- docker run -d -p 8080:80 --memory 256m nginx:1.27
  docker inspect web | cash init --inspect -

What cash does not take is left in the definition as a comment that says why, and named.

Exit status: 0 written, 1 nothing can be made of it or the file is there, 2 wrong usage.`)
    .action(async (command: readonly string[], options: { inspect?: string; output: string; force?: true }) => {
      const { init } = await import('./run/init.ts');
      process.exitCode = await init(command, { inspect: options.inspect ?? null, output: options.output, force: options.force ?? false });
    });
}
