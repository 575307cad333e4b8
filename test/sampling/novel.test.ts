import assert from 'node:assert/strict';
import { noveltyOf } from '../../src/sampling/sample.js';

describe('what is novel', () => {
  const isNew = noveltyOf('Anna\r\n  Bea \nCelia Dora\rEva');
  for (const [text, expected] of [
    ['Anna\n', false],
    [' Bea', false],
    ['Eva', false],
    ['Ann\n', true],
    ['Dora\n', true],
    ['anna\n', true],
    ['Bea \nCelia', false],
    ['Celia\nBea', true],
    ['\n', false],
    ['', false],
  ] as const) {
    it(`${JSON.stringify(text)}: ${expected}`, () => assert.equal(isNew(text), expected));
  }
});
