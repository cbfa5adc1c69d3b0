/** Units as Compose reads them. Every function gives null where the text is not of the form. */

const byteFactor: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 };
const byteForm = /^(\d+\.?\d*|\.\d+) ?(?:b|([kmgtp])(?:i?b)?)?$/i;

/** Bytes of `512`, `64k`, `1.5g`, `1 GiB`: powers of 1024 whatever the spelling (docker/go-units, RAMInBytes). */
export function parseBytes(text: string): number | null {
  const match = byteForm.exec(text.trim());
  if (match === null) return null;
  const bytes = Math.trunc(Number(match[1]) * (byteFactor[(match[2] ?? '').toLowerCase()] ?? 1));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

const milliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6, us: 1e-3, 'µs': 1e-3, 'μs': 1e-3, ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5,
};
// µ as \u: esbuild leaves regular expressions as they are, and dist/cash.cjs has to be ASCII.
const durationForm = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h|d|w))+$/;
const durationPart = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h|d|w)/g;

/** Milliseconds of `1m30s`, `500ms`, `1.5h`, rounded up to a whole one (Go's time.ParseDuration, and days and weeks). */
export function parseDuration(text: string): number | null {
  if (text === '0') return 0;
  if (!durationForm.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.matchAll(durationPart)) total += Number(count) * (milliseconds[unit ?? ''] ?? 0);
  const rounded = Math.ceil(Number(total.toFixed(6)));
  return Number.isSafeInteger(rounded) ? rounded : null;
}

/** A number as Compose (Go's %v) prints it where a text is expected: 8080000, 1.5, 1e-05. */
export function numberText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : floatText(value);
}

/** A float, be it whole: 1e+06 (strconv, `g` in its shortest form). */
export function floatText(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `0,1,3` and `3,0-1` are `0-1,3`: the kernel's list format (cpuset(7)). */
export function canonicalCpuset(text: string): string | null {
  const numbers = new Set<number>();
  for (const range of text.split(',')) {
    const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(range.trim());
    if (match === null) return null;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first) return null;
    for (let cpu = first; cpu <= last; cpu += 1) numbers.add(cpu);
  }
  return ranges([...numbers].sort((a, b) => a - b));
}

function ranges(sorted: readonly number[]): string {
  const parts: string[] = [];
  for (let index = 0; index < sorted.length; index += 1) {
    const first = sorted[index];
    while (sorted[index + 1] === (sorted[index] ?? NaN) + 1) index += 1;
    parts.push(first === sorted[index] ? `${first}` : `${first}-${sorted[index]}`);
  }
  return parts.join(',');
}
