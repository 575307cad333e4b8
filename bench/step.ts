// Training speed: one configuration, characters per second, the median over steps after a warm-up. One JSON line.
//   node build/bench/step.js --cell lstm --layers 2 --hidden 128 --batch 50 --sequence 50 --threads 2 --seconds 8

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { initialise } from '../src/model/parameters.js';
import {
  type BackendName,
  type CellName,
  defaults,
  trainingConfig,
  withGiven,
} from '../src/options/training-options.js';
import { randomBits, randomKey } from '../src/random.js';
import { Engine } from '../src/training/engine.js';
import { median } from './machine.js';

const WARM_UP = 5; // steps, until the kernels are compiled to full speed
const V = 65;

const text = (value: string) => ({ type: 'string', default: value }) as const;
const { values } = parseArgs({
  options: {
    cell: text('lstm'),
    layers: text('2'),
    hidden: text('128'),
    batch: text('50'),
    sequence: text('50'),
    threads: text(String(availableParallelism())),
    backend: text('auto'),
    seconds: text('8'),
  },
});
const [layers, hidden, batch, sequence, threads, seconds] = [
  values.layers,
  values.hidden,
  values.batch,
  values.sequence,
  values.threads,
  values.seconds,
].map(Number);
const cell = values.cell as CellName;
const config = withGiven(defaults, trainingConfig({ cell, layers, hidden, batch, sequence }));
const tokens = new Uint8Array(new SharedArrayBuffer(batch * (100 * sequence + 1) + 1));
const key = randomKey(1);
for (let i = 0; i < tokens.length; i++) tokens[i] = randomBits(key, i) % V;

const shape = { cell, layers, hidden, vocabulary: V };
const backend = values.backend as BackendName;
const material = { kind: 'text', training: tokens, validation: tokens.subarray(0, 0) } as const;
const engine = await Engine.start({ threads, backend, shape, config, material });
initialise(engine.layout.model.weights, engine.kernels, 1);
const durations: number[] = [];
const end = performance.now() + 1000 * seconds;
let last = performance.now();
const forever = { first: 1, last: Number.MAX_SAFE_INTEGER, totalSteps: null, totalSeconds: null, seconds: 0 };
await engine.run(forever, ({ step }) => {
  const now = performance.now();
  if (step > WARM_UP) durations.push(now - last);
  last = now;
  if (now > end && durations.length >= 3) engine.interrupt();
});
await engine.close();
const charactersPerSecond = Math.round((1000 * batch * sequence) / median(durations));
console.log(JSON.stringify({ charactersPerSecond, steps: durations.length, threads, backend }));
