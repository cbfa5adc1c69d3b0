/** What rendering has at run time: the precompiled templates, and the constant Bash. Pure. */
import { createRenderer, type Renderer } from './renderer.ts';
import { runtimeModules, templates } from './templates.generated.ts';

const modules = Object.fromEntries(Object.entries(runtimeModules).map(([name, text]) => [`runtime/${name}`, text]));

/** The Bash of templates/TEMPLATE.sh.hbs. `{{> runtime/NAME}}` in one is the constant Bash of that name. */
export const render: Renderer = createRenderer(templates, modules);

/** The constant Bash of templates/runtime/NAME.bash, byte for byte. */
export function runtimeModule(name: string): string {
  const text = Object.hasOwn(runtimeModules, name) ? runtimeModules[name] : undefined;
  if (text === undefined) throw new Error(`no runtime module called ${name}`);
  return text;
}
