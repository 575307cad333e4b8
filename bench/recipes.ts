// The recipes of docs/results.md: trains each with some seeds and measures it on the held-out text, in one reading, in
// windows of 256 characters that start from a zero state, and learning as it reads. A Markdown row each.
//   node build/bench/recipes.js tinyshakespeare.txt [--only minute] [--seeds 1,2,3] [--keep folder] [--static]

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Measurement } from '../src/scoring/measure.js';
import { machine } from './machine.js';
import { charrnn, heading, row, temporaryFolder, train } from './training.js';

/** The most characters that a transformer of the usual size sees. */
const WINDOW = 256;

const recipes: Readonly<Record<string, string>> = {
  minute: '--minutes 1',
  'ten-minutes': '--minutes 10',
  hour: '--minutes 60',
  '1x512':
    '--layers 1 --hidden 512 --epochs 10 --batch 20 --sequence 50 --learning-rate 0.004 --dropout 0.3 --weight-drop 0.3 --backend blas',
  '1x768':
    '--layers 1 --hidden 768 --epochs 16 --batch 20 --sequence 50 --learning-rate 0.003 --dropout 0.5 --weight-drop 0.5 --backend blas',
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    seeds: { type: 'string', default: '1' },
    keep: { type: 'string' },
    static: { type: 'boolean', default: false },
  },
});
const folder = values.keep ?? temporaryFolder();
mkdirSync(folder, { recursive: true });

/** Measures a model on the held-out text. */
function measure(path: string, ...options: readonly string[]): Measurement {
  return JSON.parse(charrnn('eval', path, ...positionals, '--split', 'validation', '--json', ...options)).total;
}

const digits = (nats: number | null | undefined): string => nats?.toFixed(4) ?? '-';

console.log(`${machine()}; ${positionals.join(' ')}\n`);
const columns = [
  'recipe',
  'seed',
  'parameters',
  'epochs',
  'seconds',
  'nats',
  'bits',
  `windows of ${WINDOW}`,
  'dynamic',
];
console.log(heading(...columns));
for (const [name, options] of Object.entries(recipes)) {
  if (!name.includes(values.only)) continue;
  for (const seed of values.seeds.split(',')) {
    const path = join(folder, `${name}-${seed}.json`);
    const { parameters, epochs, seconds } = await train(positionals, [...options.split(' '), '--seed', seed], path);
    const whole = measure(path, ...(values.static ? [] : ['--dynamic']));
    const windows = measure(path, '--window', String(WINDOW));
    const counts = [parameters.toLocaleString('en'), epochs.toFixed(1), seconds.toFixed(0)];
    const losses = [whole.nats, whole.bits, windows.nats, whole.dynamic?.nats].map(digits);
    console.log(row(name, seed, ...counts, ...losses));
  }
}
