// Sampling speed, without files and output: one text, and 64 side by side (`--count 64`), characters drawn at
// temperature 1 from small random weights; beside PyTorch, where it is installed, in turns. Medians of the rounds.
//   node build/bench/sampling.js [--rounds 5] [--seconds 1] [--python /usr/bin/python3]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Checkpoint } from '../src/checkpoint/checkpoint.js';
import { type ModelShape, parameterShapes } from '../src/model/shape.js';
import { randomKey, uniform } from '../src/random.js';
import { samplePieces } from '../src/sampling/sample.js';
import { machine, median } from './machine.js';
import { heading, row } from './training.js';

const V = 65;
const counts = [1, 64];
const shapes: readonly ModelShape[] = [
  { cell: 'lstm', layers: 2, hidden: 128, vocabulary: V },
  { cell: 'gru', layers: 2, hidden: 128, vocabulary: V },
  { cell: 'rnn', layers: 2, hidden: 128, vocabulary: V },
  { cell: 'lstm', layers: 3, hidden: 512, vocabulary: V },
];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});

/** A model of small random weights. */
function untrained(model: ModelShape): Checkpoint {
  const bound = 1 / Math.sqrt(model.hidden);
  const parameters = parameterShapes(model).map(({ name, shape }, p) => {
    const length = shape.reduce((size, length) => size * length, 1);
    const key = randomKey(1, p);
    return { name, shape, values: Float32Array.from({ length }, (_, i) => bound * (2 * uniform(key, i) - 1)) };
  });
  return { model, vocabulary: { codePoints: Array.from({ length: V }, (_, i) => 60 + i), unknown: false }, parameters };
}

/** Characters a second of so many texts, once the code is compiled to full speed. */
function ours(checkpoint: Checkpoint, count: number): number {
  const pieces = samplePieces(checkpoint, { prime: '', length: 100_000, temperature: 1, seed: 1, count });
  const step = (): boolean => !pieces.next().done;
  for (let i = 0; i < 200; i++) step();
  const start = performance.now();
  const end = start + 1000 * Number(values.seconds);
  let steps = 0;
  while (performance.now() < end && step()) steps++;
  return (1000 * count * steps) / (performance.now() - start);
}

/** Characters a second of PyTorch by number of texts. */
function theirs({ cell, layers, hidden }: ModelShape, threads: number): Record<string, number> {
  const script = fileURLToPath(new URL('../../bench/compare/pytorch-sample.py', import.meta.url));
  const model = ['--cell', cell, '--layers', String(layers), '--hidden', String(hidden)];
  const limits = ['--threads', String(threads), '--seconds', String(4 * Number(values.seconds))];
  return JSON.parse(execFileSync(values.python, [script, ...model, ...limits], { encoding: 'utf8' }))
    .charactersPerSecond;
}

function hasPyTorch(): boolean {
  try {
    execFileSync(values.python, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const threads = hasPyTorch() ? [1, 2] : [];
const models = shapes.map(untrained);
/** Of every round, by model, number of texts and who: ours, then PyTorch by number of threads. */
const speeds = shapes.map(() => counts.map(() => Array.from({ length: 1 + threads.length }, (): number[] => [])));
for (let round = 1; round <= Number(values.rounds); round++) {
  console.error(`round ${round} of ${values.rounds}`);
  models.forEach((model, m) => {
    counts.forEach((count, c) => {
      speeds[m][c][0].push(ours(model, count));
    });
    threads.forEach((number, t) => {
      const found = theirs(shapes[m], number);
      counts.forEach((count, c) => {
        speeds[m][c][t + 1].push(found[`N=${count}`]);
      });
    });
  });
}

const rounded = (value: number): string => Math.round(value).toLocaleString('en');
console.log(`${machine()}; characters/s, medians of ${values.rounds} rounds in turns; charrnn on one thread\n`);
const others =
  threads.length === 0 ? [] : [...threads.map((number) => `PyTorch, ${number} threads`), 'ratio to the better'];
console.log(heading('model', 'texts', 'charrnn', ...others));
shapes.forEach(({ cell, layers, hidden }, m) => {
  counts.forEach((count, c) => {
    const [mine, ...rest] = speeds[m][c].map(median);
    const ratio = rest.length === 0 ? [] : [(mine / Math.max(...rest)).toFixed(2)];
    console.log(row(`${cell} ${layers}×${hidden}`, String(count), rounded(mine), ...rest.map(rounded), ...ratio));
  });
});
