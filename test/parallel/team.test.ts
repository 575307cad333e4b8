import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { BARRIER_WORDS, Barrier, BrokenBarrier } from '../../src/parallel/team.js';

const words = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * BARRIER_WORDS));

/** Each thread adds 1 to its own sum in every round; after each barrier all sums must be equal. */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
import(workerData.module).then(({ Barrier }) => {
  const { words, sums, rank, size, rounds } = workerData;
  const barrier = new Barrier(words, size);
  let wrong = 0;
  for (let round = 1; round <= rounds; round++) {
    Atomics.add(sums, rank, 1);
    barrier.wait();
    for (let other = 0; other < size; other++) if (Atomics.load(sums, other) !== round) wrong++;
    barrier.wait();
  }
  parentPort.postMessage(wrong);
});`;

describe('Barrier', () => {
  for (const size of [2, 3, 5]) {
    it(`releases ${size} threads together, 2,000 times`, async () => {
      const shared = { words: words(), sums: new Int32Array(new SharedArrayBuffer(4 * size)), size, rounds: 1000 };
      const module = new URL('../../src/parallel/team.js', import.meta.url).href;
      const wrong = await Promise.all(
        Array.from({ length: size }, (_, rank) => {
          const worker = new Worker(script, { eval: true, workerData: { ...shared, module, rank } });
          return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
        }),
      );
      assert.deepEqual(wrong, Array(size).fill(0));
    });
  }

  it('fails instead of waiting when another thread fails, before or during the wait', async () => {
    const shared = words();
    const breakLater = `
      const { workerData } = require('node:worker_threads');
      import(workerData.module).then(({ Barrier }) => setTimeout(() => new Barrier(workerData.shared, 2).break(), 50));`;
    const module = new URL('../../src/parallel/team.js', import.meta.url).href;
    const worker = new Worker(breakLater, { eval: true, workerData: { shared, module } });
    await new Promise((resolve) => worker.once('online', resolve));
    const barrier = new Barrier(shared, 2);
    assert.throws(() => barrier.wait(), BrokenBarrier);
    assert.throws(() => barrier.wait(), BrokenBarrier);
  });
});
