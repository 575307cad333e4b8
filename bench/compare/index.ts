// Training speed beside PyTorch's: the same model and optimizer, run in turns on this machine; medians of the rounds.
//   node build/bench/compare/index.js [--rounds 5] [--seconds 6] [--large]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, median } from '../machine.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    python: { type: 'string', default: '/usr/bin/python3' },
    large: { type: 'boolean', default: false },
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
const settings: Setting[] = [
  lstm(2, 128, 50, 50),
  { ...lstm(2, 128, 50, 50), cell: 'gru' },
  { ...lstm(2, 128, 50, 50), cell: 'rnn' },
  lstm(2, 256, 50, 50),
  lstm(2, 512, 50, 50),
  ...(values.large ? [lstm(3, 512, 100, 128)] : []),
];

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const step = [process.execPath, here('../step.js')];
const pytorch = [values.python, here('../../../bench/compare/pytorch.py')];
/** Programs by name. Of PyTorch's numbers of threads the faster counts. */
const programs: Readonly<Record<string, readonly string[]>> = {
  'PyTorch, 1 thread': [...pytorch, '--threads', '1'],
  'PyTorch, 2 threads': [...pytorch, '--threads', '2'],
  'wasm, 1 thread': [...step, '--threads', '1'],
  'wasm, 2 threads': [...step, '--threads', '2'],
  'blas, 2 threads': [...step, '--threads', '2', '--backend', 'blas'],
};

function measure([program, ...args]: readonly string[], setting: Setting): number {
  const sizes = Object.entries(setting).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const output = execFileSync(program, [...args, ...sizes, '--seconds', values.seconds], { encoding: 'utf8' });
  return JSON.parse(output).charactersPerSecond;
}

console.log(`${machine()}; medians of ${values.rounds} rounds in turns\n`);
const names = Object.keys(programs);
console.log(`| characters/s | ${names.join(' | ')} | wasm/PyTorch | blas/PyTorch |`);
console.log(`|${' --- |'.repeat(names.length + 3)}`);
for (const setting of settings) {
  const speeds = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of names) speeds.get(name)?.push(measure(programs[name], setting));
  }
  const medians = names.map((name) => median(speeds.get(name) ?? []));
  const best = (what: string): number => Math.max(...medians.filter((_, i) => names[i].startsWith(what)));
  const ratios = ['wasm', 'blas'].map((what) => (best(what) / best('PyTorch')).toFixed(2));
  const { cell, layers, hidden, batch, sequence } = setting;
  const title = `${cell} ${layers}×${hidden}, N ${batch}, T ${sequence}`;
  console.log(`| ${[title, ...medians.map((speed) => speed.toLocaleString('en')), ...ratios].join(' | ')} |`);
}
