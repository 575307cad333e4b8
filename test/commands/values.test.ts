import assert from 'node:assert/strict';
import fc from 'fast-check';
import { givenOf, valuesOf } from '../../src/commands/values.js';
import { CharrnnError } from '../../src/errors.js';
import { samplingOptions } from '../../src/options/sampling-options.js';
import { trainingOptions } from '../../src/options/training-options.js';

describe('valuesOf', () => {
  it('uses the defaults for what was not typed, and nothing from other tables', () => {
    const values = valuesOf(samplingOptions, { hidden: '3', length: '7' });
    const defaults = Object.entries(samplingOptions).map(([name, option]) => [name, option.default]);
    assert.deepEqual(values, { ...Object.fromEntries(defaults), length: 7 });
  });

  it('reads back every number in range as it was written', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.95, noNaN: true }), (dropout) => {
        assert.ok(valuesOf(trainingOptions, { dropout: String(dropout) }).dropout === dropout);
      }),
    );
  });

  it('allows both ends of a range', () => {
    for (const text of ['0', '0.95']) assert.equal(valuesOf(trainingOptions, { dropout: text }).dropout, Number(text));
  });

  it('reads any text as the same number as JavaScript does, or refuses it', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[-+.0-9ex _]{0,4}$/), fc.nat(20_000).map(String)),
        (text) => {
          try {
            const { hidden } = valuesOf(trainingOptions, { hidden: text });
            accepted++;
            assert.ok(Number.isInteger(hidden) && hidden >= 1 && hidden <= 16384 && hidden === Number(text));
          } catch (error) {
            assert.ok(error instanceof CharrnnError && error.exitCode === 2, String(error));
          }
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(accepted > 100 && accepted < 900, `${accepted} of 1000 are accepted`);
  });
});

describe('minutes', () => {
  for (const [text, minutes] of [
    ['5', 5],
    ['5m', 5],
    ['0.5min', 0.5],
    ['1 minute', 1],
    ['90 minutes', 90],
    ['1e2m', 100],
  ] as const) {
    it(`are ${minutes} for ${text}`, () => assert.equal(valuesOf(trainingOptions, { minutes: text }).minutes, minutes));
  }

  for (const text of ['5h', 'm', '5 m ', '5mm', '1:30', '5m5', '']) {
    it(`do not include ${JSON.stringify(text)}`, () => {
      assert.throws(() => valuesOf(trainingOptions, { minutes: text }), {
        name: 'CharrnnError',
        message: /^minutes .*: not a number; must be from 0\.001 to 1000000$/,
        exitCode: 2,
      });
    });
  }

  it('are the only numbers with a unit', () => {
    assert.throws(() => valuesOf(trainingOptions, { steps: '5m' }), {
      message: 'steps 5m: not a number; must be at least 1',
    });
  });
});

describe('givenOf', () => {
  it('returns the options that were typed, even those with the default value', () => {
    assert.deepEqual(givenOf(trainingOptions, { batch: '50', json: true }), { batch: 50 });
  });
});
