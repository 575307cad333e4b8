// Long fuzzing: damaged checkpoints, bytes for a corpus, command lines. A case depends only on the seed and its number.
// Findings are written to files in the system's folder for temporary files; exit code 1 if there are any.
//   node build/bench/fuzz.js [--checkpoints 100000] [--corpora 20000] [--options 20000] [--seed 1]

import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Finding, inputOf, runCase, Tally, type Target } from '../test/fuzz/cases.js';
import { checkpoints } from '../test/fuzz/checkpoints.js';
import { commandLines } from '../test/fuzz/command-lines.js';
import { corpora } from '../test/fuzz/corpora.js';
import { machine } from './machine.js';

/** Milliseconds after which a case is considered to hang. */
const HANGS = 30_000;
/** Messages printed per target. */
const SHOWN = 12;

const text = (value: string) => ({ type: 'string', default: value }) as const;
const { values } = parseArgs({
  options: { checkpoints: text('100000'), corpora: text('20000'), options: text('20000'), seed: text('1') },
});
const seed = Number(values.seed);

/** What a worker reports about its cases. */
type Message = { readonly finding: Finding } | { readonly lines: readonly string[] };

/** Calls `use` with the target of that name, whatever its input. */
function withTarget<T>(name: string, use: <Input>(target: Target<Input>) => T): T {
  return name === 'checkpoints' ? use(checkpoints) : name === 'corpora' ? use(corpora) : use(commandLines);
}

/** In a worker: runs all cases and stores the current one in `progress`. */
async function work(name: string, count: number, progress: Int32Array): Promise<void> {
  const tally = new Tally();
  const start = performance.now();
  let findings = 0;
  for (let number = 0; number < count; number++) {
    Atomics.store(progress, 0, number);
    const result = await withTarget(name, (target) => runCase(target, seed, number));
    if ('outcome' in result) tally.add(result.outcome);
    else {
      findings++;
      parentPort?.postMessage({ finding: result } satisfies Message);
    }
  }
  const seconds = (performance.now() - start) / 1000;
  parentPort?.postMessage({ lines: report(name, count, findings, seconds, tally) } satisfies Message);
}

function report(name: string, count: number, findings: number, seconds: number, tally: Tally): string[] {
  const { sorted } = tally;
  const good = sorted.filter(([outcome]) => /^(accepted|decoded|read|help)/.test(outcome));
  const refused = sorted.filter((entry) => !good.includes(entry));
  const sum = (entries: typeof sorted): number => entries.reduce((total, [, times]) => total + times, 0);
  const line = ([outcome, times]: (typeof sorted)[number]): string => `${String(times).padStart(8)}  ${outcome}`;
  return [
    `${name}: ${count} cases in ${seconds.toFixed(0)} s, ${findings} findings`,
    `  accepted ${sum(good)}`,
    ...good.map(line),
    `  refused ${sum(refused)}, by ${refused.length} kinds of message`,
    ...refused.slice(0, SHOWN).map(line),
    ...(refused.length > SHOWN ? [line(['other messages', sum(refused.slice(SHOWN))])] : []),
  ];
}

/** In the main thread: waits for the worker, and stops it if it hangs. @returns the number of findings */
function watch(name: string, count: number): Promise<number> {
  const progress = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { name, count, progress },
    argv: process.argv.slice(2),
  });
  let findings = 0;
  let seen = { number: -1, since: performance.now() };
  return new Promise((resolve) => {
    const stop = (fault: string): void => {
      const number = Atomics.load(progress, 0);
      const input = withTarget(name, (target) => target.bytes(inputOf(target, seed, number).input));
      keep(name, { number, fault, input });
      findings++;
      void worker.terminate();
    };
    const timer = setInterval(() => {
      const number = Atomics.load(progress, 0);
      if (number !== seen.number) seen = { number, since: performance.now() };
      else if (performance.now() - seen.since > HANGS) stop(`did not end within ${HANGS} ms`);
    }, 1000);
    worker.on('message', (message: Message) => {
      if ('finding' in message) {
        findings++;
        keep(name, message.finding);
      } else console.log(message.lines.join('\n'));
    });
    worker.on('error', (error) => stop(`ended the thread: ${error.stack}`));
    worker.on('exit', () => {
      clearInterval(timer);
      resolve(findings);
    });
  });
}

/** Writes the input of a finding to a file and prints its path. */
function keep(name: string, { number, fault, input }: Finding): void {
  const folder = join(tmpdir(), 'charrnn-fuzz');
  const path = join(folder, `${name}-${seed}-${number}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, input);
  console.log(`FINDING ${name} ${number}: ${fault}\n  input: ${path}`);
}

if (isMainThread) {
  console.log(`${machine()}; seed ${seed}`);
  let findings = 0;
  for (const name of ['checkpoints', 'corpora', 'options'] as const)
    findings += await watch(name, Number(values[name]));
  console.log(findings === 0 ? 'no findings' : `${findings} findings`);
  process.exitCode = findings === 0 ? 0 : 1;
} else {
  await work(workerData.name, workerData.count, workerData.progress);
}
