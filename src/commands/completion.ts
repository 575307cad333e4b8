import { line } from '../errors.js';
import { write } from '../terminal/output.js';
import { bashCompletion } from './bash-completion.js';
import type { Handler } from './command.js';
import { fishCompletion } from './fish-completion.js';
import { checkChoice } from './values.js';
import { zshCompletion } from './zsh-completion.js';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export const completion: Handler = async ({ words, commands }) => {
  const [shell] = words.shell;
  checkChoice(line`completion ${shell}`, Object.keys(scripts), shell);
  await write(scripts[shell as keyof typeof scripts]('charrnn', commands));
  return 0;
};
