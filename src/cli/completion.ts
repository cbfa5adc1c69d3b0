import { Argument, type Command } from 'commander';
import { EXAMPLE_SETTINGS } from './options.ts';
import { print } from './terminal.ts';
import type { Shell } from './run/completion.ts';

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print what makes a shell complete the commands and options of cash')
    .addArgument(new Argument('<SHELL>', 'which').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash completion bash >~/.local/share/bash-completion/completions/cash
  cash completion zsh >~/.zfunc/_cash                        with that folder in fpath
  cash completion fish >~/.config/fish/completions/cash.fish

A script that cash wrote has one of its own: ./web.sh completion bash`)
    .action(async (shell: Shell) => {
      const { completion } = await import('./run/completion.ts');
      print(completion(shell, program));
    });
}
