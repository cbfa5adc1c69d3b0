import type { Word } from '../../../src/render/quote.ts';
import { script, type Script } from '../../../src/resources/script.ts';
import type { ServiceView } from '../../../src/resources/service.ts';
import { definition, project } from '../model/definition.ts';

export function compiled(lines: string, top = ''): Script {
  return script(project(`name: p\n${definition(lines, top)}`), '1.2.3');
}

/** The service `s`, with these lines. */
export function view(lines: string, top = ''): ServiceView {
  const [found] = compiled(lines, top).services;
  if (found === undefined) throw new Error('no service');
  return found;
}

/** For people: a parameter as $name. */
export function plain(value: Word): string {
  return Array.isArray(value) ? value.map((piece) => (typeof piece === 'string' ? piece : `$${piece.parameter}`)).join('') : String(value);
}
