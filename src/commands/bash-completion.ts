// For bash 3.2 and newer: no mapfile, and compopt only if available.

import { type Argument, allOptions, type Declaration } from './command.js';
import { spellings, valuesToComplete } from './spelling.js';

/** Returns a bash script that completes the commands of the program. */
export function bashCompletion(program: string, commands: readonly Declaration[]): string {
  const words = [...commands.map(({ name }) => name), '--help', '--version'].join(' ');
  return `# Completion of ${program} for bash. In ~/.bashrc: eval "$(${program} completion bash)"
_${program}_words() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$current")
}
_${program}_files() {
  local file
  compopt -o filenames 2> /dev/null
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(
    [ -z "$1" ] || compgen -d -- "$current"
    compgen -f -X "\${1:+!*.$1}" -- "$current"
  )
}
_${program}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local IFS=$' \\t\\n'
  # --name=value is three words
  if [ "$current" = = ]; then current=
  elif [ "$previous" = = ]; then previous="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then _${program}_words '${words}'; return; fi
  case "\${COMP_WORDS[1]} $previous" in
${commands.flatMap((command) => valueCases(program, command)).join('\n')}
  esac
  case "\${COMP_WORDS[1]} $current" in
${commands.map((command) => commandCases(program, command)).join('\n')}
  esac
}
complete -F _${program} ${program}
`;
}

/** Completes the value of an option. */
function valueCases(program: string, command: Declaration): string[] {
  return Object.entries(allOptions(command))
    .filter(([, option]) => option.type !== 'flag')
    .map((option) => {
      const pattern = spellings(option).map((spelling) => `'${command.name} ${spelling}'`);
      return `    ${pattern.join('|')}) ${complete(program, valuesToComplete(option[1]))}return ;;`;
    });
}

/** Completes an option or an argument. */
function commandCases(program: string, command: Declaration): string {
  const { name, arguments: args } = command;
  const options = [...Object.entries(allOptions(command)).flatMap(spellings), '--help'].join(' ');
  const [first, ...more] = args.map(({ is }) => complete(program, is));
  const files = more.length > 0 ? `if [ "$COMP_CWORD" = 2 ]; then ${first}else ${more.at(-1)}fi` : first;
  return `    '${name} -'*) _${program}_words '${options}' ;;
    '${name} '*) ${files};;`;
}

function complete(program: string, is: Argument['is'] | undefined): string {
  if (is === undefined) return '';
  return typeof is === 'string' ? `_${program}_files '${is}'; ` : `_${program}_words '${is.join(' ')}'; `;
}
