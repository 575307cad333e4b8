// How far each cell can remember: trains rnn, lstm and gru on a task of memory at growing distances, and prints the accuracy
// on the held-out tenth. The tasks: `same`, the label is the first character of a text, all others are drawn from the same
// eight letters; `copy`, the others are digits; `brackets`, whether they are balanced; `marked`, the sum of two marked digits.
//   node build/bench/tasks/memory-table.js [same|copy|brackets|marked] [--distances 10,20,40] [--count 10000] [--epochs 12]
//                                          [--seed 1]

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cells } from '../../src/options/training-options.js';
import { machine } from '../machine.js';
import { charrnn, temporaryFolder } from '../training.js';
import { Draws } from './draws.js';
import { brackets, copy, marked } from './memory.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    distances: { type: 'string', default: '10,20,40' },
    count: { type: 'string', default: '10000' },
    epochs: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
  },
});
const makers: Readonly<Record<string, (count: number, draws: Draws, distance: number) => string[]>> = {
  same: (count, draws, distance) => copy(count, draws, distance, true),
  ...{ copy, brackets },
  // The sum becomes the label.
  marked: (...how) => marked(...how).map((line) => line.split('\t').reverse().join('\t')),
};
const [task = 'same'] = positionals;
const make = makers[task];
if (!make) throw new RangeError(`a task is one of ${Object.keys(makers).join(', ')}`);
const folder = temporaryFolder();
console.log(`${machine()}; ${task}, accuracy after ${values.epochs} epochs of ${values.count} texts, 1×128\n`);
console.log(`| distance | ${cells.join(' | ')} |\n| --- | ${cells.map(() => '---').join(' | ')} |`);
for (const distance of values.distances.split(',')) {
  const file = join(folder, `copy-${distance}.tsv`);
  const kind = task === 'same' ? 'copy' : task;
  const texts = make(Number(values.count), new Draws(Number(values.seed), kind), Number(distance));
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
