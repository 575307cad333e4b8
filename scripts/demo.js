// `npm start`: trains a small model for half a minute and then samples from it, with commands that anyone can type.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const checkpoint = 'checkpoints/demo.json';

/** Shows a command and runs it; a command that fails ends the demonstration with its exit code. */
function run(...args) {
  const shown = args.map((arg) => (/^[\w./-]+$/.test(arg) ? arg : `"${arg}"`));
  console.error(`\n$ node bin/charrnn.js ${shown.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['bin/charrnn.js', ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// The training run decides itself what an interruption means.
process.on('SIGINT', () => {});
run('train', 'corpora/stories/*.txt', '--batch', '16', '--minutes', '0.5', '--output', checkpoint);
run('sample', checkpoint, '--length', '400', '--temperature', '0.7');
console.error('\nTo train on your own text: node bin/charrnn.js train your.txt. More: node bin/charrnn.js --help');
