import { EXIT, type Exit } from '../exit.ts';
import { talk } from '../terminal.ts';
import { filesOrDefault, loadDefinition } from './definitions.ts';

export async function validate(files: readonly string[], envFiles: readonly string[]): Promise<Exit> {
  const definitions = filesOrDefault(files);
  if (definitions === null) return EXIT.usage;
  const valid = definitions.map((file) => {
    const project = loadDefinition(file, envFiles);
    if (project !== null) talk(`${file}: valid`);
    return project !== null;
  });
  return valid.every(Boolean) ? EXIT.ok : EXIT.failed;
}
