import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { inOrder, started, Workers } from '../../src/parallel/workers.js';
import type { TestProcedures } from './program.js';

async function* from<T>(items: readonly T[], onItem = () => {}): AsyncGenerator<T> {
  for (const item of items) {
    onItem();
    yield item;
  }
}

describe('inOrder', () => {
  it('keeps the order however long each item takes, and never works on more items than allowed', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 4 }), async (items, room) => {
        let inWork = 0;
        const work = async (time: number): Promise<number> => {
          inWork++;
          assert.ok(inWork <= room, `${inWork} at once`);
          await sleep(time);
          inWork--;
          return time;
        };
        const results: number[] = [];
        for await (const result of inOrder(from(items), work, room)) results.push(result);
        assert.deepEqual(results, items);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('yields a result while it waits for more items', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    async function* slow(): AsyncGenerator<number> {
      yield 1;
      await gate;
      yield 2;
    }
    const results = inOrder(slow(), async (item) => item, 4);
    assert.deepEqual((await results.next()).value, 1);
    open();
    assert.deepEqual((await results.next()).value, 2);
    assert.equal((await results.next()).done, true);
  });

  it('fails when the work or the items fail', async () => {
    const all = async (results: AsyncIterable<unknown>) => {
      for await (const _ of results);
    };
    const fails = async () => Promise.reject(new RangeError('work'));
    await assert.rejects(all(inOrder(from([1, 2, 3]), fails, 2)), /work/);
    const items = from([1, 2], () => {
      throw new RangeError('items');
    });
    await assert.rejects(all(inOrder(items, async (item) => item, 2)), /items/);
  });
});

describe('Workers', () => {
  const words = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));
  const startWorkers = (size: number, data: Int32Array) =>
    new Workers<TestProcedures>(new URL('./program.js', import.meta.url), size, data);
  const seconds = async (work: Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work;
    return (performance.now() - start) / 1000;
  };

  it('end after the call that they are in, whose result still arrives', async () => {
    const data = words();
    const workers = startWorkers(1, data);
    await workers.ready;
    const calls = [workers.one(0, 'count', 100), workers.one(0, 'count', 0)];
    await workers.close();
    assert.deepEqual(await Promise.all(calls), [1, 2]);
    await assert.rejects(workers.one(0, 'count', 0), /worker 0 ended/);
  });

  it('end at a barrier, where they would meet for ever', async () => {
    const workers = startWorkers(2, words());
    await workers.ready;
    const call = workers.all('meet', null);
    const ended = assert.rejects(call, /worker \d ended/);
    await sleep(50);
    // Well before the time after which they would be ended where they are.
    assert.ok((await seconds(workers.close())) < 0.4);
    await ended;
  });

  it('are ended where they are if they go on', async () => {
    const data = words();
    const workers = startWorkers(1, data);
    const ended = assert.rejects(workers.one(0, 'spin', null), /worker 0 ended/);
    while (Atomics.load(data, 0) === 0) await sleep(5);
    await workers.close();
    await ended;
  });

  it('are waited for while they start', async () => {
    const workers = startWorkers(2, words());
    let isReady = false;
    void workers.ready.then(() => {
      isReady = true;
    });
    await started();
    await sleep(0);
    assert.ok(isReady);
    await workers.close();
  });
});
