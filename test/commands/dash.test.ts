import assert from 'node:assert/strict';
import { hideDashes, showDashes } from '../../src/commands/parser.js';

describe('a lone dash', () => {
  it('is hidden from yargs, alone and among others, and comes back', () => {
    const hidden = hideDashes(['train', '-', '-q', '--prime', '-', '-x', 'a-b']);
    assert.deepEqual(
      hidden.map((arg) => arg.startsWith('-')),
      [false, false, true, true, false, true, false],
    );
    const [, dash] = hidden;
    const parsed = { corpus: [dash, 'a.txt'], prime: dash, quiet: true };
    assert.deepEqual(showDashes(parsed), { corpus: ['-', 'a.txt'], prime: '-', quiet: true });
  });
});

describe('words behind --', () => {
  /** What yargs takes for words, shown again. */
  const words = (...args: string[]): unknown =>
    showDashes({ words: hideDashes(args).filter((arg) => !arg.startsWith('-')) }).words;

  it('are words although they begin with a dash', () => {
    assert.deepEqual(words('train', 'a', '-q=x', '--', 'b'), ['train', 'a', 'b']);
    assert.deepEqual(words('train', '--', '-b', '--', '-'), ['train', '-b', '--', '-']);
  });

  it('are left to yargs where the -- may be meant as a value', () => {
    assert.deepEqual(hideDashes(['sample', '--prime', '--', 'a']), ['sample', '--prime', '--', 'a']);
  });
});
