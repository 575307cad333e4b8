import assert from 'node:assert/strict';
import { interrupted } from '../../src/terminal/signals.js';

describe('interrupted', () => {
  it('says what was saved and, if there is a file to resume, how to continue', () => {
    assert.equal(interrupted(0), 'interrupted before the first step; nothing was saved');
    assert.equal(interrupted(1200), 'all 1,200 steps are saved');
    const command = "charrnn train 'a b.txt' --resume m.json";
    assert.equal(interrupted(3, { command, wantsText: false }), `all 3 steps are saved; continue with: ${command}`);
    assert.match(interrupted(3, { command, wantsText: true }), /; continue with the same text on standard input: /);
  });
});
