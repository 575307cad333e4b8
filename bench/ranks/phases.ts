// Where a step of several ranks spends its time: one thread each, milliseconds by phase, of the first rank.
//   mpirun -n 2 node build/bench/ranks/phases.js [hidden] [layers] [batch] [steps]

import { auto } from '../../src/kernels/backend.js';
import { attach, sharedMemory } from '../../src/model/instance.js';
import { initialise } from '../../src/model/parameters.js';
import { launched } from '../../src/parallel/launcher.js';
import { ranksOf } from '../../src/parallel/ranks.js';
import { alone, oneRank, type Ranks } from '../../src/parallel/team.js';
import { World } from '../../src/parallel/world.js';
import { layOutTraining, TrainingProgram } from '../../src/training/step.js';
import { configOf } from '../../test/training-config.js';

const [hidden = 256, layers = 2, batch = 50, steps = 100] = process.argv.slice(2).map(Number);
const WARM_UP = 10;
const V = 65;

const launch = launched();
const world = launch && (await World.join(launch, 60));
const ranks: Ranks = world ? ranksOf(world.start, { rank: 0 }) : oneRank;
const spent = { sum: 0, total: 0 };
const timed: Ranks = {
  ...{ rank: ranks.rank, size: ranks.size },
  use: (memory) => ranks.use(memory),
  gather: (values) => ranks.gather(values),
  total: (w, value) => {
    const start = performance.now();
    const sum = ranks.total(w, value);
    spent.total += performance.now() - start;
    return sum;
  },
  sum: (w, x, inbox) => {
    // Who comes first waits here for the others, so that what follows is the exchange alone.
    ranks.total(w, 0);
    const start = performance.now();
    ranks.sum(w, x, inbox);
    spent.sum += performance.now() - start;
  },
};
const config = configOf({ batch, sequence: 50, layers, hidden });
const shape = { cell: 'lstm', layers, hidden, vocabulary: V } as const;
const layout = layOutTraining(shape, config, auto, { ...alone, ranks: timed });
const { worker, kernels } = attach(layout, sharedMemory(layout));
initialise(layout.model.weights, kernels, 1);
const tokens = Uint8Array.from({ length: 400_000 }, (_, i) => (i * i) % V);
const program = new TrainingProgram(layout, config, { kind: 'text', training: tokens, validation: tokens }, worker);
for (let step = 1; step <= WARM_UP; step++) program.step(step, 0);
Object.assign(spent, { sum: 0, total: 0 });
const start = performance.now();
for (let step = WARM_UP + 1; step <= WARM_UP + steps; step++) program.step(step, 0);
const whole = (performance.now() - start) / steps;
if (ranks.rank === 0) {
  const bytes = 4 * (layout.model.gradients?.block.size ?? 0);
  const [sum, total] = [spent.sum / steps, spent.total / steps];
  const result = {
    ranks: ranks.size,
    hidden,
    layers,
    batch,
    bytes,
    milliseconds: whole,
    sum,
    total,
    rest: whole - sum - total,
  };
  console.log(JSON.stringify(result));
}
world?.leave();
