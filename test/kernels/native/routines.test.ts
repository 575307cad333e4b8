import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { findTarget } from '../../../src/kernels/native/processor.js';
import { Routines } from '../../../src/kernels/native/routines.js';

describe('Routines', () => {
  it('are generated once for a thread and those that it starts', async function () {
    const target = findTarget(false);
    if (target === undefined) return this.skip();
    const addressesOf = (routines: Routines): Map<string, number> => Reflect.get(routines, 'addresses');
    Routines.for(target).share();
    const script = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(({ Routines }) => {
        parentPort.postMessage(Reflect.get(Routines.for(workerData.target), 'addresses'));
      });`;
    const module = new URL('../../../src/kernels/native/routines.js', import.meta.url).href;
    const worker = new Worker(script, { eval: true, workerData: { module, target } });
    const found = await new Promise<Map<string, number>>((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    );
    assert.ok(found.size > 20);
    assert.deepEqual(found, addressesOf(Routines.for(target)));
  });
});
