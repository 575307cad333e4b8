import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Ending, Progress, textOf } from '../../src/sampling/pieces.js';

/** The pieces released of a text, character by character, and why it ended. */
function written(text: string, ending: Ending): { pieces: string[]; end: string | undefined } {
  const progress = new Progress(ending);
  const pieces: string[] = [];
  for (const character of text) {
    if (progress.end) break;
    pieces.push(textOf(progress.add({ text: character, probability: 1 })));
  }
  return { pieces, end: progress.end };
}

/** The same, found by searching the whole text so far after each character. */
function naive(text: string, { length, lines = Number.POSITIVE_INFINITY, stop = [], keepStop: kept }: Ending) {
  for (let i = 1; i <= text.length; i++) {
    const now = text.slice(0, i);
    const [found] = stop.filter((s) => now.endsWith(s)).sort((a, b) => b.length - a.length);
    if (found !== undefined) return { text: kept ? now : now.slice(0, i - found.length), end: 'stop' };
    if (now.split('\n').length > lines) return { text: now, end: 'lines' };
    if (i >= length) return { text: now, end: 'length' };
  }
  return undefined;
}

describe('Progress', () => {
  it('ends a text where a search of all of it does, for any stops and limits', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 4 });
    const ending = fc.record({
      length: fc.integer({ min: 1, max: 40 }),
      lines: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      stop: fc.array(word, { maxLength: 3 }),
      keepStop: fc.boolean(),
    });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(text, ending, (text, ending) => {
        const { pieces, end } = written(text, ending);
        assert.deepEqual({ text: pieces.join(''), end }, naive(text, ending));
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  it('holds back only what may be the beginning of a stop', () => {
    const ending = { length: 100, stop: ['abac'] };
    assert.deepEqual(written('xabaabac', ending).pieces, ['x', '', '', '', 'aba', '', '', '']);
    assert.deepEqual(written('ababac', ending).pieces, ['', '', '', 'ab', '', '']);
  });

  it('releases at the limit what was held back', () => {
    assert.deepEqual(written('xab', { length: 3, stop: ['abc'] }), { pieces: ['x', '', 'ab'], end: 'length' });
  });

  it('continues independently from a copy', () => {
    const first = new Progress({ length: 9, stop: ['ab'] });
    const add = (progress: Progress, text: string) => textOf(progress.add({ text, probability: 1 }));
    add(first, 'a');
    const second = first.copy();
    assert.equal(add(first, 'b'), '');
    assert.equal(add(second, 'c'), 'ac');
    assert.deepEqual([first.end, second.end], ['stop', undefined]);
  });

  it('ends a text of length 0 at once', () => assert.equal(new Progress({ length: 0 }).end, 'length'));
});
