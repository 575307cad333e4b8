import assert from 'node:assert/strict';
import { unescaped } from '../../src/commands/sample.js';
import { CharrnnError } from '../../src/errors.js';

describe('escapes', () => {
  it('stand for the characters that they name, and leave other text alone', () => {
    assert.equal(unescaped('prime', 'a\\n\\t\\r\\\\n\\u{e9}\\u{1F600}\nb'), 'a\n\t\r\\né😀\nb');
  });
  for (const text of ['\\', 'a\\q', '\\u', '\\u{}', '\\u{110000}', '\\u{d800}', '\\u{xyz}', '\\N', '\\\n']) {
    it(`do not include ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => unescaped('stop', text),
        (error) =>
          error instanceof CharrnnError && error.exitCode === 2 && /^--stop: .* is not an escape/s.test(error.message),
      );
    });
  }
});
