import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { inOrder } from '../../src/parallel/workers.js';

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
