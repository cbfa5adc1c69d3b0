import { version } from '../../../version.ts';
import { passes, type Report } from './report.ts';

/** For programs. `format` grows when a field changes its meaning or goes. */
export function jsonReport(reports: readonly Report[]): string {
  const files = reports.map(({ lines, unknown, inventory, ...report }) => ({ passes: passes({ lines, unknown, inventory, ...report }), ...report, lines, inventory, unknown }));
  return `${JSON.stringify({ format: 1, cash: version, files }, null, 2)}\n`;
}
