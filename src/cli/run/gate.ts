import { complain, hasColour, talk } from '../terminal.ts';
import { formatFindings } from './findings.ts';

/** The grammar is compiled beside what else there is to do. A failure is passesAudit's to say. */
export function prepareAudit(): void {
  import('../../audit/parser.ts').then(({ loadParser }) => loadParser()).catch(() => undefined);
}

/** Whether every script may be written. What the audit refuses goes to stderr. */
export async function passesAudit(scripts: readonly { readonly definition: string; readonly parts: readonly string[] }[]): Promise<boolean> {
  const { auditParts } = await import('../../audit/audit.ts');
  const { factsAbout } = await import('../../audit/known.ts');
  let passes = true;
  for (const { definition, parts } of scripts) {
    const errors = (await auditParts(parts.map((text) => ({ text, facts: factsAbout(text) })))).filter(({ severity }) => severity === 'error');
    if (errors.length === 0) continue;
    passes = false;
    talk(formatFindings(`script of ${definition}`, errors, hasColour(process.stderr)));
    complain(`the audit refuses the script of ${definition}: nothing is written`);
  }
  return passes;
}
