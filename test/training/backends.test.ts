// Whole training runs on all backends that this machine has.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { findTarget } from '../../src/kernels/native/processor.js';
import { program } from '../cli/program.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Changes } from '../training-config.js';
import { TEXT, TrainingFolder, type Trial } from './harness.js';

/** Sizes that fill no tile, panel or vector of any backend. */
const sizes = { layers: 2, hidden: 37, batch: 7, sequence: 11, steps: 15, validateEvery: 5 };
const runs: readonly Changes[] = [
  { cell: 'rnn', optimizer: 'sgd', learningRate: 0.1, dropout: 0.3 },
  { cell: 'lstm', optimizer: 'adamw', weightDecay: 0.1, weightDrop: 0.4, dropout: 0.2, dropoutMask: 'locked' },
  { cell: 'gru', optimizer: 'rmsprop', dropout: 0.2, weightDrop: 0.3, ema: 0.9 },
  { cell: 'lstm', optimizer: 'adagrad', learningRate: 0.1, clipValue: 0.01 },
  { cell: 'gru', optimizer: 'adam' },
];

describe('a training run', () => {
  const files = new TrainingFolder();
  after(() => files.remove());
  const bytes = async (changes: Changes, trial: Trial): Promise<Buffer> =>
    readFileSync(await files.train(TEXT, { ...sizes, ...changes }, trial));
  const backendUsed = (): unknown => {
    const [started] = files.events.filter(({ event }) => event === 'started');
    return started.event === 'started' && started.backend;
  };

  for (const [i, changes] of runs.entries()) {
    // Threads share work in the same way whatever the optimizer.
    const teams = i < 3 ? [1, 2, 3, 5] : [2];
    it(`gives the bytes of WebAssembly on auto, with ${teams.join(', ')} threads: ${JSON.stringify(changes)}`, async () => {
      const expected = await bytes(changes, { backend: 'wasm' });
      assert.equal(backendUsed(), 'wasm');
      for (const threads of teams) {
        const saved = await bytes(changes, { backend: 'auto', threads });
        assert.equal(backendUsed(), findTarget(false) ? 'native' : 'wasm');
        assert.ok(saved.equals(expected), `${threads} threads`);
      }
    });
  }

  it('gives the same bytes on fused with any number of threads, with losses within 1e-5 of those of auto', async function () {
    if (!findTarget(true)) this.skip();
    const changes = { cell: 'lstm', steps: 100, dropout: 0.2, learningRate: 0.001 } as const;
    const losses = (): number[] => files.events.flatMap((event) => (event.event === 'step' ? [event.loss] : []));
    const one = await bytes(changes, { backend: 'fused' });
    assert.equal(backendUsed(), 'fused');
    const fused = losses();
    assert.ok((await bytes(changes, { backend: 'fused', threads: 3 })).equals(one));
    assert.ok(!(await bytes(changes, { backend: 'auto' })).equals(one), 'is not fused at all');
    const exact = losses();
    assert.equal(fused.length, 100);
    for (const [i, loss] of fused.entries())
      assert.ok(Math.abs(loss - exact[i]) < 1e-5, `step ${i}: ${loss} ${exact[i]}`);
  });
});

describe('machine code', () => {
  const { path, remove } = temporaryFolder();
  const files = new TrainingFolder();
  after(() => {
    remove();
    files.remove();
  });
  const version = (value: string) =>
    spawnSync(process.execPath, [program, '--version', '--json'], {
      env: { ...process.env, CHARRNN_SIMD: value },
      encoding: 'utf8',
    });

  it('is turned off by CHARRNN_SIMD none, and fused is refused', () => {
    assert.deepEqual((({ simd, auto, fused }) => ({ simd, auto, fused }))(JSON.parse(version('none').stdout)), {
      simd: 'none',
      auto: 'wasm',
      fused: false,
    });
    const env = { ...process.env, CHARRNN_SIMD: 'none' };
    const { status, stderr } = spawnSync(process.execPath, [program, 'gradcheck', '--backend', 'fused'], {
      env,
      encoding: 'utf8',
    });
    assert.equal(stderr, 'charrnn: --backend fused: CHARRNN_SIMD none turns machine code off; unset it\n');
    assert.equal(status, 1);
  });

  for (const [title, change] of [
    ['koffi is missing', "throw new Error('missing')"],
    ['the system allows no executable memory', 'return withoutExecutableMemory(load.call(this, name, ...rest))'],
  ]) {
    it(`is not needed where ${title}: charrnn computes with WebAssembly, without a word`, () => {
      const script = path('hook.cjs');
      writeFileSync(
        script,
        `const Module = require('node:module');
        const load = Module._load;
        const withoutExecutableMemory = (koffi) => ({
          ...koffi,
          load: (path) => {
            const library = koffi.load(path);
            return { func: (text) => (text.includes('mprotect') ? () => -1 : library.func(text)) };
          },
        });
        Module._load = function (name, ...rest) {
          if (name === 'koffi') ${change};
          return load.call(this, name, ...rest);
        };`,
      );
      const run = (...args: string[]) =>
        spawnSync(process.execPath, ['--require', script, program, ...args], { encoding: 'utf8' });
      const { auto, fused } = JSON.parse(run('--version', '--json').stdout);
      assert.deepEqual({ auto, fused }, { auto: 'wasm', fused: false });
      assert.match(
        run('gradcheck', '--backend', 'fused').stderr,
        /: needs an x86-64 processor .* koffi; leave it out\n$/,
      );
      const { status, stderr } = run('gradcheck', '--cell', 'rnn', '--layers', '1');
      assert.deepEqual([status, stderr], [0, '']);
    });
  }

  it('is at most as wide as CHARRNN_SIMD, avx2 or avx512, allows', () => {
    const [most, avx2] = ['avx512', 'avx2'].map((value) => JSON.parse(version(value).stdout));
    const own = JSON.parse(version('').stdout);
    assert.equal(most.simd, own.simd);
    assert.equal(avx2.simd, own.simd === 'none' ? 'none' : 'avx2');
  });

  it('is not limited by anything else', () => {
    const { status, stderr } = version('sse');
    assert.equal(stderr, 'charrnn: CHARRNN_SIMD sse: must be none, avx2 or avx512\nsee charrnn --help\n');
    assert.equal(status, 2);
  });

  it('is refused for such a value before the first character of a sample', async () => {
    const model = await files.train(TEXT, { ...sizes, steps: 1 });
    const env = { ...process.env, CHARRNN_SIMD: 'sse' };
    const sample = [program, 'sample', model, '--length', '100'];
    const { status, stdout } = spawnSync(process.execPath, sample, { env, encoding: 'utf8' });
    assert.deepEqual([status, stdout], [2, '']);
  });
});
