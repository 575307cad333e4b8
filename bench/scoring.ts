// Scoring speed: lines per second of `charrnn score` and its peak memory, by the number of lines and threads. The lines
// are random, 40 characters long on average; the model is an lstm 2×128 with random weights.
//   node build/bench/scoring.js [--lines 10000,100000] [--threads 1,2] [--backends auto,blas]

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { saveCheckpoint } from '../src/checkpoint/write.js';
import { formatMemory } from '../src/format.js';
import { parameterShapes } from '../src/model/shape.js';
import { randomBits, randomKey, uniform } from '../src/random.js';
import { machine } from './machine.js';
import { heading, row, temporaryFolder } from './training.js';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '10000,100000' },
    threads: { type: 'string', default: '1,2' },
    backends: { type: 'string', default: 'auto' },
  },
});
const folder = temporaryFolder();
const program = fileURLToPath(new URL('../../bin/charrnn.js', import.meta.url));
const codePoints = [10, ...Array.from({ length: 64 }, (_, i) => 33 + i)];

async function saveModel(path: string): Promise<void> {
  const model = { cell: 'lstm', layers: 2, hidden: 128, vocabulary: codePoints.length } as const;
  const parameters = parameterShapes(model).map(({ name, shape }, i) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return {
      name,
      shape,
      values: Float32Array.from({ length: size }, (_, j) => uniform(randomKey(i), j) / 6 - 1 / 12),
    };
  });
  await saveCheckpoint(path, { model, vocabulary: { codePoints, unknown: false }, parameters });
}

/** Writes a file of random lines of 20 to 60 characters. */
async function writeLines(path: string, count: number): Promise<void> {
  const file = createWriteStream(path);
  for (let i = 0; i < count; i++) {
    const length = 20 + (randomBits(randomKey(1), i) % 41);
    const line = Array.from({ length }, (_, j) => String.fromCharCode(33 + (randomBits(randomKey(i), j) % 64)));
    if (!file.write(`${line.join('')}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

/** Seconds and peak memory of a run. Linux keeps count of the latter. */
async function measure(...args: readonly string[]): Promise<{ seconds: number; bytes: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, [program, 'score', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let bytes = 0;
  const timer = setInterval(() => {
    try {
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      bytes = Math.max(bytes, 1024 * Number(peak ?? 0));
    } catch {
      // The file does not exist on other systems, or no longer.
    }
  }, 50);
  const [code] = await once(child, 'close');
  clearInterval(timer);
  if (code !== 0) throw new Error(`exit code ${code}`);
  return { seconds: (performance.now() - start) / 1000, bytes };
}

const model = join(folder, 'model.json');
await saveModel(model);
console.log(`${machine()}; lstm 2×128\n`);
console.log(heading('lines', 'backend', 'threads', 'lines/s', 'seconds', 'peak memory'));
for (const count of values.lines.split(',').map(Number)) {
  const text = join(folder, 'lines.txt');
  await writeLines(text, count);
  for (const backend of values.backends.split(',')) {
    for (const threads of values.threads.split(',')) {
      const { seconds, bytes } = await measure(model, text, '--threads', threads, '--backend', backend);
      const cells = [Math.round(count / seconds).toLocaleString('en'), seconds.toFixed(1), formatMemory(bytes)];
      console.log(row(count.toLocaleString('en'), backend, threads, ...cells));
    }
  }
}
