// What the quality benchmarks share: training one model with the program, and the result.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCheckpoint } from '../src/checkpoint/read.js';

const program = fileURLToPath(new URL('../../bin/charrnn.js', import.meta.url));

/** Standard output of `charrnn` with some arguments. */
export function charrnn(...args: readonly string[]): string {
  return execFileSync(process.execPath, [program, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A folder for checkpoints, removed when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'charrnn-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Trained {
  /** Lowest validation loss, nats per character. */
  readonly loss: number;
  readonly epochs: number;
  readonly parameters: number;
  readonly seconds: number;
}

/** Trains a model with command-line options and saves it to a file. */
export async function train(corpus: readonly string[], options: readonly string[], output: string): Promise<Trained> {
  const start = performance.now();
  charrnn('train', ...corpus, ...options, '--output', output, '--quiet');
  const seconds = (performance.now() - start) / 1000;
  const { training, parameters } = await loadCheckpoint(output);
  return {
    loss: training?.bestValidationLoss ?? Number.NaN,
    epochs: training?.history.at(-1)?.epoch ?? 0,
    parameters: parameters.reduce((sum, { values }) => sum + values.length, 0),
    seconds,
  };
}

/** A line of a table in Markdown. */
export const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
export const heading = (...cells: readonly string[]): string => `${row(...cells)}\n|${' --- |'.repeat(cells.length)}`;
