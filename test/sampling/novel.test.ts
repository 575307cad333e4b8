import assert from 'node:assert/strict';
import { noveltyOf } from '../../src/sampling/sample.js';

describe('noveltyOf', () => {
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
    it(`is ${expected} for ${JSON.stringify(text)}`, () => assert.equal(isNew(text), expected));
  }
});
