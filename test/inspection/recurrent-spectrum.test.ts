import assert from 'node:assert/strict';
import fc from 'fast-check';
import { largestSingularValue, recurrentSpectra } from '../../src/inspection/recurrent-spectrum.js';

describe('largestSingularValue', () => {
  it('is that of two columns by the closed formula', () => {
    const entry = fc.integer({ min: -100, max: 100 });
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, entry), { minLength: 1, maxLength: 9 }), (rows) => {
        const sum = (of: (x: number, y: number) => number): number => rows.reduce((all, [x, y]) => all + of(x, y), 0);
        const [a, b, d] = [sum((x) => x * x), sum((x, y) => x * y), sum((_, y) => y * y)];
        // The larger eigenvalue of (a b; b d).
        const expected = Math.sqrt((a + d) / 2 + Math.hypot((a - d) / 2, b));
        const found = largestSingularValue({ values: rows.flat(), width: 2, rows: rows.length, from: 0, columns: 2 });
        assert.ok(Math.abs(found - expected) <= 1e-4 * expected, `${found} for ${expected}`);
      }),
      { seed: 1 },
    );
  });

  it('is that of a rotated diagonal matrix to nine digits', () => {
    // I − 2uuᵀ is a reflection, so D·(I − 2uuᵀ) has the singular values of D.
    const size = 40;
    const u = Array.from({ length: size }, (_, i) => Math.sin(i + 1));
    const length = Math.hypot(...u);
    const values = Array.from({ length: size * size }, (_, at) => {
      const [r, j] = [Math.floor(at / size), at % size];
      const reflection = (r === j ? 1 : 0) - (2 * u[r] * u[j]) / length ** 2;
      return (r === 7 ? 5 : 4 / (r + 1)) * reflection;
    });
    const found = largestSingularValue({ values, width: size, rows: size, from: 0, columns: size });
    assert.ok(Math.abs(found / 5 - 1) < 1e-9, String(found));
    assert.equal(largestSingularValue({ values: [0, 0], width: 2, rows: 1, from: 0, columns: 2 }), 0);
  });
});

describe('recurrentSpectra', () => {
  it('tells the blocks of a gate apart', () => {
    const [H, blocks] = [3, 4];
    // Block k is (k + 1)·I: the whole matrix has the value √(1 + 4 + 9 + 16).
    const Wh = Array.from({ length: H * blocks * H }, (_, at) => {
      const [r, column] = [Math.floor(at / (blocks * H)), at % (blocks * H)];
      return column % H === r ? Math.floor(column / H) + 1 : 0;
    });
    const shape = { cell: 'lstm', layers: 1, hidden: H, vocabulary: 2 } as const;
    const [{ whole, blocks: found }] = recurrentSpectra(shape, new Map([['layer0.Wh', Wh]]));
    assert.ok(Math.abs(whole - Math.sqrt(30)) < 1e-9, String(whole));
    const told = found.map(({ block, largest }) => `${block} ${largest.toFixed(9)}`);
    assert.deepEqual(told, ['i 1.000000000', 'f 2.000000000', 'o 3.000000000', 'g 4.000000000']);
  });
});
