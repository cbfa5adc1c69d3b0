/** Precompiled templates and the helpers, joined: nothing else can be called from a template. */
import { helpers, type Helpers } from './helpers.ts';

/** Bash from a template of this name. Throws where the context lacks a field or has one of the wrong type: a bug. */
export type Renderer = (template: string, context: object) => string;

/** What the build makes of a template. */
export type Template = (helpers: Helpers, partial: (name: string, context: unknown) => string, context: unknown) => string;

/** `note` is told each `{{name x}}`, and what of the templates' own text the build has marked, with spaces between. */
export function createRenderer(templates: Readonly<Record<string, Template>>, note: ((words: string) => void) | null = null): Renderer {
  const own = note === null ? helpers : noting(note);
  const renderers = new Map<string, (context: unknown) => string>();
  const partial = (name: string, context: unknown): string => {
    const found = renderers.get(name);
    if (found === undefined) throw new Error(`no template called ${name}`);
    return found(context);
  };
  for (const [name, template] of Object.entries(templates)) renderers.set(name, (context) => template(own, partial, context));
  return (name, context) => {
    try {
      return partial(name, context);
    } catch (error) {
      throw new Error(`template ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
}

function noting(note: (words: string) => void): Helpers {
  const name = (value: unknown): string => {
    const identifier = helpers.name(value);
    note(identifier);
    return identifier;
  };
  return {
    ...helpers,
    name,
    naming: (text, names) => (note(names), text),
  };
}
