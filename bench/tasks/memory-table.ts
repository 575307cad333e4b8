// How far each cell can remember: trains rnn, lstm and gru on the copy task at growing distances, and prints the accuracy on
// the held-out tenth. A label is the first character of a text, all others are drawn from the same eight letters; a guess is
// right once in eight.
//   node build/bench/tasks/memory-table.js [--distances 10,20,40] [--count 10000] [--epochs 12] [--seed 1]

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cells } from '../../src/options/training-options.js';
import { machine } from '../machine.js';
import { charrnn, temporaryFolder } from '../training.js';
import { Draws } from './draws.js';
import { copy } from './memory.js';

const { values } = parseArgs({
  options: {
    distances: { type: 'string', default: '10,20,40' },
    count: { type: 'string', default: '10000' },
    epochs: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
  },
});
const folder = temporaryFolder();
console.log(`${machine()}; accuracy after ${values.epochs} epochs of ${values.count} texts, 1×128\n`);
console.log(`| distance | ${cells.join(' | ')} |\n| --- | ${cells.map(() => '---').join(' | ')} |`);
for (const distance of values.distances.split(',')) {
  const file = join(folder, `copy-${distance}.tsv`);
  const texts = copy(Number(values.count), new Draws(Number(values.seed), 'copy'), Number(distance), true);
  writeFileSync(file, `${texts.join('\n')}\n`);
  const found = cells.map((cell) => {
    const model = join(folder, `${cell}-${distance}.json`);
    const options = ['--task', 'label', '--cell', cell, '--epochs', values.epochs, '--seed', values.seed];
    charrnn(
      'train',
      file,
      ...options,
      '--dropout',
      '0',
      '--batch',
      '64',
      '--learning-rate',
      '0.004',
      '-o',
      model,
      '--quiet',
    );
    const { accuracy } = JSON.parse(charrnn('eval', model, file, '--split', 'validation', '--json'));
    return `${(100 * accuracy).toFixed(1)} %`;
  });
  console.log(`| ${distance} | ${found.join(' | ')} |`);
}
