import type { Command } from 'commander';
import { EXAMPLE_SETTINGS } from './options.ts';

export function addSign(program: Command): void {
  program
    .command('sign')
    .description('sign scripts with an SSH key, beside them: SCRIPT.sig')
    .argument('<FILE...>', 'scripts that cash wrote (each is verified first), or attestations (.json)')
    .requiredOption('--key <FILE>', 'a private key, or a public one whose private key an agent has')
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash sign --key ~/.ssh/id_ed25519 generated/web.sh
  cash verify --allowed-signers signers generated/web.sh
  ssh-keygen -Y verify -f signers -I me@example.org -n cash -s web.sh.sig <web.sh    on a host without cash

Exit status: 0 signed, 1 a script is not what its definition renders to, or ssh-keygen failed, 2 wrong usage.`)
    .action(async (files: readonly string[], { key }: { key: string }) => {
      const { sign } = await import('./run/sign.ts');
      process.exitCode = await sign(files, key);
    });
}
