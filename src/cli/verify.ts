import type { Command } from 'commander';
import { EXAMPLE_SETTINGS } from './options.ts';

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('render the definition a script carries again, and compare byte for byte')
    .argument('<SCRIPT...>', 'scripts that cash wrote')
    .option('--allowed-signers <FILE>', 'it has to be signed by one of these, too: ssh-keygen(1), ALLOWED SIGNERS')
    .option('--signature <FILE>', 'where the signature is (default: SCRIPT.sig)')
    .option('--signer <IDENTITY>', 'by whom it has to be signed (default: any of them)')
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash verify generated/web.sh
  cash verify --allowed-signers signers generated/web.sh    signed with cash sign

Exit status: 0 each is what this version of cash renders, 1 one is not, or is not signed, 2 wrong usage.`)
    .action(async (scripts: readonly string[], options: { allowedSigners?: string; signature?: string; signer?: string }) => {
      const { verify } = await import('./run/verify.ts');
      process.exitCode = await verify(scripts, options);
    });
}
