import assert from 'node:assert/strict';
import { unescaped } from '../../src/commands/sample.js';
import { CharrnnError } from '../../src/errors.js';

describe('escapes', () => {
  it('stand for what they name, and leave the rest alone', () => {
    assert.equal(unescaped('prime', 'a\\n\\t\\r\\\\n\\u{e9}\\u{1F600}\nb'), 'a\n\t\r\\né😀\nb');
  });
  for (const text of ['\\', 'a\\q', '\\u', '\\u{}', '\\u{110000}', '\\u{d800}', '\\u{xyz}', '\\N', '\\\n']) {
    it(`${JSON.stringify(text)} is none`, () => {
      assert.throws(
        () => unescaped('stop', text),
        (error) =>
          error instanceof CharrnnError && error.exitCode === 2 && /^--stop: .* is not an escape/s.test(error.message),
      );
    });
  }
});
