import { kebab, type Option } from '../options/option.js';
import { type Argument, allOptions, type Declaration } from './command.js';
import { valuesToComplete } from './spelling.js';

/** Returns a zsh script that completes the commands of the program. */
export function zshCompletion(program: string, commands: readonly Declaration[]): string {
  const described = commands.map(({ name, describe }) => `      ${quoted(`${name}:${describe}`)}`);
  return `#compdef ${program}
# Completion of ${program} for zsh. In ~/.zshrc, after compinit: eval "$(${program} completion zsh)"
_${program}() {
  local context state state_descr line
  local -A opt_args
  _arguments -C '(- *)'{-h,--help}'[show help]' '(- *)--version[show the version]' '1:command:->command' '*:: :->rest'
  if [[ $state == command ]]; then
    local -a commands=(
${described.join('\n')}
    )
    _describe command commands
    return
  fi
  case $words[1] in
${commands.map(commandCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _${program} ]]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}

function commandCase(command: Declaration): string {
  const { name, arguments: args } = command;
  const specs = [
    "'(- *)'{-h,--help}'[show help]'",
    ...Object.entries(allOptions(command)).map(([key, option]) => optionSpec(kebab(key), option)),
    ...args.map(({ name, is, repeated }, i) => quoted(`${repeated ? '*' : i + 1}:${name}:${action(is)}`)),
  ];
  return `    ${name}) _arguments -S \\\n      ${specs.join(' \\\n      ')} ;;`;
}

/** `(-o --output)`{-o+,--output=}`[description]:output:_files -g "*.json"` */
function optionSpec(name: string, option: Option): string {
  const isFlag = option.type === 'flag';
  const value = isFlag ? '' : `:${name}:${action(valuesToComplete(option))}`;
  const rest = `[${escaped(option.description)}]${value}`;
  const long = isFlag ? `--${name}` : `--${name}=`;
  const isRepeatable = option.type === 'texts';
  if (!option.alias) return quoted(`${isRepeatable ? '*' : ''}${long}${rest}`);
  const short = isFlag ? `-${option.alias}` : `-${option.alias}+`;
  return `${quoted(isRepeatable ? '*' : `(-${option.alias} --${name})`)}{${short},${long}}${quoted(rest)}`;
}

function action(is: Argument['is'] | undefined): string {
  if (is === undefined) return ' ';
  if (typeof is !== 'string') return `(${is.join(' ')})`;
  return is === '' ? '_files' : `_files -g "*.${is}"`;
}

/** Escapes text for the brackets of a specification. */
const escaped = (text: string): string => text.replace(/[\\[\]:]/g, '\\$&');

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
