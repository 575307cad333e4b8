import assert from 'node:assert/strict';
import fc from 'fast-check';
import { halfBits, halfValue, LARGEST_HALF } from '../../src/exchange/half.js';

describe('half precision', () => {
  it('reads all of its 65,536 bit patterns and writes the same ones', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = halfValue(bits);
      if (Number.isNaN(value)) assert.ok((bits & 0x7c00) === 0x7c00 && (bits & 1023) !== 0);
      else assert.equal(halfBits(value), bits, bits.toString(16));
    }
  });

  it('has the values of IEEE 754', () => {
    const known: [number, number][] = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, LARGEST_HALF],
      [0x0001, 2 ** -24],
      [0x03ff, 2 ** -14 - 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x7c00, Number.POSITIVE_INFINITY],
    ];
    for (const [bits, value] of known) assert.equal(halfValue(bits), value);
  });

  it('takes the nearest number, and of two equally near the even one', () => {
    const finite = fc.double({ min: -LARGEST_HALF, max: LARGEST_HALF, noNaN: true });
    const small = fc.double({ min: -(2 ** -13), max: 2 ** -13, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(finite, small), (value) => {
        const bits = halfBits(value);
        const distance = Math.abs(halfValue(bits) - value);
        for (const other of [bits - 1, bits + 1]) {
          if ((other & 0x7fff) > 0x7bff || other < 0) continue;
          const away = Math.abs(halfValue(other) - value);
          assert.ok(distance < away || (distance === away && bits % 2 === 0), `${value}: ${bits} or ${other}`);
        }
      }),
    );
    assert.equal(halfBits(1 + 2 ** -11), 0x3c00);
    assert.equal(halfBits(1 + 3 * 2 ** -11), 0x3c02);
    assert.equal(halfBits(2 ** -25), 0);
    assert.equal(halfBits(65519.99), 0x7bff);
    assert.equal(halfBits(65520), 0x7c00);
  });
});
