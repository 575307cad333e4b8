import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CharrnnError, type Message, textOf } from '../../src/errors.js';
import { fit as fitShape, Streams, split } from '../../src/text/streams.js';

describe('Streams', () => {
  it('cuts 14 tokens into 2 streams of 6, in windows of 3, time-major', () => {
    const streams = new Streams(
      Uint8Array.from({ length: 14 }, (_, i) => i),
      2,
      3,
    );
    const inputs = new Int32Array(6);
    const targets = new Int32Array(6);
    assert.equal(streams.windows, 2);
    streams.fill(0, [0, 1], inputs, targets);
    assert.deepEqual([...inputs], [0, 6, 1, 7, 2, 8]);
    assert.deepEqual([...targets], [1, 7, 2, 8, 3, 9]);
    streams.fill(1, [0, 1], inputs, targets);
    assert.deepEqual([...inputs], [3, 9, 4, 10, 5, 11]);
    assert.deepEqual([...targets], [4, 10, 5, 11, 6, 12]);
    streams.fill(1, [1], inputs, targets);
    assert.deepEqual([...inputs.subarray(0, 3)], [9, 10, 11]);
  });

  it('reads every stream without gaps and no token twice, dropping fewer than N·T + N at the ends', () => {
    const sizes = fc.record({
      length: fc.integer({ min: 2, max: 300 }),
      N: fc.integer({ min: 1, max: 7 }),
      T: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(sizes, ({ length, N, T }) => {
        fc.pre(N * T < length);
        const streams = new Streams(
          Uint16Array.from({ length }, (_, i) => i),
          N,
          T,
        );
        const inputs = new Int32Array(T * N);
        const targets = new Int32Array(T * N);
        const all = Array.from({ length: N }, (_, n) => n);
        const read: number[][] = Array.from({ length: N }, () => []);
        for (let window = 0; window < streams.windows; window++) {
          streams.fill(window, all, inputs, targets);
          inputs.forEach((token, row) => {
            assert.equal(targets[row], token + 1);
            read[row % N].push(token);
          });
        }
        for (const stream of read) {
          for (let i = 1; i < stream.length; i++) assert.equal(stream[i], stream[i - 1] + 1);
        }
        const tokens = read.flat();
        assert.equal(new Set(tokens).size, tokens.length);
        assert.ok(length - 1 - tokens.length < N * T + N);
      }),
    );
  });

  it('refuses a text that does not fill one window', () => {
    assert.equal(new Streams(new Uint8Array(7), 2, 3).windows, 1);
    assert.throws(() => new Streams(new Uint8Array(6), 2, 3), RangeError);
    assert.throws(() => new Streams(new Uint8Array(0), 2, 3), RangeError);
  });
});

/** The sizes that the user gave. */
const givenOf = (shape: { batch: number; sequence: number }, given: readonly string[]) => ({
  batch: given.includes('batch') ? shape.batch : undefined,
  sequence: given.includes('sequence') ? shape.sequence : undefined,
});

describe('fit', () => {
  const asked = { batch: 50, sequence: 50 };
  /** The shape for a text of this length, and the notice. */
  const fitted = (length: number, ...given: string[]): [number, number, ...string[]] => {
    const notices: string[] = [];
    const { batch, sequence } = fitShape('tiny.txt', length, asked, givenOf(asked, given), (notice) => {
      notices.push(textOf(notice));
    });
    return [batch, sequence, ...notices];
  };

  it('keeps a shape that the text can fill', () => {
    assert.deepEqual(fitted(2501), [50, 50]);
    assert.deepEqual(fitted(2501, 'batch', 'sequence'), [50, 50]);
  });
  it('lowers the batch size to keep four windows per stream', () => {
    const notice = 'tiny.txt: 2,500 characters to train on, so batch 12 × sequence 50 instead of 50 × 50';
    assert.deepEqual(fitted(2500), [12, 50, notice]);
    assert.deepEqual(fitted(812).slice(0, 2), [4, 50]);
    assert.deepEqual(fitted(812, 'sequence').slice(0, 2), [4, 50]);
    assert.deepEqual(fitted(51).slice(0, 2), [1, 50]);
  });
  it('lowers the sequence length when a single stream is too short', () => {
    assert.deepEqual(fitted(50).slice(0, 2), [1, 49]);
    assert.deepEqual(fitted(5).slice(0, 2), [1, 4]);
    assert.deepEqual(fitted(2).slice(0, 2), [1, 1]);
  });
  it('lowers only the sequence length when the batch size was given', () => {
    assert.deepEqual(fitted(812, 'batch').slice(0, 2), [50, 16]);
    assert.deepEqual(fitted(51, 'batch').slice(0, 2), [50, 1]);
  });
  it('refuses to change what was given', () => {
    const text = 'tiny.txt: 812 characters to train on, but batch 50 × sequence 50 needs 2,501; lower either';
    assert.throws(() => fitted(812, 'batch', 'sequence'), new CharrnnError(text, 2));
    const batch = 'tiny.txt: 50 characters to train on, but batch 50 needs 51; lower it';
    assert.throws(() => fitted(50, 'batch'), new CharrnnError(batch, 2));
    const sequence = 'tiny.txt: 50 characters to train on, but sequence 50 needs 51; lower it';
    assert.throws(() => fitted(50, 'sequence'), new CharrnnError(sequence, 2));
  });
  it('returns a shape that the text can fill, never a larger one, and gives notice if and only if it differs', () => {
    const options = fc.subarray(['batch', 'sequence']);
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2000 }), size, size, options, (length, batch, sequence, given) => {
        const notices: string[] = [];
        let shape = { batch: 0, sequence: 0 };
        try {
          shape = fitShape('x', length, { batch, sequence }, givenOf({ batch, sequence }, given), (notice) => {
            notices.push(textOf(notice));
          });
        } catch (error) {
          assert.ok(error instanceof CharrnnError && given.length > 0);
          return;
        }
        assert.ok(new Streams(new Uint8Array(length), shape.batch, shape.sequence).windows >= 1);
        assert.ok(shape.batch <= batch && shape.sequence <= sequence);
        if (given.includes('batch')) assert.equal(shape.batch, batch);
        if (given.includes('sequence')) assert.equal(shape.sequence, sequence);
        assert.equal(notices.length, shape.batch === batch && shape.sequence === sequence ? 0 : 1);
      }),
    );
  });
});

