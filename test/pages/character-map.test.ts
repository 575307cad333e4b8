import assert from 'node:assert/strict';
import { characterMap, principalComponents } from '../../src/pages/character-map.js';
import { example } from '../checkpoint/example.js';

/** Eigenvalues of a symmetric matrix by Jacobi rotations, largest first. */
function eigenvalues(a: number[][]): number[] {
  const n = a.length;
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const angle = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (let k = 0; k < n; k++) [a[k][p], a[k][q]] = [c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]];
        for (let k = 0; k < n; k++) [a[p][k], a[q][k]] = [c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]];
      }
    }
  }
  return a.map((row, i) => row[i]).sort((x, y) => y - x);
}

describe('the principal components', () => {
  const [R, D] = [7, 5];
  const rows = Float64Array.from(
    { length: R * D },
    (_, i) => Math.sin(3 * i * i) + (i % D === 0 ? 2 * Math.cos(i) : 0),
  );
  for (let column = 0; column < D; column++) {
    const mean = Array.from({ length: R }, (_, row) => rows[row * D + column]).reduce((sum, x) => sum + x) / R;
    for (let row = 0; row < R; row++) rows[row * D + column] -= mean;
  }

  it('have the two largest eigenvalues as variances', () => {
    const gram = Array.from({ length: D }, (_, i) =>
      Array.from({ length: D }, (_, j) =>
        Array.from({ length: R }, (_, r) => rows[r * D + i] * rows[r * D + j]).reduce((a, b) => a + b),
      ),
    );
    const [first, second] = eigenvalues(gram);
    const found = principalComponents(rows, R, D);
    assert.ok(Math.abs(found[0].variance - first) < 1e-6 * first);
    assert.ok(Math.abs(found[1].variance - second) < 1e-6 * first);
    for (const { scores, variance } of found) {
      assert.ok(Math.abs(scores.reduce((sum, x) => sum + x * x, 0) - variance) < 1e-6 * first);
      assert.ok(Math.max(...scores) === Math.max(...scores.map(Math.abs)), 'the largest is positive');
    }
    assert.ok(Math.abs(found[0].scores.reduce((sum, x, i) => sum + x * found[1].scores[i], 0)) < 1e-6 * first);
  });

  it('are zero for rows that do not differ', () => {
    const [first, second] = principalComponents(new Float64Array(R * D), R, D);
    assert.deepEqual([first.variance, second.variance, ...first.scores], [0, 0, ...new Array<number>(R).fill(0)]);
  });
});

describe('the map of characters', () => {
  it('has a place for each character, and puts equal ones together', () => {
    const checkpoint = example({ cell: 'gru', layers: 1, hidden: 5, vocabulary: 6 });
    const [weights, ...rest] = checkpoint.parameters;
    const values = weights.values.slice();
    values.copyWithin(15 * 3, 15 * 2, 15 * 3);
    const map = characterMap({ ...checkpoint, parameters: [{ ...weights, values }, ...rest] });
    assert.equal(map?.characters.length, 6);
    assert.deepEqual([map.x[2], map.y[2]], [map.x[3], map.y[3]]);
    assert.equal(Math.max(...map.x.map(Math.abs), ...map.y.map(Math.abs)), 1);
    assert.ok(map.explained[0] >= map.explained[1] && map.explained[0] + map.explained[1] <= 1 + 1e-9);
  });

  it('is none for two symbols', () => {
    assert.equal(characterMap(example({ cell: 'rnn', layers: 1, hidden: 4, vocabulary: 2 })), null);
  });
});
