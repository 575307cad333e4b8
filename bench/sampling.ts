// Sampling speed: one text at a time (N = 1), characters drawn at temperature 1 from random weights, the median of
// rounds in turns. Without files and without output.
//   node build/bench/sampling.js
import { type ModelShape, parameterShapes } from '../src/model/shape.js';
import { randomKey, uniform } from '../src/random.js';
import { Chooser } from '../src/sampling/choose.js';
import { Sampler } from '../src/sampling/sampler.js';
import { machine, median } from './machine.js';

const ROUNDS = 9;
const SECONDS = 0.5; // of one round
const V = 65;

const shapes: readonly ModelShape[] = [
  { cell: 'lstm', layers: 2, hidden: 128, vocabulary: V },
  { cell: 'gru', layers: 2, hidden: 128, vocabulary: V },
  { cell: 'rnn', layers: 2, hidden: 128, vocabulary: V },
  { cell: 'lstm', layers: 3, hidden: 512, vocabulary: V },
];

/** A sampler with small random weights. */
function untrained(shape: ModelShape): Sampler {
  const sizes = new Map(
    parameterShapes(shape).map((p) => [p.name, p.shape.reduce((size, length) => size * length, 1)]),
  );
  const bound = 1 / Math.sqrt(shape.hidden);
  return new Sampler(shape, (name) =>
    Float32Array.from({ length: sizes.get(name) ?? 0 }, (_, i) => bound * (2 * uniform(randomKey(1), i) - 1)),
  );
}

/** Characters a second of one round: a symbol is drawn, then read, as `charrnn sample` does. */
function speed(sampler: Sampler): number {
  const key = randomKey(3);
  const chooser = new Chooser(V, { temperature: 1 });
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < 1000 * SECONDS) sampler.read(chooser.choose(sampler.next, uniform(key, count++)));
  return (1000 * count) / (performance.now() - start);
}

const samplers = shapes.map(untrained);
const speeds: number[][] = shapes.map(() => []);
for (const sampler of samplers) speed(sampler); // until the code is compiled to full speed
for (let round = 1; round <= ROUNDS; round++) {
  console.error(`round ${round} of ${ROUNDS}`);
  samplers.forEach((sampler, i) => {
    speeds[i].push(speed(sampler));
  });
}

console.log(`${machine()}; one thread, N 1, medians and best of ${ROUNDS} rounds in turns\n`);
console.log('| model | characters/s | best |\n| --- | --- | --- |');
shapes.forEach(({ cell, layers, hidden }, i) => {
  const cells = [median(speeds[i]), Math.max(...speeds[i])].map((value) => Math.round(value).toLocaleString('en'));
  console.log(`| ${cell} ${layers}×${hidden} | ${cells.join(' | ')} |`);
});
