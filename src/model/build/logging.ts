import { fail, unsupported } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import type { HostOptions, Logging } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { bytes, closedInteger, closedText, oneOf } from '../values.ts';

const ofDocker = ['syslog', 'gelf', 'fluentd', 'awslogs', 'splunk', 'etwlogs', 'gcplogs', 'logentries', 'passthrough', 'k8s-file'];

/** Where systemd has the container, the journal has its output: no process of ours is there to write a file. */
export function buildLogging(context: Context, input: ServiceInput['logging'], { supervisor }: Pick<HostOptions, 'supervisor'>, path: Path): Logging | null {
  if (input === null || input === undefined) return supervisor === 'systemd' ? { driver: 'journald', max_size: null, max_file: 1 } : null;
  const driver = buildDriver(context, input.driver, child(path, 'driver'));
  if (driver === 'file' && supervisor === 'systemd') {
    fail(context, 'conflict', path, '`x-cash.supervisor: systemd` writes no log files', { at: 'key', hint: 'there is `driver: journald`, which is the default then, and `none`' });
  }
  const at = (key: 'max-size' | 'max-file'): Path => child(child(path, 'options'), key);
  const options = input.options ?? {};
  const size = bytes(context, options['max-size'], at('max-size'), { min: -1, max: Number.MAX_SAFE_INTEGER });
  if (size !== null && typeof size !== 'number') {
    fail(context, 'parameter-not-allowed', at('max-size'), '`max-size` must be known when the script is generated', { hint: 'write the value itself' });
  }
  const files = closedInteger(context, options['max-file'], at('max-file'), { min: 1, max: 1000 });
  for (const key of ['max-size', 'max-file'] as const) {
    if (options[key] === undefined || driver === 'file') continue;
    fail(context, 'conflict', at(key), `the logging driver \`${driver}\` has no option \`${key}\``, { at: 'key', hint: 'it is for `file`' });
  }
  const unlimited = size === null || size === -1 || size === 0;
  if (driver === 'file' && files !== null && files > 1 && unlimited) {
    fail(context, 'conflict', at('max-file'), '`max-file` has no effect without `max-size`', { at: 'key', severity: 'warning', hint: 'add `max-size: 10m`' });
  }
  return { driver, max_size: unlimited || typeof size !== 'number' ? null : size, max_file: files ?? 1 };
}

/** What Docker writes as JSON, or in a form of its own, is a file of lines here. */
function buildDriver(context: Context, value: string | undefined, path: Path): Logging['driver'] {
  const text = closedText(context, value, path);
  if (text !== null && ofDocker.includes(text)) {
    unsupported(context, path, `the logging driver \`${text}\``, { hint: 'there is `file`, `journald`, `none`' });
    return 'file';
  }
  const driver = oneOf(context, text, path, ['file', 'json-file', 'local', 'journald', 'none']) ?? 'file';
  return driver === 'journald' || driver === 'none' ? driver : 'file';
}
