import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { permanentLine, Status } from '../../src/terminal/event-lines.js';
import type { TrainingEvent } from '../../src/training/events.js';
import { finished, saved, started, stepAt, validation } from './events.js';

const plain = (event: TrainingEvent): string => stripVTControlCharacters(permanentLine(event) ?? '');

describe('permanentLine', () => {
  it('tells what is trained on what', () => {
    assert.equal(
      plain(started),
      'lstm 2×128, 219,123 parameters; 900,000 characters (100,000 more for validation), 61 distinct; ' +
        'batch 50 × sequence 40, 450 steps per epoch',
    );
  });

  it('tells whether a validation is the best so far', () => {
    assert.equal(plain(validation), 'step 450  epoch 1.00  validation loss 1.500 (2.164 bits)  best so far');
    assert.match(plain({ ...validation, bestLoss: 1.25 }), / {2}best 1\.250$/);
  });

  it('tells what was saved and how it ended', () => {
    assert.equal(plain(saved), 'saved m.json (3.4 MB) at step 2,000');
    assert.equal(
      plain(finished),
      'completed after 2,000 steps, 4.44 epochs, 1m 13s; loss 1.386 (2.000 bits); ' +
        'validation loss 1.500 (2.164 bits); 54,800 char/s',
    );
  });

  it('says at the end which step the model is of, and whether it overfitted since', () => {
    const best = { step: 1200, epoch: 2.66, loss: 1.49 };
    const model = 'the model is from step 1,200 (epoch 2.66, validation loss 1.490)';
    assert.ok(plain({ ...finished, best }).includes(`validation loss 1.500 (2.164 bits); ${model}; `));
    assert.ok(plain({ ...finished, best: { ...best, loss: 1.48 } }).includes('; overfitted since; the model is from'));
    assert.doesNotMatch(plain(finished), /the model is/);
  });

  it('leaves out losses that a run without a step does not have', () => {
    const line = plain({ ...finished, loss: Number.NaN, validationLoss: null, best: null });
    assert.doesNotMatch(line, /loss|NaN/);
  });

  it('shows a sample line by line, without its power over the terminal', () => {
    assert.equal(
      permanentLine({ event: 'sample', step: 1000, text: 'one\n\u001b[2Jtwo' })?.replace(/^.*\n/, ''),
      '  one\n  \\u{1b}[2Jtwo',
    );
  });

  it('is nothing for a step', () => assert.equal(permanentLine(stepAt(1)), undefined));
});

describe('Status', () => {
  it('has no total and no time left while nothing is known of them', () => {
    const status = new Status();
    status.remember({ ...started, steps: null });
    assert.deepEqual(status.parts({ ...stepAt(3), secondsLeft: null }), {
      first: ['step 3', 'loss 1.386 (2.000 bits)', 'epoch 0.03'],
      more: ['57,100 char/s'],
    });
  });
});
