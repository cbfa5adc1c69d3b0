/** What rendering has at run time: the precompiled templates. Pure. */
import { createRenderer, type Renderer } from './renderer.ts';
import { namable, templates } from './templates.generated.ts';

/** The Bash of templates/TEMPLATE.sh.hbs. */
export const render: Renderer = createRenderer(templates);

const found = new Set<string>();
const renderNoting = createRenderer(templates, (words) => void found.add(words));

export interface Named {
  readonly text: string;
  /** Of the constant Bash, what stands in a template, or as `{{name x}}`: what it calls. In alphabetical order. */
  readonly names: readonly string[];
}

/** The same, and what it names. */
export function renderNamed(template: string, context: object): Named {
  found.clear();
  const text = renderNoting(template, context);
  const words = new Set([...found].join(' ').split(' '));
  return { text, names: namable.filter((name) => words.has(name)) };
}
