import assert from 'node:assert/strict';
import { isUnicode } from '../../src/terminal/capabilities.js';

describe('isUnicode', () => {
  for (const [env, expected] of [
    [{}, true],
    [{ LANG: 'en_GB.UTF-8' }, true],
    [{ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, false],
    [{ LC_CTYPE: 'C.utf8', LANG: 'C' }, true],
    [{ TERM: 'linux' }, false],
  ] as const) {
    it(`is ${expected} for ${JSON.stringify(env)}`, () => assert.equal(isUnicode(env), expected));
  }
});
