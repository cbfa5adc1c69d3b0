/** What rendering has at run time: the precompiled templates. Pure. */
import { createRenderer, type Renderer } from './renderer.ts';
import { templates } from './templates.generated.ts';

/** The Bash of templates/TEMPLATE.sh.hbs. */
export const render: Renderer = createRenderer(templates);
