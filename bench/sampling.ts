// Sampling speed, without files and output: one text, and 64 side by side (`--count 64`), drawn at temperature 1 from
// small random weights; compared with PyTorch, if it is installed, in turns. Medians of the rounds.
//   node build/bench/sampling.js [--rounds 5] [--seconds 1] [--backends auto,blas] [--python /usr/bin/python3]

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Checkpoint } from '../src/checkpoint/checkpoint.js';
import { backendsByName } from '../src/kernels/backend.js';
import { hasBlas } from '../src/kernels/blas.js';
import { type ModelShape, parameterShapes } from '../src/model/shape.js';
import type { BackendName } from '../src/options/training-options.js';
import { randomKey, uniform } from '../src/random.js';
import { drawInThreads } from '../src/sampling/parallel-sample.js';
import { drawPieces } from '../src/sampling/sample.js';
import { hasPyTorch, machine, median } from './machine.js';
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
    backends: { type: 'string', default: 'auto,wasm' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});

const backends = values.backends
  .split(',')
  .filter((name): name is BackendName => name in backendsByName)
  .filter((name) => {
    if (name !== 'blas' || hasBlas()) return true;
    console.error('no BLAS library is found: left out');
    return false;
  });

/** A model with small random weights. */
function untrained(model: ModelShape): Checkpoint {
  const bound = 1 / Math.sqrt(model.hidden);
  const parameters = parameterShapes(model).map(({ name, shape }, p) => {
    const length = shape.reduce((size, length) => size * length, 1);
    const key = randomKey(1, p);
    return { name, shape, values: Float32Array.from({ length }, (_, i) => bound * (2 * uniform(key, i) - 1)) };
  });
  return { model, vocabulary: { codePoints: Array.from({ length: V }, (_, i) => 60 + i), unknown: false }, parameters };
}

const rounded = (value: number): string => Math.round(value).toLocaleString('en');

/** Characters per second for one text, or for 64 in one thread, once the code is compiled to full speed. */
function alone(checkpoint: Checkpoint, count: number, backend: BackendName): number {
  const request = { prime: '', length: 100_000, temperature: 1, seed: 1, count, backend: backendsByName[backend] };
  const pieces = drawPieces(checkpoint, request);
  const step = (): boolean => !pieces.next().done;
  for (let i = 0; i < 200; i++) step();
  const start = performance.now();
  const end = start + 1000 * Number(values.seconds);
  let steps = 0;
  while (performance.now() < end && step()) steps++;
  return (1000 * count * steps) / (performance.now() - start);
}

/** Characters per second for 64 texts in two threads, from the first characters to the last, in about the same time. */
async function together(
  checkpoint: Checkpoint,
  count: number,
  backend: BackendName,
  estimate: number,
): Promise<number> {
  const length = Math.ceil((Number(values.seconds) * 1.5 * estimate) / count);
  const request = { prime: '', length, temperature: 1, seed: 1, count };
  let start: number | undefined;
  let before = 0;
  for await (const { text } of drawInThreads(checkpoint, request, { threads: 2, backend })) {
    if (start !== undefined) continue;
    start = performance.now();
    before = text.length;
  }
  return (1000 * count * (length - before)) / (performance.now() - (start ?? 0));
}

/** Characters per second of charrnn: in one thread, then, if there are many texts, in two. */
async function ours(checkpoint: Checkpoint, count: number): Promise<number[]> {
  const speeds: number[] = [];
  for (const backend of backends) {
    const estimate = alone(checkpoint, count, backend);
    speeds.push(estimate, count === 1 ? Number.NaN : await together(checkpoint, count, backend, estimate));
  }
  return speeds;
}

/** Characters per second of PyTorch by number of texts. */
function theirs({ cell, layers, hidden }: ModelShape, threads: number): Record<string, number> {
  const script = fileURLToPath(new URL('../../bench/compare/pytorch-sample.py', import.meta.url));
  const model = ['--cell', cell, '--layers', String(layers), '--hidden', String(hidden)];
  const limits = ['--threads', String(threads), '--seconds', String(4 * Number(values.seconds))];
  return JSON.parse(execFileSync(values.python, [script, ...model, ...limits], { encoding: 'utf8' }))
    .charactersPerSecond;
}

const threads = hasPyTorch(values.python) ? [1, 2] : [];
const who = [
  ...backends.flatMap((name) => [`${name}, 1 thread`, `${name}, 2`]),
  ...threads.map((number) => (number === 1 ? 'PyTorch, 1 thread' : `PyTorch, ${number}`)),
];
const models = shapes.map(untrained);
/** The speeds of the rounds, by model, number of texts and program. */
const speeds = shapes.map(() => counts.map(() => who.map((): number[] => [])));
for (let round = 1; round <= Number(values.rounds); round++) {
  console.error(`round ${round} of ${values.rounds}`);
  for (const [m, model] of models.entries()) {
    const python = threads.map((number) => theirs(shapes[m], number));
    for (const [c, count] of counts.entries()) {
      const found = [...(await ours(model, count)), ...python.map((speeds) => speeds[`N=${count}`])];
      found.forEach((speed, i) => {
        speeds[m][c][i].push(speed);
      });
    }
  }
}

console.log(`${machine()}; characters/s, medians of ${values.rounds} rounds in turns\n`);
console.log(heading('model', 'texts', ...who));
shapes.forEach(({ cell, layers, hidden }, m) => {
  counts.forEach((count, c) => {
    const cells = speeds[m][c].map(median).map((speed) => (Number.isNaN(speed) ? '-' : rounded(speed)));
    console.log(row(`${cell} ${layers}×${hidden}`, String(count), ...cells));
  });
});
