/** Parameters and signatures: what the script asks for at run time. */
import type { FunctionDeclaration, ParameterDeclaration, Project } from '../model/project.ts';
import type { Word } from '../render/quote.ts';

export interface ParameterView {
  readonly variable: string;
  readonly type: string;
  readonly constraints: readonly Word[];
  readonly expected: string;
  readonly defaulted: boolean;
  readonly default: string;
  readonly described: boolean;
  readonly description: string;
}

export interface SignatureView {
  readonly command: string;
  readonly usage: string;
  readonly least: number;
  readonly parameters: readonly { readonly variable: string; readonly position: number }[];
  readonly options: readonly string[];
  readonly service: string;
  readonly rest: number;
  /** What follows is a command, whatever it begins with. */
  readonly separated: boolean;
}

export function parameters(project: Project): readonly ParameterView[] {
  return project.host.parameters.map(([variable, declaration]) => ({
    variable,
    type: declaration.type,
    constraints: constraints(declaration),
    expected: [declaration.type, ...constraints(declaration).map(String)].join(' '),
    defaulted: declaration.default !== null,
    default: declaration.default ?? '',
    described: declaration.description !== null,
    description: declaration.description ?? '',
  }));
}

function constraints(declaration: ParameterDeclaration): readonly Word[] {
  switch (declaration.type) {
    case 'integer':
    case 'bytes':
      return [declaration.min, declaration.max];
    case 'string':
      return [declaration.pattern];
    case 'name':
    case 'ipv4':
    case 'path':
      return [];
  }
}

/** What follows the parameters on the command line: of run the command, of commit the tag. */
const REST: Readonly<Record<FunctionDeclaration['command'], { readonly usage: string; readonly least: number }>> = {
  pull: { usage: '', least: 0 },
  run: { usage: ' [COMMAND…]', least: 0 },
  commit: { usage: ' TAG', least: 1 },
  rm: { usage: '', least: 0 },
  rmi: { usage: '', least: 0 },
  down: { usage: '', least: 0 },
};

export function signatures(project: Project): readonly SignatureView[] {
  return project.host.functions.map(([name, { command, service, parameters: names, options }]) => ({
    command: name,
    usage: `usage: ${name} ${names.map((each) => each.toUpperCase()).join(' ')}${REST[command].usage}`,
    least: names.length + REST[command].least,
    parameters: names.map((variable, index) => ({ variable, position: index + 1 })),
    options,
    service,
    rest: names.length + 1,
    separated: command === 'run',
  }));
}
