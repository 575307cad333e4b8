import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CharrnnError } from '../../src/errors.js';
import { type CharacterCount, Vocabulary, vocabularyOf } from '../../src/text/vocabulary.js';

const codePointsOf = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? -1);

/** How often each character occurs in a text, sorted by code point. */
function countsOf(text: string): CharacterCount[] {
  const codePoints = codePointsOf(text);
  const distinct = [...new Set(codePoints)].sort((a, b) => a - b);
  return distinct.map((codePoint) => ({ codePoint, count: codePoints.filter((other) => other === codePoint).length }));
}

/** Well-formed strings of any Unicode characters, half of which are `a`. */
const anyText = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), fc.constant('a')),
});

describe('Vocabulary', () => {
  it('decodes the indices of any text to that text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const vocabulary = vocabularyOf(countsOf(text), 1);
        const indices = [...vocabulary.encode(text)];
        assert.ok(indices.every((index) => index >= 0 && index < vocabulary.size));
        assert.equal(indices.map((index) => vocabulary.characterOf(index)).join(''), text);
      }),
    );
  });

  it('has one symbol per character, even outside the basic plane', () => {
    const vocabulary = new Vocabulary({ codePoints: codePointsOf('👍😀'), unknown: false });
    assert.equal(vocabulary.size, 2);
    assert.deepEqual([...vocabulary.encode('😀👍😀')], [1, 0, 1]);
  });

  it('holds 5,000 Chinese characters', () => {
    const codePoints = Array.from({ length: 5000 }, (_, i) => 0x4e00 + 4 * i);
    const vocabulary = new Vocabulary({ codePoints, unknown: false });
    assert.equal(vocabulary.size, 5000);
    codePoints.forEach((codePoint, i) => {
      assert.equal(vocabulary.indexOf(codePoint), i);
      assert.equal(vocabulary.indexOf(codePoint + 1), -1);
      assert.equal(vocabulary.characterOf(i), String.fromCodePoint(codePoint));
    });
  });

  it('knows no character that it was not given', () => {
    const vocabulary = new Vocabulary({ codePoints: codePointsOf('bd'), unknown: false });
    const indices = ['a', 'b', 'c', 'd', 'e', '😀'].map((c) => vocabulary.indexOf(codePointsOf(c)[0]));
    assert.deepEqual(indices, [-1, 0, -1, 1, -1, -1]);
    for (const index of [-1, 2, 0.5]) assert.throws(() => vocabulary.characterOf(index), RangeError);
  });

  it('puts the unknown symbol first and prints it as U+FFFD', () => {
    const vocabulary = new Vocabulary({ codePoints: codePointsOf('ab'), unknown: true });
    assert.equal(vocabulary.size, 3);
    assert.deepEqual([...vocabulary.encode('bxa')], [2, 0, 1]);
    assert.equal(vocabulary.indexOf(0x78), -1);
    assert.deepEqual([0, 1, 2].map((index) => vocabulary.characterOf(index)).join(''), '\ufffdab');
  });

  it('names the first unknown character of a prime and its position in characters', () => {
    const vocabulary = new Vocabulary({ codePoints: codePointsOf(' ab😀'), unknown: false });
    assert.throws(
      () => vocabulary.encode('a 😀 über'),
      new CharrnnError('prime: character 5, "ü" (U+00FC), is not among the 4 that the model knows; leave it out', 2),
    );
    assert.throws(() => vocabulary.encode('a\ud83d'), /character 2, "\\u\{d83d\}" \(U\+D83D\)/);
  });
});

describe('vocabularyOf', () => {
  it('replaces rare characters by the unknown symbol', () => {
    const { record } = vocabularyOf(countsOf('aaabbc'), 2);
    assert.deepEqual(record, { codePoints: codePointsOf('ab'), unknown: true });
  });
  it('has an unknown symbol only if a character is rare', () => {
    const { record } = vocabularyOf(countsOf('aabb'), 2);
    assert.deepEqual(record, { codePoints: codePointsOf('ab'), unknown: false });
  });
});
