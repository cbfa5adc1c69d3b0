import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatDiagnostics, loadProject } from '../../src/load/load.ts';

/**
 * Golden failures: test/invalid/CASE/compose.yaml is a wrong definition, expected.txt all that is said of it. With UPDATE=1
 * in the environment the expectations are written again; read the diff.
 */
const folder = new URL('../invalid/', import.meta.url).pathname;

function diagnose(name: string): string {
  const directory = join(folder, name);
  const readFile = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);
  const text = readFileSync(join(directory, 'compose.yaml'), 'utf8');
  const { project, diagnostics, sources } = loadProject({ path: 'compose.yaml', text, directory, environment: {}, readFile });
  expect(project).toBeNull();
  return formatDiagnostics(diagnostics, sources, { colour: false });
}

describe('invalid definitions', () => {
  test.each(readdirSync(folder))('%s', (name) => {
    const expectation = join(folder, name, 'expected.txt');
    const found = diagnose(name);
    if (process.env['UPDATE'] === '1') writeFileSync(expectation, found);
    expect(found).toBe(readFileSync(expectation, 'utf8'));
  });
});
