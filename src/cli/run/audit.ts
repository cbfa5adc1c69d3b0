import { examine, summary } from '../../audit/audit.ts';
import { compile } from '../../compile.ts';
import type { Project } from '../../model/project.ts';
import { isAuditRule } from '../../model/rules.ts';
import { inventory } from '../../resources/inventory.ts';
import { version } from '../../version.ts';
import { EXIT, type Exit } from '../exit.ts';
import { hasColour, print } from '../terminal.ts';
import { isDefinition, loadDefinition, today } from './definitions.ts';
import { readNamed } from './read.ts';
import { passes, type Report, type ReportFormat } from './report/report.ts';
import { carried } from './verify.ts';

/** What the audit finds in each file, and what that does to a host, on stdout. */
export async function auditFiles(paths: readonly string[], format: ReportFormat, envFiles: readonly string[]): Promise<Exit> {
  let exit: Exit = EXIT.ok;
  const reports: Report[] = [];
  for (const path of paths) {
    const bytes = readNamed(path);
    const report = bytes === null ? null : isDefinition(path) ? await ofDefinition(path, envFiles) : await ofScript(path, bytes);
    if (report !== null) reports.push(report);
    if (bytes === null) exit = EXIT.usage;
    else if ((report === null || !passes(report)) && exit === EXIT.ok) exit = EXIT.failed;
  }
  print(await written(reports, format));
  return exit;
}

/** null: it is invalid, and that has been said. */
async function ofDefinition(file: string, envFiles: readonly string[]): Promise<Report | null> {
  const project = loadDefinition(file, envFiles);
  return project === null ? null : await reportOn({ file, kind: 'definition' }, compile(project), { project, unknown: null });
}

async function ofScript(file: string, bytes: Buffer): Promise<Report> {
  const found = carried(bytes);
  const known = 'project' in found ? { project: found.project, unknown: null } : { project: null, unknown: found.problem };
  return await reportOn({ file, kind: 'script' }, bytes.toString(), known);
}

/** A definition has a say only where the script is what it renders to: else it may be changed, and its waivers with it. */
async function reportOn(about: Pick<Report, 'file' | 'kind'>, text: string, { project, unknown }: { readonly project: Project | null; readonly unknown: string | null }): Promise<Report> {
  const { findings, commands } = await examine(text);
  const waivers = project?.host.waivers ?? [];
  const expired = waivers.filter(({ until }) => until < today());
  const valid = waivers.filter((waiver) => waiver.service === null && !expired.includes(waiver));
  return {
    ...about,
    findings: findings.map((finding) => ({ ...finding, waived: valid.find(({ rule }) => rule === finding.code) ?? null })),
    lines: summary(text),
    commands,
    inventory: project === null ? null : inventory(project, version),
    unknown,
    waivers,
    expired,
    idle: valid.filter(({ rule }) => isAuditRule(rule) && findings.every(({ code }) => code !== rule)),
  };
}

async function written(reports: readonly Report[], format: ReportFormat): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('./report/text.ts')).textReport(reports, hasColour(process.stdout));
    case 'json':
      return (await import('./report/json.ts')).jsonReport(reports);
    case 'sarif':
      return (await import('./report/sarif.ts')).sarifReport(reports);
    case 'markdown':
      return (await import('./report/markdown.ts')).markdownReport(reports);
  }
}
