import type { Command } from './command.js';
import { choiceOf } from './values.js';

const shells = ['bash', 'zsh'] as const;

export const completion: Command = {
  options: {},
  arguments: { shell: { describe: shells.join(' or '), is: shells } },
  examples: [
    ['eval "$($0 completion bash)"', 'a line for ~/.bashrc'],
    ['eval "$($0 completion zsh)"', 'a line for ~/.zshrc'],
  ],

  handler: async (parsed) => {
    const shell = choiceOf('completion', shells, String(parsed.shell));
    const [{ registry }, { declared }, { bashCompletion }, { zshCompletion }, { write }] = await Promise.all([
      import('./declarations.js'),
      import('./completion-scripts/declared.js'),
      import('./completion-scripts/bash.js'),
      import('./completion-scripts/zsh.js'),
      import('../terminal/output.js'),
    ]);
    const script = shell === 'bash' ? bashCompletion : zshCompletion;
    await write(script('charrnn', await declared(registry)));
    return 0;
  },
};
