// Wall time of whole commands, the median of some spawns: help, the first sampled character, training one step; and the
// peak memory of a short training run at 2×128.
//   node build/bench/startup.js
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine, median } from './machine.js';

const SPAWNS = 11;
const program = fileURLToPath(new URL('../../bin/charrnn.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'charrnn-'));
const corpus = join(folder, 'corpus.txt');
const model = join(folder, 'model.json');
writeFileSync(corpus, Array.from({ length: 60_000 }, (_, i) => `${(i * i) % 997} `).join(''));
const train = ['train', corpus, '--quiet', '--output', model];

/** Milliseconds until a command writes `awaited`, or ends; it is left to end before the next one begins. */
function untilOutput(awaited: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const start = performance.now();
    let written = '';
    let time: number | undefined;
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.on('data', (text) => {
      written += text;
      if (written.includes(awaited)) time ??= performance.now() - start;
    });
    child.once('close', () => resolve(time ?? performance.now() - start));
  });
}

async function report(title: string, awaited: string, ...args: string[]): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < SPAWNS; i++) times.push(await untilOutput(awaited, args));
  console.log(`| ${title} | ${median(times).toFixed(0)} ms |`);
}

console.log(`${machine()}; medians of ${SPAWNS} spawns\n\n| command | time |\n| --- | --- |`);
await report('charrnn --help', '', '--help');
const oneStep = ['--validation', '0', '--json', '--steps', '1'];
await report('train to the end of its first step', '"event":"step"', ...train, ...oneStep);
spawnSync(process.execPath, [program, ...train, '--steps', '1'], { stdio: 'ignore' });
await report('sample to the first character', '', 'sample', model, '--length', '1', '--seed', '1');
const measure = `process.argv.splice(1, 1); process.on('exit', () => console.log(process.resourceUsage().maxRSS / 1024));
await import(${JSON.stringify(program)});`;
const script = join(folder, 'memory.mjs');
writeFileSync(script, measure);
const { stdout } = spawnSync(process.execPath, [script, program, ...train, '--steps', '60'], { encoding: 'utf8' });
console.log(`| peak memory of a training run at 2×128 | ${Number(stdout.trim().split('\n').at(-1)).toFixed(0)} MiB |`);
rmSync(folder, { recursive: true });
