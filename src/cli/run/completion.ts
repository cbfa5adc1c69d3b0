/** Completion for shells, from what commander knows of the commands: nothing is told twice. */
import type { Command, Option } from 'commander';
import { version } from '../../version.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

interface Known {
  readonly name: string;
  readonly about: string;
  readonly options: readonly Option[];
  /** Words that an argument can only be. */
  readonly choices: readonly string[];
}

export function completion(shell: Shell, program: Command): string {
  const known = [...program.commands.map(commandOf), { name: 'help', about: 'print what a command does', options: [], choices: program.commands.map((command) => command.name()) }];
  const options = program.createHelp().visibleOptions(program);
  switch (shell) {
    case 'bash':
      return bash(known, options);
    case 'zsh':
      return zsh(known, options);
    case 'fish':
      return fish(known, options);
  }
}

function commandOf(command: Command): Known {
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return { name: command.name(), about: command.description(), options: command.createHelp().visibleOptions(command), choices };
}

function flags({ short, long }: Option): readonly string[] {
  return [short, long].flatMap((flag) => flag ?? []);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

const head = (shell: Shell): string => `# cash ${version}: what cash completion ${shell} prints.`;

/** Words are names of commands and options: none needs a quote. */
function bash(known: readonly Known[], options: readonly Option[]): string {
  const cases = known.map(({ name, options: own, choices }) => `  ${name}) words='${[...own.flatMap(flags), ...choices].join(' ')}'${choices.length === 0 ? '' : ' only=1'} ;;`);
  const valued = known.flatMap(({ name, options: own }) => own.filter(takesValue).map((option) => {
    return `  ${flags(option).map((flag) => `${name}:${flag}`).join(' | ')}) words='${(option.argChoices ?? []).join(' ')}'${option.argChoices === undefined ? '' : ' only=1'} ;;`;
  }));
  return `${head('bash')}
_cash() {
  local word=\${COMP_WORDS[COMP_CWORD]} command=\${COMP_WORDS[1]-} words='' only=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    command='' only=1 words='${[...known.map(({ name }) => name), ...options.flatMap(flags)].join(' ')}'
  fi
  case $command in
${cases.join('\n')}
  esac
  case $command:\${COMP_WORDS[COMP_CWORD - 1]} in
${valued.join('\n')}
  esac
  if [[ $word == -* || $only ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  fi
}
complete -o bashdefault -o default -F _cash cash
`;
}

/** For zsh and fish, in single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

function zsh(known: readonly Known[], options: readonly Option[]): string {
  const cases = known.map(({ name, options: own, choices }) => {
    const rest = choices.length === 0 ? '*:file:_files' : `1:word:(${choices.join(' ')})`;
    return `    ${name}) _arguments ${[...own.flatMap(zshOption), rest].map(quoted).join(' ')} ;;`;
  });
  return `#compdef cash
${head('zsh')}
_cash() {
  local -a commands
  commands=(${known.map(({ name, about }) => quoted(`${name}:${about.replace(/:/g, '\\:')}`)).join('\n    ')})
  if ((CURRENT == 2)); then
    if [[ $PREFIX == -* ]]; then
      _arguments ${options.flatMap(zshOption).map(quoted).join(' ')}
    else
      _describe command commands
    fi
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _cash ]]; then
  _cash "$@"
else
  compdef _cash cash
fi
`;
}

/** zshcompsys(1), _arguments: \`--flag[about]:message:action\`. */
function zshOption(option: Option): readonly string[] {
  const about = option.description.replace(/[[\]:]/g, '\\$&');
  const value = option.argChoices === undefined ? ':file:_files' : `:word:(${option.argChoices.join(' ')})`;
  return flags(option).map((flag) => `${flag}[${about}]${takesValue(option) ? value : ''}`);
}

function fish(known: readonly Known[], options: readonly Option[]): string {
  const top = [
    ...known.map(({ name, about }) => `complete -c cash -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`),
    ...options.map((option) => fishOption('__fish_use_subcommand', option)),
  ];
  const own = known.flatMap(({ name, options: some, choices }) => {
    const condition = quoted(`__fish_seen_subcommand_from ${name}`);
    return [...some.map((option) => fishOption(condition, option)), ...(choices.length === 0 ? [] : [`complete -c cash -n ${condition} -f -a ${quoted(choices.join(' '))}`])];
  });
  return `${[head('fish'), ...top, ...own].join('\n')}\n`;
}

function fishOption(condition: string, option: Option): string {
  const names = [...(option.short === undefined ? [] : ['-s', option.short.slice(1)]), ...(option.long === undefined ? [] : ['-l', option.long.slice(2)])];
  const value = !takesValue(option) ? [] : option.argChoices === undefined ? ['-r'] : ['-x', '-a', quoted(option.argChoices.join(' '))];
  return ['complete -c cash -n', condition, ...names, ...value, '-d', quoted(option.description)].join(' ');
}
