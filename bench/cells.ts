// The table of Karpathy, Johnson and Fei-Fei (2015): the validation loss of every cell, depth and size, each trained on
// the same number of characters with the best of some learning rates. Markdown, nats per character.
//   node build/bench/cells.js corpus.txt [--epochs 1] [--rates 0.003,0.01] [--sizes 64,128,256] [--layers 1,2,3]

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cells } from '../src/options/training-options.js';
import { machine } from './machine.js';
import { heading, row, temporaryFolder, train } from './training.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: 'string', default: '1' },
    rates: { type: 'string', default: '0.003,0.01' },
    sizes: { type: 'string', default: '64,128,256' },
    layers: { type: 'string', default: '1,2,3' },
    batch: { type: 'string', default: '20' },
    backend: { type: 'string', default: 'auto' },
  },
});
const output = join(temporaryFolder(), 'model.json');
const fixed = '--sequence 50 --dropout 0 --weight-drop 0 --validation 0.1'.split(' ');
const { epochs, batch, backend } = values;
const same = [...fixed, '--epochs', epochs, '--batch', batch, '--backend', backend];

/** The lowest validation loss of one model over the learning rates. */
async function best(cell: string, layers: string, hidden: string): Promise<number> {
  let lowest = Number.POSITIVE_INFINITY;
  for (const rate of values.rates.split(',')) {
    const model = ['--cell', cell, '--layers', layers, '--hidden', hidden, '--learning-rate', rate];
    const { loss } = await train(positionals, [...model, ...same], output);
    console.error(`${cell} ${layers}×${hidden}: ${loss.toFixed(3)} at ${rate}`);
    lowest = Math.min(lowest, loss);
  }
  return lowest;
}

console.log(
  `${machine()}; ${positionals.join(' ')}, ${epochs} epochs, batch ${batch}, learning rates ${values.rates}\n`,
);
const sizes = values.sizes.split(',');
console.log(heading('layers', ...cells.flatMap((cell) => sizes.map((size) => `${cell} ${size}`))));
for (const layers of values.layers.split(',')) {
  const losses: string[] = [];
  for (const cell of cells) {
    for (const size of sizes) losses.push((await best(cell, layers, size)).toFixed(3));
  }
  console.log(row(layers, ...losses));
}
