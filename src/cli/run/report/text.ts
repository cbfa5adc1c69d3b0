import type { Waiver } from '../../../model/project.ts';
import { plainText } from '../../../render/quote.ts';
import { waived } from '../../../resources/header.ts';
import { formatFindings } from '../findings.ts';
import { byPrivilege, type Report, rows, verdict } from './report.ts';

/** For people at a terminal. What stands in the script cannot reach it. */
export function textReport(reports: readonly Report[], colour: boolean): string {
  return reports.map((report) => one(report, colour)).join('\n');
}

function one(report: Report, colour: boolean): string {
  const { file, kind, lines, commands, inventory, unknown } = report;
  const named = kind === 'script' ? file : `script of ${file}`;
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ...byPrivilege(commands).map(([privilege, some]) => [privilege, [some.map(({ name }) => name).join(', ')]] as const),
    ...(inventory === null ? [['unknown', [`what it touches: it ${unknown ?? ''}`]] as const] : rows(inventory)),
  ];
  return [
    ...waivers(report),
    formatFindings(named, report.findings.filter((finding) => finding.waived === null), colour),
    `${plainText(named)}: ${verdict(report)}; ${lines.literal} lines of its own to review, ${lines.constant} that are the same in every script\n`,
    ...facts.flatMap(([title, texts]) => texts.map((text, index) => `  ${(index === 0 ? title : '').padEnd(12)} ${plainText(text)}\n`)),
  ].join('');
}

function waivers({ file, waivers: all, expired, idle }: Report): readonly string[] {
  const remark = (waiver: Waiver): string => (expired.includes(waiver) ? ' that has expired' : idle.includes(waiver) ? ' that excuses nothing' : '');
  return all.map((waiver) => `${plainText(file)}: waiver${remark(waiver)}: ${plainText(waived(waiver))}\n`);
}
