import assert from 'node:assert/strict';
import { unitValues } from '../../src/inspection/neurons.js';
import { tracedText } from '../../src/inspection/traced-text.js';
import { type Unit, UnitReader, unitName } from '../../src/inspection/unit-values.js';
import { chooseUnits, parseUnits } from '../../src/inspection/units.js';
import { cells } from '../../src/options/training-options.js';
import { random } from '../sampling/models.js';
import { plainValues } from './plain-cells.js';

const text = (length: number): Uint32Array =>
  Uint32Array.from({ length }, (_, i) => 'abcd'.charCodeAt((i * i + (i >> 2)) % 4));
const traced = (checkpoint: ReturnType<typeof random>, codePoints: Uint32Array) =>
  tracedText(codePoints, checkpoint.vocabulary, 'the text', () => {});

describe('unitValues', () => {
  for (const cell of cells) {
    it(`gives all states and gates of every step of an ${cell}, as plain loops compute them`, async () => {
      // Weak enough weights that differences do not grow.
      const { parameters, ...rest } = random('abcd', cell);
      const weak = parameters.map((array) => ({ ...array, values: array.values.map((value) => value / 2) }));
      const checkpoint = { ...rest, parameters: weak };
      const units = chooseUnits(checkpoint.model, { state: 'all' });
      const own = traced(checkpoint, text(150));
      const plain = plainValues(checkpoint, own.tokens);
      let at = 0;
      for await (const { count, width, values } of unitValues({ checkpoint, traced: own, units, backend: 'auto' })) {
        assert.equal(width, units.length);
        for (let i = 0; i < count; i++, at++) {
          units.forEach(({ layer, state, index }, u) => {
            const difference = Math.abs(values[i * width + u] - plain[at][layer][state][index]);
            assert.ok(difference < 2e-5, `${unitName(units[u])} at ${at}: ${difference}`);
          });
        }
      }
      assert.equal(at, 150);
    });
  }
});

describe('UnitReader', () => {
  const values = (streams: number, length: number, range: { from: number; to: number }): Map<number, number> => {
    const checkpoint = random('abcd', 'lstm');
    const unit: Unit = { layer: 1, state: 'c', index: 3 };
    const reader = new UnitReader(checkpoint, { units: [unit], backend: 'auto', batch: streams, sequence: 32 });
    const { buffer, width, column } = reader.placeOf(unit);
    const found = new Map<number, number>();
    for (const { positions, buffers } of reader.read(traced(checkpoint, text(length)).tokens, range)) {
      positions.forEach((at, r) => {
        if (at < 0) return;
        assert.ok(!found.has(at), `character ${at} twice`);
        found.set(at, buffers[buffer][r * width + column]);
      });
    }
    return found;
  };

  it('gives each character of a range once, with the bits of a single stream where all begin at the start', () => {
    const [one, several] = [1, 5].map((streams) => values(streams, 250, { from: 30, to: 241 }));
    assert.equal(one.size, 211);
    assert.deepEqual(new Map([...several].sort(([a], [b]) => a - b)), one);
  });

  it('gives nearly the same where streams begin later, after their warm-up', () => {
    const [one, several] = [1, 4].map((streams) => values(streams, 4000, { from: 0, to: 4000 }));
    assert.equal(several.size, 4000);
    for (const [at, value] of one) assert.ok(Math.abs(value - (several.get(at) ?? Number.NaN)) < 1e-3, `${at}`);
  });
});

describe('units', () => {
  const { model } = random('ab', 'lstm');

  it('are chosen by layer and state', () => {
    assert.deepEqual(
      chooseUnits(model, { layer: 1, state: 'c' }).map(unitName),
      [...'0123456'].map((i) => `1:c:${i}`),
    );
    assert.equal(chooseUnits(model, {}).length, 2 * 2 * 7);
    assert.equal(chooseUnits(model, { state: 'all' }).length, 2 * 6 * 7);
  });

  it('are read as they are written', () => {
    const all = chooseUnits(model, { state: 'all' });
    assert.deepEqual(parseUnits(model, all.map(unitName)), all);
  });

  it('that a model lacks are refused', () => {
    const gru = random('ab', 'gru').model;
    const rnn = random('ab', 'rnn').model;
    assert.throws(() => chooseUnits(gru, { state: 'c' }), /state c: this model's cell, gru, has h, r, z, n/);
    assert.throws(() => chooseUnits(rnn, { state: 'gates' }), /state gates: this model's cell, rnn, has h;/);
    assert.throws(() => chooseUnits(model, { layer: 2 }), /layer 2: the model has 2 layers, counted from 0/);
    assert.throws(() => parseUnits(model, ['0.c.1']), /unit 0\.c\.1: not a unit/);
    assert.throws(() => parseUnits(gru, ['0:c:1']), /has h, r, z, n; choose one/);
    assert.throws(() => parseUnits(model, ['2:c:1']), /the model has 2 layers/);
    assert.throws(() => parseUnits(model, ['0:c:7']), /have 7 units; give an index from 0 to 6/);
  });
});
