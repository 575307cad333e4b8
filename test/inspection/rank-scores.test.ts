import assert from 'node:assert/strict';
import fc from 'fast-check';
import { levelsOf, rankScore, strengthOf } from '../../src/inspection/rank-scores.js';
import { BINS, Binning, UnitHistograms } from '../../src/inspection/unit-histograms.js';

/** The area, by all pairs. */
function plainArea(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let [pairs, wins] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < x.length; j++) {
      if (y[i] !== 1 || y[j] !== 0) continue;
      pairs++;
      wins += x[i] > x[j] ? 1 : x[i] === x[j] ? 0.5 : 0;
    }
  }
  return pairs > 0 ? wins / pairs : 0.5;
}

const plainRanks = (x: ArrayLike<number>): number[] =>
  Array.from(x, (value) => {
    let rank = 0;
    for (let j = 0; j < x.length; j++) rank += x[j] < value ? 1 : x[j] === value ? 0.5 : 0;
    return rank;
  });

function plainCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [a, b] = [plainRanks(x), plainRanks(y)];
  const mean = x.length / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    xy += (a[i] - mean) * (b[i] - mean);
    xx += (a[i] - mean) ** 2;
    yy += (b[i] - mean) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** The score of numbers that are bins already. */
function scoreOf(kind: 'binary' | 'count', x: readonly number[], y: readonly number[]): number {
  const levels = levelsOf(kind, Uint16Array.from(y));
  const [counts, sums] = [new Float64Array(8), new Float64Array(8)];
  x.forEach((bin, i) => {
    counts[bin]++;
    sums[bin] += levels.weights[y[i]];
  });
  return rankScore(levels, counts, sums);
}

describe('rankScore', () => {
  const pairs = (most: number) =>
    fc
      .array(fc.tuple(fc.nat(7), fc.nat(most)), { minLength: 1, maxLength: 30 })
      .map((all) => [all.map(([x]) => x), all.map(([, y]) => y)]);

  it('is the area of all pairs for a binary property', () => {
    fc.assert(
      fc.property(pairs(1), ([x, y]) => {
        assert.ok(Math.abs(scoreOf('binary', x, y) - plainArea(x, y)) < 1e-12);
      }),
    );
  });

  it('is the correlation of ranks for a count', () => {
    fc.assert(
      fc.property(pairs(9), ([x, y]) => {
        assert.ok(Math.abs(scoreOf('count', x, y) - plainCorrelation(x, y)) < 1e-12);
      }),
    );
  });

  it('has a strength on the same scale for both directions', () => {
    assert.deepEqual([strengthOf('binary', 0.25), strengthOf('binary', 0.75)], [0.75, 0.75]);
    assert.equal(strengthOf('count', -0.5), 0.5);
  });
});

describe('UnitHistograms', () => {
  it('give scores within 0.003 of those of exact ranks, for values of any shape', () => {
    const n = 1500;
    const noise = (i: number, k: number): number => ((i * 7919 + k * 104_729) % 1009) / 1009;
    const y = Uint16Array.from({ length: n }, (_, i) => (noise(i, 1) < 0.3 ? 1 : 0));
    const count = Uint16Array.from({ length: n }, (_, i) => Math.floor(40 * noise(i, 2) ** 2));
    const shapes: readonly ((i: number) => number)[] = [
      (i) => noise(i, 3) + 0.3 * y[i], // even
      (i) => Math.tanh(8 * (noise(i, 3) - 0.5 + 0.2 * y[i])), // saturated
      (i) => 1e-4 * (noise(i, 4) - 0.02 * count[i]), // tiny
      (i) => 20 * (noise(i, 5) ** 6 + 0.01 * count[i]), // skewed
      () => 0.5, // constant
    ];
    const positions = Int32Array.from({ length: n }, (_, i) => i);
    const buffers = [
      new Float32Array(n * shapes.length).map((_, k) => shapes[k % shapes.length](Math.floor(k / shapes.length))),
    ];
    const places = shapes.map((_, column) => ({ buffer: 0, width: shapes.length, column }));
    // The bins are chosen by a small part of the values.
    const sample = positions.map((at) => (at < 300 ? at : -1));
    const binning = Binning.of(places, [{ positions: sample, buffers }]);
    const properties = [
      { values: y, levels: levelsOf('binary', y) },
      { values: count, levels: levelsOf('count', count) },
    ];
    const histograms = new UnitHistograms(places, binning, properties);
    histograms.add({ positions, buffers }, positions);
    shapes.forEach((_, u) => {
      const x = Float32Array.from(positions, (i) => buffers[0][i * shapes.length + u]);
      assert.equal(histograms.countsOf(u).length, BINS);
      const [area, correlation] = properties.map(({ levels }, p) =>
        rankScore(levels, histograms.countsOf(u), histograms.sumsOf(u, p)),
      );
      assert.ok(Math.abs(area - plainArea(x, y)) < 3e-3, `area of ${u}: ${area}, ${plainArea(x, y)}`);
      const exact = plainCorrelation(x, count);
      assert.ok(Math.abs(correlation - exact) < 3e-3, `correlation of ${u}: ${correlation}, ${exact}`);
    });
  });
});
