import { writeFileSync } from 'node:fs';
import { plainText } from '../../render/quote.ts';
import { EXIT, type Exit } from '../exit.ts';
import { reason } from '../files.ts';
import { complain, talk } from '../terminal.ts';
import { readNamed } from './read.ts';
import { signature } from './ssh-keygen.ts';
import { carried } from './verify.ts';

export async function sign(files: readonly string[], key: string): Promise<Exit> {
  const exits = files.map((file) => signOne(file, key));
  return exits.includes(EXIT.usage) ? EXIT.usage : exits.includes(EXIT.failed) ? EXIT.failed : EXIT.ok;
}

function signOne(file: string, key: string): Exit {
  const bytes = readNamed(file);
  if (bytes === null) return EXIT.usage;
  const found = file.endsWith('.json') ? {} : carried(bytes);
  if ('problem' in found) return complain(`${file} ${found.problem}: it is not signed`), EXIT.failed;
  const answer = signature(bytes, key);
  if (!answer.ok) return complain(`${file} cannot be signed: ${plainText(answer.reason)}`), EXIT.failed;
  try {
    writeFileSync(`${file}.sig`, answer.text);
    talk(`${file}.sig: written`);
    return EXIT.ok;
  } catch (error) {
    complain(`${file}.sig cannot be written: ${reason(error)}`);
    return EXIT.failed;
  }
}
