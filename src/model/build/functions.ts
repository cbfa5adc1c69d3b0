import { fail } from '../context.ts';
import type { Context } from '../context.ts';
import { child } from '../issue.ts';
import type { Path } from '../issue.ts';
import { nearest, suggestion } from '../nearest.ts';
import type { FunctionDeclaration, ParameterDeclaration } from '../project.ts';
import type { FunctionInput, HostInput } from '../schema/compose.ts';
import { closedText } from '../values.ts';

const commands = ['pull', 'run', 'commit', 'rm', 'rmi', 'down'] as const;
const optionsOf: Readonly<Record<FunctionDeclaration['command'], readonly string[]>> = {
  pull: [], run: ['--keep', '--rm'], commit: [], rm: [], rmi: [], down: [],
};
const section: Path = child(child(null, 'x-cash'), 'functions');

type Named = readonly [string, FunctionDeclaration];

export function buildFunctions(context: Context, input: HostInput['functions'], services: readonly string[]): readonly Named[] {
  return Object.entries(input ?? {}).flatMap(([name, declaration]) => {
    const path = child(section, name);
    const command = commands.find((one) => one === name);
    if (command === undefined) {
      const near = nearest(name, commands);
      const hint = near === null ? `there is ${commands.map((one) => `\`${one}\``).join(', ')}` : `did you mean \`${near}\`?`;
      return fail(context, 'undefined-name', path, `no signature can be given to \`${name}\``, { at: 'key', hint }) ?? [];
    }
    return [[name, buildFunction(context, command, declaration, services, path)] as const];
  });
}

function buildFunction(context: Context, command: FunctionDeclaration['command'], input: FunctionInput, services: readonly string[], path: Path): FunctionDeclaration {
  const service = closedText(context, input.service, child(path, 'service')) ?? '';
  if (!services.includes(service)) {
    fail(context, 'undefined-name', child(path, 'service'), `there is no service \`${service}\``, { hint: suggestion(service, services) });
  }
  const parameters = input.parameters ?? [];
  const options = input.options ?? [];
  checkParameters(context, parameters, child(path, 'parameters'));
  options.forEach((option, index) => {
    if (optionsOf[command].includes(option)) return;
    const hint = optionsOf[command].length === 0 ? 'it has none' : suggestion(option, optionsOf[command]);
    fail(context, 'undefined-name', child(child(path, 'options'), index), `\`${command}\` has no option \`${option}\` here`, { hint });
  });
  if (options.includes('--keep') && options.includes('--rm')) fail(context, 'conflict', child(path, 'options'), '`--keep` and `--rm` exclude each other');
  return { command, service, parameters, options };
}

function checkParameters(context: Context, names: readonly string[], path: Path): void {
  const declared = [...context.parameters.keys()];
  names.forEach((name, index) => {
    const at = child(path, index);
    if (!declared.includes(name)) {
      fail(context, 'undefined-name', at, `there is no parameter \`${name}\``, { hint: suggestion(name, declared) ?? 'declare it in x-cash.parameters' });
    } else if (names.indexOf(name) !== index) {
      fail(context, 'duplicate', at, `the parameter \`${name}\` is there twice`);
    }
  });
}

/** Every parameter has a use, and every one without a default can be given where commands have signatures. */
export function checkReach(context: Context, parameters: readonly (readonly [string, ParameterDeclaration])[], functions: readonly Named[], used: ReadonlySet<string>): void {
  const given = new Set(functions.flatMap(([, declaration]) => declaration.parameters));
  for (const [name, declaration] of parameters) {
    const path = child(child(child(null, 'x-cash'), 'parameters'), name);
    if (!used.has(name) && !given.has(name)) {
      fail(context, 'parameter-unused', path, `the parameter \`${name}\` is not used`, { at: 'key', severity: 'warning', hint: `\`\${${name}}\` stands for it` });
    } else if (functions.length > 0 && declaration.default === null && !given.has(name)) {
      const hint = 'name it in the `parameters` of a function, or give it a `default`';
      fail(context, 'parameter-unreachable', path, `no function takes the parameter \`${name}\`, and it has no default`, { at: 'key', hint });
    }
  }
}
