// One worker of the team that measures a model on a text. All of them run the same program.

import { parentPort, workerData } from 'node:worker_threads';
import { evaluate } from '../model/evaluate.js';
import { Barrier, BrokenBarrier } from '../parallel/barrier.js';
import type { EvaluationReport, EvaluationRequest, EvaluatorSettings } from './evaluator.js';
import { attachReader } from './reader.js';

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 200;

const { rank, size, shape, batch, backend, memory, barrier: words } = workerData as EvaluatorSettings;
const barrier = new Barrier(words, size);
const team = { rank, size, barrier: () => barrier.wait() };
const { model, worker } = attachReader(shape, batch, backend, team, memory);
const report = (message: EvaluationReport): void => parentPort?.postMessage(message);

let reportedAt = 0;
function onProgress(share: number): void {
  const now = performance.now();
  if (rank !== 0 || now - reportedAt < REPORT_EVERY) return;
  reportedAt = now;
  report({ type: 'progress', share });
}

parentPort?.on('message', ({ text, warmUp = 0, window }: EvaluationRequest) => {
  try {
    const evaluation = evaluate(model, worker, text, { warmUp, window, onProgress });
    if (rank === 0) report({ type: 'evaluated', evaluation });
  } catch (error) {
    barrier.break();
    if (!(error instanceof BrokenBarrier)) report({ type: 'failed', message: String(error) });
  }
});
