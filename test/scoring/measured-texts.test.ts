import assert from 'node:assert/strict';
import { readMeasured } from '../../src/scoring/measured-texts.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { inPieces } from '../text/in-pieces.js';

/** A text in pieces of three bytes, which cut through characters. */
const source = (text: string) => {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, i) => bytes.subarray(3 * i, 3 * i + 3));
  return { name: 'text', read: () => inPieces(...pieces) };
};
const codePoints = [97, 98, 99];
const read = (text: string, unknown: boolean, warmUp = 0) =>
  readMeasured(source(text), 'utf8', new Vocabulary({ codePoints, unknown }), warmUp);

describe('readMeasured', () => {
  it('leaves out characters that the vocabulary lacks, and counts them', async () => {
    const { tokens, ...counts } = await read('aé😀bcéa', false);
    assert.deepEqual([...tokens], [0, 1, 2, 0]);
    assert.deepEqual(counts, { name: 'text', characters: 7, unknown: 3, warmUp: 0, leftOut: 3 });
  });

  it('does not count characters that it leaves out of the warm-up', async () => {
    const { warmUp, leftOut, unknown } = await read('aé😀bcéa', false, 4);
    assert.deepEqual([warmUp, leftOut, unknown], [2, 1, 3]);
  });

  it('reads the unknown symbol if there is one', async () => {
    const { tokens, ...counts } = await read('aé😀bcéa', true, 4);
    assert.deepEqual([...tokens], [1, 0, 0, 2, 3, 0, 1]);
    assert.deepEqual(counts, { name: 'text', characters: 7, unknown: 3, warmUp: 4, leftOut: 0 });
  });

  it('reads an empty text and one of unknown characters only', async () => {
    assert.equal((await read('', false)).characters, 0);
    const { tokens, leftOut } = await read('éé', false);
    assert.deepEqual([tokens.length, leftOut], [0, 2]);
  });

  it('refuses a text that differs on the second reading', async () => {
    for (const [first, second] of [
      ['abc', 'ab'],
      ['ab', 'abc'],
      ['abc', 'abé'],
    ]) {
      const texts = [first, second];
      const changing = { name: 'text', read: () => source(texts.shift() ?? '').read() };
      const vocabulary = new Vocabulary({ codePoints, unknown: false });
      await assert.rejects(readMeasured(changing, 'utf8', vocabulary, 0), /^CharrnnError: text: changed while/);
    }
  });
});
