import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bytesOf } from '../../src/pages/browser/expectations.js';

describe('base64 in a page', () => {
  it('is decoded as a whole and in any range', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(40), fc.nat(40), (bytes, a, b) => {
        const base64 = Buffer.from(bytes).toString('base64');
        assert.deepEqual(bytesOf(base64), bytes);
        const [from, to] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
        assert.deepEqual(bytesOf(base64, from, to), bytes.slice(from, to));
      }),
    );
  });
});
