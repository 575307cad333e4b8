import assert from 'node:assert/strict';
import { checkGradients, compare } from '../../src/gradcheck/gradcheck.js';
import { findTarget } from '../../src/kernels/native/processor.js';
import { type BackendName, cells } from '../../src/options/training-options.js';

describe('gradients', () => {
  for (const cell of cells) {
    for (const layers of [1, 2, 3]) {
      it(`of ${layers}×${cell} agree: analytic with numeric within 1e-6, float32 with float64 within 1e-4`, () => {
        const sizes = { hidden: 6, batch: 3, sequence: 5, dropout: 0.25, seed: 1 };
        const report = checkGradients({ cell, layers, ...sizes });
        const states = cell === 'lstm' ? 2 : 1;
        const parameters = cell === 'gru' ? 4 : 3;
        assert.equal(report.rows.length, layers * (parameters + states) + 2);
        for (const { tensor, numeric, kernels } of report.rows) {
          assert.ok(numeric.largestError <= 1e-6, `${tensor}[${numeric.index}]: ${numeric.largestError}`);
          assert.ok(kernels.largestError <= 1e-4, `${tensor}[${kernels.index}]: ${kernels.largestError}`);
        }
        assert.ok(report.passed);
      });
    }
  }
});

describe('gradients on every backend of this machine', () => {
  const there: readonly BackendName[] = ['wasm', 'auto', ...(findTarget(true) ? (['fused'] as const) : [])];
  for (const backend of there) {
    it(`agree within the same bounds with ${backend}, which computes them`, () => {
      const sizes = { layers: 1, hidden: 9, batch: 7, sequence: 3, dropout: 0.25, seed: 3, backend };
      for (const cell of cells) {
        const { rows, passed } = checkGradients({ cell, ...sizes });
        assert.ok(passed && rows.length > 5);
        assert.ok(rows.every(({ kernels }) => kernels.largestError <= 1e-4 && kernels.largestError > 0));
      }
    });
  }
});

describe('gradients with all kinds of dropout', () => {
  for (const cell of cells) {
    it(`of 2×${cell} agree within the same bounds with locked dropout and weight drop`, () => {
      const sizes = { layers: 2, hidden: 6, batch: 3, sequence: 5, seed: 2 };
      const report = checkGradients({ cell, ...sizes, dropout: 0.3, locked: true, weightDrop: 0.4 });
      assert.ok(report.passed);
      assert.ok(report.rows.length > 6);
      assert.ok(
        report.rows.every(({ numeric, kernels }) => numeric.largestError <= 1e-6 && kernels.largestError <= 1e-4),
      );
    });
  }
});

describe('compare', () => {
  it('finds the largest |a − b| / (|a| + |b|) and its index', () => {
    const { largestError, index, checked, passed } = compare([1, 2, 3], [1, 2, 1], 0.1, 0.4);
    assert.deepEqual([largestError, index, checked, passed], [0.5, 2, 3, false]);
  });
  it('fails when the signs differ, in either direction', () => {
    assert.equal(compare([-1], [1], 0.1, 0.5).passed, false);
    assert.equal(compare([1], [-1], 0.1, 0.5).passed, false);
  });
  it('fails on NaN, infinity and 0/0', () => {
    assert.equal(compare([1, Number.NaN], [1, 1], 0.1, 1e9).passed, false);
    assert.equal(compare([1, 1], [1, Number.NaN], 0.1, 1e9).passed, false);
    assert.equal(compare([Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY], 0.1, 1e9).passed, false);
    assert.equal(compare([0], [0], 0, 1e9).passed, false);
  });
});
