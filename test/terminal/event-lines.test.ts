import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { permanentLine, Status } from '../../src/terminal/event-lines.js';
import type { TrainingEvent } from '../../src/training/events.js';
import { finished, saved, started, stepAt, validation } from './events.js';

const plain = (event: TrainingEvent): string => stripVTControlCharacters(permanentLine(event) ?? '');

describe('permanentLine', () => {
  it('describes the model, the text and the batches', () => {
    assert.equal(
      plain(started),
      'lstm 2×128, 219,123 parameters; 900,000 characters (100,000 more for validation), 61 distinct; ' +
        'batch 50 × sequence 40, 450 steps per epoch; native',
    );
    assert.match(plain({ ...started, accumulate: 4 }), / × sequence \d+ × 4, /);
    assert.match(plain({ ...started, stepsPerEpoch: 1 }), /, 1 step per epoch; native$/);
  });

  it('says whether a validation is the best so far', () => {
    assert.equal(plain(validation), 'step 450  epoch 1.00  validation loss 1.500 (2.164 bits)  best so far');
    assert.match(plain({ ...validation, bestLoss: 1.25 }), / {2}best 1\.250$/);
  });

  it('says what was saved and how the run ended', () => {
    assert.equal(plain(saved), 'saved m.json (3.4 MB) at step 2,000');
    assert.equal(
      plain(finished),
      'completed after 2,000 steps, 4.44 epochs, 1m 13s; loss 1.386 (2.000 bits); ' +
        'validation loss 1.500 (2.164 bits); 54,800 char/s',
    );
  });

  it('says at the end which step the model comes from, and whether it has overfitted since', () => {
    const best = { step: 1200, epoch: 2.66, loss: 1.49 };
    const model = 'the model is from step 1,200 (epoch 2.66, validation loss 1.490)';
    assert.ok(plain({ ...finished, best }).includes(`validation loss 1.500 (2.164 bits); ${model}; `));
    assert.ok(plain({ ...finished, best: { ...best, loss: 1.48 } }).includes('; overfitted since; the model is from'));
    assert.doesNotMatch(plain(finished), /the model is/);
  });

  it('leaves out the losses of a run without steps', () => {
    const line = plain({ ...finished, loss: Number.NaN, validationLoss: null, best: null });
    assert.doesNotMatch(line, /loss|NaN/);
  });

  it('indents a sample line by line and escapes its control characters', () => {
    assert.equal(
      permanentLine({ event: 'sample', step: 1000, text: 'one\n\u001b[2Jtwo' })?.replace(/^.*\n/, ''),
      '  one\n  \\u{1b}[2Jtwo',
    );
  });

  it('is undefined for a step', () => assert.equal(permanentLine(stepAt(1)), undefined));
});

describe('Status', () => {
  it('shows a better validation loss at most once a second, and any other every five seconds', () => {
    let time = 0;
    const status = new Status(() => time);
    const isShown = (at: number, loss: number, bestLoss: number): boolean => {
      time = at;
      return status.take({ ...validation, loss, bestLoss }) !== undefined;
    };
    assert.ok(isShown(0, 3, 3), 'the first');
    assert.ok(!isShown(0.9, 2, 2));
    assert.ok(isShown(1, 1.9, 1.9));
    assert.ok(!isShown(5.9, 2, 1.9));
    assert.ok(isShown(6, 2, 1.9));
    assert.ok(isShown(7, 1.8, 1.8));
    assert.ok(isShown(100, 2, 1.8));
    assert.ok(status.parts(stepAt(3)).more.includes('validation 2.000'));
    assert.ok(!isShown(100.5, 1, 1));
    assert.ok(status.parts(stepAt(3)).more.includes('validation 1.000'), 'not shown, but known');
  });

  it('shows no total and no time left while they are unknown', () => {
    const status = new Status();
    status.take({ ...started, steps: null });
    assert.deepEqual(status.parts({ ...stepAt(3), secondsLeft: null }), {
      first: ['step 3', 'loss 1.386 (2.000 bits)', 'epoch 0.03'],
      more: ['57,100 char/s'],
    });
  });
});
