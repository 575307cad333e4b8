import assert from 'node:assert/strict';
import { Evaluator } from '../../src/scoring/measure.js';
import { example } from '../checkpoint/example.js';

const shared = (...symbols: number[]): Uint8Array => {
  const tokens = new Uint8Array(new SharedArrayBuffer(symbols.length));
  tokens.set(symbols);
  return tokens;
};

describe('Evaluator', () => {
  it('measures several texts in turn, and reports its progress', async () => {
    const evaluator = new Evaluator(example(), { backend: 'wasm', threads: 2, batch: { batch: 3, sequence: 4 } });
    try {
      const shares: number[] = [];
      const first = await evaluator.evaluate({ text: shared(0, 1, 2, 3, 2, 1) }, (share) => shares.push(share));
      const second = await evaluator.evaluate({ text: shared(3, 3) });
      assert.deepEqual([first.predictions, second.predictions], [5, 1]);
      assert.deepEqual(await evaluator.evaluate({ text: shared(0, 1, 2, 3, 2, 1) }), first);
      assert.ok(shares.length > 0 && shares.every((share) => share > 0 && share <= 1));
    } finally {
      await evaluator.close();
    }
  });

  it('fails without waiting when a worker has ended, even before the first request', async () => {
    const evaluator = new Evaluator(example(), { backend: 'wasm', threads: 2, batch: { batch: 3, sequence: 4 } });
    await evaluator.close();
    await assert.rejects(evaluator.evaluate({ text: shared(0, 1) }), /^Error: worker \d ended$/);
  });
});
