import { child, issue } from '../model/issue.ts';
import type { Path, Report } from '../model/issue.ts';
import { interpolate } from './interpolate.ts';
import type { Finding, Scope } from './interpolate.ts';

const codes = { unset: 'variable-unset', required: 'variable-required', syntax: 'interpolation', parameter: 'parameter-not-allowed' } as const;

/** Interpolates every text of a plain tree, in place; keys stay as they are, as in Compose. */
export function interpolateTree(root: unknown, scope: Scope, report: Report): void {
  const unset = new Set<string>();
  if (isHolder(root)) walk(root, null, (text, path) => interpolated(text, path, scope, report, unset), report);
}

type Holder = Record<string | number, unknown>;

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

function walk(holder: Holder, path: Path | null, text: (text: string, path: Path) => string, report: Report): void {
  if (Array.isArray(holder)) {
    for (let index = 0; index < holder.length; index += 1) visit(holder, index, path, text, report);
    return;
  }
  const keys = Object.keys(holder);
  // The project's name first: others may name it, as COMPOSE_PROJECT_NAME.
  for (const key of path === null && keys.includes('name') ? ['name', ...keys.filter((each) => each !== 'name')] : keys) {
    if (key.includes('\0')) report(issue('nul-character', child(path, key), 'a key cannot hold a NUL character', { at: 'key' }));
    visit(holder, key, path, text, report);
  }
}

function visit(holder: Holder, key: string | number, parent: Path | null, text: (text: string, path: Path) => string, report: Report): void {
  const value = holder[key];
  if (typeof value === 'string') {
    if (value.includes('$') || value.includes('\0')) holder[key] = text(value, child(parent, key));
  } else if (isHolder(value)) {
    walk(value, child(parent, key), text, report);
  }
}

function interpolated(text: string, path: Path, scope: Scope, report: Report, unset: Set<string>): string {
  if (text.includes('\0')) {
    report(issue('nul-character', path, 'a text cannot hold a NUL character'));
    return text.replaceAll('\0', '');
  }
  return interpolate(text, scope, (finding: Finding) => {
    if (finding.kind === 'unset' && unset.has(finding.excerpt)) return;
    unset.add(finding.excerpt);
    const severity = finding.kind === 'unset' ? 'warning' : 'error';
    report(issue(codes[finding.kind], path, finding.message, { severity, hint: finding.hint ?? undefined, excerpt: finding.excerpt, before: text.slice(0, finding.offset) }));
  });
}
