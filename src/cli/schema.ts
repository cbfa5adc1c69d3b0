import type { Command } from 'commander';
import { EXAMPLE_SETTINGS } from './options.ts';
import { print } from './terminal.ts';

export function addSchema(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of the definitions cash accepts, for editors')
    .addHelpText('after', `${EXAMPLE_SETTINGS}
  cash schema >compose.schema.json
  and in the definition: # yaml-language-server: $schema=compose.schema.json`)
    .action(async () => {
      const { jsonSchema } = await import('../model/json-schema.ts');
      print(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
    });
}
