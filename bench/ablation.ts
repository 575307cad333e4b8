// The effect of each technique: the validation loss of a default run with one option changed, the same time for each.
//   node build/bench/ablation.js corpus.txt [--minutes 1] [--seeds 1] [--only ema]

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine, median } from './machine.js';
import { heading, row, temporaryFolder, train } from './training.js';

/** What is changed in the default run. */
const changes: Readonly<Record<string, string>> = {
  'the default run': '',
  'two narrow layers': '--layers 2 --hidden 168',
  'half as wide': '--hidden 128',
  gru: '--cell gru',
  'larger batches': '--batch 50',
  'shorter sequences': '--sequence 25',
  'longer sequences': '--sequence 100',
  'nothing dropped': '--dropout 0 --weight-drop 0',
  'dropout 0.2': '--dropout 0.2 --weight-drop 0',
  'weight drop 0.2': '--dropout 0 --weight-drop 0.2',
  'both 0.4': '--dropout 0.4 --weight-drop 0.4',
  'both 0.4, free masks': '--dropout 0.4 --weight-drop 0.4 --dropout-mask free',
  'average of the weights': '--ema 0.998',
  'constant rate': '--schedule constant',
  'constant rate, averaged': '--schedule constant --ema 0.998',
  'decoupled weight decay': '--optimizer adamw --weight-decay 0.1',
  'no clipping': '--clip-norm 0',
  'half the learning rate': '--learning-rate 0.005',
  'twice the learning rate': '--learning-rate 0.02',
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});
const output = join(temporaryFolder(), 'model.json');
console.log(`${machine()}; ${positionals.join(' ')}, ${values.minutes} minutes each, seeds ${values.seeds}\n`);
console.log(heading('change', 'options', 'epochs', 'lowest validation loss'));
for (const [name, options] of Object.entries(changes)) {
  if (!name.includes(values.only)) continue;
  const losses: number[] = [];
  let epochs = 0;
  for (const seed of values.seeds.split(',')) {
    const changed = options === '' ? [] : options.split(' ');
    const trained = await train(positionals, [...changed, '--minutes', values.minutes, '--seed', seed], output);
    losses.push(trained.loss);
    epochs = trained.epochs;
  }
  console.log(row(name, options === '' ? '' : `\`${options}\``, epochs.toFixed(1), median(losses).toFixed(3)));
}
