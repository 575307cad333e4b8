import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import type { GradcheckReport, GradcheckRow } from '../../src/gradcheck/gradcheck.js';
import { closingLine, planLines, reportLines } from '../../src/terminal/reports.js';
import type { RunPlan } from '../../src/training/dry-run.js';

const plan: RunPlan = {
  model: { cell: 'rnn', layers: 1, hidden: 2, vocabulary: 3, parameters: 21 },
  groups: [
    {
      name: 'layer0',
      tensors: [
        { name: 'Wx', shape: [3, 2] },
        { name: 'b', shape: [2] },
      ],
      parameters: 12,
    },
    { name: 'decoder', tensors: [{ name: 'W', shape: [2, 3] }], parameters: 9 },
  ],
  corpus: { characters: 2000, training: 1800, validation: 200 },
  run: { batch: 4, sequence: 5, accumulate: 1, stepsPerEpoch: 89, steps: 890, threads: 2, backend: 'wasm' },
  memory: {
    parts: [
      { name: 'parameters', bytes: 1024 },
      { name: 'activations', bytes: 3 * 2 ** 20 },
    ],
    webAssembly: 3 * 2 ** 20,
    total: 2 ** 32,
    machine: { total: 2 ** 33, available: 2 ** 31 },
  },
  estimate: { steps: 7, secondsPerStep: 0.1, secondsPerValidationWindow: 0, charactersPerSecond: 200, seconds: 89 },
  checkpoint: { path: 'a\u001b.json', bytes: 4100 },
};
const text = (changed: RunPlan): string => planLines(changed).map(stripVTControlCharacters).join('\n');

describe('planLines', () => {
  it('shows tables of parameters and memory, then lines for the rest', () => {
    assert.equal(
      text(plan),
      [
        'rnn 1×2, 21 parameters',
        '',
        'group    tensors      parameters',
        'layer0   Wx 3×2  b 2          12',
        'decoder  W 2×3                 9',
        '',
        'memory                                       size',
        'parameters                                1.0 KiB',
        'activations                               3.0 MiB',
        'total                                     4.0 GiB',
        'of which in WebAssembly, at most 4.0 GiB  3.0 MiB',
        'this machine has                          8.0 GiB',
        'free now                                  2.0 GiB',
        '',
        'text        2,000 characters, 3 distinct: 1,800 to train on, 200 for validation',
        'steps       batch 4 × sequence 5, 89 steps per epoch, 890 in total',
        'time        about 1m 29s, estimated from a trial of 7 steps: 200 char/s (2 threads, wasm)',
        'checkpoint  a\\u{1b}.json, about 4.1 kB',
      ].join('\n'),
    );
  });

  it('says when no step could be timed, and how many steps fit in the given time', () => {
    const { estimate, run } = plan;
    const slow = { ...estimate, steps: 0, secondsPerStep: 10, seconds: 8900 };
    assert.match(
      text({ ...plan, estimate: slow }),
      /time {8}more than 2h 28m: no step ended within 10s \(2 threads, wasm\)/,
    );
    const timed = { ...plan, run: { ...run, steps: null } };
    assert.match(
      text(timed),
      /steps per epoch, as many as fit in the time\ntime {8}1m 29s, about 890 steps, estimated/,
    );
  });
});

const good = { largestError: 3.14e-9, index: 7, checked: 1200, passed: true };
const bad = { largestError: Number.POSITIVE_INFINITY, index: 3, checked: 12, passed: false };
const row = (changes: Partial<GradcheckRow> = {}): GradcheckRow => ({
  tensor: 'layer0.Wx',
  shape: [11, 24],
  numeric: good,
  kernels: { ...good, index: 9 },
  ...changes,
});
const report = (rows: GradcheckRow[]): GradcheckReport => ({
  cell: 'lstm',
  ...{ layers: 2, hidden: 6, batch: 3, sequence: 5 },
  ...{ numericBound: 1e-6, kernelBound: 1e-4 },
  rows,
  passed: rows.every(({ numeric, kernels }) => numeric.passed && kernels.passed),
});

describe('reportLines', () => {
  it('shows a table of bounds, errors and their indices', () => {
    const lines = reportLines(report([row(), row({ tensor: 'layer0.b', shape: [24], numeric: bad })]));
    assert.deepEqual(lines.map(stripVTControlCharacters), [
      'lstm  layers 2, hidden 6, batch 3, sequence 5',
      'tensor     shape  numeric <= 1e-6   at  checked  kernels <= 1e-4   at',
      'layer0.Wx  11×24           3.1e-9  [7]    1,200           3.1e-9  [9]  ok',
      'layer0.b   24          not finite  [3]       12           3.1e-9  [9]  MISMATCH',
      '',
    ]);
  });
});

describe('closingLine', () => {
  it('counts the tensors and gradients that were checked', () => {
    const line = closingLine([report([row()]), report([row(), row()])]);
    assert.equal(stripVTControlCharacters(line), 'all 3 tensors agree (3,600 numeric gradients)');
  });

  it('counts mismatches of either kind', () => {
    const line = closingLine([report([row({ kernels: bad })]), report([row({ numeric: bad }), row()])]);
    assert.match(stripVTControlCharacters(line), /^2 of 3 tensors DO NOT agree/);
  });
});
