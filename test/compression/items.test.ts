import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bytesOf, itemsOf, ofByte } from '../../src/compression/items.js';
import { Vocabulary } from '../../src/text/vocabulary.js';

const codePoints = Array.from('\n abcéß€語😀\ufffd', (c) => c.codePointAt(0) ?? 0).sort((a, b) => a - b);
const vocabularies = [false, true].map((unknown) => new Vocabulary({ codePoints, unknown }));
/** Bytes among which there are whole characters, their parts, and others. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', 'é', '€', '語', '😀', '\ufffd', 'x', 'ж', '\0').map((c) => Buffer.from(c)),
      fc.uint8Array({ minLength: 1, maxLength: 4 }).map((some) => Buffer.from(some)),
      // Overlong, a surrogate, beyond Unicode, cut off.
      fc
        .constantFrom('c18a', 'e0808a', 'e081a1', 'f08080a0', 'eda080', 'f4908080', 'f09f98', 'e282', 'ff', '80')
        .map((hex) => Buffer.from(hex, 'hex')),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => new Uint8Array(Buffer.concat(pieces)));

describe('items', () => {
  it('give back any bytes, whatever the vocabulary and encoding', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.constantFrom(...vocabularies),
        fc.constantFrom('utf8', 'latin1'),
        (own, vocabulary, encoding) => {
          const items = itemsOf(own, vocabulary, encoding);
          assert.deepEqual(new Uint8Array(bytesOf([items], vocabulary, encoding)), own);
          const at = items.length >> 1;
          const parts = [items.subarray(0, at), items.subarray(at)];
          assert.deepEqual(new Uint8Array(bytesOf(parts, vocabulary, encoding)), own);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are the symbols of known characters, and single bytes elsewhere', () => {
    const [vocabulary] = vocabularies;
    const text = Buffer.concat([Buffer.from('aé語😀xж'), Buffer.of(0xff), Buffer.from('😀').subarray(0, 3)]);
    const known = Array.from('aé語😀', (c) => vocabulary.indexOf(c.codePointAt(0) ?? 0));
    const single = [...Buffer.from('xж'), 0xff, 0xf0, 0x9f, 0x98].map(ofByte);
    assert.deepEqual([...itemsOf(text, vocabulary, 'utf8')], [...known, ...single]);
    const latin = Buffer.from('aé€', 'latin1');
    assert.deepEqual(
      [...itemsOf(latin, vocabulary, 'latin1')].map((item) => item >= 0),
      [true, true, false],
    );
  });

  it('agree with what Node decodes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const all = new Vocabulary({
          codePoints: [...new Set(Array.from(text, (c) => c.codePointAt(0) ?? 0))].sort((a, b) => a - b),
          unknown: false,
        });
        const own = Buffer.from(text);
        const characters = Array.from(own.toString());
        // A lone surrogate becomes U+FFFD in UTF-8, which is not among the characters of the text.
        if (characters.some((c) => all.indexOf(c.codePointAt(0) ?? 0) < 0)) return;
        const items = itemsOf(own, all, 'utf8');
        assert.deepEqual(
          Array.from(items, (item) => all.characterOf(item)),
          characters,
        );
      }),
    );
  });
});
