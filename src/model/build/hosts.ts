import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { isIpv6 } from '../ipv4.ts';
import { isOpen } from '../open.ts';
import type { Text } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedText, wrong } from '../values.ts';
import { addressText } from './address.ts';
import { isHostName } from './names.ts';

type TextOrList = string | readonly string[] | null | undefined;

export function listed(value: TextOrList, path: Path): readonly (readonly [string, Path])[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'string' ? [[value, path]] : value.map((one, index) => [one, child(path, index)]);
}

function anyAddress(context: Context, text: Text, path: Path): Text | null {
  return !isOpen(text) && isIpv6(text) ? text : addressText(context, text, path, 'an IP address');
}

export function buildDns(context: Context, value: TextOrList, path: Path): readonly Text[] {
  return listed(value, path).flatMap(([text, at]) => anyAddress(context, text, at) ?? []);
}

export function buildDnsSearch(context: Context, value: TextOrList, path: Path): readonly Text[] {
  return listed(value, path).flatMap(([text, at]) => {
    const domain = closedText(context, text, at);
    if (domain === null) return [];
    return domain === '.' || isHostName(domain.replace(/\.$/, '')) ? [domain] : (wrong(context, at, domain, 'a domain name, or `.` for none') ?? []);
  });
}

type Host = readonly [name: string, address: Text];

export function buildExtraHosts(context: Context, value: ServiceInput['extra_hosts'], path: Path): readonly Host[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((line: string, index) => hostLine(context, line, child(path, index)));
  return Object.entries(value).flatMap(([name, addresses]) =>
    listed(addresses, child(path, name)).flatMap(([address, at]) => host(context, name, address, at)),
  );
}

/** `name=address` or `name:address`, several with commas; an IPv6 address may stand in brackets. */
function hostLine(context: Context, line: string, path: Path): readonly Host[] {
  const separator = line.includes('=') ? line.indexOf('=') : line.indexOf(':');
  if (separator === -1) return wrong(context, path, line, '`name:address`') ?? [];
  return line.slice(separator + 1).split(',').flatMap((address) => host(context, line.slice(0, separator), address, path));
}

function host(context: Context, name: string, written: string, path: Path): readonly Host[] {
  const closed = closedText(context, name, path);
  if (closed === null) return [];
  if (!isHostName(closed)) {
    return fail(context, 'invalid-value', path, `\`${closed}\` is no host name`, { excerpt: closed }) ?? [];
  }
  const address = written.replace(/^\[(.*)\]$/, '$1');
  if (address === 'host-gateway') return [[closed, address]];
  const checked = anyAddress(context, address, path);
  return checked === null ? [] : [[closed, checked]];
}
