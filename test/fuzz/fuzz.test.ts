// A short run of what bench/fuzz.ts runs at length.

import assert from 'node:assert/strict';
import { assertAll, type Tally } from './cases.js';
import { checkpoints } from './checkpoints.js';
import { commandLines } from './command-lines.js';
import { corpora } from './corpora.js';

/** How many cases had an outcome that matches. */
const count = (tally: Tally, beginning: RegExp): number =>
  tally.sorted.reduce((sum, [outcome, times]) => sum + (beginning.test(outcome) ? times : 0), 0);

describe('hostile input', function () {
  this.timeout(60_000);

  it('1,000 damaged checkpoints: each is read, or refused in one line', async () => {
    const tally = await assertAll(checkpoints, 1000);
    assert.ok(
      count(tally, /^accepted/) > 100 && tally.sorted.length > 50,
      'the changes are neither all fatal nor all alike',
    );
  });

  it('1,000 corpora: each is decoded as the Encoding Standard says, in any chunks', async () => {
    const tally = await assertAll(corpora, 1000);
    assert.ok(count(tally, /^(decoded|read)/) > 100 && count(tally, /invalid UTF-8/) > 100);
  });

  it('1,000 command lines: each yields allowed values, or is refused in one line', async () => {
    const tally = await assertAll(commandLines, 1000);
    assert.ok(count(tally, /^accepted/) > 50 && tally.sorted.length > 20);
  });
});
