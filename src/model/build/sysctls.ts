import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import type { Path } from '../issue.ts';
import type { Text } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { patternText } from '../values.ts';
import { pairs } from './environment.ts';

/** Those that each namespace has for itself, as Docker takes them: namespaces(7), ipc_namespaces(7), network_namespaces(7). */
const namespaced = /^(net\..+|kernel\.(msg|shm)[a-z_]+|kernel\.sem|fs\.mqueue\.[a-z_]+)$/;
const nameForm = /^[a-z0-9_]+(\.[a-zA-Z0-9_-]+)+$/;
const valueForm = /^[^\n\r]*\S[^\n\r]*$/;

export function buildSysctls(context: Context, input: ServiceInput, path: Path): readonly (readonly [string, Text])[] {
  const listed = pairs(context, input.sysctls, path).flatMap(([name, value, at]) => {
    const text = sysctl(context, name, value, input, at);
    return text === null ? [] : [[name, text] as const];
  });
  return [...new Map(listed)];
}

function sysctl(context: Context, name: string, value: Text | null, input: ServiceInput, path: Path): Text | null {
  const at = typeof path.key === 'number' ? 'value' : 'key';
  if (!nameForm.test(name)) return fail(context, 'invalid-value', path, `\`${name}\` is no sysctl`, { at, hint: 'write it with dots: `net.core.somaxconn`' });
  if (!namespaced.test(name)) {
    const hint = 'there is net.*, kernel.msg*, kernel.sem, kernel.shm*, fs.mqueue.*';
    return fail(context, 'invalid-value', path, `\`${name}\` would change the whole host: a container has none of its own`, { at, hint });
  }
  const [key, what] = name.startsWith('net.') ? ['network_mode', 'network'] as const : ['ipc', 'ipc namespace'] as const;
  const mode = input[key] ?? '';
  if (mode === 'host') {
    return fail(context, 'conflict', path, `\`${name}\` would change the host: with \`${key}: host\` the ${what} is the host's`, { at, hint: `remove it, or \`${key}: host\`` });
  }
  if (/^(service|container):/.test(mode)) {
    return fail(context, 'conflict', path, `\`${name}\` would change another container: with \`${key}: ${mode}\` the ${what} is its`, { at, hint: 'set it there' });
  }
  if (value === null) return fail(context, 'invalid-value', path, `\`${name}\` has no value`, { at, hint: `write \`${name}=VALUE\`` });
  return patternText(context, value, path, valueForm, 'a value on one line', ['name', 'integer', 'bytes', 'ipv4', 'path', 'string']);
}
