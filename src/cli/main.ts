/** The command `cash`. Each command's work is imported only when it is called: the cold start is most of the time. */
import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { addAudit } from './audit.ts';
import { addCompletion } from './completion.ts';
import { addDiff } from './diff.ts';
import { addGenerate } from './generate.ts';
import { addInit } from './init.ts';
import { addPolicy } from './policy.ts';
import { addSchema } from './schema.ts';
import { EXIT } from './exit.ts';
import { addSign } from './sign.ts';
import { complain, quietBrokenPipes } from './terminal.ts';
import { addValidate } from './validate.ts';
import { addVerify } from './verify.ts';

function program(): Command {
  const cash = new Command('cash')
    .description('Container in Bash: compiles a Compose file into one Bash script that runs its containers without an engine.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print what a command does')
    .showHelpAfterError('Try --help.')
    .addHelpText('after', '\nExample:\n  cash generate compose.yaml    writes generated/PROJECT.sh\n  cash help generate')
    .exitOverride();
  for (const add of [addGenerate, addValidate, addSchema, addVerify, addAudit, addDiff, addPolicy, addInit, addSign, addCompletion]) add(cash);
  return cash;
}

/** Sets the exit code; never ends the process by force, so that what was printed arrives. */
async function main(): Promise<void> {
  quietBrokenPipes();
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    else reportBug(error);
  }
}

function reportBug(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const place = process.env.CASH_DEBUG ? `\n${stack ?? ''}` : ' (CASH_DEBUG=1 shows where)';
  complain(`this is a bug in cash ${version}, please report it: ${message}${place}`);
  process.exitCode = EXIT.failed;
}

void main();
