import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Buckets, byLength, splitExamples } from '../../src/text/buckets.js';
import { type Examples, lengthsOf } from '../../src/text/examples.js';

/** Examples of these lengths to write, and to read. */
function examplesOf(written: readonly number[], read: readonly number[] = written): Examples {
  const texts = (lengths: readonly number[]) => {
    let end = 0;
    return { tokens: new Uint8Array(0), ends: Uint32Array.from(lengths, (length) => (end += length)) };
  };
  return { count: written.length, read: texts(read), written: texts(written), labels: undefined, vectors: undefined };
}

const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

describe('Buckets', () => {
  it('read every example once in an epoch, the longest of a batch first', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 9 }), fc.nat(), (written, N, seed) => {
        const examples = examplesOf(written);
        const buckets = new Buckets(examples, all(written.length), N, seed);
        assert.equal(buckets.perEpoch, Math.ceil(written.length / N));
        for (const epoch of [0, 1, 2]) {
          const batches = Array.from({ length: buckets.perEpoch }, (_, i) => buckets.at(epoch * buckets.perEpoch + i));
          assert.deepEqual(
            batches.flatMap((batch) => [...batch]).sort((a, b) => a - b),
            [...all(written.length)],
          );
          for (const batch of batches) {
            assert.ok(batch.length >= 1 && batch.length <= N);
            const own = Array.from(batch, (i) => written[i]);
            assert.deepEqual(
              own,
              own.toSorted((a, b) => b - a),
            );
          }
          // No example of one batch is longer than one batch's longest and shorter than another's shortest at once.
          const ranges = batches
            .map((batch) => [written[batch.at(-1) ?? 0], written[batch[0]]])
            .sort(([a, b], [c, d]) => a - c || b - d);
          for (let i = 1; i < ranges.length; i++) assert.ok(ranges[i][0] >= ranges[i - 1][1]);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('depend on seed and epoch alone, however they are reached', () => {
    const examples = examplesOf(Array.from({ length: 50 }, (_, i) => 1 + (i % 7)));
    const buckets = new Buckets(examples, all(50), 4, 3);
    const one = buckets.at(30);
    const two = buckets.at(2);
    assert.deepEqual(new Buckets(examples, all(50), 4, 3).at(30), one);
    assert.deepEqual(buckets.at(2), two);
    const order = (seed: number, epoch: number): string =>
      Array.from({ length: 13 }, (_, i) => new Buckets(examples, all(50), 4, seed).at(13 * epoch + i).join()).join(';');
    assert.equal(new Set([order(3, 0), order(3, 1), order(4, 0)]).size, 3);
  });

  it('do not read the batches in the order of their lengths', () => {
    const buckets = new Buckets(examplesOf(Array.from({ length: 60 }, (_, i) => 1 + i)), all(60), 4, 1);
    const firsts = Array.from({ length: 15 }, (_, step) => buckets.at(step)[0]);
    assert.notDeepEqual(
      firsts,
      firsts.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(firsts).size, 15);
  });

  it('only read their members', () => {
    const buckets = new Buckets(examplesOf([3, 1, 2, 5]), Int32Array.of(1, 3), 4, 1);
    assert.deepEqual([...buckets.at(0)], [3, 1]);
  });
});

describe('byLength', () => {
  it('sorts by the length to write, then to read, and keeps the order of equals', () => {
    const examples = examplesOf([3, 1, 3, 1, 3], [9, 4, 2, 4, 9]);
    assert.deepEqual([...byLength(examples, all(5))], [1, 3, 2, 0, 4]);
    assert.deepEqual(lengthsOf(examples, 2), { read: 2, written: 3 });
  });
});

describe('splitExamples', () => {
  it('holds out the share, at random, and never everything', () => {
    const { training, validation } = splitExamples(100, 0.1, 1);
    assert.deepEqual([training.length, validation.length], [90, 10]);
    assert.deepEqual(
      [...training, ...validation].sort((a, b) => a - b),
      [...all(100)],
    );
    assert.ok(validation.some((i) => i < 50) && validation.some((i) => i >= 50));
    assert.notDeepEqual(splitExamples(100, 0.1, 2).validation, validation);
    assert.deepEqual([...splitExamples(1, 0.5, 1).training], [0]);
  });
});
