// Kills a random rank at a random instant, many times: never a hang, never a lost checkpoint, nothing left behind.
//   node build/bench/ranks/kills.js [kills] [seed]

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { randomBits, randomKey } from '../../src/random.js';
import { end } from '../../test/cli/program.js';
import { findLaunchers, processesOf } from './launchers.js';

const [kills = 50, seed = 1] = process.argv.slice(2).map(Number);
/** Milliseconds after which a run that has lost a rank counts as hanging. */
const PATIENCE = 15_000;
/** Milliseconds from the start in which a rank is killed. */
const [FIRST, LAST] = [100, 5000];
const RANKS = 3;

const folder = mkdtempSync(join(tmpdir(), 'charrnn-bench-'));
const corpus = join(folder, 'text.txt');
writeFileSync(
  corpus,
  Array.from({ length: 20_000 }, (_, i) => 'the cat sat on a mat.\n'[(i * i + (i >> 3)) % 22]).join(''),
);
const output = join(folder, 'model.json');
const key = randomKey(seed, 0, 0);
let drawn = 0;
const below = (limit: number): number => randomBits(key, drawn++) % limit;

const launchers = findLaunchers();
const faults: string[] = [];
let [steps, longest] = [0, 0];
for (let kill = 1; kill <= kills; kill++) {
  const launcher = launchers[kill % launchers.length];
  const shape = ['--layers', '1', '--hidden', '24', '--batch', '6', '--sequence', '10', '--threads', '1'];
  const words = existsSync(output) ? ['--resume', output] : shape;
  const child = launcher.start(RANKS, [
    'train',
    corpus,
    '-o',
    output,
    ...words,
    '--steps',
    '10000000',
    '--save-every',
    '7',
    '--quiet',
  ]);
  child.stdin?.end();
  const ended = end(child);
  await sleep(FIRST + below(LAST - FIRST));
  const ranks = processesOf(output);
  if (ranks.length > 0) process.kill(ranks[below(ranks.length)], 'SIGKILL');
  else child.kill();
  const start = performance.now();
  const result = await Promise.race([ended, sleep(PATIENCE, undefined)]);
  if (!result) {
    faults.push(`${kill}: hangs (${launcher.name})`);
    child.kill('SIGKILL');
    for (const rank of processesOf(output)) process.kill(rank, 'SIGKILL');
    await ended;
  }
  longest = Math.max(longest, performance.now() - start);
  if (processesOf(output).length > 0) faults.push(`${kill}: ${processesOf(output).length} processes are left`);
  if (!existsSync(output)) continue;
  try {
    const step = (await loadCheckpoint(output)).training?.step ?? 0;
    if (step < steps) faults.push(`${kill}: step ${step} after ${steps}`);
    steps = Math.max(steps, step);
  } catch (error) {
    faults.push(`${kill}: lost file: ${error}`);
  }
}
const left = readdirSync(folder).filter((name) => !['text.txt', 'model.json'].includes(name));
console.log(
  `${kills} kills of one of ${RANKS} ranks, ${steps} steps; ended after ${(longest / 1000).toFixed(1)} s at most`,
);
console.log(faults.length === 0 ? 'no hang, no lost checkpoint' : faults.join('\n'));
if (left.length > 0) console.log(`left by the last kill: ${left.join(', ')}`);
rmSync(folder, { recursive: true });
process.exitCode = faults.length > 0 ? 1 : 0;
