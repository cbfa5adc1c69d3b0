/** What `cash audit` has to say of a file, before it is written in one format or another. */
import type { CommandUse, Finding, Summary } from '../../../audit/audit.ts';
import type { Waiver } from '../../../model/project.ts';
import type { Inventory } from '../../../resources/inventory.ts';

export type ReportFormat = 'text' | 'json' | 'sarif' | 'markdown';

export interface ReportFinding extends Finding {
  /** Why it does not hold here; null: it holds. */
  readonly waived: Waiver | null;
}

export interface Report {
  /** As it was named. */
  readonly file: string;
  /** `script`: lines of findings are of the file itself; `definition`: of what it compiles to. */
  readonly kind: 'script' | 'definition';
  readonly findings: readonly ReportFinding[];
  readonly lines: Summary;
  readonly commands: readonly CommandUse[];
  /** null: the script has no definition that it is rendered from; `unknown` says why. */
  readonly inventory: Inventory | null;
  readonly unknown: string | null;
  readonly waivers: readonly Waiver[];
  /** Those of the waivers that have ended. */
  readonly expired: readonly Waiver[];
  /** Those, of rules of the audit, that excuse nothing. */
  readonly idle: readonly Waiver[];
}

export function passes({ findings, expired }: Report): boolean {
  return expired.length === 0 && findings.every(({ severity, waived }) => severity !== 'error' || waived !== null);
}

/** Commands by whether they need root, then by name. */
export function byPrivilege(commands: readonly CommandUse[]): readonly (readonly [string, readonly CommandUse[]])[] {
  return (['root', 'none'] as const)
    .map((privilege) => [privilege === 'root' ? 'as root' : 'as anyone', commands.filter((each) => each.privilege === privilege)] as const)
    .filter(([, some]) => some.length > 0);
}

/** The rows of a report on what a script does to its host: a title, and lines. Never without a line. */
export function rows(inventory: Inventory): readonly (readonly [string, readonly string[]])[] {
  const { touches, paths, ports, networks, images, capabilities, loosens } = inventory;
  const listed: readonly (readonly [string, readonly string[]])[] = [
    ['paths', paths.map(({ path, access, service }) => `${path}, ${access}${of(service)}`)],
    ['ports', ports.map(({ host_ip, first, last, target, protocol, service }) => `${host_ip}:${first === last ? first : `${first}-${last}`}/${protocol} to ${target}${of(service)}`)],
    ['networks', networks.map(({ name, bridge, subnet, internal }) => `${name}: bridge ${bridge}, ${subnet}${internal ? ', no way out' : ''}`)],
    ['images', images.map(({ name, source, sha256, services }) => `${name} from ${source}${sha256 === null ? '' : `, sha256 ${sha256}`} (${services.join(', ')})`)],
    ['capabilities', capabilities.map(({ service, capabilities: own }) => `${service}: ${own.join(', ') || 'none'}`)],
    ['touches', touches],
    ['loosens', loosens.length === 0 ? ['nothing'] : loosens],
  ];
  return listed.map(([title, lines]) => [title, lines.length === 0 ? ['none'] : lines]);
}

function of(service: string | null): string {
  return service === null ? '' : ` (${service})`;
}

export function verdict(report: Report): string {
  const open = report.findings.filter(({ waived }) => waived === null).length;
  const waived = report.findings.length - open;
  return [
    open === 0 ? (report.expired.length === 0 ? 'passes' : 'a waiver has expired') : `${open} ${open === 1 ? 'finding' : 'findings'}`,
    ...(waived === 0 ? [] : [`${waived} waived`]),
  ].join(', ');
}
