// One worker of the team that trains. All workers get the same commands and run the same program; what rank 0 alone
// knows, the clock and the wish to stop, it tells the others before each step through the control words.

import { parentPort, workerData } from 'node:worker_threads';
import { backendsByName } from '../kernels/backend.js';
import { Barrier, BrokenBarrier } from '../parallel/barrier.js';
import { Control } from './control.js';
import type { Command, Report, RunRequest, WorkerSettings } from './engine.js';
import { layOutTraining, TrainingProgram } from './step.js';

const settings = workerData as WorkerSettings;
const { rank, size, shape, config } = settings;
const barrier = new Barrier(settings.barrier, size);
const control = new Control(settings.control);
const team = { rank, size, barrier: () => barrier.wait() };
const backend = backendsByName[settings.backend];
const kernels = backend.attach(settings.memory);
const layout = layOutTraining(shape, config, backend, team);
const program = new TrainingProgram(layout, config, settings.training, settings.validation, kernels, team);

const report = (message: Report): void => parentPort?.postMessage(message);
const reportFirst = (message: Report): void => {
  if (rank === 0) report(message);
};

function run(request: RunRequest): void {
  const start = performance.now();
  for (let step = request.first; step <= request.last; step++) {
    if (rank === 0) {
      const seconds = request.seconds + (performance.now() - start) / 1000;
      control.publish(progressOf(request, step, seconds));
    }
    barrier.wait();
    const { stop, progress } = control.read();
    if (stop) break;
    const result = program.step(step, progress);
    reportFirst({ type: 'step', result });
    if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradientNorm)) break;
  }
  barrier.wait();
  reportFirst({ type: 'ran' });
}

/** The share of the run that is over before a step: by steps or by time, whichever is further. */
function progressOf({ totalSteps, totalSeconds }: RunRequest, step: number, seconds: number): number {
  const bySteps = totalSteps === null ? 0 : (step - 1) / totalSteps;
  const byTime = totalSeconds === null ? 0 : seconds / totalSeconds;
  return Math.max(bySteps, byTime);
}

parentPort?.on('message', (command: Command) => {
  try {
    if (command.type === 'run') run(command.request);
    else reportFirst({ type: 'validated', loss: program.validate() });
  } catch (error) {
    barrier.break();
    if (!(error instanceof BrokenBarrier)) report({ type: 'failed', message: String(error) });
  }
});
report({ type: 'ready' });
