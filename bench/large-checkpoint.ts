// A checkpoint of 100 million parameters and their moments: bytes, seconds and peak memory of writing and reading it,
// each in its own process. Needs 1.7 GB in the folder, which are freed afterwards.
//   node build/bench/large-checkpoint.js [folder] [hidden size]

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elements, requiredArrays } from '../src/checkpoint/arrays.js';
import type { NamedArray } from '../src/checkpoint/checkpoint.js';
import { loadCheckpoint } from '../src/checkpoint/read.js';
import { saveCheckpoint } from '../src/checkpoint/write.js';
import type { TensorShape } from '../src/kernels/kernels.js';
import { defaults } from '../src/options/training-options.js';
import { Purpose, randomKey, uniform } from '../src/random.js';
import { machine } from './machine.js';

const VOCABULARY = 96;

function filled({ name, shape }: TensorShape, index: number): NamedArray {
  const key = randomKey(1, Purpose.check, index);
  const values = new Float32Array(shape.reduce((size, length) => size * length, 1));
  for (let i = 0; i < values.length; i++) values[i] = uniform(key, i);
  return { name, shape, values };
}

async function write(path: string, hidden: number): Promise<void> {
  const config = { ...defaults, model: { ...defaults.model, hidden } };
  const model = { cell: 'lstm', layers: 2, hidden, vocabulary: VOCABULARY } as const;
  const { parameters, moments, carried } = requiredArrays(model, config);
  const checkpoint = {
    model,
    vocabulary: { unknown: false, codePoints: Array.from({ length: VOCABULARY }, (_, i) => 32 + i) },
    parameters: parameters.map(filled),
    training: {
      config,
      corpus: { sha256: '0'.repeat(64), characters: 1e6 },
      totalSteps: null,
      step: 0,
      bestValidationLoss: null,
      history: [],
      recent: { sum: 0, count: 0 },
      seconds: null,
      moments: moments.map(filled),
      carried: carried.map(filled),
    },
  };
  const { training } = checkpoint;
  const arrays = [...checkpoint.parameters, ...training.moments, ...training.carried];
  const size = `${elements(parameters)} parameters, arrays ${megabytes(4 * elements(arrays))}`;
  await measured('write', async () => `${size}, file ${megabytes((await saveCheckpoint(path, checkpoint)).bytes)}`);
}

async function read(path: string): Promise<void> {
  await measured('read', async () => `${elements((await loadCheckpoint(path)).parameters)} parameters`);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

async function measured(what: string, work: () => Promise<string>): Promise<void> {
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  const peak = megabytes(process.resourceUsage().maxRSS * 1024);
  console.log(`${what}: ${result}; ${seconds.toFixed(1)} s, peak memory ${peak}`);
}

const [task, path = '', hidden = '2890'] = process.argv.slice(2);
if (task === '--write') await write(path, Number(hidden));
else if (task === '--read') await read(path);
else {
  const folder = mkdtempSync(join(task ?? tmpdir(), 'charrnn-'));
  const file = join(folder, 'model.json');
  console.log(machine());
  for (const part of ['--write', '--read']) {
    spawnSync(process.execPath, [fileURLToPath(import.meta.url), part, file, path || hidden], { stdio: 'inherit' });
  }
  rmSync(folder, { recursive: true });
}
