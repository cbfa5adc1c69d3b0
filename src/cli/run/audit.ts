import { audit, summary } from '../../audit/audit.ts';
import { plainText } from '../../render/quote.ts';
import { EXIT, type Exit } from '../exit.ts';
import { readIfThere, reason } from '../files.ts';
import { complain, hasColour, print } from '../terminal.ts';
import { formatFindings } from './findings.ts';

/** What the audit finds in each script, and how much there is to review, on stdout. */
export async function auditFiles(paths: readonly string[]): Promise<Exit> {
  let exit: Exit = EXIT.ok;
  for (const path of paths) {
    const text = read(path);
    if (text === null) exit = EXIT.usage;
    else if (!(await auditOne(path, text)) && exit === EXIT.ok) exit = EXIT.failed;
  }
  return exit;
}

async function auditOne(path: string, text: string): Promise<boolean> {
  const findings = await audit(text);
  const { constant, literal } = summary(text);
  print(formatFindings(path, findings, hasColour(process.stdout)));
  print(`${plainText(path)}: ${verdict(findings.length)}; ${literal} lines of its own to review, ${constant} that are the same in every script\n`);
  return findings.every(({ severity }) => severity !== 'error');
}

function verdict(count: number): string {
  return count === 0 ? 'passes' : `${count} ${count === 1 ? 'finding' : 'findings'}`;
}

function read(path: string): string | null {
  try {
    const bytes = readIfThere(path);
    if (bytes === null) complain(`${path}: no such file`);
    return bytes?.toString() ?? null;
  } catch (error) {
    complain(`${path} cannot be read: ${reason(error)}`);
    return null;
  }
}
