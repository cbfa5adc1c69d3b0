import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CODES } from '../../../audit/audit.ts';
import { PAGES } from '../../../audit/pages.generated.ts';
import type { Waiver } from '../../../model/project.ts';
import { waived } from '../../../resources/header.ts';
import { version } from '../../../version.ts';
import type { Report, ReportFinding } from './report.ts';

/** SARIF 2.1.0 (OASIS), as code scanning takes it. Each rule carries its page. */
export function sarifReport(reports: readonly Report[]): string {
  const driver = { name: 'cash', version, rules: RULES.map(rule) };
  const results = reports.flatMap((report) => [...report.findings.map((finding) => result(report, finding)), ...report.expired.map((waiver) => overdue(report, waiver))]);
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', artifacts: reports.map(artifact), results }] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** Of waivers; the others are those of the audit. */
const EXPIRED = 'expired-waiver';

const RULES: readonly (readonly [string, string])[] = [...Object.entries(CODES), [EXPIRED, 'waiver that has expired']];

function rule([id, about]: readonly [string, string]): object {
  const page = PAGES[id] ?? '# A waiver that has expired\n\nWhat it excused is due: mend it and remove the waiver from `x-cash.waivers`, or give it another day.\n';
  return {
    id,
    name: about.replace(/(?:^|[^A-Za-z]+)([A-Za-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: about },
    fullDescription: { text: (page.split('\n\n')[1] ?? about).replaceAll('\n', ' ').trim() },
    help: { text: page, markdown: page },
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['security'] },
  };
}

function result({ file, kind }: Report, { code, severity, message, hint, line, column, waived: waiver }: ReportFinding): object {
  // The lines of what a definition compiles to are in no file.
  const region = kind === 'script' ? { startLine: line, startColumn: column } : { startLine: 1 };
  const place = kind === 'script' ? '' : ` (line ${line} of its script)`;
  return {
    ...about(code),
    level: severity,
    message: { text: `${message}${place}${hint === '' ? '' : `\n${hint}`}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uri(file) }, region } }],
    ...(waiver === null ? {} : { suppressions: [{ kind: 'inSource', status: 'accepted', justification: waived(waiver) }] }),
  };
}

function overdue({ file }: Report, waiver: Waiver): object {
  return { ...about(EXPIRED), level: 'error', message: { text: waived(waiver) }, locations: [{ physicalLocation: { artifactLocation: { uri: uri(file) }, region: { startLine: 1 } } }] };
}

function about(ruleId: string): { readonly ruleId: string; readonly ruleIndex: number } {
  return { ruleId, ruleIndex: RULES.findIndex(([id]) => id === ruleId) };
}

/** All else that the report says of a file. */
function artifact({ file, kind, lines, commands, inventory, unknown }: Report): object {
  return { location: { uri: uri(file) }, sourceLanguage: kind === 'script' ? 'shell' : 'yaml', properties: { lines, commands, inventory, unknown } };
}

function uri(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : file.split('/').map(encodeURIComponent).join('/');
}
