import type { Context } from '../context.ts';
import type { Path } from '../issue.ts';
import { parseAddress } from '../ipv4.ts';
import { fill, isOpen, soleParameter } from '../open.ts';
import type { Text } from '../project.ts';
import { parametersAre, wrong } from '../values.ts';

/** The two extremes of a text: every integer parameter at its minimum, and at its maximum. Equal where nothing is open. */
export function extremes(context: Context, text: Text): readonly [string, string] {
  const end = (which: 'min' | 'max') =>
    fill(text, (name) => {
      const declaration = context.parameters.get(name);
      return declaration !== undefined && 'min' in declaration ? String(declaration[which]) : '';
    });
  return [end('min'), end('max')];
}

/** An IPv4 address: literal, one parameter of type ipv4, or text with integer parameters that fits whatever their values. */
export function addressText(context: Context, text: Text, path: Path, expected = 'an IPv4 address'): Text | null {
  if (!isOpen(text)) return parseAddress(text) === null ? wrong(context, path, text, expected) : text;
  const alone = soleParameter(text);
  if (alone !== null && context.parameters.get(alone)?.type !== 'integer') {
    return parametersAre(context, text, path, ['ipv4']) ? text : null;
  }
  if (!parametersAre(context, text, path, ['integer'])) return null;
  const bad = extremes(context, text).find((end) => parseAddress(end) === null);
  return bad === undefined ? text : wrong(context, path, bad, `${expected} for every value of its parameters`, 'set min and max of the parameter');
}

/** Whether nothing can be said about the address before run time. */
export function isAnyAddress(text: Text): boolean {
  return soleParameter(text) !== null;
}
