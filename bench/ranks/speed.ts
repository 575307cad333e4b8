// Two ranks of one thread against one rank of two threads, in turns: characters per second of whole runs.
//   node build/bench/ranks/speed.js [rounds] [hidden…]

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, end, start } from '../../test/cli/program.js';
import { machine, median } from '../machine.js';
import { findLaunchers } from './launchers.js';

const [rounds = 5, ...sizes] = process.argv.slice(2).map(Number);
const SECONDS = 10;
const folder = mkdtempSync(join(tmpdir(), 'charrnn-bench-'));
const corpus = join(folder, 'text.txt');
writeFileSync(corpus, Array.from({ length: 400_000 }, (_, i) => String.fromCharCode(32 + ((i * i) % 65))).join(''));

function speedOf({ code, stdout, stderr }: Ended): number {
  if (code !== 0) throw new Error(stderr);
  const finished = stdout.split('\n').find((line) => line.includes('"finished"'));
  return JSON.parse(finished ?? '').charactersPerSecond;
}

console.log(machine());
for (const hidden of sizes.length > 0 ? sizes : [128, 256, 512]) {
  const shape = ['--layers', '2', '--hidden', String(hidden), '--batch', '50', '--sequence', '50', '--cell', 'lstm'];
  const words = [
    'train',
    corpus,
    ...shape,
    '--minutes',
    String(SECONDS / 60),
    '--validation',
    '0',
    '--json',
    '--quiet',
  ];
  const threads = (count: number): string[] => [...words, '--threads', String(count), '-o', join(folder, 'model.json')];
  const contestants = [
    { name: 'one rank, two threads', begin: () => start(threads(2)) },
    ...findLaunchers().map(({ name, start: launch }) => ({
      name: `two ranks, ${name}`,
      begin: () => launch(2, threads(1)),
    })),
  ];
  const speeds = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { begin }] of contestants.entries()) {
      const child = begin();
      child.stdin?.end();
      speeds[i].push(speedOf(await end(child)));
    }
  }
  for (const [i, { name }] of contestants.entries()) {
    const ratio = median(speeds[i].map((speed, round) => speed / speeds[0][round]));
    console.log(`2×${hidden}  ${name.padEnd(24)} ${Math.round(median(speeds[i]))} char/s  ${ratio.toFixed(3)}`);
  }
}
rmSync(folder, { recursive: true });
