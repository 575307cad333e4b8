import assert from 'node:assert/strict';
import fc from 'fast-check';
import { base64Pieces, FloatSink } from '../../src/checkpoint/base64.js';
import { Fault } from '../../src/files/system-errors.js';
import { bits } from './example.js';

/** Decodes in chunks of `size` characters; a quote ends the text, as in a document. */
function decode(text: string, expected: number | undefined, room: number, size = 5): Float32Array {
  const sink = new FloatSink('a', expected, room);
  const bytes = Buffer.from(`${text}"`);
  for (let from = 0; from < bytes.length; from += size) {
    const chunk = bytes.subarray(from, from + size);
    const stopped = sink.write(chunk, 0);
    assert.equal(stopped, from + size >= bytes.length ? chunk.length - 1 : chunk.length);
  }
  return sink.end();
}

const fault = (text: string, expected?: number) => {
  try {
    decode(text, expected, 1000);
  } catch (error) {
    assert.ok(error instanceof Fault);
    return error.message;
  }
  return 'no fault';
};

describe('base64 of float32 arrays', () => {
  it('refuses an array that needs more memory than the machine has', () => {
    assert.throws(() => new FloatSink('a', 2 ** 50, 2 ** 50), {
      message: /^a: needs \d+ bytes of memory, more than this machine provides$/,
    });
  });

  it('keeps every bit, for any chunks, with known and unknown lengths', () => {
    const special = fc.constantFrom(-0, 1.401298464324817e-45, -1.1754942e-38, 3.4028234663852886e38, Number.NaN);
    const values = fc.array(fc.oneof(fc.float(), special), { maxLength: 40 }).map((list) => Float32Array.from(list));
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 30 }), fc.nat(60), fc.boolean(), (x, size, room, known) => {
        const text = [...base64Pieces(x)].join('');
        assert.equal(text, Buffer.from(x.buffer).toString('base64'));
        assert.equal(bits(decode(text, known ? x.length : undefined, room, size)), bits(x));
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('joins pieces without a seam, even for a view into a longer buffer', () => {
    const whole = Float32Array.from({ length: 150_001 }, (_, i) => Math.sin(i));
    const view = whole.subarray(1);
    const pieces = [...base64Pieces(view)];
    assert.ok(pieces.length > 3);
    const text = pieces.join('');
    assert.equal(text, Buffer.from(whole.buffer, 4).toString('base64'));
    for (const expected of [view.length, undefined]) {
      assert.equal(bits(decode(text, expected, 0, 65_536)), bits(view.slice()));
    }
  });

  it('agrees with strict base64 on any text', () => {
    const text = fc.string({ unit: fc.constantFrom('A', 'B', 'Q', 'w', '/', '=', '-'), maxLength: 9 });
    fc.assert(
      fc.property(text, (candidate) => {
        const buffer = Buffer.from(candidate, 'base64');
        const valid = buffer.toString('base64') === candidate && buffer.length % 4 === 0;
        assert.equal(fault(candidate) === 'no fault', valid, candidate);
      }),
      { seed: 4, numRuns: 1500 },
    );
  });

  it('says what is wrong', () => {
    assert.equal(fault('AAAAAA', 1), 'a: bad base64, its length is not a multiple of 4');
    assert.equal(fault('AAAAAA=', 1), 'a: bad base64, its length is not a multiple of 4');
    assert.equal(fault('AAAA AA==', 1), 'a: bad base64 after byte 3 of its data');
    assert.equal(fault('AAAAAA==AAAA', 1), 'a: bad base64 after byte 4 of its data');
    assert.equal(fault('AAAAAB==', 1), 'a: bad base64 at its end');
    assert.equal(fault('AAAA'), 'a: 3 bytes of data, not a multiple of 4');
    assert.equal(fault('AAAAAA==', 2), 'a: 4 bytes of data, but its shape needs 8');
    assert.equal(fault('AAAAAAAAAAA=', 1), 'a: 8 bytes of data, but its shape needs 4');
  });

  it('allocates no more than the input can hold, whatever it announces', () => {
    assert.equal(decode('', 0, 0).length, 0);
    // 2^48 elements: an allocation of the announced size would fail.
    assert.equal(fault('AAAAAA==', 2 ** 48), `a: 4 bytes of data, but its shape needs ${2 ** 50}`);
  });
});
