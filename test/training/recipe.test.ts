import assert from 'node:assert/strict';
import { textOf } from '../../src/errors.js';
import { type PresetName, trainingConfig, trainingValues } from '../../src/options/training-options.js';
import { followExampleRecipe, followRecipe } from '../../src/training/recipe.js';
import type { Changes } from '../training-config.js';

function chosen(characters: number, given: Changes = {}, preset?: PresetName, pace = 1) {
  const { config, notice } = followRecipe({ characters, preset, given: trainingConfig(given), pace });
  return { values: trainingValues(config), notice: notice === undefined ? undefined : textOf(notice) };
}

describe('followRecipe', () => {
  it('chooses the largest model that the time allows', () => {
    const sizes = [0.2, 1, 10, 60].map((minutes) => chosen(1e6, { minutes }).values.hidden);
    assert.deepEqual(sizes, [128, 256, 384, 512]);
  });

  it('chooses by what the backend can do in the time, if the clock ends the run, and otherwise the same everywhere', () => {
    const hidden = (changes: Changes, pace: number): number => chosen(1e6, changes, undefined, pace).values.hidden;
    assert.ok(hidden({ minutes: 10 }, 2) > hidden({ minutes: 10 }, 0.2));
    assert.equal(hidden({ minutes: 10, epochs: 3 }, 2), hidden({ minutes: 10, epochs: 3 }, 0.2));
    assert.equal(hidden({}, 2), hidden({}, 0.2));
    assert.equal(hidden({ epochs: 3 }, 2), hidden({ epochs: 3 }, 0.2));
  });

  it('reports in one line what it chose and why, as options to copy', () => {
    const line = 'chosen for 1,000,000 characters, 5 minutes (medium): layers 1 hidden 384 dropout 0.2';
    const rest = 'weightDrop 0.2 batch 20 sequence 50 learningRate 0.005 epochs 6.6';
    assert.equal(chosen(1e6).notice, `${line} ${rest}`);
  });

  it('keeps the given options and chooses the rest', () => {
    const given = { hidden: 64, batch: 3, epochs: 32, dropout: 0.25 };
    const { values, notice } = chosen(1e6, given);
    assert.ok(notice);
    for (const [name, value] of Object.entries(given)) {
      assert.equal(values[name as keyof typeof given], value);
      assert.doesNotMatch(notice, new RegExp(`\\b${name} `));
    }
    assert.equal(values.weightDrop, 0.4);
    assert.deepEqual([values.minutes, values.steps], [undefined, undefined]);
  });

  it('drops more the more often a text is read, and nothing for a text that is learnt by heart', () => {
    const dropouts = (characters: number) =>
      [1.5, 2, 5, 10, 20, 40, 100].map((epochs) => chosen(characters, { epochs }).values.dropout);
    assert.deepEqual(dropouts(499_999), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5]);
    assert.deepEqual(dropouts(500_000), [0, 0.1, 0.2, 0.3, 0.4, 0.4, 0.4]);
    assert.equal(chosen(5).values.dropout, 0);
  });

  it('reads a small text often and a large one in part, and holds out no more than is needed', () => {
    assert.equal(chosen(20_000).values.epochs, 40);
    assert.equal(chosen(20_000).values.hidden, 256);
    const large = chosen(20e6).values;
    assert.equal(large.epochs, 0.33);
    assert.deepEqual([large.validation, chosen(1e6).values.validation], [0.025, 0.1]);
  });

  it('has a model size for every preset, and reports nothing when every option is given', () => {
    const presets = ['tiny', 'small', 'medium', 'large'] as const;
    assert.deepEqual(
      presets.map((preset) => chosen(1e6, {}, preset).values.hidden),
      [128, 256, 384, 512],
    );
    const all = { ...chosen(1e6).values };
    assert.equal(chosen(1e6, all).notice, undefined);
  });
});

describe('followExampleRecipe', () => {
  const none = { model: {}, data: {}, optimizer: {}, schedule: {}, run: {} };
  const of = (examples: number, hasVectors = false, given = {}) =>
    followExampleRecipe({ examples, hasVectors, given: { ...none, ...given } });

  it('reads many examples seldom, few often, and holds out no more than it needs', () => {
    const of50k = of(50_000);
    assert.deepEqual(
      [of50k.run.epochs, of50k.data.batch, of50k.data.validation, of50k.model.dropout],
      [40, 128, 0.1, 0],
    );
    const million = of(1_000_000);
    assert.deepEqual([million.run.epochs, million.data.validation], [2, 0.01]);
    const few = of(200);
    assert.deepEqual([few.run.epochs, few.data.batch, few.model.dropout], [40, 10, 0.2]);
  });

  it('learns more slowly from vectors, and leaves alone what is given', () => {
    const { optimizer, data } = of(50_000, true);
    assert.deepEqual([optimizer.learningRate, data.batch], [0.003, 32]);
    const given = of(50_000, true, { data: { batch: 7 }, run: { steps: 9 } });
    assert.deepEqual([given.data.batch, given.run.steps, given.run.epochs], [7, 9, undefined]);
  });
});