describe('split', () => {
  const silent = (notice: Message): void => assert.fail(textOf(notice));

  it('holds out the end of tiny-shakespeare', () => {
    assert.deepEqual(split(1115394, 0.1, silent), { training: 1003854, validation: 111540 });
  });
  it('is exact where doubles round', () => {
    assert.deepEqual(split(100, 0.07, silent), { training: 93, validation: 7 });
    for (let percent = 2; percent <= 50; percent++) {
      assert.equal(split(100, percent / 100, silent).validation, percent);
      assert.equal(split(3e9, percent / 100, silent).validation, percent * 3e7);
    }
  });
  it('assigns every character to one of the parts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 2 ** 33 }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (length, share) => {
          const { training, validation } = split(length, share, () => {});
          assert.equal(training + validation, length);
          assert.ok(training >= length / 2 - 1 && (validation === 0 || validation >= 2));
        },
      ),
    );
  });
  it('silently holds out nothing for a fraction of 0', () => {
    assert.deepEqual(split(1000, 0, silent), { training: 1000, validation: 0 });
  });
  it('holds out at least two characters, or none and gives notice', () => {
    const notices: string[] = [];
    assert.deepEqual(split(11, 0.1, silent), { training: 9, validation: 2 });
    assert.deepEqual(
      split(10, 0.1, (notice) => notices.push(textOf(notice))),
      { training: 10, validation: 0 },
    );
    assert.deepEqual(notices, ['10 characters are too few for validation 0.1; none are held out']);
  });
});
