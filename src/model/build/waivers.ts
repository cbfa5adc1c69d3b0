import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { nearest, suggestion } from '../nearest.ts';
import type { Waiver } from '../project.ts';
import { AUDIT_RULES, isAuditRule, POLICY_RULES } from '../rules.ts';
import type { HostInput } from '../schema/compose.ts';
import { closedPattern, closedText, wrong } from '../values.ts';

type WaiverInput = NonNullable<HostInput['waivers']>[number];

const section: Path = child(child(null, 'x-cash'), 'waivers');

/** Those that have ended are errors: what they excused is due. */
export function buildWaivers(context: Context, input: readonly WaiverInput[] | undefined, services: readonly string[]): readonly Waiver[] {
  return (input ?? []).flatMap((one, index) => buildWaiver(context, one, child(section, index), services) ?? []);
}

function buildWaiver(context: Context, input: WaiverInput, path: Path, services: readonly string[]): Waiver | null {
  const rule = ruleOf(context, input.rule, child(path, 'rule'));
  const reason = closedPattern(context, input.reason, child(path, 'reason'), /^\S[^\p{Cc}]*$/u, 'one line that says why');
  const until = closedPattern(context, input.until, child(path, 'until'), /^\d{4}-\d\d-\d\d$/, 'a day, YYYY-MM-DD');
  const service = closedText(context, input.service, child(path, 'service'));
  if (service !== null && !services.includes(service)) {
    return fail(context, 'undefined-name', child(path, 'service'), `there is no service \`${service}\``, { hint: suggestion(service, services) });
  }
  if (service !== null && rule !== null && isAuditRule(rule)) {
    fail(context, 'conflict', child(path, 'service'), `a script is of all services: so is the waiver of ${rule}`, { at: 'key', hint: 'remove `service`' });
  }
  if (rule === null || reason === null || until === null) return null;
  if (!isDay(until)) return wrong(context, child(path, 'until'), until, 'a day of the calendar, YYYY-MM-DD');
  if (context.today && until < context.today) {
    const hint = 'mend what it excuses and remove it, or give it another day';
    return fail(context, 'expired', child(path, 'until'), `the waiver of ${rule} has expired: ${reason}`, { hint });
  }
  return { rule, reason, until, service };
}

function ruleOf(context: Context, input: string, path: Path): string | null {
  const rule = closedText(context, input, path);
  if (rule === null || isAuditRule(rule) || POLICY_RULES.some((one) => one === rule)) return rule;
  const near = nearest(rule, [...POLICY_RULES, ...AUDIT_RULES]);
  const hint = near === null ? 'there are those of the audit (A001 to A007), and those of a policy (read_only, …)' : `did you mean \`${near}\`?`;
  return fail(context, 'undefined-name', path, `there is no rule \`${rule}\``, { hint });
}

/** 2026-02-30 is none. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
