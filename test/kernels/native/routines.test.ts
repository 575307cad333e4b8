import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { findTarget } from '../../../src/kernels/native/processor.js';
import { Routines } from '../../../src/kernels/native/routines.js';

describe('Routines', () => {
  it('are generated once for a thread and those that it starts, even if all need them at once', async function () {
    const target = findTarget(false);
    if (target === undefined) return this.skip();
    const routines = Routines.for(target);
    const own = routines.pointwise('lstmForward');
    const script = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(({ Routines }) => {
        Atomics.add(workerData.ready, 0, 1);
        while (Atomics.load(workerData.ready, 0) < 3);
        const routines = Routines.for(workerData.target);
        parentPort.postMessage([routines.pointwise('lstmForward'), routines.product(2, 'rows'), routines.pointwise('rmsprop')]);
      });`;
    const module = new URL('../../../src/kernels/native/routines.js', import.meta.url).href;
    const ready = new Int32Array(new SharedArrayBuffer(4));
    const found = await Promise.all(
      Array.from({ length: 3 }, () => {
        const worker = new Worker(script, { eval: true, workerData: { module, target, ready } });
        return new Promise<number[]>((resolve, reject) => worker.once('message', resolve).once('error', reject));
      }),
    );
    assert.equal(found[0][0], own);
    assert.equal(new Set(found[0]).size, 3);
    assert.deepEqual(found, [found[0], found[0], found[0]]);
    assert.deepEqual(found[0], [own, routines.product(2, 'rows'), routines.pointwise('rmsprop')]);
  });
});
