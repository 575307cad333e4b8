// Small models of tasks, trained in this process.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, loadCheckpoint } from '../../src/index.js';
import type { TaskConfig } from '../../src/options/task-options.js';
import { train } from '../../src/training/train.js';
import { requestOf } from '../training/harness.js';
import type { Changes } from '../training-config.js';

const words = ['kerit', 'malo', 'zivvu', 'öland', 'tapir', 'no', 'karelikimontu', 'sve', 'talk', 'ummi'];
const kinds = ['aru', 'belk', 'cimo'];

/** Lines of a label or a source, a tab and a text, of uneven length. */
export const EXAMPLES = Array.from({ length: 60 }, (_, i) => {
  const word = words[(7 * i) % 10];
  return `${kinds[i % 3]}\t${word}${'aeo'[i % 3].repeat(i % 4)}${i % 5 === 0 ? ' mo' : ''}\n`;
}).join('');

/** Trains a model of a task on `EXAMPLES` in a folder. @returns its path, and what it holds */
export async function trainTask(
  folder: string,
  task: Partial<TaskConfig> & Pick<TaskConfig, 'name'>,
  changes: Changes = {},
): Promise<{ readonly path: string; readonly corpus: string; readonly checkpoint: Checkpoint }> {
  const corpus = join(folder, 'examples.tsv');
  const path = join(folder, `${task.name}.json`);
  writeFileSync(corpus, EXAMPLES);
  const { data, ...request } = requestOf(corpus, { layers: 2, hidden: 9, batch: 7, steps: 40, ...changes });
  const { sequence: _, ...own } = data ?? {};
  await train({ ...request, data: own, task, output: path, backend: 'wasm', validateEvery: 10 });
  return { path, corpus, checkpoint: await loadCheckpoint(path) };
}
