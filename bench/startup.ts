// Wall time of whole commands, the median of some spawns: help, the first sampled character, one training step, and an
// empty program; also the peak memory of a short training run at 2×128. A command that fails ends it.
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
const size = ['--layers', '2', '--hidden', '128'];
const train = ['train', corpus, ...size, '--quiet', '--output', model];

/**
 * Milliseconds until a command writes `awaited` or ends; the command always runs to its end.
 * @throws Error if it fails
 */
function untilOutput(awaited: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let written = '';
    let time: number | undefined;
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.on('data', (text) => {
      written += text;
      if (written.includes(awaited)) time ??= performance.now() - start;
    });
    child.once('close', (code) => {
      if (code === 0) resolve(time ?? performance.now() - start);
      else reject(new Error(`${args.join(' ')}: exit code ${code}`));
    });
  });
}

/** The measured commands: a title, the text awaited on standard output, and the arguments of Node. */
const oneStep = ['--validation', '0', '--json', '--steps', '1'];
const commands: readonly (readonly [string, string, readonly string[]])[] = [
  ['an empty program', '', ['-e', '0']],
  ['charrnn --help', '', [program, '--help']],
  ['charrnn train --help', '', [program, 'train', '--help']],
  ['charrnn --version', '', [program, '--version']],
  ['train to the end of its first step', '"event":"step"', [program, ...train, ...oneStep]],
  ['sample to the first character', '', [program, 'sample', model, '--length', '1', '--seed', '1']],
];

await untilOutput('', [program, ...train, '--steps', '1']);
const times = commands.map((): number[] => []);
// In turns, so that other load on the machine affects all of them.
for (let i = 0; i < SPAWNS; i++) {
  for (const [c, [, awaited, args]] of commands.entries()) times[c].push(await untilOutput(awaited, args));
}
console.log(`${machine()}; medians of ${SPAWNS} spawns in turns\n\n| command | time |\n| --- | --- |`);
for (const [c, [title]] of commands.entries()) console.log(`| ${title} | ${median(times[c]).toFixed(0)} ms |`);

const measure = `process.argv.splice(1, 1); process.on('exit', () => console.log(process.resourceUsage().maxRSS / 1024));
await import(${JSON.stringify(program)});`;
const script = join(folder, 'memory.mjs');
writeFileSync(script, measure);
const { status, stdout } = spawnSync(process.execPath, [script, program, ...train, '--steps', '60'], {
  encoding: 'utf8',
});
if (status !== 0) throw new Error(`a training run of 60 steps: exit code ${status}`);
console.log(`| peak memory of a training run at 2×128 | ${Number(stdout.trim().split('\n').at(-1)).toFixed(0)} MiB |`);
rmSync(folder, { recursive: true });
