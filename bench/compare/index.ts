// Training speed compared with PyTorch: the same model and optimizer, run in turns on this machine; medians of rounds.
//   node build/bench/compare/index.js [--rounds 5] [--seconds 6] [--only 'rnn 2×128'] [--large] [--tensorflow FOLDER]
// FOLDER is where TensorFlow.js is installed (see tensorflow.js).

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hasBlas } from '../../src/kernels/blas.js';
import { findTarget } from '../../src/kernels/native/processor.js';
import { hasPyTorch, machine, median } from '../machine.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    python: { type: 'string', default: '/usr/bin/python3' },
    only: { type: 'string', default: '' },
    large: { type: 'boolean', default: false },
    tensorflow: { type: 'string' },
  },
});

interface Setting {
  readonly cell: string;
  readonly layers: number;
  readonly hidden: number;
  readonly batch: number;
  readonly sequence: number;
}
const lstm = (layers: number, hidden: number, batch: number, sequence: number): Setting => ({
  ...{ cell: 'lstm', layers, hidden, batch, sequence },
});
/** The setting of the classic numpy script of 112 lines, which trains nothing else. */
const minimal: Setting = { cell: 'rnn', layers: 1, hidden: 100, batch: 1, sequence: 25 };
const settings: Setting[] = [
  lstm(2, 128, 50, 50),
  { ...lstm(2, 128, 50, 50), cell: 'gru' },
  { ...lstm(2, 128, 50, 50), cell: 'rnn' },
  lstm(2, 256, 50, 50),
  lstm(2, 512, 50, 50),
  minimal,
  ...(values.large ? [lstm(3, 512, 100, 128)] : []),
];

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const step = [process.execPath, here('../step.js')];
const script = (name: string): string => here(`../../../bench/compare/${name}`);
const pytorch = [values.python, script('pytorch.py')];
const numpy = [values.python, script('numpy-rnn.py')];
const tensorflow = [process.execPath, script('tensorflow.js'), '--modules', values.tensorflow ?? ''];
const python = hasPyTorch(values.python);

/** Programs by name. The faster of PyTorch's numbers of threads counts. */
const programs: Readonly<Record<string, readonly string[]>> = {
  ...(python && {
    'PyTorch, 1 thread': [...pytorch, '--threads', '1'],
    'PyTorch, 2 threads': [...pytorch, '--threads', '2'],
  }),
  'auto, 1 thread': [...step, '--threads', '1'],
  'auto, 2 threads': [...step, '--threads', '2'],
  'wasm, 2 threads': [...step, '--threads', '2', '--backend', 'wasm'],
  ...(findTarget(true) && { 'fused, 2 threads': [...step, '--threads', '2', '--backend', 'fused'] }),
  ...(hasBlas() && { 'blas, 2 threads': [...step, '--threads', '2', '--backend', 'blas'] }),
  ...(values.tensorflow && { 'TensorFlow.js': tensorflow }),
  ...(python && { numpy }),
};

/** Characters per second, or NaN for a program that cannot train this setting. */
function measure(name: string, setting: Setting): number {
  if (name === 'numpy' && setting !== minimal) return Number.NaN;
  const [program, ...args] = programs[name];
  const sizes =
    name === 'numpy' ? [] : Object.entries(setting).flatMap(([size, value]) => [`--${size}`, String(value)]);
  const output = execFileSync(program, [...args, ...sizes, '--seconds', values.seconds], { encoding: 'utf8' });
  return JSON.parse(output).charactersPerSecond;
}

/** A missing program has no finite speed, `Math.max()` of none, and so no ratio. */
const ratio = (a: number, b: number): string => (Number.isFinite(a) && Number.isFinite(b) ? (a / b).toFixed(2) : '–');

console.log(`${machine()}; medians of ${values.rounds} rounds in turns\n`);
const names = Object.keys(programs);
const compared = ['auto', 'fused', 'blas'].filter((what) => names.some((name) => name.startsWith(what)));
console.log(`| characters/s | ${names.join(' | ')} | ${compared.map((what) => `${what}/PyTorch`).join(' | ')} |`);
console.log(`|${' --- |'.repeat(names.length + compared.length + 1)}`);
for (const setting of settings) {
  const { cell, layers, hidden, batch, sequence } = setting;
  const title = `${cell} ${layers}×${hidden}, N ${batch}, T ${sequence}`;
  if (!title.includes(values.only)) continue;
  const speeds = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of names) speeds.get(name)?.push(measure(name, setting));
  }
  const medians = names.map((name) => median(speeds.get(name) ?? []));
  const best = (what: string): number => Math.max(...medians.filter((_, i) => names[i].startsWith(what)));
  const ratios = compared.map((what) => ratio(best(what), best('PyTorch')));
  console.log(
    `| ${[title, ...medians.map((speed) => (speed > 0 ? speed.toLocaleString('en') : '–')), ...ratios].join(' | ')} |`,
  );
}
