import { precompile } from '../../../src/render/build/precompile.ts';
import { createRenderer, type Template } from '../../../src/render/renderer.ts';

type Templates = Readonly<Record<string, string>>;

/** Problems of templates given as name → source, without the file name in front. */
export function problemsOf(templates: Templates | string): readonly string[] {
  return compile(typeof templates === 'string' ? { main: templates } : templates).problems.map((problem) => problem.replace(/^main:/, ''));
}

/** Renders the template `main`. */
export function renderAll(templates: Templates | string, context: object, constants: Templates = {}): string {
  const { templates: compiled, problems } = compile(typeof templates === 'string' ? { main: templates } : templates, constants);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const evaluate = (code: string): Template => new Function(`return (${code})`)() as Template;
  return createRenderer(Object.fromEntries(compiled.map(({ name, code }) => [name, evaluate(code)])))('main', context);
}

function compile(templates: Templates, constants: Templates = {}): ReturnType<typeof precompile> {
  const sources = (texts: Templates): Parameters<typeof precompile>[0] => Object.entries(texts).map(([name, text]) => ({ name, file: name, text }));
  return precompile(sources(templates), sources(constants));
}
