/** Precompiled templates and the helpers, joined: nothing else can be called from a template. */
import { helpers, type Helpers } from './helpers.ts';

/** Bash from a template of this name. Throws where the context lacks a field or has one of the wrong type: a bug. */
export type Renderer = (template: string, context: object) => string;

/** What the build makes of a template. */
export type Template = (helpers: Helpers, partial: (name: string, context: unknown) => string, context: unknown) => string;

export function createRenderer(templates: Readonly<Record<string, Template>>): Renderer {
  const renderers = new Map<string, (context: unknown) => string>();
  const partial = (name: string, context: unknown): string => {
    const found = renderers.get(name);
    if (found === undefined) throw new Error(`no template called ${name}`);
    return found(context);
  };
  for (const [name, template] of Object.entries(templates)) renderers.set(name, (context) => template(helpers, partial, context));
  return (name, context) => {
    try {
      return partial(name, context);
    } catch (error) {
      throw new Error(`template ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
}
