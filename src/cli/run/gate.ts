import type { HostOptions } from '../../model/project.ts';
import { isAuditRule } from '../../model/rules.ts';
import { complain, hasColour, talk } from '../terminal.ts';
import { formatFindings } from './findings.ts';

/** The grammar is compiled beside what else there is to do. A failure is passesAudit's to say. */
export function prepareAudit(): void {
  import('../../audit/parser.ts').then(({ loadParser }) => loadParser()).catch(() => undefined);
}

interface Judged {
  readonly definition: string;
  readonly parts: readonly string[];
  /** Its waivers have not ended: else it would not have been loaded. */
  readonly project: { readonly host: Pick<HostOptions, 'waivers'> };
}

/** Whether every script may be written. What the audit refuses goes to stderr. */
export async function passesAudit(scripts: readonly Judged[]): Promise<boolean> {
  const { auditParts } = await import('../../audit/audit.ts');
  const { factsAbout } = await import('../../audit/known.ts');
  let passes = true;
  for (const { definition, parts, project } of scripts) {
    const waived = project.host.waivers.filter(({ service }) => service === null).map(({ rule }) => rule);
    const found = await auditParts(parts.map((text) => ({ text, facts: factsAbout(text) })));
    const idle = new Set(waived.filter((rule) => isAuditRule(rule) && found.every(({ code }) => code !== rule)));
    for (const rule of idle) complain(`${definition}: the waiver of ${rule} excuses nothing: remove it`);
    const errors = found.filter(({ severity, code }) => severity === 'error' && !waived.includes(code));
    if (errors.length === 0) continue;
    passes = false;
    talk(formatFindings(`script of ${definition}`, errors, hasColour(process.stderr)));
    complain(`the audit refuses the script of ${definition}: nothing is written`);
  }
  return passes;
}
