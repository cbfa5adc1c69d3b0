import { plainText } from '../../../render/quote.ts';
import { waived } from '../../../resources/header.ts';
import { byPrivilege, type Report, type ReportFinding, rows, verdict } from './report.ts';

/** For a comment on a pull request. */
export function markdownReport(reports: readonly Report[]): string {
  return reports.map(one).join('\n');
}

function one(report: Report): string {
  const { file, lines, inventory, unknown, findings } = report;
  return [
    `## Audit of ${code(file)}: ${verdict(report)}`,
    ...report.waivers.map((waiver) => `> **${report.expired.includes(waiver) ? 'Expired waiver' : report.idle.includes(waiver) ? 'Waiver of nothing' : 'Waiver'}** ${plain(waived(waiver))}`),
    ...(findings.length === 0 ? [] : [table(['line', 'rule', 'finding', 'hint'], findings.map(row))]),
    `${lines.literal} lines of its own to review, ${lines.constant} that are the same in every script.`,
    ...(inventory === null ? [`What it touches is not known: it ${plain(unknown ?? '')}.`] : [table(['on the host', ''], rows(inventory).map(([title, texts]) => [title, texts.map(code).join('<br>')]))]),
    details('Commands', table(['privilege', 'command', 'package', 'for'], byPrivilege(report.commands).flatMap(([privilege, some]) => some.map(({ name, packages, least, purpose }) => [privilege, code(name), `${packages.debian}${least === null ? '' : ` ${least}`}`, plain(purpose)])))),
  ].map((part) => `${part}\n`).join('\n');
}

function row({ line, column, code: rule, message, hint, waived: waiver }: ReportFinding): readonly string[] {
  return [`${line}:${column}`, rule, `${waiver === null ? '' : '(waived) '}${code(message)}`, plain(hint)];
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

function details(title: string, text: string): string {
  return `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}

/** As it stands, on one line of a table: GitHub Flavored Markdown, "Code spans" and "Tables". */
export function code(text: string): string {
  const shown = plainText(text).replaceAll('|', '\\|');
  const fence = '`'.repeat(Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return fence.length === 1 ? `\`${shown}\`` : `${fence} ${shown} ${fence}`;
}

/** Nothing in it is Markdown or HTML. */
export function plain(text: string): string {
  return plainText(text).replace(/[\\`*_{}[\]<>#|~&]/g, (character) => `\\${character}`);
}
